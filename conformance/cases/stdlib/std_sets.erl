%% Version 1 is a hash table, version 2 a map; answers are sorted.
-module(std_sets).
-export([ops/3, grow/2, fold/2, same/1, ordsets/2]).

new(1, List) -> sets:from_list(List);
new(2, List) -> sets:from_list(List, [{version, 2}]).

ops(V, A, B) ->
    S = new(V, A),
    T = new(V, B),
    [lists:sort(sets:to_list(X)) || X <- [sets:union(S, T), sets:intersection(S, T), sets:subtract(S, T)]]
        ++ [sets:is_subset(S, T), sets:is_disjoint(S, T), sets:size(S), sets:is_element(1, S)].

grow(V, N) ->
    S = lists:foldl(fun sets:add_element/2, new(V, []), lists:seq(1, N)),
    D = lists:foldl(fun sets:del_element/2, S, lists:seq(1, N, 3)),
    {sets:size(S), sets:size(D), lists:sum(sets:to_list(D))}.

fold(V, List) ->
    S = new(V, List),
    {sets:fold(fun(X, Acc) -> X + Acc end, 0, S),
     lists:sort(sets:to_list(sets:filter(fun(X) -> X rem 2 =:= 0 end, S)))}.

same(List) ->
    lists:sort(sets:to_list(new(1, List))) =:= lists:sort(sets:to_list(new(2, List))).

ordsets(A, B) ->
    S = ordsets:from_list(A),
    T = ordsets:from_list(B),
    {S, T, ordsets:union(S, T), ordsets:intersection(S, T), ordsets:subtract(S, T),
     ordsets:is_subset(S, T), ordsets:add_element(x, S), ordsets:del_element(1, S),
     ordsets:is_element(1.0, S), ordsets:is_disjoint(S, T)}.
