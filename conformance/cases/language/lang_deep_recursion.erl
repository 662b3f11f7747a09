%% The stack grows; nothing here is a tail call until the deepest level.
-module(lang_deep_recursion).
-export([count/1, build/1, tuples/1, compare/1, both_sides/1, with_handler/1]).

count(0) -> 0;
count(N) -> 1 + count(N - 1).

build(N) -> length(list(N)).

list(0) -> [];
list(N) -> [N | list(N - 1)].

tuples(N) -> depth(nest(N, {}), 0).

nest(0, T) -> T;
nest(N, T) -> nest(N - 1, {T}).

depth({}, D) -> D;
depth({T}, D) -> depth(T, D + 1).

compare(N) ->
    A = nest(N, {}),
    B = nest(N, {}),
    C = nest(N, []),
    {A =:= B, A == B, A =:= C, A < C, A > C}.

both_sides(0) -> 1;
both_sides(N) -> both_sides(N - 1) + both_sides(N - 1).

with_handler(N) ->
    try
        fail(N)
    catch
        throw:{bottom, Depth} -> Depth
    end.

fail(0) -> throw({bottom, 0});
fail(N) -> {N, fail(N - 1)}.
