-module(trace_ports).
-compile([export_all, nowarn_export_all]).

%% What is told of ports that Work opens, in order for each, when ports are traced with Flags.
opened(Flags, Work) ->
    traced(fun(Tracer) -> erlang:trace(new_ports, true, [{tracer, Tracer} | Flags]) end, Work).

%% The same of a process that does Work, and of ports that it opens.
process(Flags, PortFlags, Work) ->
    traced(fun(Tracer) ->
                   erlang:trace(new_ports, PortFlags =/= [], [{tracer, Tracer} | PortFlags]),
                   erlang:trace(self(), true, [{tracer, Tracer} | Flags])
           end, Work).

traced(Setup, Work) ->
    Tracer = spawn(fun() -> gather([]) end),
    {Pid, Monitor} = spawn_monitor(fun() -> receive go -> ok end, Setup(Tracer), Work() end),
    Pid ! go,
    receive {'DOWN', Monitor, process, Pid, Reason} -> ok end,
    %% The flags of processes that are no more cannot be cleared, so that this waits for nothing.
    Seen = told(Tracer),
    erlang:trace(all, false, [all]),
    {Reason, lists:keysort(2, Seen)}.

told(Tracer) ->
    settle(),
    Ref = erlang:trace_delivered(all),
    receive {trace_delivered, all, Ref} -> ok end,
    Tracer ! {get, self()},
    receive {told, Seen} -> Seen end.

%% Lets what was sent to ports and by them arrive.
settle() -> receive after 50 -> ok end.

gather(Seen) ->
    receive
        {get, From} -> From ! {told, lists:reverse(Seen)}, gather([]);
        Message -> gather([Message | Seen])
    end.

cat() -> cat([binary]).
cat(Options) -> open_port({spawn, "cat"}, Options).

%% Waits for what cat gives back.
back(Port) -> receive {Port, {data, Data}} -> Data end.

all() -> [send, 'receive', ports].

data(Options) ->
    opened(all(),
           fun() ->
                   P = cat(Options),
                   P ! {self(), {command, <<"one">>}}, back(P),
                   P ! {self(), {command, ["two", <<"x">>, [$y | <<"z">>]]}}, back(P),
                   port_command(P, "three"), back(P),
                   port_command(P, <<"four">>, [nosuspend]), back(P),
                   port_command(P, []),
                   P ! {self(), close},
                   receive {P, closed} -> ok end
           end).

each_flag() ->
    [{Flags, opened(Flags, fun() -> P = cat(), port_command(P, "x"), back(P), port_close(P) end)}
     || Flags <- [[send], ['receive'], [ports], [silent],
                  [send, silent], ['receive', silent], [ports, silent], all()]].

stamps() ->
    [{Flag, [{element(1, M), tuple_size(M), shape(element(tuple_size(M), M))}
             || M <- element(2, opened([Flag | all()],
                                       fun() -> P = cat(), port_command(P, "x"), back(P),
                                                port_close(P) end))]}
     || Flag <- [timestamp, monotonic_timestamp, strict_monotonic_timestamp, scheduler_id]].

shape(Term) when is_tuple(Term) -> {tuple, tuple_size(Term)};
shape(Term) when is_integer(Term) -> integer;
shape(Term) -> Term.

controls() ->
    opened(all(),
           fun() ->
                   P = cat(),
                   badarg = probe(fun() -> port_control(P, 5, "data") end),
                   badarg = probe(fun() -> port_control(P, 5, bad) end),
                   badarg = probe(fun() -> port_control(P, -1, "data") end),
                   badarg = probe(fun() -> erlang:port_call(P, 5, data) end),
                   port_close(P)
           end).

probe(F) ->
    try F() of _ -> ok catch error:Reason -> Reason end.

%% What the emulator makes of iodata for drivers that write several parts at once: these write to
%% a port that is closed at the other end, or to nothing.
vectors() ->
    ok = network(),
    {ok, Listen} = gen_tcp:listen(0, []),
    {ok, N} = inet:port(Listen),
    {ok, S} = gen_tcp:connect({127, 0, 0, 1}, N, []),
    Tracer = spawn(fun() -> gather([]) end),
    1 = erlang:trace(S, true, ['receive', {tracer, Tracer}]),
    Long = binary:copy(<<"y">>, 65),
    [begin
         port_command(S, Data),
         [outlined(Shown) || {trace, _, 'receive', {_, {command, Shown}}} <- told(Tracer)]
     end
     || Data <- [[], <<>>, "x", <<"x">>, ["x", <<"y">>, $z], [<<"x">>, Long, "z", <<"w">>],
                 [$a, binary:copy(<<"y">>, 64), $b | Long], lists:duplicate(100, $a), [Long, Long]]].

