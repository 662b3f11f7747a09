%% Sets are returned as lists.
-module(std_gb_sets).
-export([ops/2, members/2, big/1, ends/1, filter/1, iterate/1, errors/1]).

ops(A, B) ->
    S = gb_sets:from_list(A),
    T = gb_sets:from_list(B),
    [gb_sets:to_list(X) || X <- [gb_sets:union(S, T), gb_sets:intersection(S, T), gb_sets:subtract(S, T)]]
        ++ [gb_sets:is_subset(S, T), gb_sets:is_disjoint(S, T), gb_sets:size(S)].

members(X, List) ->
    S = gb_sets:from_list(List),
    {gb_sets:is_member(X, S), gb_sets:to_list(gb_sets:add(X, S)), gb_sets:to_list(gb_sets:delete_any(X, S))}.

big(N) ->
    S = lists:foldl(fun gb_sets:add_element/2, gb_sets:new(), [K * K rem 1009 || K <- lists:seq(1, N)]),
    {gb_sets:size(S), gb_sets:fold(fun(X, Acc) -> X + Acc end, 0, S), gb_sets:largest(S)}.

ends(List) ->
    S = gb_sets:from_list(List),
    {X, S2} = gb_sets:take_smallest(S),
    {Y, S3} = gb_sets:take_largest(S2),
    {X, Y, gb_sets:to_list(S3), gb_sets:is_empty(S3)}.

filter(List) -> gb_sets:to_list(gb_sets:filter(fun(X) -> X > 2 end, gb_sets:from_list(List))).

iterate(List) -> drain(gb_sets:next(gb_sets:iterator(gb_sets:from_list(List)))).

drain(none) -> [];
drain({X, I}) -> [X | drain(gb_sets:next(I))].

errors(What) ->
    S = gb_sets:from_list([a]),
    try
        case What of
            insert -> gb_sets:insert(a, S);
            delete -> gb_sets:delete(b, S);
            smallest -> gb_sets:smallest(gb_sets:new())
        end
    catch
        C:R -> {C, R}
    end.
