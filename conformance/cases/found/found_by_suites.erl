%% What OTP's own suites found.
-module(found_by_suites).
-compile([export_all, nowarn_export_all]).

%% A receive with a bad timeout is over: the next one looks at all messages (since 24).
bad_timeouts() ->
    [begin
         self() ! init,
         try bad_timeout(Timeout) catch _:Reason -> {Reason, receive X -> X after 0 -> none end, flush()} end
     end || Timeout <- [blupp, -1, 1 bsl 32, [], 1.0]].

bad_timeout(Timeout) -> receive blipp -> ok after Timeout -> ok end.

flush() -> receive X -> [X | flush()] after 0 -> [] end.

%% What call tracing leaves on the stack does not tell two calls from the same place apart.
traced_frames() ->
    Tracer = spawn(fun() -> receive stop -> ok end end),
    Spec = [{'_', [], [{exception_trace}]}],
    erlang:trace_pattern({?MODULE, deep, 1}, Spec, [local]),
    erlang:trace_pattern({erlang, error, 2}, Spec, [local]),
    erlang:trace(self(), true, [call, return_to, {tracer, Tracer}]),
    Frames = try deep([a, b, c, d]) catch error:oops:Stack -> [element(2, Item) || Item <- Stack] end,
    erlang:trace(self(), false, [all]),
    erlang:trace_pattern({?MODULE, deep, 1}, false, [local]),
    erlang:trace_pattern({erlang, error, 2}, false, [local]),
    exit(Tracer, kill),
    lists:takewhile(fun(Name) -> Name =/= traced_frames end, Frames).

deep([_ | Rest]) -> ?MODULE:deep(Rest), id(ok);
deep([]) -> apply(id(erlang), id(error), id([oops, [[]]])), id(ok).

id(Term) -> Term.

%% Messages are told of before a signal that came after them.
signals_in_order() ->
    Trap = process_flag(trap_exit, true),
    Pid = spawn(fun loop/0),
    erlang:trace(Pid, true, ['receive', procs]),
    link(Pid), Pid ! 4, unlink(Pid), Pid ! 3, link(Pid), Pid ! 2, unlink(Pid), Pid ! 1, Pid ! stop,
    First = told_of(Pid),
    Killed = spawn(fun loop/0),
    erlang:trace(Killed, true, ['receive', procs]),
    Killed ! 1, exit(Killed, kill), Killed ! 2,
    Second = told_of(Killed),
    process_flag(trap_exit, Trap),
    {First, Second}.

loop() -> receive stop -> ok; _ -> loop() end.

told_of(Pid) ->
    receive
        {trace, Pid, exit, Reason} -> [{exit, Reason}];
        {trace, Pid, 'receive', Message} -> [{'receive', Message} | told_of(Pid)];
        {trace, Pid, What, _} -> [What | told_of(Pid)]
    after 2000 -> []
    end.

%% Processes to come are not traced any more once the tracer is gone.
new_without_tracer(What) ->
    Tracer = spawn(fun loop/0),
    0 = erlang:trace(What, true, [send, {tracer, Tracer}]),
    Before = [erlang:trace_info(What, flags), erlang:trace_info(What, tracer) =:= {tracer, Tracer}],
    Ref = monitor(process, Tracer),
    exit(Tracer, done),
    receive {'DOWN', Ref, _, _, _} -> ok end,
    {Before, erlang:trace_info(What, flags), erlang:trace_info(What, tracer)}.

%% A collection that leaves a large heap, or that takes long, is told of; not one of the monitor.
collections() ->
    Self = self(),
    erlang:system_monitor(Self, [{large_heap, 65535}]),
    Large = collected([{min_heap_size, 2 * 65535}], 2000),
    Small = collected([], 20),
    Was = erts_debug:set_internal_state(available_internal_state, true),
    erlang:system_monitor(Self, [{long_gc, 1}]),
    erts_debug:set_internal_state(test_long_gc_sleep, 30),
    Long = collected([], 2000),
    garbage_collect(),
    erts_debug:set_internal_state(test_long_gc_sleep, 0),
    Short = collected([], 20),
    erts_debug:set_internal_state(available_internal_state, Was),
    erlang:system_monitor(undefined),
    {Large, Small, Long, Short, [What || {monitor, Pid, What, _} <- flush(), Pid =:= Self]}.

collected(Options, Patience) ->
    {Pid, Ref} = spawn_opt(fun() -> garbage_collect() end, [monitor | Options]),
    receive {'DOWN', Ref, _, _, _} -> ok end,
    receive {monitor, Pid, What, Items} -> {What, [Name || {Name, _} <- Items]} after Patience -> none end.

