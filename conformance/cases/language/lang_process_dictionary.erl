%% Every function starts from and leaves an empty set of its own keys.
-module(lang_process_dictionary).
-export([put_get/2, overwrite/1, keys/1, erase_all/0, per_process/1, exception/1, any_key/0,
         many/1, get_keys/1]).

put_get(K, V) ->
    Old = put(K, V),
    Result = {Old, get(K), erase(K), get(K)},
    Result.

overwrite(List) ->
    Olds = [put(slot, X) || X <- List],
    {Olds, erase(slot)}.

keys(List) ->
    [put({key, K}, K) || K <- List],
    Found = lists:sort([K || {{key, K}, _} <- get()]),
    [erase({key, K}) || K <- List],
    Found.

erase_all() ->
    Parent = self(),
    {_, Ref} = spawn_monitor(fun() ->
                                     put(a, 1),
                                     put(b, 2),
                                     All = lists:sort(erase()),
                                     Ours = [X || {K, _} = X <- All, lists:member(K, [a, b])],
                                     Parent ! {all, Ours, get(a), erase()}
                             end),
    receive {'DOWN', Ref, _, _, normal} -> ok end,
    receive {all, A, B, C} -> {A, B, C} end.

per_process(X) ->
    put(mine, X),
    Parent = self(),
    spawn(fun() -> Parent ! {theirs, get(mine), put(mine, other), get(mine)} end),
    Theirs = receive {theirs, A, B, C} -> {A, B, C} end,
    {Theirs, erase(mine)}.

exception(X) ->
    R = try put(before_error, X), error(stop) catch error:stop -> get(before_error) end,
    {R, erase(before_error)}.

any_key() ->
    Keys = [1, 1.0, "s", <<"b">>, {t, [1]}, #{m => 1}, [], 100000000000000000000],
    [put(K, {value, K}) || K <- Keys],
    Values = [get(K) || K <- Keys],
    Erased = [erase(K) || K <- Keys],
    {Values =:= Erased, Values}.

many(N) ->
    [put({many, K}, K) || K <- lists:seq(1, N)],
    Sum = lists:sum([get({many, K}) || K <- lists:seq(1, N)]),
    Count = length([erase({many, K}) || K <- lists:seq(1, N)]),
    {Sum, Count, get({many, 1})}.

get_keys(V) ->
    put(k1, V), put(k2, V), put(k3, {V}),
    Keys = lists:sort(get_keys_of(V)),
    [erase(K) || K <- [k1, k2, k3]],
    Keys.

get_keys_of(V) -> erlang:get_keys(V).
