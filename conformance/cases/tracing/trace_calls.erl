-module(trace_calls).
-compile([export_all, nowarn_export_all]).

fac(0) -> 1;
fac(N) -> N * fac(N - 1).

tail(0) -> done;
tail(N) -> tail(N - 1).

outer(X) -> Y = inner(X), {outer, Y}.
inner(X) -> leaf(X).
leaf(X) -> X + 1.

waits() -> receive X -> X end.

crash(X) -> 1 / X.
catcher(X) -> catch crash(X).
tries(X) -> try passes(X) catch _:_ -> caught end.
passes(X) -> R = crash(X), R + 1.

reverses(L) -> lists:reverse(L, []).
wraps(L) -> R = lists:reverse(L, []), [R].

bits(<<A, Rest/binary>>) -> [A | bits(Rest)];
bits(<<>>) -> [].

other_fac(N) -> put(result, ?MODULE:fac(N)).

all(Spec) -> [{{?MODULE, '_', '_'}, Spec, [local]}].
returns() -> [{'_', [], [{return_trace}]}].
exceptions() -> [{'_', [], [{exception_trace}]}].
one(Name, Arity, Spec) -> {{?MODULE, Name, Arity}, Spec, [local]}.

local() -> tracing_kit:calls([one(fac, 1, true)], [call], fun() -> fac(3) end).
arity() -> tracing_kit:calls([one(fac, 1, true)], [call, arity], fun() -> fac(1) end).
returning() -> tracing_kit:calls([one(fac, 1, returns())], [call], fun() -> fac(2) end).
global() ->
    tracing_kit:calls([{{?MODULE, fac, 1}, true, [global]}], [call],
                      fun() ->
                              fac(3), ?MODULE:fac(1), apply(?MODULE, fac, [0]),
                              F = fun ?MODULE:fac/1, F(0)
                      end).
global_returning() ->
    tracing_kit:calls([{{?MODULE, fac, 1}, returns(), []}], [call, return_to],
                      fun() -> other_fac(2), other_fac(0) end).
tail_returning() -> tracing_kit:calls([one(tail, 1, returns())], [call], fun() -> tail(2), ok end).
tail_return_to() -> tracing_kit:calls(all(true), [call, return_to], fun() -> tail(2), ok end).
return_to() -> tracing_kit:calls(all(true), [call, return_to], fun() -> outer(2), ok end).
return_to_and_from() ->
    tracing_kit:calls(all(returns()), [call, return_to], fun() -> outer(2), ok end).
return_to_of_leaf() ->
    tracing_kit:calls([one(leaf, 1, true)], [call, return_to], fun() -> outer(2), ok end).
return_to_without_call() ->
    tracing_kit:calls([one(leaf, 1, true)], [return_to], fun() -> outer(2), ok end).
exception() ->
    tracing_kit:calls([one(crash, 1, exceptions())], [call], fun() -> catcher(0), ok end).
exceptions_all() -> tracing_kit:calls(all(exceptions()), [call], fun() -> tries(0), ok end).
exceptions_unseen() -> tracing_kit:calls(all(returns()), [call], fun() -> tries(0), ok end).
exceptions_return_to() ->
    tracing_kit:calls(all(true), [call, return_to], fun() -> tries(0), ok end).
exception_ends() ->
    tracing_kit:calls(all(exceptions()), [call], fun() -> put(a, outer(1)), exit(bye) end).
built_in() ->
    tracing_kit:calls([{{lists, reverse, 2}, returns(), [local]}], [call],
                      fun() -> reverses([1, 2]), wraps([3]), lists:reverse([1], [2]) end).
built_in_global() ->
    tracing_kit:calls([{{lists, reverse, 2}, returns(), [global]}], [call],
                      fun() -> reverses([1, 2]), wraps([3]), apply(lists, reverse, [[1], [2]]) end).
built_in_return_to() ->
    Patterns = [{{lists, reverse, 2}, true, [local]}, one(reverses, 1, true), one(wraps, 1, true)],
    tracing_kit:calls(Patterns, [call, return_to],
                      fun() -> reverses([1, 2]), wraps([3]), apply(lists, reverse, [[1], [2]]) end).
built_in_fails() ->
    tracing_kit:calls([{{erlang, atom_to_list, 1}, exceptions(), [local]}], [call],
                      fun() -> catch atom_to_list(put(x, 1)), catch atom_to_list(get(x)), ok end).
built_in_in_guards() ->
    tracing_kit:calls([{{erlang, '_', '_'}, true, [local]}], [call],
                      fun() ->
                              X = get(none), _ = length([X]), _ = erlang:md5("a"),
                              put(a, element(1, {X})), self() ! z
                      end).
built_in_caller() ->
    Spec = [{'_', [], [{message, {caller}}]}],
    tracing_kit:calls([{{lists, reverse, 2}, Spec, [local]}], [call],
                      fun() -> reverses([1]), wraps([2]) end).
