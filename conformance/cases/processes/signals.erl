%% Exit signals, links and questions about processes that OTP's own code asks.
-module(signals).
-export([exit_signal/2, exit_signal/3, to_self/3, bad/2, alive/1, leader/1, leader_bad/2, processes/1, iterator/0, display/1, super/1, nodes/2, links/1, to_alias/2]).

waiting(F) ->
    Pid = spawn(F),
    settle(Pid).

settle(Pid) ->
    case process_info(Pid, status) of
        {status, waiting} -> Pid;
        undefined -> Pid;
        _ -> erlang:yield(), settle(Pid)
    end.

caught_reason(F) ->
    try F() catch C:R -> {C, R} end.

caught(F) ->
    try F() catch C:R:Trace -> {C, R, setelement(4, hd(Trace), place)} end.

%% What an exit signal does to a process that traps exits or not.
exit_signal(Reason, Traps) -> exit_signal(Reason, Traps, none).

exit_signal(Reason, Traps, Options) ->
    Pid = waiting(fun() -> process_flag(trap_exit, Traps), receive M -> exit({got, setelement(2, M, from)}) end end),
    Ref = monitor(process, Pid),
    Result = caught(fun() ->
        case Options of
            none -> erlang:exit_signal(Pid, Reason);
            {exit, O} -> erlang:exit(Pid, Reason, O);
            {_, O} -> erlang:exit_signal(Pid, Reason, O)
        end
    end),
    Ended = receive {'DOWN', Ref, _, _, R} -> R after 50 -> exit(Pid, kill), alive end,
    case Result of
        {error, E, {M, F, [P | As], L}} -> {{error, E, {M, F, [P =:= Pid | As], L}}, Ended};
        _ -> {Result, Ended}
    end.

to_self(F, Reason, Traps) ->
    {Pid, Ref} = spawn_monitor(fun() ->
        process_flag(trap_exit, Traps),
        Result = case F of
            exit -> exit(self(), Reason);
            exit3 -> erlang:exit(self(), Reason, []);
            exit_signal -> erlang:exit_signal(self(), Reason);
            exit_signal3 -> erlang:exit_signal(self(), Reason, [])
        end,
        Got = receive {'EXIT', P, R} -> {P =:= self(), R} after 20 -> none end,
        exit({Result, Got})
    end),
    receive {'DOWN', Ref, process, Pid, Why} -> Why end.

bad(F, Args) ->
    Arguments = [case A of self -> self(); ref -> make_ref(); dead -> dead_pid(); _ -> A end || A <- Args],
    try apply(erlang, F, Arguments) catch C:R -> {C, R} end.

dead_pid() ->
    {Pid, Ref} = spawn_monitor(fun() -> ok end),
    receive {'DOWN', Ref, _, _, _} -> Pid end.

alive(Who) ->
    Pid = case Who of self -> self(); dead -> dead_pid(); other -> waiting(fun() -> receive stop -> ok end end); _ -> Who end,
    {caught(fun() -> erts_internal:is_process_alive(Pid) end) =:= true, caught(fun() -> is_process_alive(Pid) end) =:= true,
        try erts_internal:is_process_alive(Pid, self_made) catch C:R -> {C, R} end}.

leader(Who) ->
    Me = self(),
    Pid = case Who of self -> Me; other -> waiting(fun() -> receive ask -> Me ! {leader, group_leader()} end end) end,
    Ref = make_ref(),
    Old = group_leader(),
    Result = erts_internal:group_leader(Me, Pid, Ref),
    Answer = receive {Ref, A} -> A end,
    Now = case Who of self -> group_leader(); other -> Pid ! ask, receive {leader, L} -> L end end,
    group_leader(Old, Me),
    {Result, Answer, Now =:= Me}.

leader_bad(What, Ref) ->
    R = case Ref of ref -> make_ref(); _ -> Ref end,
    {L, P} = case What of leader -> {x, self()}; pid -> {self(), x}; dead -> {self(), dead_pid()}; fine -> {self(), self()} end,
    Old = group_leader(),
    Result = try erts_internal:group_leader(L, P, R) of V -> {V, receive {R, A} -> A after 50 -> none end} catch C:E -> {C, E} end,
    group_leader(Old, self()),
    Result.

processes(Cursor) ->
    try erts_internal:processes_next(Cursor) of
        none -> none;
        {N, Pids} when is_integer(N) -> {next, lists:all(fun is_pid/1, Pids), Pids =/= []}
    catch C:R -> {C, R}
    end.

iterator() ->
    All = iterate(erlang:processes_iterator(), []),
    {lists:member(self(), All), lists:sort(All) =:= lists:sort(processes()), caught(fun() -> erlang:processes_next(x) end)}.

iterate(I, Pids) ->
    case erlang:processes_next(I) of
        none -> Pids;
        {P, Next} -> iterate(Next, [P | Pids])
    end.

display(What) ->
    try erts_internal:process_display(case What of dead -> dead_pid(); bad -> x; type -> self() end, case What of type -> x; _ -> backtrace end)
    catch C:R -> {C, R} end.

%% Whether tables of others may be read and changed.
super(tables) ->
    Me = self(),
    spawn(fun() -> T = ets:new(private, [private]), ets:insert(T, {k, v}), Me ! {table, T}, receive stop -> ok end end),
    T = receive {table, X} -> X end,
    [begin erts_internal:ets_super_user(F), {caught_reason(fun() -> ets:lookup(T, k) end), caught_reason(fun() -> ets:insert(T, {a, b}) end)} end || F <- [true, false]];
super(Flag) ->
    try erts_internal:ets_super_user(Flag) catch C:R -> {C, R} end.

nodes(Node, Args) ->
    Result = caught(fun() -> apply(erlang, monitor_node, [Node | Args]) end),
    {Result, receive M -> M after 20 -> none end}.

links(What) ->
    process_flag(trap_exit, true),
    Pid = case What of dead -> dead_pid(); _ -> spawn(fun() -> receive stop -> exit(stopped) end end) end,
    Result = caught(fun() -> case What of options -> erlang:link(Pid, []); bad -> erlang:link(Pid, [x]); improper -> erlang:link(Pid, x); dead -> erlang:link(Pid, []); priority -> erlang:link(Pid, [priority]) end end),
    Pid ! stop,
    Message = receive {'EXIT', Pid, R} -> R after 50 -> none end,
    case Result of {error, E, _} -> {error, E, Message}; _ -> {Result, Message} end.

%% An alias is a destination of exit signals since 28.
to_alias(F, Kind) ->
    Me = self(),
    Pid = spawn(fun() ->
        process_flag(trap_exit, true),
        Alias = erlang:alias(),
        case Kind of off -> erlang:unalias(Alias); on -> ok end,
        Me ! {alias, Alias},
        receive M -> Me ! {got, setelement(2, M, from)} after 50 -> Me ! {got, none} end
    end),
    Alias = receive {alias, A} -> A end,
    Result = try apply(erlang, F, [Alias, why]) catch C:R -> {C, R} end,
    Got = receive {got, G} -> G end,
    is_pid(Pid),
    {Result, Got}.
