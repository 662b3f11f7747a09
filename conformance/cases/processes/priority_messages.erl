%% Messages of priority: who may send them, and where they go in the queue.
-module(priority_messages).
-export([sent/2, order/0, monitored/1, linked/1, exits/2, mode/1, selective/0, waiting/0, marked/0, item/1, dead/1, again/0, names/0, options/1]).

caught(F) -> try F() catch C:R -> {C, R} end.

queue() -> element(2, process_info(self(), messages)).
drain() -> receive M -> [M | drain()] after 0 -> [] end.

%% A message to an alias of a kind, sent with options, between ordinary ones.
sent(Kind, Options) ->
    caught(fun() ->
        Alias = case Kind of pid -> self(); _ -> alias(Kind) end,
        self() ! a,
        self() ! b,
        ok = erlang:send(Alias, p, Options),
        self() ! c,
        drain()
    end).

order() ->
    A = alias([priority]),
    B = alias([priority]),
    self() ! o1,
    erlang:send(A, p1, [priority]),
    erlang:send(B, p2, [priority]),
    self() ! o2,
    erlang:send(A, p3, [priority]),
    drain().

%% The message of a monitor.
monitored(Options) ->
    Pid = spawn(fun() -> receive stop -> exit(bye) end end),
    Ref = monitor(process, Pid, Options),
    self() ! a,
    self() ! b,
    Pid ! stop,
    wait(fun() -> length(queue()) =:= 3 end),
    [case X of {T, R, process, _, Why} when R =:= Ref -> {T, Why}; _ -> X end || X <- drain()].

wait(F) -> case F() of true -> ok; false -> receive after 1 -> ok end, wait(F) end.

linked(Steps) ->
    process_flag(trap_exit, true),
    Pid = spawn(fun() -> receive stop -> exit(bye) end end),
    [case S of plain -> link(Pid); {with, O} -> erlang:link(Pid, O); un -> unlink(Pid) end || S <- Steps],
    self() ! a,
    Pid ! stop,
    wait(fun() -> length(queue()) =:= 2 end),
    [case X of {'EXIT', P, Why} when P =:= Pid -> {exit, Why}; _ -> X end || X <- drain()].

exits(Kind, Options) ->
    process_flag(trap_exit, true),
    Alias = case Kind of pid -> self(); _ -> alias(Kind) end,
    self() ! a,
    R = caught(fun() -> erlang:exit_signal(Alias, why, Options) end),
    wait(fun() -> length(queue()) =:= 2 end),
    {R, [case X of {'EXIT', P, Why} when P =:= self() -> {exit, Why}; _ -> X end || X <- drain()]}.

%% An alias that ends with its first message.
mode(Kind) ->
    Alias = alias(Kind),
    self() ! a,
    erlang:send(Alias, p1, [priority]),
    erlang:send(Alias, p2, [priority]),
    {drain(), unalias(Alias)}.

%% A receive that has passed ordinary messages looks at one of priority that comes later.
selective() ->
    Me = self(),
    self() ! a,
    self() ! b,
    A = alias([priority]),
    spawn(fun() -> receive after 20 -> ok end, erlang:send(A, {p, Me}, [priority]) end),
    Got = receive {p, Me} -> p end,
    {Got, drain()}.

waiting() ->
    A = alias([priority]),
    spawn(fun() -> receive after 10 -> ok end, erlang:send(A, p, [priority]) end),
    receive M -> M end.

%% A receive for a reference that was just made.
marked() ->
    A = alias([priority]),
    self() ! a,
    Ref = make_ref(),
    erlang:send(A, {Ref, p}, [priority]),
    self() ! {Ref, o},
    First = receive {Ref, X} -> X end,
    {First, [case M of {R, Y} when R =:= Ref -> Y; _ -> M end || M <- drain()]}.

item(Kind) ->
    Before = process_info(self(), priority_messages),
    Pid = spawn(fun() -> receive stop -> ok end end),
    Undo = case Kind of
        alias -> A = alias([priority]), fun() -> unalias(A) end;
        plain_alias -> A = alias(), fun() -> unalias(A) end;
        monitor -> R = monitor(process, Pid, [priority]), fun() -> demonitor(R) end;
        link -> erlang:link(Pid, [priority]), fun() -> link(Pid) end;
        unlink -> erlang:link(Pid, [priority]), fun() -> unlink(Pid) end
    end,
    During = process_info(self(), priority_messages),
    Undo(),
    {Before, During, process_info(self(), priority_messages)}.

dead(Options) ->
    {Pid, R} = spawn_monitor(fun() -> ok end),
    receive {'DOWN', R, _, _, _} -> ok end,
    self() ! a,
    Ref = monitor(process, Pid, Options),
    wait(fun() -> length(queue()) =:= 2 end),
    [case X of {'DOWN', Q, process, _, Why} when Q =:= Ref -> Why; _ -> X end || X <- drain()].

again() ->
    A = alias([priority]),
    unalias(A),
    self() ! a,
    erlang:send(A, p, [priority]),
    drain().

names() ->
    register(priority_messages, self()),
    self() ! a,
    erlang:send(priority_messages, b, [priority]),
    drain().

options(Options) -> caught(fun() -> is_reference(alias(Options)) end).