receiving() ->
    tracing_kit:calls([one(waits, 0, returns())], [call],
                      fun() ->
                              erlang:send_after(20, self(), hi), waits(), self() ! a, waits()
                      end).
lambda() ->
    Seen = tracing_kit:calls(all(true), [call],
                             fun() -> F = fun(X) -> X end, put(a, F(1)), lists:map(F, [1, 2]) end),
    [Arguments || {trace, _, call, {?MODULE, _, Arguments}} <- Seen].
undefined_function() ->
    tracing_kit:calls([one(nope, '_', true)], [call], fun() -> catch ?MODULE:nope(1) end).
spawned() ->
    tracing_kit:calls([{{?MODULE, '_', '_'}, true, [global]}], [call, set_on_spawn],
                      fun() ->
                              {_, M} = spawn_monitor(?MODULE, fac, [1]),
                              receive {'DOWN', M, _, _, _} -> ok end
                      end).
binaries() -> tracing_kit:calls([one(bits, 1, true)], [call], fun() -> bits(<<1, 2>>) end).
hibernates() ->
    tracing_kit:calls(all(true), [call],
                      fun() -> erlang:send_after(5, self(), x), erlang:hibernate(?MODULE, waits, []) end).
mid_call() ->
    %% Breakpoints count from the next call on; returns of calls that were not traced do not show.
    tracing_kit:calls([], [call],
                      fun() ->
                              R = begins(), erlang:trace_pattern({?MODULE, fac, 1}, false, [local]),
                              put(a, fac(1)), R
                      end).
begins() ->
    put(a, fac(1)),
    erlang:trace_pattern({?MODULE, fac, 1}, returns(), [local]),
    put(a, fac(1)).

%% Match specifications for calls.
message() ->
    Spec = [{['$1'], [{'>', '$1', 1}], [{message, {{'$1', '$_', '$$'}}}]},
            {['$1'], [{'==', '$1', 1}], [{message, false}]},
            {['$1'], [], [{message, true}]}],
    tracing_kit:calls([one(fac, 1, Spec)], [call], fun() -> fac(3) end).
caller() ->
    Spec = [{['$1'], [], [{message, {caller}}, {return_trace}]}],
    tracing_kit:calls([one(fac, 1, Spec), one(leaf, 1, Spec)], [call],
                      fun() -> other_fac(1), outer(1), put(a, leaf(1)) end).
caller_line() ->
    Spec = [{'_', [], [{message, {caller_line}}]}],
    Seen = tracing_kit:calls([one(leaf, 1, Spec)], [call], fun() -> outer(1) end),
    [{M, F, A, {filename:basename(File), is_integer(Line)}}
     || {trace, _, call, _, {M, F, A, {File, Line}}} <- Seen].
stacktrace() ->
    Spec = [{'_', [], [{message, {current_stacktrace}}]}],
    Seen = tracing_kit:calls([one(leaf, 1, Spec)], [call], fun() -> outer(1), ok end),
    [[{F, A} || {?MODULE, F, A, _} <- Trace] || {trace, _, call, _, Trace} <- Seen].
stacktrace_depth() ->
    Spec = [{'_', [], [{message, {current_stacktrace, 1}}]}],
    Seen = tracing_kit:calls([one(leaf, 1, Spec)], [call], fun() -> outer(1), ok end),
    [[{F, A} || {?MODULE, F, A, _} <- Trace] || {trace, _, call, _, Trace} <- Seen].
body_values() ->
    Patterns = [one(leaf, 1, [{'_', [], [false]}]), one(inner, 1, [{'_', [], [hello]}]),
                one(outer, 1, [{'_', [], [{message, false}, {return_trace}]}])],
    tracing_kit:calls(Patterns, [call], fun() -> outer(1) end).
no_clause() ->
    tracing_kit:calls([one(fac, 1, [{[1], [], []}])], [call, return_to], fun() -> fac(2), ok end).
silent() ->
    Patterns = [one(leaf, 1, [{'_', [], [{silent, true}]}]),
                one(inner, 1, [{'_', [], [{silent, false}, {return_trace}]}]),
                one(outer, 1, returns())],
    tracing_kit:calls(Patterns, [call, silent],
                      fun() -> outer(1), put(y, leaf(1)), put(x, outer(2)) end).
failing_body() ->
    tracing_kit:calls([one(fac, 1, [{'_', [], [{message, {hd, a}}]}])], [call], fun() -> fac(0) end).
failing_guard() ->
    tracing_kit:calls([one(fac, 1, [{'_', [{hd, a}], []}, {'_', [], [{message, second}]}])],
                      [call], fun() -> fac(0) end).
enable() ->
    Patterns = [one(fac, 1, [{[1], [], [{enable_trace, arity}]}, {'_', [], []}])],
    tracing_kit:calls(Patterns, [call], fun() -> fac(2) end).
