%% A dict is compared by its sorted list.
-module(std_dict).
-export([build/1, update/2, big/1, merge/2, orddicts/2, errors/1]).

build(Pairs) ->
    D = dict:from_list(Pairs),
    {lists:sort(dict:to_list(D)), dict:size(D), lists:sort(dict:fetch_keys(D)), dict:is_key(a, D),
     dict:find(a, D), dict:find(zz, D)}.

update(Key, Pairs) ->
    D = dict:from_list(Pairs),
    [lists:sort(dict:to_list(X))
     || X <- [dict:store(Key, new, D), dict:erase(Key, D), dict:update(Key, fun(V) -> {V} end, initial, D),
              dict:update_counter(counter, 5, D), dict:append(fresh, 1, dict:append(fresh, 2, D)),
              dict:append_list(other, [1, 2], D)]].

big(N) ->
    D = lists:foldl(fun(K, Acc) -> dict:store({k, K rem 400}, K, Acc) end, dict:new(), lists:seq(1, N)),
    E = dict:filter(fun({k, K}, _) -> K rem 2 =:= 0 end, D),
    {dict:size(D), dict:size(E), dict:fold(fun(_, V, S) -> V + S end, 0, E),
     lists:sum([V || {_, V} <- dict:to_list(dict:map(fun(_, V) -> -V end, D))])}.

merge(A, B) ->
    M = dict:merge(fun(K, X, Y) -> {K, X, Y} end, dict:from_list(A), dict:from_list(B)),
    lists:sort(dict:to_list(M)).

orddicts(A, B) ->
    D = orddict:from_list(A),
    E = orddict:from_list(B),
    [D, orddict:merge(fun(_, X, Y) -> X + Y end, D, E), orddict:update_counter(a, 1, D),
     orddict:find(a, D), orddict:store(b, 0, E), orddict:filter(fun(_, V) -> V > 1 end, D),
     orddict:fold(fun(_, V, S) -> V + S end, 0, D), orddict:erase(a, D), orddict:fetch_keys(D),
     orddict:map(fun(K, V) -> {K, V} end, E), orddict:is_key(a, E), orddict:append(l, 1, [])].

errors(What) ->
    try
        case What of
            fetch -> dict:fetch(x, dict:new());
            update -> dict:update(x, fun(V) -> V end, dict:new());
            orddict -> orddict:fetch(x, []);
            append -> dict:append(a, 1, dict:from_list([{a, not_a_list}]))
        end
    catch
        C:R -> {C, R}
    end.
