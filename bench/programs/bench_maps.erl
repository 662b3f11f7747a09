%% Maps: a large one grows and is looked up, a small one is matched and updated.
-module(bench_maps).
-export([run/1]).

run(N) ->
    Large = grown(N, #{}),
    looked_up(N, Large, 0) + updated(N, #{count => 0, sum => 0, name => bench}).

grown(0, Map) -> Map;
grown(N, Map) -> grown(N - 1, Map#{N => N * N}).

looked_up(0, _, Sum) -> Sum;
looked_up(N, Map, Sum) ->
    #{N := Square} = Map,
    looked_up(N - 1, Map, Sum + Square).

updated(0, #{count := Count, sum := Sum}) -> Count + Sum;
updated(N, #{count := Count, sum := Sum} = State) ->
    updated(N - 1, State#{count := Count + 1, sum := Sum + N}).
