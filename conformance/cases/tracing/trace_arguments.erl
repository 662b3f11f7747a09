-module(trace_arguments).
-compile([export_all, nowarn_export_all]).

f(X) -> X.
waits() -> receive stop -> ok end.

trace() ->
    Me = self(),
    Gone = gone(),
    [tracing_kit:probe(fun() -> erlang:trace(Who, How, Flags) end)
     || {Who, How, Flags} <- [{Me, true, [foo]}, {Me, 'maybe', [call]}, {foo, true, [call]},
                              {Me, true, [{tracer, x}]}, {Me, true, [{tracer, Me}]}, {Me, true, call},
                              {Me, true, [call | x]}, {Me, true, [{tracer, Me}, call]}, {Me, false, [call]},
                              {Me, true, [cpu_timestamp]}, {Me, true, []}, {Me, false, []}, {1, true, [call]},
                              {Gone, true, [call]}, {Gone, false, [call]}, {Me, true, [{foo, Me}]},
                              {Me, true, [{tracer, ?MODULE, x}]}, {Me, true, [{tracer, Me, x}]},
                              {Me, true, [1]}, {Me, true, [{tracer, Gone}]}, {Me, true, [{tracer, Gone}, call]},
                              {Me, false, [all]}, {new, foo, [call]}, {ports, true, [call]},
                              {new_ports, true, [ports]}, {new_ports, false, [ports]}]].

gone() ->
    {Pid, Monitor} = spawn_monitor(fun() -> ok end),
    receive {'DOWN', Monitor, _, _, _} -> Pid end.

trace_pattern() ->
    [tracing_kit:probe(fun() -> erlang:trace_pattern(What, Spec, Flags) end)
     || {What, Spec, Flags} <- [{{a, b}, true, []}, {{a, '_', 1}, true, []}, {{'_', a, 1}, true, []},
                                {{'_', a, '_'}, true, []}, {{a, b, c}, true, []}, {{a, b, 1}, foo, []},
                                {{a, b, 1}, [{a}], []}, {{a, b, 1}, true, [local, global]},
                                {{a, b, 1}, true, [global, local]}, {{a, b, 1}, true, [foo]},
                                {{a, b, 1}, [{'_', [], []}], [call_count]},
                                {{a, b, 1}, [{'_', [], []}], [call_count, local]},
                                {{a, b, 1}, true, [{meta, x}]}, {{a, b, 1}, true, [{foo, self()}]},
                                {{a, b, 1}, true, [{meta, self()}]}, {{a, b, 1}, true, [local | x]},
                                {{a, b, 1}, true, local}, {on_load, true, []}, {on_load, false, []},
                                {send, true, []}, {'receive', true, []}, {foo, true, []}, {send, true, [local]},
                                {send, pause, []}, {{a, b, 1}, pause, [local]}, {1, true, []},
                                {{a, b, 1}, [], []}, {{a, b, -1}, true, []}, {{a, 1, 1}, true, []}]].

tracers() ->
    Me = self(),
    Pid = spawn(?MODULE, waits, []),
    Tracer = spawn(?MODULE, waits, []),
    A = erlang:trace(Pid, true, [call, {tracer, Tracer}]),
    B = tracing_kit:probe(fun() -> erlang:trace(Pid, true, [procs, {tracer, Tracer}]) end),
    C = erlang:trace_info(Pid, tracer) =:= {tracer, Tracer},
    D = erlang:trace_info(Pid, flags),
    E = erlang:trace(Pid, false, [procs]),
    F = erlang:trace_info(Pid, flags),
    Monitor = monitor(process, Tracer),
    exit(Tracer, kill),
    receive {'DOWN', Monitor, _, _, _} -> ok end,
    G = [erlang:trace_info(Pid, tracer), erlang:trace_info(Pid, flags)],
    H = erlang:trace(Pid, true, [call]),
    I = erlang:trace_info(Pid, tracer) =:= {tracer, Me},
    J = erlang:trace(Pid, false, [all]),
    {A, B, C, D, E, F, G, H, I, J, erlang:trace_info(Pid, tracer)}.

all_flags() ->
    Pid = spawn(?MODULE, waits, []),
    A = erlang:trace(Pid, true, [all]),
    B = erlang:trace_info(Pid, flags),
    C = erlang:trace(Pid, false, [timestamp, ports, send]),
    D = erlang:trace_info(Pid, flags),
    E = erlang:trace(Pid, false, [all]),
    {A, B, C, D, E, erlang:trace_info(Pid, flags), erlang:trace_info(Pid, tracer)}.

new_processes() ->
    Me = self(),
    A = erlang:trace(new_processes, true, [procs, call]),
    B = [erlang:trace_info(new, flags), erlang:trace_info(new_processes, flags),
         erlang:trace_info(new, tracer) =:= {tracer, Me}, erlang:trace_info(new_ports, flags)],
    C = erlang:trace(new, false, [call]),
    D = erlang:trace_info(new, flags),
    E = erlang:trace(new, false, [all]),
    {A, B, C, D, E, erlang:trace_info(new, tracer)}.