outlined(Shown) -> [{byte_size(Part), binary:first(Part)} || Part <- Shown].

bad_signals() ->
    [opened([ports, send, 'receive'],
            fun() ->
                    process_flag(trap_exit, true),
                    P = cat(),
                    Owner = case Whose of mine -> self(); other -> whereis(init) end,
                    P ! case What of nothing -> Owner; _ -> {Owner, What} end,
                    receive {'EXIT', P, badsig} -> ok end,
                    port_close(P)
            end)
     || {Whose, What} <- [{mine, nothing}, {mine, what}, {mine, {connect, none}},
                          {other, {command, "x"}}, {mine, {control, 1}}]].

closed_for_another() ->
    opened(all(),
           fun() ->
                   process_flag(trap_exit, true),
                   P = cat(),
                   P ! {whereis(init), close},
                   receive {'EXIT', P, Why} -> Why end,
                   catch port_close(P),
                   exit(Why)
           end).

links() ->
    opened(all(),
           fun() ->
                   P = cat(),
                   link(P), unlink(P), unlink(P), link(P),
                   waits(fun() -> link(P) end, fun() -> ok end),
                   unlink(P),
                   M = erlang:monitor(port, P),
                   waits(fun() -> link(P) end, fun() -> exit(linked) end),
                   receive {'DOWN', M, port, P, linked} -> ok end
           end).

%% A process that does something, and something else before it ends.
waits(First, Last) ->
    Self = self(),
    {Pid, M} = spawn_monitor(fun() -> First(), Self ! {self(), done}, receive go -> Last() end end),
    receive {Pid, done} -> ok end,
    settle(),
    Pid ! go,
    receive {'DOWN', M, _, _, _} -> ok end,
    settle().

exits() ->
    [opened(all(),
            fun() ->
                    process_flag(trap_exit, true),
                    P = cat(),
                    case Whose of linked -> ok; unlinked -> unlink(P) end,
                    M = erlang:monitor(port, P),
                    exit(P, Reason),
                    receive {'DOWN', M, _, P, Why} -> exit(Why) end
            end)
     || Reason <- [normal, foo, kill, {a, b}], Whose <- [linked, unlinked]].

owner_ends() ->
    [opened(all(), fun() -> cat(), exit(Reason) end) || Reason <- [normal, foo, kill, shutdown]]
    ++ [opened(all(), fun() -> P = cat(), unlink(P), settle(), exit(P, foo), erlang:port_info(P) end)].

connects() ->
    opened(all(),
           fun() ->
                   process_flag(trap_exit, true),
                   P = cat(),
                   Self = self(),
                   Other = spawn_link(fun() -> receive go -> ok end, P ! {self(), {connect, Self}},
                                               receive stop -> ok end end),
                   port_connect(P, Other),
                   unlink(P),
                   Other ! go,
                   settle(),
                   port_connect(P, Self),
                   P ! {Self, {connect, Self}},
                   receive {P, connected} -> ok end,
                   Other ! stop,
                   receive {'EXIT', Other, _} -> ok end,
                   settle(),
                   port_close(P)
           end).

nobody() ->
    opened(all(),
           fun() ->
                   P = cat(),
                   Gone = spawn(fun() -> ok end),
                   settle(),
                   P ! {self(), {connect, Gone}},
                   receive {P, connected} -> ok end,
                   P ! {Gone, {command, "x"}},
                   settle(),
                   P ! {Gone, {connect, self()}},
                   settle(),
                   port_close(P)
           end).

names() ->
    opened(all(),
           fun() ->
                   P = cat(),
                   register(trace_ports_name, P),
                   unregister(trace_ports_name),
                   register(trace_ports_name, P),
                   trace_ports_name ! {self(), {command, "x"}},
                   back(P),
                   port_close(trace_ports_name)
           end).

kinds() ->
    [{Name, opened([send, 'receive', ports],
                   fun() ->
                           P = try open_port(Name, Options) catch error:Why -> exit(Why) end,
                           port_close(P)
                   end)}
     || {Name, Options} <- [{{spawn, "cat -u"}, []}, {{spawn, 'cat'}, []},
                            {{spawn_executable, "/bin/cat"}, [{args, ["-u"]}]},
                            {{spawn_executable, <<"/bin/cat">>}, []},
                            {{spawn_executable, "/no/such/file"}, []},
                            {{fd, 1, 1}, [out]}, {{fd, 1000000, 1}, []},
                            {{spawn_driver, "ram_file_drv"}, []}, {{spawn, "udp_inet"}, []},
                            {{spawn_driver, "tcp_inet"}, []}, {{spawn_driver, "no_such"}, []},
                            {{spawn, ""}, []}, {{spawn, "cat"}, [none]}]].