%% Persistent terms belong to no process.
shared_sizes() ->
    persistent_term:put(?MODULE, {a, [b, "c"]}),
    Stored = persistent_term:get(?MODULE),
    Sizes = [erts_debug:size_shared(Stored), erts_debug:size_shared({Stored, make_ref()}) > 3,
             erts_debug:size_shared([Stored | Stored])],
    persistent_term:erase(?MODULE),
    Sizes.

%% Who refers to what funs are made from: the code, until 27, and the fun.
fun_references() ->
    F = fun(X) -> {X} end,
    [erlang:fun_info(F, refc), erlang:fun_info(fun lists:seq/2, refc)].

%% Memory of timers.
timer_memory() ->
    Before = timers(),
    Timers = [erlang:start_timer(60000, self(), x) || _ <- lists:seq(1, 1000)],
    During = timers(),
    [erlang:cancel_timer(Timer) || Timer <- Timers],
    {During > Before}.

timers() ->
    Ref = make_ref(),
    true = erlang:system_info({memory_internal, Ref, [fix_alloc]}),
    lists:sum([Used || _ <- lists:seq(1, erts_internal:no_aux_work_threads() - 1),
                       {fix_alloc, _, Data} <- receive {Ref, _, All} -> All end,
                       Types <- [element(tuple_size(T), T) || T <- Data, element(1, T) =:= fix_types],
                       {bif_timer, _, Used} <- Types]).

%% What is told of an exception: of functions that raise and are applied, of what nobody catches,
%% and of the function that goes on after it.
exceptions(How) ->
    Spec = [{'_', [], [{exception_trace}]}],
    Me = self(),
    {Pid, Ref} = spawn_monitor(fun() -> receive {Me, go} -> raising(How) end end),
    Traced = [{?MODULE, raising, 1}, {erlang, throw, 1}, {erlang, exit, 1}, {erlang, error, 1}, {erlang, atom_to_list, 1}],
    [erlang:trace_pattern(Mfa, Spec, [local]) || Mfa <- Traced],
    erlang:trace(Pid, true, [call, return_to]),
    Pid ! {Me, go},
    receive {'DOWN', Ref, _, _, _} -> ok end,
    [erlang:trace_pattern(Mfa, false, [local]) || Mfa <- Traced],
    delivered(Pid),
    [list_to_tuple(tl(tl(tuple_to_list(Message)))) || Message <- flush()].

delivered(Pid) ->
    Ref = erlang:trace_delivered(Pid),
    receive {trace_delivered, Pid, Ref} -> ok end.

raising(thrown) -> erlang:throw(id(x));
raising(applied) -> apply(id(erlang), id(throw), id([x])), id(ok);
raising(applied_last) -> apply(id(erlang), id(exit), id([x]));
raising(applied_3) -> apply(id(erlang), id(apply), id([erlang, error, [x]]));
raising(caught) -> catch erlang:throw(id(x)), id(ok);
raising(caught_outside) -> catch raising(thrown), id(ok);
raising(caught_applied) -> catch apply(id(erlang), id(throw), id([x])), id(ok);
raising(tried) -> try erlang:error(id(x)) catch error:x -> id(ok) end;
raising(caught_applied_3) -> catch apply(erlang, id(error), id([x])), id(ok);
raising(returned) -> apply(id(erlang), id(atom_to_list), id([a])), atom_to_list(id(b)), id(ok);
raising(returned_last) -> apply(id(erlang), id(atom_to_list), id([a]));
raising(failed) -> catch atom_to_list(id(1)), catch apply(id(erlang), id(atom_to_list), id([1])), id(ok).

%% Match specifications change flags of processes by their names.
flags_by_name() ->
    Me = self(),
    Other = spawn(fun() -> register(traced_by_name, self()), Me ! ready, receive stop -> ok end end),
    receive ready -> ok end,
    Tracer = spawn(fun loop/0),
    Results = [begin
                   erlang:trace_pattern({?MODULE, id, 1}, [{'_', [], [Form]}], [local]),
                   erlang:trace(Me, true, [call, {tracer, Tracer}]),
                   ?MODULE:id(x),
                   erlang:trace(Me, false, [call]),
                   erlang:trace_info(Other, flags)
               end || Form <- [{enable_trace, traced_by_name, send}, {disable_trace, traced_by_name, send},
                               {trace, traced_by_name, [], [procs]}, {trace, traced_by_name, [all], []},
                               {enable_trace, nobody_has_this_name, send}]],
    erlang:trace_pattern({?MODULE, id, 1}, false, [local]),
    Other ! stop, Tracer ! stop,
    Results.

