-module(trace_messages).
-compile([export_all, nowarn_export_all]).

sent() ->
    tracing_kit:traced(
      fun(Pid) -> erlang:trace(Pid, true, [send]) end,
      fun() ->
              register(trace_messages_name, self()),
              self() ! a,
              trace_messages_name ! b,
              {trace_messages_name, node()} ! c,
              erlang:send(self(), d, []),
              {Gone, Monitor} = spawn_monitor(fun() -> ok end),
              receive {'DOWN', Monitor, _, _, _} -> ok end,
              Gone ! e,
              {trace_messages_none, node()} ! f,
              catch trace_messages_none ! g,
              erlang:send(trace_messages_name, h),
              erlang:'!'(self(), i),
              apply(erlang, send, [self(), j]),
              erlang:send_after(0, self(), k),
              receive k -> ok end
      end).

received() ->
    tracing_kit:traced(
      fun(Pid) -> erlang:trace(Pid, true, ['receive']) end,
      fun() ->
              self() ! a, receive a -> ok end,
              erlang:send_after(1, self(), b), receive b -> ok end,
              spawn_monitor(fun() -> exit(x) end), receive {'DOWN', _, _, _, x} -> ok end,
              process_flag(trap_exit, true),
              spawn_link(fun() -> exit(y) end), receive {'EXIT', _, y} -> ok end,
              receive nothing -> ok after 1 -> ok end,
              receive nothing -> ok after 0 -> ok end
      end).

sent_spec() ->
    Set = erlang:trace_pattern(send, [{['$1', '$2'], [{is_atom, '$2'}], [{message, {{'$1', '$2'}}}]}], []),
    Info = erlang:trace_info(send, match_spec),
    Work = fun() -> self() ! a, self() ! 1 end,
    Setup = fun(Pid) -> erlang:trace(Pid, true, [send]) end,
    Some = tracing_kit:traced(Setup, Work),
    erlang:trace_pattern(send, false, []),
    None = tracing_kit:traced(Setup, Work),
    Off = erlang:trace_info(send, match_spec),
    erlang:trace_pattern(send, true, []),
    All = tracing_kit:traced(Setup, Work),
    {Set, Info, Some, None, Off, All, erlang:trace_info(send, match_spec)}.

received_spec() ->
    Spec = [{['$1', '$2', '$3'], [], [{message, {{'$1', '$2', '$3'}}}]}],
    Set = erlang:trace_pattern('receive', Spec, []),
    Seen = tracing_kit:traced(
             fun(Pid) -> erlang:trace(Pid, true, ['receive']) end,
             fun() ->
                     self() ! a, receive a -> ok end,
                     erlang:send_after(1, self(), b), receive b -> ok end,
                     receive nothing -> ok after 1 -> ok end,
                     {P, _} = spawn_monitor(fun() -> exit(x) end),
                     receive {'DOWN', _, _, P, x} -> ok end,
                     process_flag(trap_exit, true),
                     Q = spawn_link(fun() -> exit(y) end), receive {'EXIT', Q, y} -> ok end,
                     exit(self(), z), receive {'EXIT', _, z} -> ok end
             end),
    erlang:trace_pattern('receive', true, []),
    {Set, Seen}.

silent_messages() ->
    Setup = fun(Pid) -> erlang:trace(Pid, true, [send, 'receive', silent]) end,
    Work = fun() -> self() ! a, receive a -> ok end end,
    Plain = tracing_kit:traced(Setup, Work),
    erlang:trace_pattern(send, [{'_', [], []}], []),
    Silent = tracing_kit:traced(Setup, Work),
    erlang:trace_pattern(send, true, []),
    {Plain, Silent}.

unfit_specs() ->
    Set = [tracing_kit:probe(fun() -> erlang:trace_pattern(Event, [{'_', [], [Form]}], []) end)
           || Event <- [send, 'receive'],
              Form <- [{return_trace}, {caller}, {silent, true}, {message, x}, {get_tcw},
                       {enable_trace, call}, {is_seq_trace}, {display, x}]],
    {Set, [erlang:trace_pattern(Event, true, []) || Event <- [send, 'receive']]}.

stamped() ->
    Seen = tracing_kit:traced(fun(Pid) -> erlang:trace(Pid, true, [send, 'receive', timestamp]) end,
                              fun() -> self() ! a, receive a -> ok end end),
    [{element(1, M), element(3, M), tuple_size(M)} || M <- Seen].