ends() ->
    [{Command, opened([send, ports],
                      fun() ->
                              P = open_port({spawn, Command}, [binary | Options]),
                              M = erlang:monitor(port, P),
                              case lists:member(eof, Options) of
                                  true -> receive {P, eof} -> port_close(P) end;
                                  false -> receive {'DOWN', M, port, P, _} -> ok end
                              end
                      end)}
     || {Command, Options} <- [{"true", []}, {"true", [eof]}, {"sleep 0.2", [in]}]].

packets() ->
    [opened([send],
            fun() ->
                    P = open_port({spawn, Command}, Options),
                    M = erlang:monitor(port, P),
                    receive {'DOWN', M, port, P, _} -> ok end
            end)
     || {Command, Options} <- [{"echo hi there", [{line, 4}]}, {"echo hi there", [binary, {line, 4}]},
                               {"echo 'hi\nthere'", [{line, 99}]}, {"echo hi", [in]}]].

%% Turns of ports, one thing after another: two at a time could be one turn.
running() ->
    opened([send, 'receive', ports, running_ports],
           fun() ->
                   process_flag(trap_exit, true),
                   P = cat(),
                   [begin settle(), probe(Action) end
                    || Action <- [fun() -> port_command(P, "x") end,
                                  fun() -> P ! {self(), {command, "y"}} end,
                                  fun() -> P ! {self(), what} end,
                                  fun() -> P ! {self(), {connect, none}} end,
                                  fun() -> unlink(P) end, fun() -> unlink(P) end,
                                  fun() -> link(P) end, fun() -> link(P) end,
                                  fun() -> port_connect(P, self()) end,
                                  fun() -> P ! {self(), {connect, self()}} end,
                                  fun() -> port_control(P, 1, "x") end,
                                  fun() -> erlang:port_call(P, 1, x) end,
                                  fun() -> put(monitor, erlang:monitor(port, P)) end,
                                  fun() -> erlang:demonitor(get(monitor)) end,
                                  fun() -> erlang:port_info(P) end,
                                  fun() -> erlang:port_info(P, name) end,
                                  fun() -> erlang:port_info(P, none) end,
                                  fun() -> erlang:port_set_data(P, x) end,
                                  fun() -> erlang:port_get_data(P) end,
                                  fun() -> waits(fun() -> link(P) end, fun() -> ok end) end,
                                  fun() -> exit(P, over) end]],
                   receive {'EXIT', P, over} -> ok end
           end).

%% What a process that opens ports is told of.
opener() ->
    process([procs, send, 'receive'], [],
            fun() ->
                    P = cat(),
                    P ! {self(), {command, "x"}}, back(P),
                    link(P), unlink(P), unlink(P), link(P),
                    P ! {self(), close},
                    receive {P, closed} -> ok end,
                    P ! {self(), close},
                    Q = open_port({spawn, "udp_inet"}, []),
                    catch open_port({spawn_executable, "/no/such/file"}, []),
                    register(trace_ports_name, Q),
                    catch link(P)
            end).

trapper() ->
    process([procs, send, 'receive'], [ports],
            fun() ->
                    process_flag(trap_exit, true),
                    P = cat(),
                    exit(P, foo),
                    receive {'EXIT', P, foo} -> ok end
            end).

taken() ->
    process([procs, send, 'receive'], [ports],
            fun() -> P = cat(), exit(P, foo), receive stop -> ok end end).

connected() ->
    {Pid, Monitor} = spawn_monitor(fun() -> receive stop -> ok end end),
    Tracer = spawn(fun() -> gather([]) end),
    erlang:trace(Pid, true, [procs, {tracer, Tracer}]),
    P = cat(),
    port_connect(P, Pid), port_connect(P, Pid),
    First = told(Tracer),
    unlink(P),
    Pid ! stop,
    receive {'DOWN', Monitor, _, _, _} -> ok end,
    {First, told(Tracer)}.

