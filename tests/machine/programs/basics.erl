%% Small functions for tests of the VM that need no OTP.
-module(basics).
-export([fact/1, kill_with/1, badmatch/1, tail_loop/1, fun_loop/1, echo/0, wait/1, selective/0, forever/0,
         ping/1, catches/1, kill_self/0, linked/1, names/0, spin/2, bits/1, apply_bad/0, undefd/0]).

fact(0) -> 1;
fact(N) when N > 0 -> N * fact(N - 1).

badmatch(X) -> {ok, Y} = X, Y.

tail_loop(0) -> done;
tail_loop(N) -> tail_loop(N - 1).

%% Calls a fun in tail position: must not grow the stack.
fun_loop(N) -> F = fun(_, 0) -> done; (G, M) -> G(G, M - 1) end, F(F, N).

echo() -> receive {From, X} -> From ! {self(), X} end.

wait(Ms) -> receive never -> message after Ms -> timed_out end.

selective() ->
    self() ! a, self() ! b, self() ! c,
    B = receive b -> b end,
    A = receive X -> X end,
    C = receive Y -> Y end,
    [B, A, C].

forever() -> receive after infinity -> ok end.

ping(N) ->
    Pong = spawn(basics, spin, [self(), N]),
    pings(Pong, N).

pings(_, 0) -> ok;
pings(Pong, N) -> Pong ! {ping, N}, receive {pong, N} -> pings(Pong, N - 1) end.

spin(_, 0) -> ok;
spin(To, N) -> receive {ping, N} -> To ! {pong, N} end, spin(To, N - 1).

catches(X) ->
    try X() of
        ok -> fine
    catch
        throw:T -> {thrown, T};
        error:E -> {failed, E};
        exit:R -> {left, R}
    after
        put(after_ran, true)
    end.

kill_self() -> exit(self(), kill), not_reached.

linked(Reason) ->
    process_flag(trap_exit, true),
    Pid = spawn_link(basics, kill_with, [Reason]),
    receive {'EXIT', Pid, R} -> R end.

names() ->
    true = register(me, self()),
    me ! hello,
    Got = receive M -> M end,
    Who = whereis(me) =:= self(),
    true = unregister(me),
    {Got, Who, whereis(me)}.

bits(<<A:3, B:5/little-signed, Rest/binary>>) -> {A, B, Rest, <<B:5, A:3, 7:2/unit:8>>}.

apply_bad() -> (fun(X) -> X end)(1, 2).

undefd() -> no_module:no_function(1).
kill_with(Reason) -> exit(Reason).
