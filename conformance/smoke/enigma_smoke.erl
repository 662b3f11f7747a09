%% What `python -m conformance smoke` makes an implementation do.
-module(enigma_smoke).

-export([answer/0, echo/1, raise/2, print/0, spin/0, binary/1, bad_match/1, leave/1, wait/0]).

answer() -> {answer, 42}.

echo(Term) -> Term.

raise(error, Reason) -> error(Reason);
raise(exit, Reason) -> exit(Reason);
raise(throw, Reason) -> throw(Reason).

print() ->
    erlang:display({shown, 1}),
    printed.

spin() -> spin().

wait() ->
    receive
        never -> ok
    end.

binary(Size) -> <<0:Size/unit:8>>.

bad_match(X) ->
    {ok, Y} = X,
    Y.

leave(Value) -> put(left, Value).
