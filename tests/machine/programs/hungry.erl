%% Takes all memory there is, by one kind of term.
-module(hungry).
-export([cells/1, tuples/1, floats/2, integers/2, funs/1, maps/2, small_maps/1, binaries/2, bits/2]).

cells(List) -> cells([1 | List]).

tuples(Tuple) -> tuples({Tuple, 1}).

floats(List, F) -> floats([F + 1.0 | List], F + 1.5).

integers(List, N) -> integers([N bsl 70 | List], N + 1).

funs(Before) -> funs(fun() -> Before end).

maps(Map, N) -> maps(Map#{N => N}, N + 1).

small_maps(Map) -> small_maps(#{before => Map}).

binaries(List, N) -> binaries([<<N:64, 0:800>> | List], N + 1).

bits(List, Bits) ->
    <<_:3, Rest/bits>> = Bits,
    bits([Rest | List], Bits).
