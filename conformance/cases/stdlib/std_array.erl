%% Arrays are returned as lists.
-module(std_array).
-export([basic/1, sparse/1, fixed/2, folds/1, sieve/1, errors/1, resize/2]).

basic(List) ->
    A = array:from_list(List),
    B = array:set(2, two, A),
    {array:size(A), array:to_list(B), array:get(0, B), array:get(100, B), array:is_fix(A),
     array:default(A), array:sparse_size(B)}.

sparse(Pairs) ->
    A = lists:foldl(fun({I, V}, Acc) -> array:set(I, V, Acc) end, array:new({default, 0}), Pairs),
    {array:size(A), array:sparse_to_orddict(A), array:sparse_foldl(fun(_, V, S) -> V + S end, 0, A)}.

fixed(N, I) ->
    A = array:new(N, {default, d}),
    {array:size(A), array:to_list(array:set(I, x, A))}.

folds(List) ->
    A = array:from_list(List),
    {array:foldl(fun(I, V, Acc) -> [{I, V} | Acc] end, [], A),
     array:foldr(fun(_, V, Acc) -> [V | Acc] end, [], A),
     array:to_list(array:map(fun(I, V) -> I * V end, A))}.

sieve(N) ->
    Strike = fun(M, Acc) -> array:set(M, false, Acc) end,
    A = lists:foldl(fun(P, Acc) ->
                            case array:get(P, Acc) of
                                true -> lists:foldl(Strike, Acc, lists:seq(P * P, N, P));
                                false -> Acc
                            end
                    end, array:new(N + 1, {default, true}), [P || P <- lists:seq(2, N), P * P =< N]),
    [P || P <- lists:seq(2, N), array:get(P, A)].

errors(What) ->
    try
        case What of
            range -> array:set(5, x, array:new(3));
            negative -> array:get(-1, array:new());
            bad -> array:size(not_an_array);
            option -> array:new([no_option])
        end
    catch
        C:R -> {C, R}
    end.

resize(List, N) ->
    A = array:from_list(List),
    {array:to_list(array:resize(N, A)), array:size(array:relax(array:fix(A))),
     array:to_list(array:reset(0, A))}.
