%% Tuples in lists: pairs are built, then taken apart by two clauses.
-module(bench_tuples).
-export([run/1]).

run(Times) -> again(Times, 0).

again(0, Sum) -> Sum;
again(Times, Sum) -> again(Times - 1, total(pairs(1000, []), Sum)).

pairs(0, Pairs) -> Pairs;
pairs(N, Pairs) -> pairs(N - 1, [{N, N band 7} | Pairs]).

total([{Key, 0} | Pairs], Sum) -> total(Pairs, Sum + Key);
total([{_, Value} | Pairs], Sum) -> total(Pairs, Sum + Value);
total([], Sum) -> Sum.
