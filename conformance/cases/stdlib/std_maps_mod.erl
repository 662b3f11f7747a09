%% Lists made from maps are sorted.
-module(std_maps_mod).
-export([run/2, higher/1, folds/1, with_funs/2, iterators/1, errors/1, groups/1, merge_with/2]).

run(F, Args) -> apply(maps, F, Args).

higher(M) ->
    {maps:map(fun(_, V) -> V * 2 end, M), maps:filter(fun(_, V) -> V > 1 end, M),
     maps:fold(fun(_, V, Acc) -> V + Acc end, 0, M),
     maps:update_with(a, fun(V) -> -V end, 0, M)}.

folds(N) ->
    M = maps:from_list([{K, K rem 7} || K <- lists:seq(1, N)]),
    {maps:fold(fun(K, V, Acc) -> K * V + Acc end, 0, M),
     map_size(maps:filter(fun(_, V) -> V =:= 3 end, M))}.

with_funs(Keys, M) -> {maps:with(Keys, M), maps:without(Keys, M)}.

iterators(M) ->
    I = maps:iterator(M),
    {lists:sort(maps:to_list(M)), count(maps:next(I), 0)}.

count(none, N) -> N;
count({_, _, I}, N) -> count(maps:next(I), N + 1).

errors(What) ->
    try
        case What of
            get -> maps:get(x, #{});
            get_map -> maps:get(x, y);
            update -> maps:update(x, 1, #{});
            update_with -> maps:update_with(x, fun(V) -> V end, #{});
            from_list -> maps:from_list([{a, 1} | b]);
            from_list_2 -> maps:from_list([a]);
            merge -> maps:merge(#{}, []);
            keys -> maps:keys([]);
            fold -> maps:fold(fun(_) -> ok end, 0, #{});
            filter -> maps:filter(fun(_, _) -> maybe_so end, #{a => 1});
            iterator -> maps:iterator(1);
            next -> maps:next(x);
            with -> maps:with(a, #{});
            size -> maps:size({})
        end
    catch
        C:R -> {C, R}
    end.

groups(List) ->
    Groups = maps:groups_from_list(fun(X) -> X rem 3 end, List),
    Tens = maps:groups_from_list(fun(X) -> X rem 2 =:= 0 end, fun(X) -> X * 10 end, List),
    {Groups, Tens}.

merge_with(A, B) -> maps:merge_with(fun(K, X, Y) -> {K, X, Y} end, A, B).
