%% Messages to aliases of one's own, which end before a receive has looked for messages.
-module(own_aliases).
-export([between/1, reply/0, twice/0, monitored/2, unaliased/1, looked/0, after_another/0, mixed/0,
         in_order/1, sends/0, exit_signal/1, exits_of_other/1, other/0, marked/0]).

flush() -> receive M -> [M | flush()] after 0 -> [] end.

waiting() -> spawn(fun() -> receive stop -> ok end end).

%% What has to happen between sending and the end of the alias for the message to be kept.
between(What) ->
    Other = waiting(),
    Alias = alias(),
    Alias ! message,
    catch step(What, Other),
    {unalias(Alias), [message || message <- flush()]}.

step(nothing, _) -> ok;
step({info, Item}, _) -> process_info(self(), Item);
step({info_of_other, Item}, Other) -> process_info(Other, Item);
step(info, _) -> process_info(self());
step(alive, _) -> is_process_alive(self());
step(other_alive, Other) -> is_process_alive(Other);
step(flag, _) -> process_flag(trap_exit, true);
step(exit, _) -> process_flag(trap_exit, true), exit(self(), reason);
step(exit_other, Other) -> exit(Other, normal);
step(link, Other) -> link(Other), unlink(Other);
step(monitor, Other) -> demonitor(monitor(process, Other));
step(monitor_flush, Other) -> demonitor(monitor(process, Other), [flush]);
step(flush, _) -> demonitor(make_ref(), [flush]);
step(collect, _) -> garbage_collect();
step(yield, _) -> erlang:yield();
step('receive', _) -> receive nothing -> ok after 0 -> ok end;
step(sleep, _) -> receive nothing -> ok after 1 -> ok end;
step(own_message, _) -> self() ! mine, receive mine -> ok end;
step(spawn, _) -> spawn(fun() -> ok end);
step(send, _) -> self() ! mine;
step(register, _) -> register(own_aliases, self());
step(turn, _) -> lists:foldl(fun(X, Y) -> X + Y end, 0, lists:seq(1, 100000)).

reply() ->
    Alias = alias([reply]),
    Alias ! 1,
    Alias ! 2,
    {unalias(Alias), flush()}.

twice() ->
    Alias = alias([reply]),
    Alias ! 1,
    Alias ! 2,
    {flush(), unalias(Alias)}.

monitored(Mode, Options) ->
    Alias = monitor(process, waiting(), [{alias, Mode}]),
    Alias ! 1,
    {demonitor(Alias, Options), flush(), unalias(Alias)}.

unaliased(Mode) ->
    Alias = monitor(process, waiting(), [{alias, Mode}]),
    Alias ! 1,
    {unalias(Alias), demonitor(Alias, [info]), flush()}.

%% The message ends the monitor, once it is taken in.
looked() ->
    Alias = monitor(process, waiting(), [{alias, reply_demonitor}]),
    Alias ! 1,
    {process_info(self(), monitors), demonitor(Alias, [info]), flush()}.

after_another() ->
    Alias = alias(),
    self() ! first,
    Alias ! 1,
    receive first -> ok end,
    {unalias(Alias), flush()}.

mixed() ->
    Alias = alias(),
    self() ! 0,
    Alias ! 1,
    self() ! 2,
    Other = alias(),
    Other ! 3,
    unalias(Alias),
    self() ! 4,
    {process_info(self(), message_queue_len), flush()}.

in_order(Options) ->
    Alias = alias(Options),
    self() ! 0,
    Alias ! 1,
    self() ! 2,
    Alias ! 3,
    {process_info(self(), messages), unalias(Alias)}.

sends() ->
    Alias = alias(),
    erlang:send(Alias, 1),
    erlang:send(Alias, 2, []),
    {unalias(Alias), flush()}.

%% Since 28 an alias takes exit signals.
exit_signal(Options) ->
    process_flag(trap_exit, true),
    Alias = alias(Options),
    exit(Alias, reason),
    Ended = unalias(Alias),
    Again = alias(Options),
    exit(Again, reason),
    {Ended, [Reason || {'EXIT', _, Reason} <- flush()], unalias(Again)}.

%% They do not use it up.
exits_of_other(Options) ->
    process_flag(trap_exit, true),
    Alias = alias(Options),
    {_, Ref} = spawn_monitor(fun() -> exit(Alias, a), exit(Alias, b), Alias ! c, Alias ! d end),
    receive {'DOWN', Ref, _, _, _} -> ok end,
    {[case M of {'EXIT', _, Reason} -> Reason; _ -> M end || M <- flush()], unalias(Alias)}.

%% What others send is taken in before the process runs again.
other() ->
    Alias = alias([reply]),
    Self = self(),
    spawn(fun() -> Alias ! 1, Alias ! 2, Self ! done end),
    receive done -> ok end,
    {unalias(Alias), flush()}.

marked() ->
    Alias = alias(),
    Alias ! 1,
    Ref = make_ref(),
    unalias(Alias),
    self() ! {Ref, 2},
    {receive {Ref, X} -> X end, flush()}.
