%% What OTP's own tests ask of an emulator.
-module(bif_debug_state).
-export([emulator/0, shown/1, lock_counting/0, checked/1, off/0, on/0, asked/1, changed/2, limits/1, ids/0, watched/0,
         counted/0, timeouts/0, binaries/0, grown/0, node_monitors/0, dirty/0, dirty_waits/0]).

caught(F) -> try F() catch C:R -> {C, R} end.

%% The state is there for others only while it is asked for.
in(F) ->
    Was = erts_debug:set_internal_state(available_internal_state, true),
    try F() after erts_debug:set_internal_state(available_internal_state, Was) end.

emulator() ->
    L = erts_debug:instructions(),
    [L =/= [], lists:all(fun is_list/1, L), erts_debug:interpreter_size() >= 0].

shown(T) -> erts_debug:display(T).

lock_counting() -> [caught(F) || F <- [fun() -> erts_debug:lcnt_clear() end, fun() -> erts_debug:lcnt_collect() end, fun() -> erts_debug:lcnt_control(mask) end, fun() -> erts_debug:lcnt_control(copy_save) end, fun() -> erts_debug:lcnt_control(x) end, fun() -> erts_debug:lcnt_control(mask, []) end, fun() -> erts_debug:lcnt_control(copy_save, true) end]].

checked(What) -> caught(fun() -> erts_internal:system_check(What) end).

off() -> [caught(F) || F <- [fun() -> erts_debug:get_internal_state(available_internal_state) end, fun() -> erts_debug:get_internal_state(x) end, fun() -> erts_debug:set_internal_state(available_internal_state, x) end, fun() -> erts_debug:set_internal_state(reds_left, 1) end, fun() -> erts_debug:set_internal_state(1, 1) end]].

on() -> [erts_debug:set_internal_state(available_internal_state, V) || V <- [true, true, false, false]].

asked(What) -> in(fun() -> caught(fun() -> erts_debug:get_internal_state(What) end) end).
changed(What, Value) -> in(fun() -> caught(fun() -> erts_debug:set_internal_state(What, Value) end) end).

%% Limits of loops give what they were.
limits(What) ->
    in(fun() -> [caught(fun() -> erts_debug:set_internal_state(What, Limit) end)
                 || Limit <- [10, default, default, -1, 0, x, default]] end).

%% The next pid and the next port.
ids() ->
    in(fun() ->
               Pid = erts_debug:get_internal_state(next_pid),
               Port = erts_debug:get_internal_state(next_port),
               [is_integer(Pid), is_integer(Port),
                is_integer(erts_debug:set_internal_state(next_pid, Pid + 10)),
                is_integer(erts_debug:set_internal_state(next_port, Port + 10)),
                caught(fun() -> erts_debug:set_internal_state(next_pid, -1) end),
                caught(fun() -> erts_debug:set_internal_state(next_port, x) end)]
       end).

%% Links and monitors of a process, without what is different each time.
watched() ->
    in(fun() ->
               Self = self(),
               Pid = spawn_link(fun() -> register(watched_by_name, self()), Self ! ready,
                                         receive here -> Self ! ready end, receive stop -> ok end
                                end),
               receive ready -> ok end,
               Ref = monitor(process, Pid),
               Named = monitor(process, watched_by_name),
               Pid ! here,
               receive ready -> ok end,
               Mine = erts_debug:get_internal_state({monitor_list, Self}),
               Its = erts_debug:get_internal_state({monitor_list, Pid}),
               Node = erts_debug:get_internal_state({monitor_list, node()}),
               Found = [[{erl_monitor, process, origin, Ref, Pid, []}] -- Mine,
                        [{erl_monitor, process, origin, Named, Pid, watched_by_name}] -- Mine,
                        [{erl_monitor, process, target, Ref, Self, []}] -- Its,
                        [{erl_monitor, process, target, Named, Self, watched_by_name}] -- Its,
                        length(Its), Node],
               unlink(Pid), Pid ! stop,
               receive {'DOWN', Ref, _, _, _} -> ok end,
               {Found, erts_debug:get_internal_state({monitor_list, Pid}),
                erts_debug:get_internal_state({link_list, node()})}
       end).

