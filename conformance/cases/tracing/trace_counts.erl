-module(trace_counts).
-compile([export_all, nowarn_export_all]).

fac(0) -> 1;
fac(N) -> N * fac(N - 1).

outer(N) -> X = fac(N), {X}.

wraps(L) -> R = lists:reverse(L, []), [R].

set(Spec, Flags) -> erlang:trace_pattern({?MODULE, fac, 1}, Spec, Flags).
info(Item) -> erlang:trace_info({?MODULE, fac, 1}, Item).

counts() ->
    Set = set(true, [call_count]),
    fac(3), A = info(call_count),
    set(pause, [call_count]), fac(1), B = info(call_count),
    set(true, [call_count]), fac(0), C = info(call_count),
    set(restart, [call_count]), fac(2), D = info(call_count),
    Cleared = set(false, [call_count]),
    {Set, A, B, C, D, Cleared, info(call_count), info(all)}.

counts_everyone() ->
    set(true, [call_count]),
    tracing_kit:inside(fun() -> fac(2) end),
    Count = info(call_count),
    set(false, [call_count]),
    Count.

counts_built_in() ->
    Set = erlang:trace_pattern({lists, reverse, 2}, true, [call_count]),
    wraps([1]), wraps([2]),
    {call_count, Count} = erlang:trace_info({lists, reverse, 2}, call_count),
    erlang:trace_pattern({lists, reverse, 2}, false, [call_count]),
    {Set, Count >= 2, erlang:trace_info({lists, reverse, 2}, call_count)}.

restart_unset() -> [set(restart, [call_count]), set(pause, [call_count]), info(call_count),
                    set(restart, [call_time]), info(call_time)].

times() ->
    Me = self(),
    erlang:trace(Me, true, [call]),
    Set = set(true, [call_time]),
    outer(3),
    {call_time, [{Me, Calls, S, Us}]} = info(call_time),
    set(pause, [call_time]), outer(1),
    {call_time, [{Me, Paused, _, _}]} = info(call_time),
    set(restart, [call_time]),
    Restarted = info(call_time),
    outer(1),
    {call_time, [{Me, Again, _, _}]} = info(call_time),
    Cleared = set(false, [call_time]),
    {Set, Calls, is_integer(S), is_integer(Us), Paused, Restarted, Again, Cleared, info(call_time)}.

times_untraced() ->
    Set = set(true, [call_time]), fac(3),
    Info = info(call_time),
    set(false, [call_time]),
    {Set, Info}.

memory() ->
    Me = self(),
    erlang:trace(Me, true, [call]),
    Set = set(true, [call_memory]),
    outer(2),
    {call_memory, [{Me, Calls, Words}]} = info(call_memory),
    set(false, [call_memory]),
    {Set, Calls, is_integer(Words)}.

both_with_local() ->
    Me = self(),
    Seen = tracing_kit:traced(
             fun(Pid) ->
                     erlang:trace_pattern({?MODULE, fac, 1}, [{'_', [], [{return_trace}]}],
                                          [local, call_count, call_time]),
                     erlang:trace(Pid, true, [call])
             end,
             fun() ->
                     outer(1),
                     Me ! {trace, self(), info, info(call_count), [{C, D} || {C, D} <- element(2, info(all)),
                                                                             C =:= traced]}
             end),
    Seen.

%% trace_info/2.
infos() ->
    Steps = [{true, []}, {false, [local]}, {[{'_', [], []}], [local]}, {false, [global]},
             {true, [{meta, self()}]}, {false, [meta]}, {false, [local]}, {true, [call_count, call_time]},
             {true, [global]}, {true, [local]}, {[{'_', [], [{return_trace}]}], []}, {false, []}],
    [{set(Spec, Flags), [tracing_kit:probe(fun() -> without_self(info(Item)) end)
                         || Item <- [traced, match_spec, meta, meta_match_spec, call_count, call_time,
                                     foo]]}
     || {Spec, Flags} <- Steps] ++ [without_self(info(all))].

without_self({Item, Pid}) when Pid =:= self() -> {Item, me};
without_self(Info) -> Info.

info_all() ->
    set([{'_', [], []}], [local, meta, call_count]),
    {all, Items} = info(all),
    set(false, [local, meta, call_count]),
    [without_self(Item) || Item <- Items].

unknown() ->
    [tracing_kit:probe(fun() -> erlang:trace_info(What, Item) end)
     || {What, Item} <- [{{?MODULE, nope, 1}, traced}, {{?MODULE, nope, 1}, all}, {{nope, nope, 1}, traced},
                         {{?MODULE, fac}, traced}, {{?MODULE, fac, x}, traced}, {{1, fac, 1}, traced},
                         {{?MODULE, fac, 1}, flags}, {foo, all}, {foo, flags}, {self(), all}, {self(), foo},
                         {self(), flags}, {self(), tracer}, {1, flags}, {send, all}, {send, match_spec},
                         {'receive', match_spec}, {new, flags}, {new, tracer}, {new_processes, flags},
                         {new_ports, flags}, {new, foo}, {on_load, all}, {on_load, foo}, {on_load, traced}]].

matches() ->
    [erlang:trace_pattern(MFA, Spec, Flags)
     || {MFA, Spec, Flags} <- [{{?MODULE, nope, 1}, true, []}, {{nope, '_', '_'}, true, []},
                               {{?MODULE, fac, '_'}, true, [local]}, {{?MODULE, fac, '_'}, false, [local]},
                               {{?MODULE, module_info, '_'}, true, []}, {{?MODULE, module_info, '_'}, false, []},
                               {{erlang, self, 0}, true, []}, {{erlang, self, 0}, false, []},
                               {{lists, reverse, '_'}, true, [local]}, {{lists, reverse, '_'}, false, [local]}]].

on_load() ->
    Steps = [{true, []}, {[{'_', [], []}], [local, call_count]}, {false, [local]}, {false, [call_count]},
             {true, [meta]}, {false, [meta]}, {true, [local]}, {false, []}, {false, [local]}],
    [begin
         0 = erlang:trace_pattern(on_load, Spec, Flags),
         [without_self(erlang:trace_info(on_load, Item))
          || Item <- [traced, match_spec, meta, meta_match_spec, call_count, call_time]]
     end || {Spec, Flags} <- Steps].
