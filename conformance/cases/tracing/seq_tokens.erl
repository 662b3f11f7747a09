-module(seq_tokens).
-compile([export_all, nowarn_export_all]).

%% What the system tracer gets while F runs in a process of its own, and what F gives.
traced(F) ->
    Old = seq_trace:set_system_tracer(self()),
    Result = tracing_kit:inside(F),
    seq_trace:set_system_tracer(Old),
    {Result, seen()}.

seen() ->
    receive
        Message when element(1, Message) =:= seq_trace -> [Message | seen()]
    after 10 -> []
    end.

mark() ->
    seq_trace:set_token(label, mark),
    seq_trace:set_token(send, true),
    seq_trace:set_token('receive', true).

no_token() ->
    {[tracing_kit:probe(fun() -> seq_trace:get_token(Item) end)
      || Item <- [label, serial, send, 'receive', print, timestamp, monotonic_timestamp,
                  strict_monotonic_timestamp, foo, spawn, 1]], seq_trace:get_token()}.

setting() ->
    tracing_kit:inside(
      fun() ->
              A = [tracing_kit:probe(fun() -> seq_trace:set_token(Item, Value) end)
                   || {Item, Value} <- [{label, 17}, {send, true}, {send, true}, {serial, {3, 4}},
                                        {print, 'maybe'}, {foo, 1}, {'receive', true}, {timestamp, true},
                                        {serial, x}, {serial, {x, 1}}, {label, foo}, {label, []}, {send, false},
                                        {1, 1}]],
              B = [tracing_kit:probe(fun() -> seq_trace:get_token(Item) end)
                   || Item <- [label, serial, send, 'receive', print, timestamp, spawn]],
              C = seq_trace:get_token(),
              D = seq_trace:set_token([]),
              E = seq_trace:get_token(),
              F = seq_trace:set_token(C),
              {A, B, C, D, E, F, seq_trace:get_token(),
               tracing_kit:probe(fun() -> erlang:seq_trace(sequential_trace_token, x) end)}
      end).

printing() ->
    traced(fun() ->
                   A = seq_trace:print(a),
                   seq_trace:set_token(label, 5),
                   B = seq_trace:print(b),
                   seq_trace:set_token(print, true),
                   {A, B, seq_trace:print(c), seq_trace:print(5, d), seq_trace:print(6, e),
                    erlang:seq_trace_print(f), erlang:seq_trace_print(7, g), erlang:seq_trace_print(5, h)}
           end).

conversation() ->
    traced(fun() ->
                   Other = spawn(fun loop/0),
                   mark(),
                   Other ! {self(), one}, receive {got, _, A} -> ok end,
                   Other ! {self(), two}, receive {got, _, B} -> ok end,
                   {A, B, seq_trace:get_token()}
           end).

loop() -> receive {Pid, X} -> Pid ! {got, X, seq_trace:get_token()}, loop() end.

self_sent() ->
    traced(fun() ->
                   self() ! before,
                   mark(),
                   self() ! b, receive b -> ok end,
                   A = seq_trace:get_token(),
                   receive before -> ok end,
                   {A, seq_trace:get_token()}
           end).

from_untraced() ->
    traced(fun() ->
                   Me = self(),
                   Other = spawn(fun() -> receive go -> Me ! plain end end),
                   Other ! go,
                   mark(),
                   receive plain -> seq_trace:get_token() end
           end).

spawning() ->
    traced(fun() ->
                   mark(),
                   Me = self(),
                   {Pid, Monitor} = spawn_monitor(?MODULE, tells, [Me]),
                   receive {token, Token} -> ok end,
                   receive {'DOWN', Monitor, _, Pid, Reason} -> ok end,
                   {Token, Reason, seq_trace:get_token()}
           end).

tells(Pid) -> Pid ! {token, seq_trace:get_token()}.

spawning_plain() -> traced(fun() -> mark(), spawn(?MODULE, loop, []), seq_trace:get_token() end).

