%% Above 32 keys the representation changes; results are sorted so that order does not matter.
-module(lang_maps).
-export([large/1, grow_shrink/1, update/3, keys_are_exact/0, iterate/1, nested_update/1, merge/2,
         comparison/1, match/2, errors/1, mixed_keys/0, fold/1, equal_built_differently/1, boundary/1,
         string_keys/1, as_set/1, group/1, deep_keys/0, order_small/0]).

large(N) ->
    M = maps:from_list([{K, K * K} || K <- lists:seq(1, N)]),
    {map_size(M), lists:sum(maps:values(M)), maps:get(N, M), maps:find(N + 1, M)}.

grow_shrink(N) ->
    M = lists:foldl(fun(K, Acc) -> Acc#{K => {K}} end, #{}, lists:seq(1, N)),
    S = lists:foldl(fun maps:remove/2, M, lists:seq(1, N, 2)),
    {map_size(M), map_size(S), lists:sort(maps:keys(maps:filter(fun(K, _) -> K > N - 6 end, S)))}.

update(M, K, V) ->
    A = M#{K => V},
    B = try M#{K := V} catch error:R -> R end,
    {A, B}.

keys_are_exact() ->
    M = #{1 => int, 1.0 => float, "1" => string, <<"1">> => binary, '1' => atom, [1] => list, {1} => tuple},
    {[maps:get(K, M) || K <- [1, 1.0, "1", <<"1">>, '1', [1], {1}]], map_size(M), maps:find([1.0], M)}.

iterate(M) -> lists:sort(drain(maps:next(maps:iterator(M)))).

drain(none) -> [];
drain({K, V, I}) -> [{K, V} | drain(maps:next(I))].

nested_update(M) ->
    #{a := #{b := B} = A} = M,
    M#{a := A#{b := B + 1, c => new}}.

merge(A, B) ->
    M = maps:merge(A, B),
    {M, maps:merge(B, A), map_size(M)}.

comparison(N) ->
    A = maps:from_list([{K, v} || K <- lists:seq(1, N)]),
    B = maps:from_list([{K, v} || K <- lists:seq(N, 1, -1)]),
    C = B#{N => w},
    {A =:= B, A == C, A < C, A#{N + 1 => v} > C, maps:remove(N, A) =:= maps:remove(N, C)}.

match(K, M) ->
    case M of
        #{K := #{K := V}} -> {twice, V};
        #{K := V} when is_list(V) -> {list, V};
        #{K := V} -> {once, V};
        #{} -> missing;
        _ -> no_map
    end.

errors(M) ->
    [try F() catch C:R -> {C, R} end
     || F <- [fun() -> M#{a => 1} end, fun() -> M#{a := 1} end, fun() -> maps:get(a, M) end,
              fun() -> map_size(M) end, fun() -> map_get(zz, M) end, fun() -> #{a := X} = M, X end,
              fun() -> maps:put(a, 1, M) end, fun() -> maps:update(zz, 1, M) end]].

mixed_keys() ->
    Keys = [1, 1.0, a, "s", <<"b">>, {t}, [], #{}, #{x => 1}, 100000000000000000000, -1, 0.5, <<1:3>>],
    M = maps:from_list(lists:zip(Keys, lists:seq(1, length(Keys)))),
    {[map_get(K, M) || K <- Keys], map_size(M)}.

fold(N) ->
    M = maps:from_list([{{k, K}, K} || K <- lists:seq(1, N)]),
    maps:fold(fun({k, K}, V, Acc) when K =:= V -> Acc + V end, 0, M).

equal_built_differently(N) ->
    A = maps:from_list([{K rem 50, K} || K <- lists:seq(1, N)]),
    B = lists:foldl(fun(K, Acc) -> maps:put(K rem 50, K, Acc) end, #{}, lists:seq(1, N)),
    {A =:= B, lists:sort(maps:to_list(A)) =:= lists:sort(maps:to_list(B)), map_size(A)}.

%% One below, at and above the largest flat map, and back.
boundary(K) ->
    M = maps:from_list([{X, X} || X <- lists:seq(1, K)]),
    Up = M#{K + 1 => up},
    Down = maps:remove(K + 1, Up),
    {M =:= Down, map_size(Up), maps:get(K + 1, Up), lists:sum(maps:keys(Down)),
     maps:is_key(K + 1, Down), maps:take(1, Down) =:= {1, maps:remove(1, M)}}.

string_keys(Words) ->
    Counts = lists:foldl(fun(W, Acc) -> maps:update_with(W, fun(N) -> N + 1 end, 1, Acc) end, #{},
                         Words),
    lists:sort(maps:to_list(Counts)).

as_set(List) -> lists:sort(maps:keys(maps:from_list([{X, []} || X <- List]))).

group(List) ->
    lists:sort(maps:to_list(lists:foldr(fun(X, Acc) ->
                                                K = X rem 3,
                                                maps:put(K, [X | maps:get(K, Acc, [])], Acc)
                                        end, #{}, List))).

deep_keys() ->
    M = #{#{a => [1, {2}]} => x, {#{}, []} => y},
    {maps:get(#{a => [1, {2}]}, M), maps:find(#{a => [1, {2.0}]}, M), maps:get({#{}, []}, M)}.

order_small() ->
    M = #{3 => c, 1 => a, 2 => b, 1.5 => x, -1 => m},
    {maps:to_list(M), maps:keys(M), maps:values(M)}.
