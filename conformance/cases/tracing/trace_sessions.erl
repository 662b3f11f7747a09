-module(trace_sessions).
-compile([export_all, nowarn_export_all]).

f(X) -> X.
works() -> receive go -> f(1) end.

ended(Pid) ->
    Monitor = monitor(process, Pid),
    Pid ! go,
    receive {'DOWN', Monitor, _, _, _} -> ok end.

%% Sessions are known by their names; numbers of sessions go on counting.
named({_, {Name, Number}}) -> {Name, is_integer(Number)};
named({Name, Number}) -> {Name, is_integer(Number) orelse Number}.

names(List) when is_list(List) -> [named(Session) || Session <- List];
names(Other) -> Other.

create() ->
    Me = self(),
    [tracing_kit:probe(fun() -> named(trace:session_create(Name, Tracer, Options)) end)
     || {Name, Tracer, Options} <- [{a, Me, []}, {a, Me, []}, {1, Me, []}, {a, foo, []}, {a, Me, [x]},
                                    {a, Me, x}, {a, {lists, x}, []}, {a, {erl_tracer, Me}, []}, {"a", Me, []},
                                    {a, {erl_tracer, Me, x}, []}]].

one() ->
    Me = self(),
    Session = trace:session_create(one, Me, []),
    Pid = spawn(?MODULE, works, []),
    A = trace:process(Session, Pid, true, [call, procs]),
    B = trace:function(Session, {?MODULE, f, 1}, true, [local]),
    C = [trace:info(Session, Pid, flags), trace:info(Session, Pid, tracer) =:= {tracer, Me},
         erlang:trace_info(Pid, flags), trace:info(Session, {?MODULE, f, 1}, traced),
         erlang:trace_info({?MODULE, f, 1}, traced), trace:info(element(2, Session), Pid, flags)],
    D = [names(trace:session_info(What)) || What <- [Pid, {?MODULE, f, 1}, Me, new, on_load]],
    ended(Pid),
    E = tracing_kit:flush(),
    F = [trace:session_destroy(Session), trace:session_destroy(Session)],
    {A, B, C, D, E, F, names(trace:session_info({?MODULE, f, 1}))}.

two() ->
    Me = self(),
    A = trace:session_create(two_a, Me, []),
    B = trace:session_create(two_b, Me, []),
    Pid = spawn(?MODULE, works, []),
    trace:process(A, Pid, true, [call]),
    trace:process(B, Pid, true, [call, arity]),
    trace:function(A, {?MODULE, f, 1}, [{'_', [], [{return_trace}]}], [local]),
    trace:function(B, {?MODULE, f, 1}, true, [local]),
    erlang:trace(Pid, true, [call]),
    erlang:trace_pattern({?MODULE, f, 1}, [{'_', [], [{message, legacy}]}], [local]),
    Info = names(trace:session_info({?MODULE, f, 1})),
    ended(Pid),
    Seen = lists:sort(tracing_kit:flush()),
    erlang:trace_pattern({?MODULE, f, 1}, false, [local]),
    {Info, Seen, trace:session_destroy(A), trace:session_destroy(element(2, B))}.

global_and_local() ->
    Me = self(),
    A = trace:session_create(global, Me, []),
    B = trace:session_create(local, Me, []),
    trace:function(A, {?MODULE, f, 1}, [{'_', [], [{message, a}]}], []),
    trace:function(B, {?MODULE, f, 1}, [{'_', [], [{message, b}]}], [local]),
    Pid = spawn(fun() -> receive go -> f(1), ?MODULE:f(2) end end),
    trace:process(A, Pid, true, [call]), trace:process(B, Pid, true, [call]),
    ended(Pid),
    Seen = lists:sort(tracing_kit:flush()),
    trace:session_destroy(A), trace:session_destroy(B),
    Seen.

