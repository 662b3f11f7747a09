%% The attribute makes the compiler mark the function; no library is loaded.
-module(op_nif_start).
-export([double/1, fails/1, caller/1]).
-nifs([double/1, fails/1]).

double(X) -> X * 2.

fails(X) -> erlang:nif_error({not_loaded, X}).

caller(X) ->
    try
        fails(double(X))
    catch
        Class:Reason -> {Class, Reason}
    end.
