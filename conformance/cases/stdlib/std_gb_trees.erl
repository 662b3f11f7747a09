%% Trees are compared by their lists and their sizes.
-module(std_gb_trees).
-export([build/1, lookups/2, deletes/2, ends/1, iterate/2, big/1, errors/1, map_update/1, words/1]).

build(Pairs) ->
    T = lists:foldl(fun({K, V}, Acc) -> gb_trees:enter(K, V, Acc) end, gb_trees:empty(), Pairs),
    {gb_trees:to_list(T), gb_trees:size(T), gb_trees:keys(T), gb_trees:values(T)}.

lookups(K, Pairs) ->
    T = gb_trees:from_orddict(orddict:from_list(Pairs)),
    {gb_trees:lookup(K, T), gb_trees:is_defined(K, T)}.

deletes(Keys, Pairs) ->
    T = gb_trees:from_orddict(orddict:from_list(Pairs)),
    gb_trees:to_list(lists:foldl(fun gb_trees:delete_any/2, T, Keys)).

ends(Pairs) ->
    T = gb_trees:from_orddict(orddict:from_list(Pairs)),
    {K, V, T2} = gb_trees:take_smallest(T),
    {gb_trees:smallest(T), gb_trees:largest(T), {K, V}, gb_trees:to_list(T2),
     element(2, gb_trees:take_largest(T))}.

iterate(From, Pairs) ->
    T = gb_trees:from_orddict(orddict:from_list(Pairs)),
    drain(gb_trees:next(gb_trees:iterator_from(From, T))).

drain(none) -> [];
drain({K, V, I}) -> [{K, V} | drain(gb_trees:next(I))].

big(N) ->
    T = lists:foldl(fun(K, Acc) -> gb_trees:insert(K * 7919 rem N, K, Acc) end, gb_trees:empty(),
                    lists:seq(1, N - 1)),
    B = gb_trees:balance(T),
    {gb_trees:size(T), height(element(2, T)) =< 3 * height(element(2, B)), height(element(2, B)),
     lists:sum(gb_trees:values(B))}.

height(nil) -> 0;
height({_, _, L, R}) -> 1 + max(height(L), height(R)).

errors(What) ->
    T = gb_trees:from_orddict([{a, 1}]),
    try
        case What of
            insert -> gb_trees:insert(a, 2, T);
            delete -> gb_trees:delete(b, T);
            get -> gb_trees:get(b, T);
            update -> gb_trees:update(b, 1, T);
            smallest -> gb_trees:smallest(gb_trees:empty())
        end
    catch
        C:R -> {C, R}
    end.

map_update(Pairs) ->
    T = gb_trees:from_orddict(orddict:from_list(Pairs)),
    M = gb_trees:map(fun(K, V) -> {K, V + 1} end, T),
    {gb_trees:to_list(M), gb_trees:to_list(gb_trees:update(hd(gb_trees:keys(T)), new, T))}.

words(Text) ->
    Count = fun(W, T) ->
                    case gb_trees:lookup(W, T) of
                        none -> gb_trees:insert(W, 1, T);
                        {value, N} -> gb_trees:update(W, N + 1, T)
                    end
            end,
    gb_trees:to_list(lists:foldl(Count, gb_trees:empty(), string:lexemes(Text, " .,"))).
