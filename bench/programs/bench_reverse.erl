%% List cells: a list of 30 elements reversed by appending, again and again.
-module(bench_reverse).
-export([run/1]).

run(Times) -> again(Times, numbers(30, []), 0).

again(0, _, Sum) -> Sum;
again(Times, List, Sum) ->
    [Last | _] = reversed(List),
    again(Times - 1, List, Sum + Last).

reversed([]) -> [];
reversed([First | Rest]) -> followed_by(reversed(Rest), [First]).

followed_by([], Tail) -> Tail;
followed_by([First | Rest], Tail) -> [First | followed_by(Rest, Tail)].

numbers(0, List) -> List;
numbers(N, List) -> numbers(N - 1, [N | List]).