tracer_module() ->
    Me = self(),
    Pid = spawn(fun() -> receive go -> f(1) end end),
    A = erlang:trace(Pid, true, [call, {tracer, erl_tracer, Me}]),
    B = erlang:trace_info(Pid, tracer) =:= {tracer, Me},
    erlang:trace_pattern({?MODULE, f, 1}, true, [local]),
    Monitor = monitor(process, Pid),
    Pid ! go,
    receive {'DOWN', Monitor, _, _, _} -> ok end,
    erlang:trace_pattern({?MODULE, f, 1}, false, [local]),
    C = erlang:trace(self(), true, [call, {tracer, erl_tracer, foo}]),
    {A, B, tracing_kit:flush(), C, erlang:trace_info(self(), flags)}.

erl_tracer_enabled() ->
    Me = self(), Gone = gone(),
    [erl_tracer:enabled(Tag, State, Tracee)
     || {Tag, State, Tracee} <- [{trace_status, Me, foo}, {call, Me, Me}, {trace_status, Me, Me},
                                 {trace_status, Gone, Me}, {call, Gone, Me}, {trace_status, foo, Me},
                                 {call, foo, Me}]].

erl_tracer_trace() ->
    Me = self(),
    Done = [erl_tracer:trace(Tag, Me, Tracee, Message, Options)
            || {Tag, Tracee, Message, Options} <-
                   [{call, x, {a, b, []}, #{}},
                    {call, x, {a, b, []}, #{extra => e, match_spec_result => m, scheduler_id => 3}},
                    {seq_trace, label, y, #{}},
                    {call, x, y, #{timestamp => monotonic}}]],
    Messages = [receive M -> M end || _ <- Done],
    {Done, [case M of {trace_ts, A, B, C, T} -> {trace_ts, A, B, C, is_integer(T)}; _ -> M end
            || M <- Messages]}.

delivered() ->
    [tracing_kit:probe(fun() ->
                               Ref = erlang:trace_delivered(Who),
                               receive {trace_delivered, Whose, Ref} -> {ok, Who =:= Whose} end
                       end) || Who <- [all, self(), foo, 1]].

system_flags() ->
    A = erlang:system_info(trace_control_word),
    B = erlang:system_flag(trace_control_word, 5),
    C = erlang:system_info(trace_control_word),
    D = erlang:system_flag(trace_control_word, 0),
    {A, B, C, D, [tracing_kit:probe(fun() -> erlang:system_flag(trace_control_word, Word) end)
                  || Word <- [-1, a, 4294967295, 4294967296, 0]],
     erlang:system_flag(reset_seq_trace, true), erlang:system_flag(reset_seq_trace, false)}.

breakpoints() ->
    [tracing_kit:probe(fun() -> erts_debug:breakpoint(MFA, Flag) end)
     || {MFA, Flag} <- [{{?MODULE, f, 1}, false}, {{?MODULE, nope, 1}, false}, {{?MODULE, f, 1}, 'maybe'},
                        {foo, false}, {{?MODULE, '_', 1}, false}, {{nope, '_', '_'}, true},
                        {{?MODULE, f, '_'}, true}, {{?MODULE, f, '_'}, false}, {{'_', f, 1}, false}]].

dynamic_tags() ->
    [tracing_kit:probe(F)
     || F <- [fun() -> erlang:dt_get_tag() end, fun() -> erlang:dt_get_tag_data() end,
              fun() -> erlang:dt_put_tag(<<"a">>) end, fun() -> erlang:dt_put_tag(undefined) end,
              fun() -> erlang:dt_put_tag(foo) end, fun() -> erlang:dt_get_tag() end,
              fun() -> erlang:dt_append_vm_tag_data(<<"x">>) end, fun() -> erlang:dt_append_vm_tag_data(x) end,
              fun() -> erlang:dt_prepend_vm_tag_data("x") end, fun() -> erlang:dt_spread_tag(true) end,
              fun() -> erlang:dt_spread_tag(false) end, fun() -> erlang:dt_spread_tag(x) end,
              fun() -> erlang:dt_restore_tag(true) end, fun() -> erlang:dt_restore_tag({0, []}) end,
              fun() -> erlang:dt_restore_tag(1) end]].

debugger() ->
    Me = self(),
    [{F, tracing_kit:probe(fun() -> apply(erl_debugger, F, Arguments) end)}
     || {F, Arguments} <- [{supported, []}, {instrumentations, []}, {toggle_instrumentations, [#{}]},
                           {register, [Me]}, {register, [foo]}, {whereis, []}, {unregister, [Me, make_ref()]},
                           {breakpoint, [?MODULE, 1, true]}, {breakpoint, [1, 2, 3]}, {breakpoints, [?MODULE]},
                           {breakpoints, [?MODULE, f, 1]}, {stack_frames, [Me, 10]}, {xregs_count, [Me]},
                           {peek_stack_frame_slot, [Me, 1, 0, 5]}, {peek_xreg, [Me, 0, 5]}]]
        ++ [tracing_kit:probe(fun() -> erts_internal:notify_breakpoint_hit({a, b, 1}, 5, fun() -> ok end) end)].

cleaner() ->
    [tracing_kit:probe(fun() -> erts_trace_cleaner:check() end),
     tracing_kit:probe(fun() -> erts_trace_cleaner:send_trace_clean_signal(self()) end)].