disable() ->
    Patterns = [one(fac, 1, [{[1], [], [{disable_trace, call}]}, {'_', [], []}])],
    tracing_kit:calls(Patterns, [call], fun() -> fac(2) end).
trace_form() ->
    Spec = [{[1], [], [{trace, [call], [procs]}]}, {'_', [], []}],
    tracing_kit:calls([one(fac, 1, Spec)], [call],
                      fun() -> fac(2), register(trace_calls_name, self()) end).
trace_form_value() ->
    Spec = [{[1], [], [{message, {trace, [], [call]}}]}, {[0], [], [{message, {trace, [], [arity]}}]}],
    tracing_kit:calls([one(fac, 1, Spec)], [call], fun() -> fac(1), fac(0) end).
enable_other() ->
    Other = spawn(fun() -> receive go -> fac(0) end end),
    Spec = [{[3], [], [{message, {enable_trace, Other, call}}]}, {'_', [], []}],
    tracing_kit:calls([one(fac, 1, Spec)], [call],
                      fun() ->
                              Monitor = monitor(process, Other),
                              fac(3), Other ! go,
                              receive {'DOWN', Monitor, _, _, _} -> ok end
                      end).
control_word() ->
    Old = erlang:system_flag(trace_control_word, 3),
    Spec = [{'_', [], [{message, {{{get_tcw}, {set_tcw, {'+', {get_tcw}, 1}}}}}]}],
    Seen = tracing_kit:calls([one(fac, 1, Spec)], [call], fun() -> fac(1) end),
    {Old, Seen, erlang:system_flag(trace_control_word, 0)}.
tokens() ->
    Spec = [{[1], [], [{set_seq_token, label, 17}]},
            {[0], [], [{message, {{{is_seq_trace}, {get_seq_token}}}}]}],
    tracing_kit:calls([one(fac, 1, Spec)], [call], fun() -> fac(1) end).
dump() ->
    Spec = [{'_', [], [{message, {is_binary, {process_dump}}}]}],
    tracing_kit:calls([one(fac, 1, Spec)], [call], fun() -> fac(0) end).
tuple_head() ->
    tracing_kit:calls([one(fac, 1, [{{'$1'}, [], [{message, '$1'}]}])], [call], fun() -> fac(0) end).

%% Time stamps.
stamps() ->
    [shape(Flag, tracing_kit:calls([one(fac, 1, returns())], [call, Flag], fun() -> fac(0) end))
     || Flag <- [timestamp, monotonic_timestamp, strict_monotonic_timestamp, scheduler_id]].

shape(Flag, Messages) ->
    [{Flag, element(1, M), tuple_size(M), kind(element(tuple_size(M), M))} || M <- Messages].

kind({A, B, C}) when is_integer(A), is_integer(B), is_integer(C) -> three;
kind({A, B}) when is_integer(A), is_integer(B) -> two;
kind(A) when is_integer(A) -> one.

%% Meta tracing goes by the tracer in the pattern, for every process.
meta() ->
    Me = self(),
    {Pid, Monitor} = spawn_monitor(fun() -> receive go -> fac(1) end end),
    Set = erlang:trace_pattern({?MODULE, fac, 1}, returns(), [{meta, Me}]),
    Pid ! go,
    receive {'DOWN', Monitor, _, _, _} -> ok end,
    Seen = [setelement(tuple_size(M), M, stamp) || M <- tracing_kit:flush()],
    {meta, Tracer} = erlang:trace_info({?MODULE, fac, 1}, meta),
    Info = erlang:trace_info({?MODULE, fac, 1}, meta_match_spec),
    Cleared = erlang:trace_pattern({?MODULE, fac, 1}, false, [meta]),
    {Set, Seen, Tracer =:= Me, Info, Cleared}.
meta_built_in() ->
    Me = self(),
    {Pid, Monitor} = spawn_monitor(fun() -> receive go -> wraps([1, 2]) end end),
    erlang:trace_pattern({lists, reverse, 2}, returns(), [{meta, Me}]),
    Pid ! go,
    receive {'DOWN', Monitor, _, _, _} -> ok end,
    erlang:trace_pattern({lists, reverse, 2}, false, [meta]),
    [setelement(tuple_size(M), M, stamp) || M <- tracing_kit:flush()].
meta_and_local() ->
    Me = self(),
    Seen = tracing_kit:traced(fun(Pid) ->
                                      erlang:trace_pattern({?MODULE, fac, 1}, true, [local]),
                                      erlang:trace_pattern({?MODULE, fac, 1}, true, [{meta, Me}]),
                                      erlang:trace(Pid, true, [call])
                              end, fun() -> fac(1) end),
    [{element(1, M), element(3, M), element(4, M)} || M <- Seen].
