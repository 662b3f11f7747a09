-module(trace_processes).
-compile([export_all, nowarn_export_all]).

traced(Flags, Work) ->
    Seen = tracing_kit:traced(fun(Pid) -> erlang:trace(Pid, true, Flags) end, Work),
    [without_fun(Message) || Message <- Seen].

%% The names of funs are not the same in all variants.
without_fun({trace, Pid, What, Other, {erlang, apply, [_, Arguments]}}) ->
    {trace, Pid, What, Other, {erlang, apply, ['fun', Arguments]}};
without_fun(Message) -> Message.

waiting(Pid) ->
    case process_info(Pid, status) of
        {status, waiting} -> ok;
        _ -> erlang:yield(), waiting(Pid)
    end.

ended(Pid) ->
    Monitor = monitor(process, Pid),
    receive {'DOWN', Monitor, _, _, _} -> ok end.

stays() -> receive stop -> ok end.

life() ->
    traced([procs, set_on_spawn],
           fun() ->
                   process_flag(trap_exit, true),
                   register(trace_processes_name, self()),
                   Child = spawn_link(?MODULE, stays, []),
                   waiting(Child),
                   Other = spawn(fun() -> receive x -> ok end end),
                   waiting(Other),
                   link(Other), waiting(Other), link(Other), unlink(Other), waiting(Other),
                   unregister(trace_processes_name),
                   register(trace_processes_again, self()),
                   Child ! stop,
                   receive {'EXIT', Child, normal} -> ok end,
                   exit(Other, kill), ended(Other),
                   exit(over)
           end).

errors() ->
    traced([procs],
           fun() ->
                   catch register(trace_processes_name, nobody),
                   catch unregister(trace_processes_name),
                   catch link(nobody),
                   unlink(self()), link(self())
           end).

spawns() ->
    traced([procs],
           fun() ->
                   spawn(?MODULE, stays, []),
                   spawn_opt(?MODULE, stays, [], [{priority, high}]),
                   {P, M} = spawn_opt(?MODULE, traced_nothing, [], [monitor, link]),
                   receive {'DOWN', M, _, P, _} -> ok end
           end).

traced_nothing() -> unlink(self()).

first_spawn() ->
    traced([procs, set_on_first_spawn],
           fun() ->
                   {_, A} = spawn_monitor(
                              fun() ->
                                      {_, B} = spawn_monitor(fun() -> ok end),
                                      receive {'DOWN', B, _, _, _} -> ok end
                              end),
                   receive {'DOWN', A, _, _, _} -> ok end,
                   {_, C} = spawn_monitor(fun() -> ok end),
                   receive {'DOWN', C, _, _, _} -> ok end
           end).

spawn_chain() ->
    traced([procs, set_on_spawn],
           fun() ->
                   {_, A} = spawn_monitor(
                              fun() ->
                                      {_, B} = spawn_monitor(fun() -> ok end),
                                      receive {'DOWN', B, _, _, _} -> ok end
                              end),
                   receive {'DOWN', A, _, _, _} -> ok end
           end).

on_link(Flag) ->
    traced([procs, Flag],
           fun() ->
                   A = spawn_link(?MODULE, stays, []),
                   waiting(A),
                   B = spawn(?MODULE, stays, []),
                   link(B), waiting(B),
                   B ! stop, ended(B),
                   A ! stop, ended(A)
           end).

running() ->
    Seen = traced([running, exiting],
                  fun() -> receive after 1 -> ok end, exit(over) end),
    [{element(3, M), element(4, M)} || M <- Seen].

only_exiting() -> traced([exiting], fun() -> receive after 1 -> ok end end).

collections() ->
    Seen = traced([garbage_collection],
                  fun() ->
                          erlang:garbage_collect(),
                          erlang:garbage_collect(self(), [{type, minor}])
                  end),
    %% There may be more collections than those that were asked for.
    lists:usort([{element(3, M), [Item || {Item, Size} <- element(4, M), is_integer(Size)]}
                 || M <- Seen]).

%% Collections that others ask for.
asked_collections(Type) ->
    Seen = tracing_kit:traced(
             fun(Pid) -> erlang:garbage_collect(Pid),
                         erlang:trace(Pid, true, [garbage_collection]),
                         true = erlang:garbage_collect(Pid, [{type, Type}]),
                         erlang:trace(Pid, false, [garbage_collection])
             end, fun() -> ok end),
    %% What comes after may be a collection that was not asked for.
    lists:sublist([element(3, M) || M <- Seen], 2).

new() ->
    Me = self(),
    On = erlang:trace(new, true, [procs]),
    Info = erlang:trace_info(new, flags),
    {Pid, Monitor} = spawn_monitor(?MODULE, traced_nothing, []),
    receive {'DOWN', Monitor, _, _, _} -> ok end,
    Off = erlang:trace(new, false, [procs]),
    Seen = [M || M <- tracing_kit:flush(), element(2, M) =:= Pid],
    {On, Info, Off, [setelement(2, M, Me) || M <- Seen, element(3, M) =/= spawned],
     length(Seen), erlang:trace_info(new, flags)}.

existing() ->
    Tracer = spawn(?MODULE, stays, []),
    Pid = spawn(?MODULE, stays, []),
    Many = erlang:trace(existing, true, [procs, {tracer, Tracer}]),
    Info = erlang:trace_info(Pid, flags),
    New = spawn(?MODULE, stays, []),
    NewInfo = erlang:trace_info(New, flags),
    erlang:trace(existing, false, [all]),
    {Many > 2, Info, NewInfo, erlang:trace_info(Pid, flags)}.
