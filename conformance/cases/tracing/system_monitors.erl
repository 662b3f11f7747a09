-module(system_monitors).
-compile([export_all, nowarn_export_all]).

settings() ->
    Me = self(),
    A = erlang:system_monitor(),
    B = [tracing_kit:probe(fun() -> without_self(erlang:system_monitor(Settings)) end)
         || Settings <- [undefined, {Me, []}, {Me, [{long_gc, 100}]}, {Me, [busy_port, busy_dist_port]},
                         {Me, [{large_heap, 1000}, {long_schedule, 20}, busy_port]}, {Me, [foo]},
                         {foo, [busy_port]}, {Me, [{long_gc, a}]}, {Me, [{long_gc, -1}]}, {Me, [busy_port | x]},
                         {gone(), [busy_port]}, foo, {Me, [{long_gc, 10}, {long_gc, 20}]}, {Me, [{long_gc, 0}]},
                         {Me, [{large_heap, 100000}]}, {Me, [{long_gc, 1 bsl 70}]}, {Me, [{busy_port, 1}]},
                         {Me, x}, {Me}, {foo, []}]],
    C = without_self(erlang:system_monitor()),
    D = [tracing_kit:probe(fun() -> without_self(erlang:system_monitor(Pid, Options)) end)
         || {Pid, Options} <- [{Me, [busy_port]}, {undefined, []}, {Me, [{long_schedule, 5}]}, {Me, []},
                               {foo, [busy_port]}, {Me, foo}]],
    E = without_self(erlang:system_monitor(undefined)),
    {A, B, C, D, E, erlang:system_monitor()}.

without_self({Pid, Options}) when Pid =:= self() -> {me, Options};
without_self(Other) -> Other.

gone() ->
    {Pid, Monitor} = spawn_monitor(fun() -> ok end),
    receive {'DOWN', Monitor, _, _, _} -> Pid end.

queue_settings() ->
    Me = self(),
    A = [tracing_kit:probe(fun() -> without_self(erlang:system_monitor(Me, [{long_message_queue, Limits}])) end)
         || Limits <- [{2, 5}, {5, 5}, {10, 5}, {5, 0}, {-1, 5}, {0, 1}, foo, {a, 1}, {0, 1 bsl 70}]],
    {A, without_self(erlang:system_monitor(undefined))}.

long_queues() ->
    Me = self(),
    erlang:system_monitor(Me, [{long_message_queue, {2, 5}}]),
    {Pid, Monitor} = spawn_monitor(fun() -> receive go -> empty() end end),
    [Pid ! m || _ <- lists:seq(1, 7)],
    Pid ! go,
    receive {'DOWN', Monitor, _, _, _} -> ok end,
    receive after 50 -> ok end,
    erlang:system_monitor(undefined),
    [case M of {monitor, Pid, What, Is} -> {What, Is} end || M <- tracing_kit:flush()].

empty() -> receive m -> empty() after 0 -> ok end.

monitor_ends() ->
    Found = after_its_end(),
    erlang:system_monitor(undefined),
    Found.

%% Since 28, the events stay when whoever was told of them ends, until somebody takes them back.
events_that_stay() ->
    Found = after_its_end(),
    Stay = erlang:trace_info(system, all),
    erlang:system_monitor(undefined),
    {Found, Stay, erlang:trace_info(system, all)}.

after_its_end() ->
    Me = self(),
    {Pid, Monitor} = spawn_monitor(fun() -> erlang:system_monitor(self(), [busy_port]), Me ! set end),
    receive set -> ok end,
    receive {'DOWN', Monitor, _, Pid, _} -> ok end,
    erlang:system_monitor().

profiles() ->
    Me = self(),
    A = erlang:system_profile(),
    B = [tracing_kit:probe(fun() -> without_self(erlang:system_profile(Pid, Options)) end)
         || {Pid, Options} <- [{undefined, []}, {Me, []}, {Me, [runnable_procs]},
                               {Me, [exclusive, runnable_ports, scheduler, runnable_procs]}, {Me, [foo]},
                               {foo, [scheduler]}, {Me, [runnable_procs | x]}, {foo, []}, {Me, [timestamp]},
                               {Me, [monotonic_timestamp, scheduler]}, {Me, [strict_monotonic_timestamp]},
                               {gone(), [runnable_procs]}, {undefined, [foo]}, {undefined, foo}]],
    {A, B, erlang:system_profile()}.

activity() ->
    Me = self(),
    {Pid, Monitor} = spawn_monitor(fun() -> receive go -> ok end, receive stop -> ok end end),
    waiting(Pid),
    erlang:system_profile(Me, [runnable_procs]),
    Pid ! go, waiting(Pid),
    Pid ! stop,
    receive {'DOWN', Monitor, _, _, _} -> ok end,
    receive after 10 -> ok end,
    erlang:system_profile(undefined, []),
    %% Signals, as that of process_info/2, may make it active once more.
    lists:usort([{What, is_tuple(Stamp)}
                 || {profile, P, What, _, Stamp} <- tracing_kit:flush(), P =:= Pid]).

waiting(Pid) ->
    case process_info(Pid, [status, message_queue_len]) of
        [{status, waiting}, {message_queue_len, 0}] -> ok;
        _ -> erlang:yield(), waiting(Pid)
    end.
