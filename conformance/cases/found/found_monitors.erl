-module(found_monitors).
-export([info/0, itself/0, alias_of_itself/1]).

%% Whether there was a monitor, told by demonitor/2 also when its message has come or been taken.
info() ->
    {P1, R1} = spawn_monitor(fun() -> ok end),
    receive {'DOWN', R1, process, P1, normal} -> ok end,
    Taken = demonitor(R1, [flush, info]),
    {P2, R2} = spawn_monitor(fun() -> ok end),
    wait_for(P2),
    Come = demonitor(R2, [info, flush]),
    {P3, R3} = spawn_monitor(fun() -> receive never -> ok end end),
    Alive = demonitor(R3, [flush, info]),
    exit(P3, kill),
    Rest = receive Message -> Message after 0 -> none end,
    {Taken, Come, Alive, demonitor(make_ref(), [flush, info]), demonitor(R3, [flush]), Rest}.

wait_for(Pid) ->
    Ref = monitor(process, Pid),
    receive {'DOWN', Ref, process, Pid, _} -> ok end.

%% A process that watches itself, by pid or by name, watches nothing.
itself() ->
    true = register(found_monitors, self()),
    Items = [self(), found_monitors, {found_monitors, node()}],
    Refs = [monitor(process, Item) || Item <- Items],
    {process_info(self(), monitors), [demonitor(Ref, [info]) || Ref <- Refs]}.

%% Nor does that make an alias.
alias_of_itself(Mode) ->
    true = register(found_monitors, self()),
    [
        begin
            Ref = erlang:monitor(process, Item, [{alias, Mode}]),
            Ref ! message,
            receive Message -> Message after 10 -> none end
        end
     || Item <- [self(), found_monitors, {found_monitors, node()}, nobody]
    ].