messages() ->
    Me = self(),
    A = trace:session_create(messages_a, Me, []),
    B = trace:session_create(messages_b, Me, []),
    Pid = spawn(fun() -> receive go -> self() ! a, receive a -> ok end end end),
    trace:process(A, Pid, true, [send]), trace:process(B, Pid, true, [send, 'receive']),
    C = trace:send(A, false, []),
    D = trace:recv(B, [{['_', '_', a], [], [{message, that}]}], []),
    E = [trace:info(A, send, match_spec), trace:info(B, send, match_spec), erlang:trace_info(send, match_spec)],
    ended(Pid),
    Seen = tracing_kit:flush(),
    trace:session_destroy(A), trace:session_destroy(B),
    {C, D, E, Seen}.

counts() ->
    Session = trace:session_create(counts, self(), []),
    trace:function(Session, {?MODULE, f, 1}, true, [call_count]),
    f(1), f(2),
    A = trace:info(Session, {?MODULE, f, 1}, call_count),
    B = erlang:trace_info({?MODULE, f, 1}, call_count),
    trace:session_destroy(Session),
    {A, B}.

tracer_ends() ->
    {Tracer, Monitor} = spawn_monitor(fun() -> receive stop -> ok end end),
    Session = trace:session_create(ends, Tracer, []),
    Pid = spawn(?MODULE, works, []),
    A = trace:process(Session, Pid, true, [call]),
    Tracer ! stop,
    receive {'DOWN', Monitor, _, _, _} -> ok end,
    B = [trace:info(Session, Pid, tracer), trace:info(Session, Pid, flags)],
    trace:session_destroy(Session),
    {A, B}.

errors() ->
    Me = self(),
    Session = trace:session_create(errors, Me, []),
    Gone = trace:session_create(gone, Me, []),
    true = trace:session_destroy(Gone),
    Pid = spawn(?MODULE, works, []),
    Calls = [fun() -> trace:process(Session, foo, true, [call]) end,
             fun() -> trace:process(Session, Pid, true, [foo]) end,
             fun() -> trace:process(Session, Pid, true, [{tracer, Me}]) end,
             fun() -> trace:process(foo, Pid, true, [call]) end,
             fun() -> trace:process(Gone, Pid, true, [call]) end,
             fun() -> trace:process({legacy, default}, Pid, true, [call]) end,
             fun() -> trace:function(Session, {a, '_', 1}, true, [local]) end,
             fun() -> trace:function(Session, {a, b, 1}, true, [{meta, Me}]) end,
             fun() -> trace:function(Session, {a, b, 1}, foo, [meta]) end,
             fun() -> trace:function(Session, {a, b, 1}, true, [foo]) end,
             fun() -> trace:send(Session, [{'_', [], [{caller}]}], []) end,
             fun() -> trace:recv(Session, true, [local]) end,
             fun() -> trace:info(Session, Pid, session) end,
             fun() -> trace:info(default, Pid, flags) end,
             fun() -> trace:info(Gone, Pid, flags) end,
             fun() -> trace:session_info(foo) end,
             fun() -> trace:session_destroy(foo) end,
             fun() -> trace:session_destroy({a, b}) end,
             fun() -> trace:session_destroy({legacy, default}) end,
             fun() -> trace:session_info({?MODULE, nope, 1}) end,
             fun() -> trace:session_info({nope, nope, 1}) end],
    [tracing_kit:probe(Call) || Call <- Calls].

monitors() ->
    Me = self(),
    Session = trace:session_create(monitors, Me, []),
    Steps = [trace:system(Session, long_gc, 100), erts_internal:system_monitor(Session) =:= {Me, [{long_gc, 100}]},
             erlang:system_monitor(),
             tracing_kit:probe(fun() -> erts_internal:system_monitor(Session, Me, [{long_gc, 5}]) end),
             trace:system(Session, long_gc, false), erts_internal:system_monitor(Session)],
    trace:session_destroy(Session),
    Steps.
