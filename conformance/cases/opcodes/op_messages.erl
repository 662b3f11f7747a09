%% A process that sends to itself sees its messages in the order in which they were sent.
-module(op_messages).
-export([one/1, ordered/1, selective/1, timeout/1, zero/0, flush/1, nested/0, guard/1, ping/1,
         bad_timeout/1, send_bad/1, big_wait/0]).

one(Message) ->
    self() ! Message,
    receive
        Got -> {got, Got}
    end.

ordered(N) ->
    [self() ! {n, K} || K <- lists:seq(1, N)],
    [receive {n, K} -> K end || _ <- lists:seq(1, N)].

selective(N) ->
    [self() ! {n, K} || K <- lists:seq(1, N)],
    [receive {n, K} -> K * K end || K <- lists:seq(N, 1, -1)].

timeout(After) ->
    receive
        never_sent_by_anybody -> strange
    after After ->
        {after_, After}
    end.

zero() ->
    self() ! here,
    A = receive here -> found after 0 -> missed end,
    B = receive here -> found after 0 -> missed end,
    {A, B}.

flush(List) ->
    [self() ! {flush, X} || X <- List],
    flush_loop([]).

flush_loop(Acc) ->
    receive
        {flush, X} -> flush_loop([X | Acc])
    after 0 -> Acc
    end.

nested() ->
    self() ! inner,
    self() ! outer,
    receive
        outer -> receive inner -> both end
    end.

guard(List) ->
    [self() ! {value, X} || X <- List],
    Big = receive {value, X} when X > 10 -> X after 0 -> none end,
    {Big, guard_rest()}.

guard_rest() ->
    receive
        {value, X} -> [X | guard_rest()]
    after 0 -> []
    end.

ping(N) ->
    Parent = self(),
    Echo = spawn(fun() -> echo(Parent) end),
    Answers = [begin
                   Echo ! {ping, self(), K},
                   receive {pong, Echo, Answer} -> Answer end
               end || K <- lists:seq(1, N)],
    Echo ! stop,
    receive
        {stopped, Echo} -> Answers
    end.

echo(Parent) ->
    receive
        {ping, From, K} ->
            From ! {pong, self(), K + 100},
            echo(Parent);
        stop ->
            Parent ! {stopped, self()}
    end.

bad_timeout(T) ->
    receive
        never_sent_by_anybody -> strange
    after T -> fired
    end.

send_bad(To) -> To ! hello.

big_wait() ->
    Parent = self(),
    spawn(fun() -> Parent ! wake end),
    receive
        wake -> awake
    after 16#ffffffff -> too_late
    end.
