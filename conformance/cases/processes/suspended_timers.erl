-module(suspended_timers).
-export([receives/0, receives_later/0, message/1, told/1, started_in/0, ended/0, twice/0]).

%% What a process gets, in order; `mark` is sent when it is resumed.
collect(To) ->
    receive
        stop -> ok;
        M -> To ! {self(), M}, collect(To)
    end.

got(P, N) -> [receive {P, M} -> M after 1000 -> none end || _ <- lists:seq(1, N)].

collector() ->
    Me = self(),
    spawn_link(fun() -> collect(Me) end).

suspended(P, Milliseconds) ->
    true = erlang:suspend_process(P),
    timer:sleep(Milliseconds),
    P ! mark,
    true = erlang:resume_process(P).

done(P, Result) -> unlink(P), exit(P, kill), Result.

%% A receive whose time would have run out meanwhile.
receives() ->
    Me = self(),
    P = spawn_link(fun() -> Me ! {self(), receive mark -> mark after 60 -> timed_out end} end),
    timer:sleep(10),
    suspended(P, 120),
    got(P, 1).

%% It runs out in the end.
receives_later() ->
    Me = self(),
    P = spawn_link(fun() -> Me ! {self(), receive never -> never after 60 -> timed_out end} end),
    timer:sleep(10),
    suspended(P, 120),
    At = erlang:monotonic_time(millisecond),
    Got = got(P, 1),
    {Got, erlang:monotonic_time(millisecond) - At > 20}.

%% A message to a process that is suspended: by its pid, by its name, absolutely.
message(How) ->
    P = collector(),
    register(suspended_timers_name, P),
    case How of
        pid -> erlang:send_after(60, P, late);
        start -> erlang:start_timer(60, P, late);
        name -> erlang:send_after(60, suspended_timers_name, late);
        absolute ->
            erlang:send_after(erlang:monotonic_time(millisecond) + 60, P, late, [{abs, true}])
    end,
    suspended(P, 120),
    Got = [case M of {timeout, _, L} -> L; _ -> M end || M <- got(P, 2)],
    unregister(suspended_timers_name),
    done(P, Got).

%% What is known of a timer meanwhile, and whether it can be cancelled.
told(How) ->
    P = collector(),
    Ref = erlang:send_after(60, P, late),
    true = erlang:suspend_process(P),
    In = left(case How of read -> erlang:read_timer(Ref); cancel -> erlang:cancel_timer(Ref) end),
    true = erlang:resume_process(P),
    timer:sleep(10),
    Out = left(erlang:read_timer(Ref)),
    timer:sleep(100),
    P ! mark,
    Got = got(P, 1),
    done(P, {In, Out, Got}).

left(N) when is_integer(N) -> left;
left(Other) -> Other.

%% A timer that is started while the process is suspended.
started_in() ->
    P = collector(),
    true = erlang:suspend_process(P),
    Ref = erlang:send_after(60, P, late),
    Left = left(erlang:read_timer(Ref)),
    timer:sleep(120),
    P ! mark,
    true = erlang:resume_process(P),
    done(P, {Left, got(P, 2)}).

%% The process ends before it is resumed.
ended() ->
    P = collector(),
    Ref = erlang:send_after(30, P, late),
    true = erlang:suspend_process(P),
    timer:sleep(60),
    Mon = monitor(process, P),
    done(P, ok),
    receive {'DOWN', Mon, process, P, Reason} -> {Reason, left(erlang:read_timer(Ref))} end.

%% Suspended twice, resumed twice.
twice() ->
    P = collector(),
    erlang:send_after(60, P, late),
    true = erlang:suspend_process(P),
    true = erlang:suspend_process(P),
    timer:sleep(60),
    true = erlang:resume_process(P),
    timer:sleep(60),
    P ! mark,
    true = erlang:resume_process(P),
    done(P, got(P, 2)).
