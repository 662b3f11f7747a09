-module(hibernate_in_place).
-compile([export_all, nowarn_export_all]).

%% A process that sleeps twice, the second time in a tail call.
sleeper(Parent) ->
    Result = erlang:hibernate(),
    Parent ! {woken, Result},
    receive X -> Parent ! X, erlang:hibernate() end.

asks(Pid) ->
    timer:sleep(20),
    process_info(Pid, [current_function, current_stacktrace, initial_call, status, message_queue_len]).

kept() ->
    Me = self(),
    Pid = spawn(?MODULE, sleeper, [Me]),
    First = asks(Pid),
    Pid ! hello,
    Told = [receive {woken, R} -> R end, receive hello -> hello end],
    Second = asks(Pid),
    Monitor = monitor(process, Pid),
    Pid ! again,
    {First, Told, Second, receive {'DOWN', Monitor, _, _, Reason} -> Reason end}.

%% With a message there is no sleep.
at_once() ->
    self() ! x,
    A = erlang:hibernate(),
    F = fun erlang:hibernate/0,
    [A, F(), apply(erlang, hibernate, []), apply(F, []), receive x -> got end].

funs() ->
    F = fun erlang:hibernate/0,
    [asks(spawn(F)), asks(spawn(fun() -> F() end)), asks(spawn(erlang, hibernate, [])),
     asks(spawn(fun() -> apply(erlang, hibernate, []) end))].

%% In the middle of things: frames, handlers and timers stay.
deep(0) -> erlang:hibernate(), error(bottom);
deep(N) -> 1 + deep(N - 1).

frames() ->
    {Pid, Monitor} = spawn_monitor(fun() -> exit(try deep(3) catch error:R:S -> {R, length(S)} end) end),
    Info = asks(Pid),
    Pid ! go,
    {Info, receive {'DOWN', Monitor, _, _, Reason} -> Reason end}.

signals() ->
    {A, MA} = spawn_monitor(fun() -> erlang:hibernate() end),
    asks(A),
    exit(A, because),
    {B, MB} = spawn_monitor(fun() -> process_flag(trap_exit, true), erlang:hibernate(), receive X -> exit({got, X}) end end),
    asks(B),
    exit(B, because),
    [receive {'DOWN', MA, _, _, R1} -> R1 end, receive {'DOWN', MB, _, _, {got, {'EXIT', _, R2}}} -> R2 end].

%% It is no built-in function, though its code is in the emulator.
built_in() -> [erlang:is_builtin(erlang, hibernate, N) || N <- [0, 3]].
