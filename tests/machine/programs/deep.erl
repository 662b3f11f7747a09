%% Builds, compares, hashes, matches, copies and frees terms nested N deep.
-module(deep).
-export([run/2, body/1]).

run(Kind, N) ->
    A = build(Kind, N),
    B = build(Kind, N),
    C = build(Kind, N + 1),
    true = A =:= B,
    true = A == B,
    false = A =:= C,
    true = (A < C) xor (C < A),
    Map = #{A => found, other => B},
    #{A := found} = Map,
    found = maps:get(B, Map),
    error = maps:find(C, Map),
    N = depth(Kind, A),
    {Pid, Ref} = erlang:spawn_opt(erlang, apply, [deep_echo(), []], [monitor]),
    Pid ! {self(), A},
    receive {Pid, Back} -> true = Back =:= B end,
    receive {'DOWN', Ref, process, Pid, normal} -> ok end,
    {ok, A}.

deep_echo() ->
    fun() -> receive {From, Term} -> From ! {self(), Term} end end.

build(tail, N) -> tail(N, []);
build(head, N) -> wrap(N, [], fun(T) -> [T] end);
build(improper, N) -> wrap(N, x, fun(T) -> [a | T] end);
build(tuple, N) -> wrap(N, {}, fun(T) -> {T} end);
build(map, N) -> wrap(N, #{}, fun(T) -> #{k => T} end);
build(env, N) -> wrap(N, [], fun(T) -> fun() -> T end end);
build(mixed, N) -> mixed(N, []).

tail(0, Acc) -> Acc;
tail(N, Acc) -> tail(N - 1, [N band 3 | Acc]).

wrap(0, Acc, _) -> Acc;
wrap(N, Acc, F) -> wrap(N - 1, F(Acc), F).

mixed(0, Acc) -> Acc;
mixed(N, Acc) when N rem 3 =:= 0 -> mixed(N - 1, {Acc, N});
mixed(N, Acc) when N rem 3 =:= 1 -> mixed(N - 1, [N | Acc]);
mixed(N, Acc) -> mixed(N - 1, #{N => Acc}).

depth(env, F) -> env_depth(F, 0);
depth(_, T) -> depth_of(T, 0).

depth_of([], N) -> N;
depth_of(x, N) -> N;
depth_of({}, N) -> N;
depth_of({T}, N) -> depth_of(T, N + 1);
depth_of({T, I}, N) when is_integer(I) -> depth_of(T, N + 1);
depth_of([H | T], N) when is_integer(H) -> depth_of(T, N + 1);
depth_of([a | T], N) -> depth_of(T, N + 1);
depth_of([T], N) -> depth_of(T, N + 1);
depth_of(M, N) when map_size(M) =:= 0 -> N;
depth_of(M, N) when is_map(M) -> [T] = maps:values(M), depth_of(T, N + 1).

env_depth([], N) -> N;
env_depth(F, N) -> env_depth(F(), N + 1).

%% Body recursion N frames deep.
body(0) -> 0;
body(N) -> 1 + body(N - 1).