%% Time stamps tell the processor's time while that is wanted: not since 1970.
cpu_timestamps() ->
    Me = self(),
    Tracer = spawn(fun() -> relay(Me) end),
    Stamps = [begin
                  erlang:trace(all, On, [cpu_timestamp]),
                  erlang:trace(Me, true, [send, timestamp, {tracer, Tracer}]),
                  Tracer ! mark,
                  receive {Mega, _, _} -> Mega > 0 end
              end || On <- [false, true, false]],
    erlang:trace(Me, false, [all]),
    exit(Tracer, kill),
    Stamps.

relay(To) ->
    receive
        {trace_ts, To, send, mark, _, Stamp} -> To ! Stamp;
        _ -> ok
    end,
    relay(To).

%% What was traced of a module ends when its code becomes old.
deleted_code() ->
    erlang:check_old_code(found_by_suites_old) andalso erlang:purge_module(found_by_suites_old),
    {ok, Module, Code} = compile:forms(
        [{attribute, 1, module, found_by_suites_old}, {attribute, 1, export, [{made, 0}]},
         {function, 1, made, 0, [{clause, 1, [], [], [{'fun', 1, {function, local, 0}}]}]},
         {function, 1, local, 0, [{clause, 1, [], [], [{atom, 1, ok}]}]}], []),
    {module, Module} = erlang:load_module(Module, Code),
    Me = self(),
    Fun = Module:made(),
    Tracer = spawn(fun Relay() -> receive {trace, Me, call, Called} -> Me ! Called end, Relay() end),
    erlang:trace_pattern({Module, '_', '_'}, [], [local]),
    erlang:trace(Me, true, [call, {tracer, Tracer}]),
    ok = Fun(),
    First = receive {Module, _, _} = Called1 -> Called1 after 1000 -> none end,
    erlang:delete_module(Module),
    ok = Fun(),
    Second = receive {Module, _, _} = Called2 -> Called2 after 50 -> none end,
    erlang:trace(Me, false, [all]),
    exit(Tracer, kill),
    {First, Second}.

%% While code is purged, its funs have no name, and who calls one waits in OTP's purger.
purged_funs() ->
    erlang:check_old_code(found_by_suites_old) andalso erlang:purge_module(found_by_suites_old),
    {ok, Module, Code} = compile:forms(
        [{attribute, 1, module, found_by_suites_old}, {attribute, 1, export, [{made, 0}]},
         {function, 1, made, 0, [{clause, 1, [], [], [{'fun', 1, {clauses, [{clause, 1, [], [], [{atom, 1, ok}]}]}}]}]}], []),
    {module, Module} = erlang:load_module(Module, Code),
    Fun = Module:made(),
    erlang:delete_module(Module),
    Ref = make_ref(),
    erts_code_purger ! {test_purge, Module, self(), true, Ref},
    receive {started, Ref} -> ok end,
    During = erlang:fun_info(Fun, name),
    {Pid, Monitor} = spawn_monitor(fun() -> Fun() end),
    Status = waits(Pid, 100),
    Where = process_info(Pid, current_function),
    erts_code_purger ! {continue, Ref},
    receive {continued, Ref} -> ok end,
    erts_code_purger ! {complete, Ref},
    Result = receive {test_purge, Value, Ref} -> Value end,
    {{undef, _}, After} = {receive {'DOWN', Monitor, _, _, Reason} -> Reason end, erlang:fun_info(Fun, name)},
    {During, Status, Where, Result, After}.

waits(Pid, 0) -> process_info(Pid, status);
waits(Pid, Times) ->
    case process_info(Pid, status) of
        {status, suspended} = Status -> Status;
        _ -> timer:sleep(10), waits(Pid, Times - 1)
    end.

