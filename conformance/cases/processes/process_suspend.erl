%% Suspending and resuming processes.
-module(process_suspend).
-export([simple/0, counted/0, two_suspenders/0, suspender_dies/0, suspendee_dies/0, messages/0, timer/0, options/1, asynchronous/0, asynchronous_reply/1, bad/2, bad_resume/1, unless/0, runnable/0, exit_signals/0, hibernating/0, by_linked/0, self_suspended/0, garbage/0]).

waiting(F) ->
    Pid = spawn(F),
    settle(Pid).

settle(Pid) ->
    case process_info(Pid, status) of
        {status, waiting} -> Pid;
        {status, suspended} -> Pid;
        undefined -> Pid;
        _ -> erlang:yield(), settle(Pid)
    end.

status(Pid) ->
    case process_info(Pid, status) of {status, S} -> S; undefined -> undefined end.

echo(To) -> receive stop -> ok; M -> To ! {self(), M}, echo(To) end.

answer(Pid) -> receive {Pid, M} -> M after 50 -> none end.

caught(F) ->
    try F() catch C:R:Trace -> {C, R, setelement(4, hd(Trace), place)} end.

simple() ->
    Me = self(),
    Pid = waiting(fun() -> echo(Me) end),
    S = erlang:suspend_process(Pid),
    Status = status(Pid),
    Pid ! a,
    Held = answer(Pid),
    Queue = process_info(Pid, message_queue_len),
    R = erlang:resume_process(Pid),
    {S, Status, Held, Queue, R, answer(Pid), status(settle(Pid))}.

counted() ->
    Me = self(),
    Pid = waiting(fun() -> echo(Me) end),
    A = [erlang:suspend_process(Pid) || _ <- [1, 2, 3]],
    Info = process_info(self(), suspending),
    Pid ! a,
    B = [begin erlang:resume_process(Pid), answer(Pid) end || _ <- [1, 2, 3]],
    {A, element(1, Info), [{N, O} || {P, N, O} <- element(2, Info), P =:= Pid], B, caught(fun() -> erlang:resume_process(Pid), ok end) =:= ok}.

two_suspenders() ->
    Me = self(),
    Pid = waiting(fun() -> echo(Me) end),
    Other = waiting(fun() -> erlang:suspend_process(Pid), Me ! suspended, receive resume -> erlang:resume_process(Pid), Me ! resumed end, receive stop -> ok end end),
    receive suspended -> ok end,
    erlang:suspend_process(Pid),
    Pid ! a,
    Other ! resume,
    receive resumed -> ok end,
    Held = answer(Pid),
    erlang:resume_process(Pid),
    {Held, answer(Pid)}.

suspender_dies() ->
    Me = self(),
    Pid = waiting(fun() -> echo(Me) end),
    {Other, Ref} = spawn_monitor(fun() -> erlang:suspend_process(Pid), erlang:suspend_process(Pid), Me ! suspended, receive stop -> ok end end),
    receive suspended -> ok end,
    Before = status(Pid),
    Pid ! a,
    Held = answer(Pid),
    Other ! stop,
    receive {'DOWN', Ref, _, _, _} -> ok end,
    {Before, Held, answer(Pid), status(settle(Pid))}.

suspendee_dies() ->
    Me = self(),
    Pid = waiting(fun() -> echo(Me) end),
    erlang:suspend_process(Pid),
    Ref = monitor(process, Pid),
    exit(Pid, kill),
    Reason = receive {'DOWN', Ref, _, _, R} -> R end,
    {Reason, process_info(self(), suspending), element(2, caught(fun() -> erlang:resume_process(Pid) end)),
        element(2, caught(fun() -> erlang:suspend_process(Pid) end))}.

messages() ->
    Me = self(),
    Pid = waiting(fun() -> echo(Me) end),
    erlang:suspend_process(Pid),
    [Pid ! N || N <- [1, 2, 3]],
    Queued = process_info(Pid, messages),
    erlang:resume_process(Pid),
    {Queued, answer(Pid), answer(Pid), answer(Pid)}.

%% Time runs on while a process is suspended.
timer() ->
    Me = self(),
    Pid = waiting(fun() -> receive x -> ok after 30 -> Me ! {self(), ran_out} end end),
    erlang:suspend_process(Pid),
    receive after 80 -> ok end,
    Held = answer(Pid),
    erlang:resume_process(Pid),
    {Held, answer(Pid)}.

