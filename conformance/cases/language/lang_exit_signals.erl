%% Helpers end in a given way; the parent returns what it was told, in order.
-module(lang_exit_signals).
-export([kill/1, trap/1, linked_death/1, unlink_first/0, monitor_dead/0, demonitor_flush/0,
         two_monitors/0, exit_self/1, link_dead/0, parent_dies/1, pair/1, exit_values/1, kill_trapping/0]).

kill(Reason) ->
    {Pid, Ref} = spawn_monitor(fun wait/0),
    exit(Pid, Reason),
    Pid ! {finish, self()},
    receive
        {'DOWN', Ref, process, Pid, Why} -> Why;
        {finished, Pid} -> demonitor(Ref, [flush]), survived
    end.

wait() -> receive {finish, From} -> From ! {finished, self()}, receive after infinity -> ok end end.

trap(Reason) ->
    Parent = self(),
    {Pid, Ref} = spawn_monitor(fun() ->
                                       process_flag(trap_exit, true),
                                       Parent ! ready,
                                       receive {'EXIT', Parent, R} -> Parent ! {trapped, R} end
                               end),
    receive ready -> ok end,
    exit(Pid, Reason),
    First = receive {trapped, R} -> {trapped, R}; {'DOWN', Ref, _, _, D} -> {died, D} end,
    case First of
        {trapped, _} -> receive {'DOWN', Ref, process, Pid, Why} -> {First, Why} end;
        _ -> First
    end.

linked_death(Reason) ->
    {Pid, Ref} = spawn_monitor(fun() ->
                                       spawn_link(fun() -> exit(Reason) end),
                                       receive after 200 -> survived end
                               end),
    receive {'DOWN', Ref, process, Pid, Why} -> Why end.

unlink_first() ->
    {Pid, Ref} = spawn_monitor(fun() ->
                                       Child = spawn_link(fun() -> receive go -> exit(bad) end end),
                                       unlink(Child),
                                       M = monitor(process, Child),
                                       Child ! go,
                                       receive {'DOWN', M, _, _, R} -> exit({seen, R}) end
                               end),
    receive {'DOWN', Ref, process, Pid, Why} -> Why end.

monitor_dead() ->
    {Pid, Ref} = spawn_monitor(fun() -> ok end),
    receive {'DOWN', Ref, process, Pid, A} -> ok end,
    Again = monitor(process, Pid),
    B = receive {'DOWN', Again, process, Pid, R} -> R end,
    C = monitor(process, surely_not_registered),
    D = receive {'DOWN', C, process, {Name, _}, Q} -> {Name, Q} end,
    {A, B, D}.

demonitor_flush() ->
    {Pid, Ref} = spawn_monitor(fun() -> ok end),
    Other = monitor(process, Pid),
    receive {'DOWN', Other, process, Pid, _} -> ok end,
    true = demonitor(Ref, [flush]),
    receive {'DOWN', Ref, _, _, _} -> not_flushed after 10 -> flushed end.

two_monitors() ->
    Pid = spawn(fun() -> receive stop -> exit(stopped) end end),
    A = monitor(process, Pid),
    B = monitor(process, Pid),
    Pid ! stop,
    Ra = receive {'DOWN', A, _, _, R1} -> R1 end,
    Rb = receive {'DOWN', B, _, _, R2} -> R2 end,
    {A =/= B, Ra, Rb}.

exit_self(Reason) ->
    {Pid, Ref} = spawn_monitor(fun() ->
                                       try
                                           exit(self(), Reason),
                                           receive after 20 -> exit(survived) end
                                       catch
                                           C:R -> exit({caught, C, R})
                                       end
                               end),
    receive {'DOWN', Ref, process, Pid, Why} -> Why end.

link_dead() ->
    Old = process_flag(trap_exit, true),
    {Pid, Ref} = spawn_monitor(fun() -> ok end),
    receive {'DOWN', Ref, process, Pid, _} -> ok end,
    Link = (catch link(Pid)),
    Result = receive {'EXIT', Pid, R} -> R after 100 -> nothing end,
    process_flag(trap_exit, Old),
    {Link, Result}.

parent_dies(Reason) ->
    Top = self(),
    {_, Ref} = spawn_monitor(fun() ->
                                     Child = spawn_link(fun() -> receive after infinity -> ok end end),
                                     Top ! {child, Child},
                                     receive go -> exit(Reason) end
                             end),
    Child = receive {child, C} -> C end,
    M = monitor(process, Child),
    {Parent, _} = {receive_parent(Child), ok},
    Parent ! go,
    receive {'DOWN', Ref, _, _, R1} -> ok end,
    R2 = receive {'DOWN', M, _, _, R} -> R after 50 -> exit(Child, kill), alive end,
    {R1, R2}.

receive_parent(Child) ->
    {links, [Parent]} = process_info(Child, links),
    Parent.

pair(Reason) ->
    Old = process_flag(trap_exit, true),
    A = spawn_link(fun() -> receive {partner, P} -> link(P), receive go -> exit(Reason) end end end),
    B = spawn_link(fun() -> receive after infinity -> ok end end),
    A ! {partner, B},
    A ! go,
    Ra = receive {'EXIT', A, X} -> X end,
    Rb = receive {'EXIT', B, Y} -> Y after 50 -> unlink(B), exit(B, kill), alive end,
    process_flag(trap_exit, Old),
    {Ra, Rb}.

exit_values(List) -> [kill(R) || R <- List].

kill_trapping() ->
    Parent = self(),
    {Pid, Ref} = spawn_monitor(fun() -> process_flag(trap_exit, true), Parent ! ready,
                                        receive after infinity -> ok end end),
    receive ready -> ok end,
    exit(Pid, kill),
    receive {'DOWN', Ref, process, Pid, Why} -> Why end.
