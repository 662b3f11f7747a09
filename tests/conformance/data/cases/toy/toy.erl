-module(toy).

-export([add/2, fail/1, show/1, me/0, keys/1, slow/0, gone/0, left/1]).

add(A, B) -> A + B.

fail(error) -> error({bad, thing});
fail(exit) -> exit(leaving);
fail(throw) -> throw(ball);
fail(match) -> {ok, _} = erlang:list_to_tuple([a]).

show(Term) ->
    io:format("io ~p~n", [Term]),
    erlang:display(Term),
    shown.

me() -> {self(), self(), make_ref(), fun(X) -> X end, fun lists:reverse/1}.

keys(Map) -> maps:keys(Map).

slow() ->
    receive
        never -> ok
    after 10 -> slept
    end.

gone() -> exit(self(), kill), receive never -> ok end.

left(N) -> put(left, N).
