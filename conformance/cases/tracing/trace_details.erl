-module(trace_details).
-compile([export_all, nowarn_export_all]).

down(0) -> over;
down(N) -> {down(N - 1)}.

zigzag(0) -> over;
zigzag(N) ->
    case N rem 2 of
        0 -> zigzag(N - 1), even;
        _ -> zigzag(N - 1), odd
    end.

%% Calls that return to one place one after another count once.
stacktraces(Form) ->
    Spec = [{'_', [], [{message, Form}]}],
    Seen = tracing_kit:calls([{{?MODULE, Name, 1}, Spec, [local]} || Name <- [down, zigzag]], [call],
                             fun() -> down(3), zigzag(4) end),
    [{F, A, [{Name, Arity} || {?MODULE, Name, Arity, _} <- Calls, lists:member(Name, [down, zigzag])]}
     || {trace, _, call, {?MODULE, F, A}, Calls} <- Seen].

%% What is told where flags of a pattern are bad, and its match specification as well.
causes() ->
    [{Spec, What, Flags, cause(fun() -> erlang:trace_pattern(What, Spec, Flags) end)}
     || Spec <- [[{a, [], []}], restart],
        {What, All} <- [{{?MODULE, down, 1}, [[none], [{meta, none}], [global, call_count], none,
                                             [meta | none], [call_count], [global]]},
                        {send, [[none], [], [meta]]}, {nothing, [[none], []]}],
        Flags <- All].

cause(F) ->
    try F()
    catch error:Reason:Trace ->
        [{_, _, _, Info} | _] = Trace,
        {Reason, proplists:get_value(error_info, Info)}
    end.

%% Since 28, the events of the system that a session is told of.
system() ->
    Session = trace:session_create(trace_details, self(), []),
    Ask = fun(Item) -> cause(fun() -> trace:info(Session, system, Item) end) end,
    Before = Ask(all),
    trace:system(Session, long_gc, 100),
    trace:system(Session, busy_port, true),
    trace:system(Session, long_message_queue, {5, 10}),
    Result = {Before, [Ask(Item) || Item <- [all, long_gc, tracer, none]]},
    trace:system(Session, long_gc, false),
    Last = Ask(all),
    trace:session_destroy(Session),
    {Result, Last, [cause(fun() -> erlang:trace_info(system, all) end)]}.

%% A process that waits is told of once, with an end of its time as well as without.
waiting(Time) ->
    [setelement(4, M, element(1, element(4, M)))
     || M <- tracing_kit:traced(fun(Pid) -> erlang:trace(Pid, true, [running]) end,
                                fun() -> receive a -> ok after Time -> ok end end)].