%% Patterns of events are not for ports; since 27 none at all ends their messages.
patterns() ->
    No = [{'_', [], [{message, false}]}],
    Results = [begin
                   erlang:trace_pattern(send, Spec, []),
                   erlang:trace_pattern('receive', Spec, []),
                   Seen = opened(all(), fun() -> P = cat(), port_command(P, "x"), back(P),
                                                 port_close(P) end),
                   {Spec, Seen}
               end || Spec <- [No, [{'_', [], [{message, {self}}]}], false, true]],
    Results.

%% The arguments of a match specification for what a process gets from a port.
senders() ->
    erlang:trace_pattern('receive', [{['$1', '$2', '_'], [], [{message, {{'$1', '$2'}}}]}], []),
    Seen = process(['receive'], [], fun() -> P = cat(), port_command(P, "x"), back(P),
                                             P ! {self(), close},
                                             receive {P, closed} -> ok end end),
    erlang:trace_pattern('receive', true, []),
    Seen.

sensitive() ->
    opened(all(), fun() -> process_flag(sensitive, true), P = cat(), port_command(P, "x"), back(P),
                           port_close(P) end).

%% What each of Flags does to whom, switched on alone or off again of all flags.
counts(How) ->
    Tracer = spawn(fun() -> gather([]) end),
    P = cat(),
    Ports = length(erlang:ports()),
    Processes = length(processes()),
    [begin
         [erlang:trace(all, true, [all, {tracer, Tracer}]) || not How],
         Count = try erlang:trace(Who, How, [{tracer, Tracer} | Flags]) of
                     0 -> 0;
                     Ports -> ports;
                     Processes -> processes;
                     N when N =:= Ports + Processes -> all;
                     N -> {strange, N}
                 catch error:Reason -> Reason
                 end,
         Flagged = [erlang:trace_info(About, flags)
                    || About <- [P, new_ports, new_processes, self()]],
         erlang:trace(all, false, [all]),
         {Who, Flags, Count, Flagged}
     end
     || Who <- [ports, existing_ports, new_ports, all, existing, new, processes,
                existing_processes, new_processes],
        Flags <- [[ports], [send], [procs], [running_ports], [arity], [timestamp], [silent],
                  [ports, procs], [timestamp, call], [all], [], [cpu_timestamp]]].

info() ->
    P = cat(),
    Ask = fun(About) -> [probe_value(fun() -> erlang:trace_info(About, Item) end)
                         || Item <- [flags, tracer, none]] end,
    0 = erlang:trace(new_ports, true, [ports, send]),
    1 = erlang:trace(P, true, [send, ports, timestamp, call]),
    New = Ask(new_ports),
    First = Ask(P),
    1 = erlang:trace(P, false, [send, call]),
    Second = Ask(P),
    1 = erlang:trace(P, false, [all]),
    Third = Ask(P),
    erlang:trace(new_ports, false, [all]),
    port_close(P),
    {New, First, Second, Third, Ask(P),
     [probe_value(fun() -> erlang:trace(P, On, [send]) end) || On <- [true, false]],
     probe_value(fun() -> erlang:trace_delivered(P) end)}.

probe_value(F) ->
    try F() catch Class:Reason -> {Class, Reason} end.

tracers() ->
    P = cat(),
    {Tracer, Monitor} = spawn_monitor(fun() -> gather([]) end),
    1 = erlang:trace(P, true, [send, {tracer, Tracer}]),
    Refused = probe_value(fun() -> erlang:trace(P, true, ['receive']) end),
    exit(Tracer, kill),
    receive {'DOWN', Monitor, _, _, _} -> ok end,
    Gone = erlang:trace_info(P, flags),
    1 = erlang:trace(P, true, ['receive']),
    Seen = {erlang:trace_info(P, tracer) =:= {tracer, self()}, erlang:trace_info(P, flags)},
    port_close(P),
    {Refused, Gone, Seen, receive M -> M after 0 -> none end}.

%% Numbers of ports are used up by those whose driver does not start.
numbers() ->
    [begin
         P = cat(),
         catch open_port(Name, []),
         Q = cat(),
         {Name, number(Q) - number(P)}
     end || Name <- [{spawn_executable, "/no/such/file"}, {fd, 1000000, 1}, {spawn, ""},
                     {spawn_driver, "no_such"}]].

number(Port) ->
    "#Port<0." ++ Rest = erlang:port_to_list(Port),
    list_to_integer(lists:droplast(Rest)).