spawning_linked() ->
    traced(fun() -> mark(), P = spawn_link(?MODULE, loop, []), unlink(P), seq_trace:get_token() end).

%% The reference and the tag of a request are those of the messages that are told of.
spawning_requested(Options) ->
    traced(fun() ->
                   mark(),
                   Ref = spawn_request(?MODULE, loop, [], Options),
                   Tag = proplists:get_value(reply_tag, Options, spawn_reply),
                   receive {Tag, Ref, ok, Pid} -> unlink(Pid) after 100 -> none end,
                   [Ref, seq_trace:get_token()]
           end).

exits() ->
    traced(fun() ->
                   process_flag(trap_exit, true),
                   Pid = spawn_link(fun() -> receive x -> exit(bye) end end),
                   mark(),
                   Pid ! x,
                   receive {'EXIT', Pid, _} -> ok end,
                   seq_trace:get_token()
           end).

exit_signals() ->
    traced(fun() ->
                   Pid = spawn(fun loop/0),
                   mark(),
                   exit(Pid, kill),
                   seq_trace:get_token()
           end).

timers() ->
    traced(fun() -> mark(), erlang:send_after(1, self(), hi), receive hi -> ok end, seq_trace:get_token() end).

names() ->
    traced(fun() ->
                   register(seq_tokens_name, self()),
                   mark(),
                   seq_tokens_name ! a, receive a -> ok end,
                   {seq_tokens_name, node()} ! b, receive b -> ok end,
                   erlang:send(self(), c, []), receive c -> ok end,
                   catch seq_tokens_none ! d,
                   seq_trace:get_token()
           end).

aliases() ->
    traced(fun() -> Alias = apply(erlang, alias, []), mark(), Alias ! a, receive a -> ok end, seq_trace:get_token() end).

no_tracer() ->
    tracing_kit:inside(fun() ->
                               mark(),
                               self() ! a, receive a -> ok end,
                               self() ! b, receive b -> ok end,
                               receive nothing -> ok after 1 -> ok end,
                               seq_trace:get_token()
                       end).

reset() ->
    tracing_kit:inside(fun() ->
                               mark(),
                               self() ! a,
                               Done = seq_trace:reset_trace(),
                               Token = seq_trace:get_token(),
                               receive a -> ok end,
                               {Done, Token, seq_trace:get_token()}
                       end).

tracers() ->
    Me = self(),
    {[tracing_kit:probe(fun() -> seq_trace:set_system_tracer(Tracer) end) || Tracer <- [foo, 1, {a, b}]],
     seq_trace:get_system_tracer(), seq_trace:set_system_tracer(Me), seq_trace:get_system_tracer() =:= Me,
     erlang:system_info(sequential_tracer) =:= {sequential_tracer, Me},
     seq_trace:set_system_tracer(false) =:= Me, erlang:system_info(sequential_tracer),
     tracing_kit:probe(fun() -> erlang:system_flag(sequential_tracer, foo) end)}.

tracer_gone() ->
    {Pid, Monitor} = spawn_monitor(fun() -> seq_trace:set_system_tracer(self()) end),
    receive {'DOWN', Monitor, _, Pid, _} -> ok end,
    seq_trace:get_system_tracer() =:= Pid orelse seq_trace:get_system_tracer().

stamps() ->
    {_, Seen} = traced(fun() ->
                               seq_trace:set_token(print, true),
                               seq_trace:set_token(timestamp, true), seq_trace:print(a),
                               seq_trace:set_token(timestamp, false),
                               seq_trace:set_token(monotonic_timestamp, true), seq_trace:print(a),
                               seq_trace:set_token(strict_monotonic_timestamp, true), seq_trace:print(a)
                       end),
    [{tuple_size(M), is_integer(element(tuple_size(M), M))} || M <- Seen].

token_item() ->
    tracing_kit:inside(fun() ->
                               A = process_info(self(), sequential_trace_token),
                               seq_trace:set_token(label, here),
                               {A, process_info(self(), sequential_trace_token)}
                       end).