%% The table of persistent terms is twice as large when more than half of it is taken, and half as
%% large when less than a quarter is; what info/0 tells counts it.
table_of_terms() ->
    fill(254),
    {_, Start, _} = table(),
    Table = fun() -> {Count, Memory, Slots} = table(), {Count, Memory - Start, Slots} end,
    Put = [begin persistent_term:put({?MODULE, N}, [N]), Table() end || N <- lists:seq(301, 304)],
    Again = begin persistent_term:put({?MODULE, 301}, {{1.0, <<"x">>}, #{}}), Table() end,
    Erased = [begin persistent_term:erase({?MODULE, N}), Table() end || N <- lists:seq(301, 304)],
    [persistent_term:erase({?MODULE, N}) || N <- lists:seq(1, 300)],
    {Put, Again, Erased}.

fill(Until) ->
    case maps:get(count, persistent_term:info()) of
        Until -> ok;
        Count -> persistent_term:put({?MODULE, Count}, Count), fill(Until)
    end.

table() ->
    #{count := Count, memory := Memory} = persistent_term:info(),
    {Count, Memory, internal(persistent_term)}.

internal(What) ->
    Was = erts_debug:set_internal_state(available_internal_state, true),
    try erts_debug:get_internal_state(What) of Known -> Known catch _:Reason -> Reason
    after erts_debug:set_internal_state(available_internal_state, Was) end.

native_functions() ->
    {lists:sort(erl_tracer:module_info(nifs)), ?MODULE:module_info(nifs)}.

%% Where a process is that asks for itself while another one is traced.
place_while_traced() ->
    Traced = spawn(fun() -> receive go -> ok end end),
    1 = erlang:trace(Traced, true, [running]),
    try places()
    after exit(Traced, kill) end.

places() ->
    {_, {_, Function, Arity, [_ | _] = Location}} = process_info(self(), current_location),
    {_, Stack} = process_info(self(), current_stacktrace),
    {_, Current} = process_info(self(), current_function),
    Lines = [proplists:get_value(line, At) || {?MODULE, _, _, At} <- Stack],
    Line = proplists:get_value(line, Location),
    {Function, Arity, Current, [Line - Before || Before <- Lines]}.

%% What a host in brackets is.
hosts() ->
    [case erlang:decode_packet(http_bin, <<"GET http://", Uri/binary, " HTTP/1.1\r\n">>, []) of
         {ok, {http_request, _, {absoluteURI, _, Host, Port, Path}, _}, _} -> {Host, Port, Path};
         Other -> Other
     end || Uri <- [<<"[FE:1]:4000/e">>, <<"[::1]/1">>, <<"[::1]">>, <<"[::1]:80">>, <<"[]/">>,
                    <<"[FE:1/e">>, <<"[a/b]:1/c">>, <<"[::1]x:1/c">>, <<"[::1]:/c">>,
                    <<"[::1]:x/c">>, <<"[::1]5/">>, <<"a[::1]:5/">>, <<"[[::1]]:5/">>]].

%% The answer is too long to be shown.
largest() ->
    try erlang:system_info(max_integer) of
        Largest -> {Largest band 255, byte_size(binary:encode_unsigned(Largest))}
    catch error:Reason -> Reason end.

%% Whoever asks gets the messages of a session without a tracer.
untold_tracer() ->
    S = trace:session_create(untold, undefined, []),
    Self = self(),
    Traced = spawn(fun() -> receive go -> Self ! gone end end),
    Set = [trace:process(S, Traced, true, [send]), trace:function(S, {?MODULE, places, 0}, true,
                                                                 [call_count])],
    Traced ! go,
    Told = [receive Message -> Message after 1000 -> none end || _ <- [1, 2]],
    {Set, lists:sort(Told) =:= [gone, {trace, Traced, send, gone, Self}],
     trace:info(S, {?MODULE, places, 0}, call_count), trace:session_destroy(S),
     [try trace:session_create(untold, Tracer, []) catch error:Reason -> Reason end
      || Tracer <- [[], nobody, {undefined, x}]]}.

%% A message that is received behind an exception which ends another receive of the same place.
marks() -> marked(fun() -> catch marked(fun() -> throw(aborted) end) end).

marked(Disturb) ->
    Ref = make_ref(),
    self() ! Ref,
    Disturb(),
    receive Ref -> ok after 0 -> missed end.

%% The numbers of a link at both its ends.
link_numbers() ->
    erts_debug:set_internal_state(available_internal_state, true),
    Self = self(),
    [A, B] = [spawn_link(fun() -> receive stop -> ok end end) || _ <- [a, b]],
    Number = fun(From, To) ->
                 hd([element(tuple_size(Link), Link)
                     || Link <- erts_debug:get_internal_state({link_list, From}),
                        element(3, Link) =:= To])
             end,
    Found = {is_integer(Number(Self, A)), Number(Self, A) =:= Number(A, Self),
             Number(Self, A) =:= Number(Self, B)},
    erts_debug:set_internal_state(available_internal_state, false),
    Found.

%% Numbers of pids and ports at their largest; there all of them begin anew.
wraps(What) ->
    erts_debug:set_internal_state(available_internal_state, true),
    Found = [begin
                 Next = erts_debug:set_internal_state(What, 1 bsl Bits - 1000),
                 if Next >= 1 bsl Bits - 1000 -> Bits; true -> begun_anew end
             end || Bits <- [27, 28, 29, 32, 59, 60, 61, 64]],
    erts_debug:set_internal_state(What, 5000),
    erts_debug:set_internal_state(available_internal_state, false),
    Found.

%% Lines beyond 24 bits are not told.
huge_lines() ->
    [try Crash(x) catch error:crash:Stack -> element(4, hd(Stack)) end
     || Crash <- [fun line_24/1, fun line_25/1, fun line_100/1]].

-file("huge_24.erl", 16777211).
line_24(_) ->

    erlang:error(crash).
-file("huge_25.erl", 16777212).
line_25(_) ->

    erlang:error(crash).
-file("huge_100.erl", 100000000).
line_100(_) -> erlang:error(crash).
