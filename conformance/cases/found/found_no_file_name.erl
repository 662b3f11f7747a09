%% Places in a file without a name, and in others before and after it.
-module(found_no_file_name).
-export([places/0]).

places() -> [place(fun () -> first(a) end), place(fun () -> second(a) end), place(fun () -> third(a) end), place(fun () -> fourth(a) end)].

place(Fun) ->
    try Fun()
    catch error:badarith:Trace ->
        [{_, Function, _, Place} | _] = [Frame || Frame <- Trace, element(1, Frame) =:= ?MODULE],
        {Function, Place}
    end.

first(X) -> 1 + X.

-file("", 20).

second(X) -> 1 + X.

-file("other.hrl", 30).

third(X) -> 1 + X.

-file("", 40).

fourth(X) -> 1 + X.
