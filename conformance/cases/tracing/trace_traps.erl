%% Where a process is when a built-in function has given the processor back.
-module(trace_traps).
-export([map/1, maps/0, external/0, binaries/0, tables/0, again/0]).

map(N) -> [{X, X} || X <- lists:seq(1, N)].

maps() ->
    List = map(30000),
    Keys = lists:seq(1, 30000),
    Map = maps:from_keys(lists:seq(1, 300000), a),
    [left(fun () -> maps:from_list(List) end, {maps, from_list, 1}),
     left(fun () -> maps:from_keys(Keys, a) end, {maps, from_keys, 2}),
     left(fun () -> maps:keys(Map) end, {maps, keys, 1}),
     left(fun () -> maps:values(Map) end, {maps, values, 1})].

external() ->
    List = map(50000),
    Binary = term_to_binary(lists:duplicate(300000, {a, b})),
    [left(fun () -> term_to_binary(List) end, {erts_internal, term_to_binary_trap, 1}),
     left(fun () -> term_to_iovec(List) end, {erts_internal, term_to_binary_trap, 1}),
     left(fun () -> binary_to_term(Binary) end, {erts_internal, binary_to_term_trap, 1})].

binaries() ->
    Binary = binary:copy(<<"abc\n">>, 200000),
    [left(fun () -> binary:matches(Binary, <<"c\n">>) end, {erlang, binary_find_trap, 3}),
     left(fun () -> binary:split(Binary, <<"c\n">>, [global]) end, {erlang, binary_find_trap, 3})].

tables() ->
    Table = ets:new(table, [public]),
    ets:insert(Table, map(30000)),
    Pattern = fun (Result) -> [{{'$1', '_'}, [{'>', '$1', 30000}], [Result]}] end,
    [left(fun () -> ets:select(Table, Pattern('$1')) end, {ets, select_trap, 1}),
     left(fun () -> ets:match(Table, {'$1', none}) end, {ets, select_trap, 1}),
     left(fun () -> ets:select_count(Table, Pattern(true)) end, {ets, count_trap, 1}),
     left(fun () -> ets:select_delete(Table, Pattern(true)) end, {ets, select_delete_trap, 1}),
     left(fun () -> ets:select_replace(Table, Pattern('$_')) end, {ets, replace_trap, 1})]
        ++ [deleted(Type) || Type <- [set, duplicate_bag, ordered_set]].

%% A table is gone as soon as it is being deleted.
deleted(Type) ->
    Table = ets:new(deleted, [Type, public, named_table]),
    ets:insert(Table, map(30000)),
    Own = ets:whereis(Table),
    Left = left(fun () -> ets:delete(Table) end, {ets, delete_trap, 1}),
    {Left, ets:info(Own), ets:whereis(Table)}.

%% A process that changes how it is traced does not leave for that.
again() ->
    Tracer = self(),
    left(fun () ->
                 [erlang:trace(self(), true, [running, Flag, {tracer, Tracer}])
                  || Flag <- [procs, exiting, running, procs, running]]
         end, {erlang, trace, 3}).

%% Whether a process that calls a function is told to leave, and to be scheduled again, in another one.
left(Function, Inside) ->
    Tracer = self(),
    {Pid, Monitor} = spawn_monitor(fun () ->
        erlang:trace(self(), true, [running, {tracer, Tracer}]),
        {ended, Function()}
    end),
    receive {'DOWN', Monitor, process, Pid, _} -> ok end,
    Delivered = erlang:trace_delivered(Pid),
    receive {trace_delivered, Pid, Delivered} -> ok end,
    {Inside, lists:usort(events(Pid, Inside))}.

events(Pid, Inside) ->
    receive
        {trace, Pid, Event, Inside} -> [Event | events(Pid, Inside)];
        {trace, Pid, _, _} -> events(Pid, Inside)
    after 0 -> []
    end.