%% Strictly monotonic integers go on after what was set, and begin again after 64 bits.
counted() ->
    in(fun() ->
               Min = erts_debug:get_internal_state(min_unique_monotonic_integer),
               Was = erts_debug:get_internal_state(unique_monotonic_integer_state),
               Sets = [erts_debug:set_internal_state(unique_monotonic_integer_state, V) || V <- [x, 1 bsl 64, 41]],
               Next = [erlang:unique_integer([monotonic]) - Min, erlang:unique_integer([monotonic, positive])],
               State = erts_debug:get_internal_state(unique_monotonic_integer_state),
               true = erts_debug:set_internal_state(unique_monotonic_integer_state, (1 bsl 64) - 2),
               Last = [erlang:unique_integer([monotonic]) - Min || _ <- "ab"],
               true = erts_debug:set_internal_state(unique_monotonic_integer_state, Was),
               {Sets, Next, State, Last, erts_debug:get_internal_state(min_unique_integer) =:= Min}
       end).

timeouts() ->
    in(fun() ->
               [caught(fun() -> erts_debug:set_internal_state(multizero_timeout_in_timeout, T) end) || T <- [-1, 0, 5]]
                   ++ [receive multizero_timeout_in_timeout_done -> done after 1000 -> late end || _ <- "abc"]
       end).

%% Where bytes are; the part of a large binary is told with the whole.
binaries() ->
    in(fun() ->
               Large = list_to_binary(lists:duplicate(100, 7)),
               <<Part:10/binary, _/binary>> = Large,
               [erts_debug:get_internal_state({binary_info, B})
                || B <- [<<>>, list_to_binary(lists:duplicate(64, 7)), list_to_binary(lists:duplicate(65, 7)), Large]]
                   ++ [Part =:= list_to_binary(lists:duplicate(10, 7)), caught(fun() -> erts_debug:get_internal_state({binary_info, x}) end)]
       end).

%% Binaries that are made to be appended to are large from the start, with room to grow; a
%% comprehension makes room for what it knows it will need.
grown() ->
    in(fun() ->
               Small = appended(<<"ab">>, <<1>>),
               Again = appended(Small, list_to_binary(lists:duplicate(300, 7))),
               Exact = << <<X, 0>> || <<X>> <= list_to_binary("abcdef") >>,
               Empty = << <<X>> || X <- binary_to_list(<<>>) >>,
               Listed = << <<X>> || X <- binary_to_list(<<"abc">>) >>,
               [case erts_debug:get_internal_state({binary_info, B}) of
                    {refc_binary, Size, Room, _} -> {Size, Room};
                    Other -> Other
                end || B <- [Small, Again, Exact, Empty, Listed]]
       end).

%% Who wants to be told of nodes, as often as it has asked.
node_monitors() ->
    in(fun() ->
               Asked = [caught(fun() -> process_flag(Flag, true) end)
                        || Flag <- [monitor_nodes, monitor_nodes, {monitor_nodes, [{node_type, hidden}]},
                                    {monitor_nodes, #{node_type => hidden}},
                                    {monitor_nodes, #{node_type => visible, nodedown_reason => true}}]],
               Found = [Options || {Pid, Options} <- erts_debug:get_internal_state(monitoring_nodes), Pid =:= self()],
               process_flag(monitor_nodes, false),
               Left = [Options || {Pid, Options} <- erts_debug:get_internal_state(monitoring_nodes), Pid =:= self()],
               {Asked, Found, Left}
       end).

appended(A, B) -> <<A/binary, B/binary>>.

%% Calls on dirty schedulers.
dirty() ->
    Self = self(),
    [[caught(fun() -> erts_debug:Kind(A, B) end)
      || Kind <- [dirty_cpu, dirty_io],
         {A, B} <- [{scheduler, type}, {scheduler, x}, {error, undef}, {error, notsup}, {error, badarith}, {error, noproc},
                    {error, system_limit}, {error, badarg}, {error, {x}}, {reschedule, 1000}, {reschedule, 1001}, {wait, 1}, {wait, x},
                    {x, y}, {1, 2}]],
     [caught(fun() -> erts_debug:dirty(Kind, scheduler, type) end) || Kind <- [normal, dirty_cpu, dirty_io, x, 1]],
     length(erts_debug:dirty_cpu(copy, {a, "b"})), lists:usort(erts_debug:dirty_io(copy, {a, "b"})),
     erts_debug:dirty_io(send, Self), receive {ok, Self} -> got after 1000 -> none end,
     erts_debug:dirty_io(send, spawn(fun() -> ok end))].

%% A process that waits in such a call is running; others run too, and can end it.
dirty_waits() ->
    Self = self(),
    Dirty = spawn(fun() -> erts_debug:dirty_io(alive_waitexiting, Self) end),
    receive {alive, Dirty} -> ok end,
    Info = process_info(Dirty, [status, current_function]),
    exit(Dirty, kill),
    {Info, is_process_alive(Dirty)}.