options(Options) ->
    Me = self(),
    Pid = waiting(fun() -> echo(Me) end),
    R = caught(fun() -> erlang:suspend_process(Pid, Options) end),
    R2 = case R of {error, _, _} -> error; _ -> status(settle(Pid)) end,
    case R of {error, badarg, {M, F, [P | As], L}} -> {error, {M, F, [P =:= Pid | As], L}, R2}; _ -> {R, R2} end.

unless() ->
    Pid = waiting(fun() -> receive stop -> ok end end),
    A = erlang:suspend_process(Pid, [unless_suspending]),
    B = erlang:suspend_process(Pid, [unless_suspending]),
    C = erlang:suspend_process(Pid),
    {suspending, [{Pid, N, O}]} = process_info(self(), suspending),
    {A, B, C, N, O}.

asynchronous() ->
    Pid = waiting(fun() -> receive stop -> ok end end),
    A = erlang:suspend_process(Pid, [asynchronous]),
    S = status(Pid),
    exit(Pid, kill),
    Ref = monitor(process, Pid),
    receive {'DOWN', Ref, _, _, _} -> ok end,
    B = erlang:suspend_process(Pid, [asynchronous]),
    {A, S, B, process_info(self(), suspending)}.

asynchronous_reply(Which) ->
    Pid = waiting(fun() -> receive stop -> ok end end),
    case Which of
        alive -> ok;
        dead -> Ref = monitor(process, Pid), Pid ! stop, receive {'DOWN', Ref, _, _, _} -> ok end;
        suspended -> erlang:suspend_process(Pid)
    end,
    A = erlang:suspend_process(Pid, [unless_suspending, {asynchronous, {tag, 1}}]),
    M = receive X -> X after 100 -> none end,
    {A, M}.

bad(Who, Options) ->
    Pid = case Who of self -> self(); _ -> Who end,
    try erlang:suspend_process(Pid, Options) catch C:R -> {C, R} end.

bad_resume(Who) ->
    Pid = case Who of self -> self(); other -> waiting(fun() -> receive stop -> ok end end); _ -> Who end,
    try erlang:resume_process(Pid) catch C:R -> {C, R} end.

%% A process that could run does not while it is suspended.
runnable() ->
    Me = self(),
    Pid = spawn(fun() -> receive go -> ok end, loop(Me, 0) end),
    settle(Pid),
    Pid ! go,
    receive {Pid, started} -> ok end,
    erlang:suspend_process(Pid),
    S = status(Pid),
    A = element(2, process_info(Pid, reductions)),
    receive after 20 -> ok end,
    B = element(2, process_info(Pid, reductions)),
    erlang:resume_process(Pid),
    receive {Pid, more} -> ok end,
    exit(Pid, kill),
    {S, A =:= B}.

loop(To, 0) -> To ! {self(), started}, loop(To, 1);
loop(To, 50000) -> To ! {self(), more}, loop(To, 50001);
loop(To, N) -> loop(To, N + 1).

exit_signals() ->
    Pid = waiting(fun() -> process_flag(trap_exit, true), receive {'EXIT', _, R} -> exit({trapped, R}) end end),
    Ref = monitor(process, Pid),
    erlang:suspend_process(Pid),
    exit(Pid, reason),
    Held = receive {'DOWN', Ref, _, _, R1} -> R1 after 50 -> none end,
    erlang:resume_process(Pid),
    {Held, receive {'DOWN', Ref, _, _, R2} -> R2 end}.

hibernating() ->
    Me = self(),
    Pid = waiting(fun() -> erlang:hibernate(erlang, send, [Me, awake]) end),
    erlang:suspend_process(Pid),
    Pid ! wake,
    Held = receive awake -> awake after 50 -> none end,
    erlang:resume_process(Pid),
    {Held, receive awake -> awake after 500 -> none end}.

by_linked() ->
    process_flag(trap_exit, true),
    Pid = spawn_link(fun() -> receive stop -> ok end end),
    settle(Pid),
    erlang:suspend_process(Pid),
    Pid ! stop,
    Held = receive {'EXIT', Pid, R1} -> R1 after 50 -> none end,
    erlang:resume_process(Pid),
    {Held, receive {'EXIT', Pid, R2} -> R2 end}.

self_suspended() ->
    {bad(self, []), bad_resume(self)}.

%% What the runtime does for a process does not wait for it to be resumed.
garbage() ->
    Pid = waiting(fun() -> receive stop -> ok end end),
    erlang:suspend_process(Pid),
    {erlang:garbage_collect(Pid), erlang:check_process_code(Pid, lists), status(Pid)}.