%% Trace sessions of 27.
sessions() ->
    [T1, T2] = Tracers = [spawn(fun() -> gather([]) end) || _ <- [1, 2]],
    [S1, S2] = [trace:session_create(Name, T, []) || {Name, T} <- lists:zip([one, two], Tracers)],
    P = cat(),
    N = length(erlang:ports()),
    Counts = [trace:port(S1, Who, true, [ports, send, 'receive']) - N || Who <- [all, existing]],
    New = trace:port(S1, new, true, [ports, send, 'receive']),
    Errors = [probe_value(fun() -> trace:port(S1, Who, How, Flags) end)
              || {Who, How, Flags} <- [{none, true, []}, {self(), true, []}, {P, true, [none]},
                                       {P, none, []}, {P, true, [procs]}, {P, false, [procs]}]],
    One = trace:port(S2, P, true, [send]),
    Names = fun(List) when is_list(List) -> [Name || {Name, _} <- List];
               (Other) -> Other end,
    Of = fun() -> [Names(trace:session_info(About)) || About <- [P, new, new_ports]] end,
    Sessions = Of(),
    Info = [trace:info(S, About, flags) || S <- [S1, S2], About <- [P, new_ports, new_processes]],
    port_command(P, "x"), back(P),
    Q = cat(), port_close(Q),
    Told = [lists:keysort(2, [M || M <- told(T), lists:member(element(2, M), [P, Q])])
            || T <- [T1, T2]],
    trace:session_destroy(S1),
    After = Of(),
    port_close(P),
    Last = Of(),
    trace:session_destroy(S2),
    {Counts, New, Errors, One, Sessions, Info, Told, After, Last}.

%% In a system that was not booted, there is no inet_db, which gen_tcp and gen_udp ask what modules
%% to use.
network() ->
    case ets:info(inet_db, name) of
        undefined ->
            Self = self(),
            spawn(fun() ->
                          inet_db = ets:new(inet_db, [named_table, public]),
                          ets:insert(inet_db, [{tcp_module, inet_tcp}, {udp_module, inet_udp}]),
                          ac_tab = ets:new(ac_tab, [named_table, public]),
                          Self ! started,
                          receive stop -> ok end
                  end),
            receive started -> ok end;
        _ -> ok
    end.

%% A socket for datagrams that sends to itself.
udp() ->
    ok = network(),
    opened(all(),
           fun() ->
                   {ok, S} = gen_udp:open(0, [binary]),
                   {ok, N} = inet:port(S),
                   gen_udp:send(S, {127, 0, 0, 1}, N, "hello"),
                   receive {udp, S, _, _, _} -> ok end,
                   gen_udp:close(S)
           end).

udp_events() ->
    {Reason, Seen} = udp(),
    {Reason, [outline(M) || M <- Seen]}.

%% Addresses, references and what options are asked for are not the same everywhere.
outline({trace, _, What, {_, {control, {_, Data}}}}) -> {What, control, is_binary(Data)};
outline({trace, _, What, {_, {control, Data}}, _}) -> {What, control, is_binary(Data)};
outline({trace, _, What, {_, {command, Data}}}) -> {What, command, is_binary(Data)};
outline({trace, _, What, {udp, _, _, _, Data}, _}) -> {What, udp, Data};
outline({trace, _, What, {tcp, _, Data}, _}) -> {What, tcp, Data};
outline({trace, _, What, Message, _}) when is_tuple(Message) -> {What, element(1, Message)};
outline({trace, _, What, Other}) when is_tuple(Other) -> {What, element(2, Other)};
outline({trace, _, What, Other}) -> {What, Other};
outline({trace, _, What, _, Other}) -> {What, Other}.

%% A connection that is accepted: of its port no beginning is told, only of the process.
accepted() ->
    Tracer = spawn(fun() -> gather([]) end),
    ok = network(),
    {ok, Listen} = gen_tcp:listen(0, [binary]),
    {ok, N} = inet:port(Listen),
    Self = self(),
    {Client, _} = spawn_monitor(fun() -> {ok, C} = gen_tcp:connect({127, 0, 0, 1}, N, [binary]),
                                         Self ! connected,
                                         receive {tcp_closed, C} -> ok end end),
    receive connected -> ok end,
    erlang:trace(self(), true, [procs, {tracer, Tracer}]),
    erlang:trace(Listen, true, [ports, {tracer, Tracer}]),
    erlang:trace(new_ports, true, [ports, {tracer, Tracer}]),
    {ok, S} = gen_tcp:accept(Listen),
    port_close(S),
    receive {'DOWN', _, _, Client, _} -> ok end,
    Seen = told(Tracer),
    erlang:trace(all, false, [all]),
    Seen.
