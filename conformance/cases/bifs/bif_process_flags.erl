%% Old values are restored.
-module(bif_process_flags).
-export([leader/0, flag/2, info/1, items/1, self_info/0, dead/0, bad/2]).

flag(Flag, Value) ->
    try
        Old = process_flag(Flag, Value),
        New = process_flag(Flag, Old),
        {Old, New}
    catch
        C:R -> {C, R}
    end.

info(messages) ->
    self() ! a,
    self() ! {b, [1]},
    Info = {process_info(self(), messages), process_info(self(), message_queue_len)},
    receive a -> ok end,
    receive {b, _} -> ok end,
    Info;
info(links) ->
    Pid = spawn_link(fun() -> receive stop -> ok end end),
    {links, Links} = process_info(self(), links),
    unlink(Pid),
    Pid ! stop,
    lists:member(Pid, Links);
info(monitors) ->
    {Pid, Ref} = spawn_monitor(fun() -> receive stop -> ok end end),
    {monitors, M} = process_info(self(), monitors),
    {monitored_by, By} = process_info(Pid, monitored_by),
    Pid ! stop,
    receive {'DOWN', Ref, _, _, _} -> ok end,
    {lists:member({process, Pid}, M), By =:= [self()]};
info(dictionary) ->
    put(bif_flags_key, v),
    {dictionary, D} = process_info(self(), dictionary),
    erase(bif_flags_key),
    lists:member({bif_flags_key, v}, D);
info(current) ->
    {element(2, process_info(self(), current_function)), element(1, process_info(self(), initial_call))}.

items(Items) ->
    try
        [K || {K, _} <- process_info(self(), Items)]
    catch
        C:R -> {C, R}
    end.

self_info() ->
    Keys = [K || {K, _} <- process_info(self())],
    [lists:member(K, Keys) || K <- [dictionary, links, status, trap_exit, heap_size, reductions]].

dead() ->
    {Pid, Ref} = spawn_monitor(fun() -> ok end),
    receive {'DOWN', Ref, _, _, _} -> ok end,
    {process_info(Pid), process_info(Pid, status), is_process_alive(Pid), exit(Pid, kill)}.

bad(What, X) ->
    try
        case What of
            info -> process_info(X);
            item -> process_info(self(), X);
            alive -> is_process_alive(X);
            exit -> exit(X, reason);
            link -> link(X);
            unlink -> unlink(X);
            monitor -> monitor(X, self());
            demonitor -> demonitor(X)
        end
    catch
        C:R -> {C, R}
    end.

%% A new process has its parent's; it can be changed for another process.
leader() ->
    Me = self(),
    Mine = group_leader(),
    Child = spawn(fun() ->
                          Me ! {inherited, group_leader()},
                          receive go -> Me ! {changed, group_leader()} end
                  end),
    Inherited = receive {inherited, Leader} -> Leader =:= Mine end,
    true = group_leader(Me, Child),
    Child ! go,
    Changed = receive {changed, Other} -> Other =:= Me end,
    {is_pid(Mine), {group_leader, Mine} =:= process_info(Me, group_leader), Inherited, Changed,
     try group_leader(x, Me) catch C:R -> {C, R} end}.
