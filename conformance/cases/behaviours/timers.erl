-module(timers).
-compile([export_all, nowarn_export_all]).

%% The module timer, whose server is started by whoever needs it first.

value(F) -> report_kit:value(F).
flush() -> receive M -> [M | flush()] after 0 -> [] end.

sends() ->
    Me = self(),
    register(timers_test, Me),
    {ok, _} = timer:send_after(10, one),
    {ok, _} = timer:send_after(20, Me, two),
    {ok, _} = timer:send_after(30, timers_test, three),
    {ok, _} = timer:apply_after(40, erlang, send, [Me, four]),
    {ok, _} = timer:exit_after(1000, spawn(fun() -> ok end), x),
    timer:sleep(200),
    flush().

intervals() ->
    Me = self(),
    {ok, A} = timer:send_interval(10, tick),
    Three = [receive tick -> tick end || _ <- [1, 2, 3]],
    B = timer:cancel(A),
    timer:sleep(30),
    flush(),
    timer:sleep(30),
    {ok, C} = timer:apply_interval(10, erlang, send, [Me, tock]),
    receive tock -> ok end,
    receive tock -> ok end,
    D = timer:cancel(C),
    timer:sleep(30),
    flush(),
    timer:sleep(30),
    {Three, element(1, B), element(1, D), flush()}.

cancelled() ->
    {ok, A} = timer:send_after(30, never),
    B = timer:cancel(A),
    C = timer:cancel(A),
    timer:sleep(60),
    {B, C, timer:cancel({once, make_ref()}), value(fun() -> timer:cancel(wrong) end), flush()}.

kills() ->
    Wait = fun() -> receive never -> ok end end,
    Ends = [begin
                {Pid, Monitor} = spawn_monitor(Wait),
                {ok, _} = F(Pid),
                receive {'DOWN', Monitor, _, _, Reason} -> Reason end
            end || F <- [fun(P) -> timer:kill_after(10, P) end, fun(P) -> timer:exit_after(10, P, because) end]],
    {Pid, Monitor} = spawn_monitor(fun() -> timer:kill_after(10), Wait() end),
    {Other, Second} = spawn_monitor(fun() -> timer:exit_after(10, mine), Wait() end),
    {Ends, receive {'DOWN', Monitor, _, Pid, R} -> R end, receive {'DOWN', Second, _, Other, S} -> S end}.

%% An interval ends with its process.
linked() ->
    Me = self(),
    Pid = spawn(fun() -> {ok, _} = timer:apply_interval(5, erlang, send, [Me, tick]), receive stop -> ok end end),
    receive tick -> Pid ! stop end,
    timer:sleep(30),
    flush(),
    timer:sleep(30),
    flush().

wrong() ->
    [case value(F) of {ok, _} -> ok; Other -> Other end || F <- [fun() -> timer:send_after(-1, x) end, fun() -> timer:send_after(a, x) end, fun() -> timer:send_interval(-1, x) end,
                       fun() -> timer:apply_after(1, m, f, not_a_list) end, fun() -> timer:apply_after(1, "m", f, []) end,
                       fun() -> timer:send_after(1, 17, x) end, fun() -> timer:exit_after(1, no_such_name, x) end]].

measures() ->
    {T1, ok} = timer:tc(fun() -> timer:sleep(20) end),
    {T2, 3} = timer:tc(fun(A, B) -> A + B end, [1, 2]),
    {T3, [2, 1]} = timer:tc(lists, reverse, [[1, 2]]),
    {T1 >= 20000, T2 >= 0, T3 >= 0, timer:seconds(2), timer:minutes(2), timer:hours(2), timer:hms(1, 2, 3),
     timer:now_diff({1, 2, 3}, {1, 1, 5}), timer:start()}.

units() ->
    {T, ok} = timer:tc(fun() -> timer:sleep(20) end, millisecond),
    {S, ok} = timer:tc(fun() -> ok end, second),
    Me = self(),
    {ok, _} = timer:apply_after(5, fun() -> Me ! applied end),
    {ok, _} = timer:apply_after(10, fun(X) -> Me ! X end, [with]),
    {ok, R} = timer:apply_repeatedly(10, fun() -> Me ! repeated end),
    timer:sleep(50),
    timer:cancel(R),
    timer:sleep(20),
    {T >= 20, S, lists:usort(flush())}.
