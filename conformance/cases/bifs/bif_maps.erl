%% What is no map is a badmap error.
-module(bif_maps).
-export([run/2, paths/1]).

run(Function, Args) ->
    try
        call(Function, Args)
    catch
        Class:Reason -> {Class, Reason}
    end.

call(map_size, [A]) -> erlang:map_size(A);
call(map_get, [A, B]) -> erlang:map_get(A, B);
call(get, [A, B]) -> maps:get(A, B);
call(find, [A, B]) -> maps:find(A, B);
call(is_key, [A, B]) -> maps:is_key(A, B);
call(put, [A, B, C]) -> maps:put(A, B, C);
call(update, [A, B, C]) -> maps:update(A, B, C);
call(remove, [A, B]) -> maps:remove(A, B);
call(take, [A, B]) -> maps:take(A, B);
call(merge, [A, B]) -> maps:merge(A, B);
call(keys, [A]) -> maps:keys(A);
call(values, [A]) -> maps:values(A);
call(from_list, [A]) -> maps:from_list(A);
call(from_keys, [A, B]) -> maps:from_keys(A, B);
call(to_list, [A]) -> maps:to_list(A).

%% Iterators nobody made: into a small map, and into the tree of a large one, whose top has 16 children.
paths(Size) ->
    Map = maps:from_list([{Key, Key} || Key <- lists:seq(1, Size)]),
    [{Path, path(Path, Map)} || Path <- [-1, 0, 1, 1 bsl 63, 16#ffffffff, 16#ffffffffffffffff, -16#ffffffffffffffff, 1.0, a]].

path(Path, Map) ->
    try maps:next([Path | Map]) of
        none -> none;
        {Key, Value, _} -> Key =:= Value
    catch
        Class:Reason -> {Class, Reason}
    end.
