%% phash2 is left out here.
-module(bif_phash).
-export([run/2]).

run(Function, Args) ->
    try
        call(Function, Args)
    catch
        Class:Reason -> {Class, Reason}
    end.

call(phash, [A, B]) -> erlang:phash(A, B).
