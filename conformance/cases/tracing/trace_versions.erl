%% What tracing does with code that comes and goes, and with the newer kinds of signals.
-module(trace_versions).
-export([funs/0, fun_prologues/0, new_code/0, old_code/0, deleted/0, on_load_pattern/0, on_load_waits/0, on_load_fails/1,
         purged/0, flags/0, requests/0, ordered/0]).

-define(M, traced_vsn).

%% A module without literals, which can be made without zlib.
made(Texts) ->
    All = ["-module(traced_vsn).", "-compile(export_all)." | Texts],
    Forms = [form(Text) || Text <- All],
    {ok, ?M, Beam} = compile:forms(Forms, [binary, nowarn_export_all, no_inline]),
    Beam.

form(Text) ->
    {ok, Tokens, _} = erl_scan:string(Text),
    {ok, Form} = erl_parse:parse_form(Tokens),
    Form.

version(N) ->
    made(["number() -> " ++ integer_to_list(N) ++ ".",
          "fn() -> fun(X) -> {X, " ++ integer_to_list(N) ++ "} end.",
          "loop() -> receive {To, stop} -> To ! {self(), " ++ integer_to_list(N) ++ "};"
          " on -> loop() end."]).

load(Beam) ->
    {module, ?M} = erlang:load_module(?M, Beam),
    ok.

unload() ->
    _ = erts_code_purger:purge(?M),
    _ = erlang:delete_module(?M),
    _ = erts_code_purger:purge(?M),
    ok.

%% The functions of the module that a process calls which runs Work.
told(Work) ->
    Messages = tracing_kit:traced(fun(Pid) -> 1 = erlang:trace(Pid, true, [call]) end, Work),
    [MFA || {trace, _, call, MFA} <- Messages].

info(MFA) -> erlang:trace_info(MFA, traced).

funs() ->
    load(version(1)),
    F = ?M:fn(),
    1 = erlang:trace_pattern({?M, '-fn/0-fun-0-', 1}, true, [local]),
    Told = told(fun() -> F(a), lists:map(F, [b]), apply(F, [c]), (?M:fn())(d) end),
    erlang:trace_pattern({?M, '-fn/0-fun-0-', 1}, true, [local]),
    %% Another module with the same code: the fun is its fun now.
    load(version(1)),
    Again = told(fun() -> F(e) end),
    unload(),
    {Told, Again}.

fun_prologues() ->
    load(version(1)),
    F = ?M:fn(),
    1 = erlang:trace_pattern({?M, '-fn/0-fun-0-', 1}, [{'_', [], [{return_trace}]}], [local]),
    Messages = tracing_kit:traced(fun(Pid) -> 1 = erlang:trace(Pid, true, [call]) end,
                                  fun() -> F(a) end),
    After = F(b),
    unload(),
    {[erlang:delete_element(2, Message) || Message <- Messages], After}.

new_code() ->
    load(version(1)),
    erlang:trace_pattern({?M, number, 0}, true, [local]),
    erlang:trace_pattern({?M, fn, 0}, true, [global]),
    Before = {info({?M, number, 0}), info({?M, fn, 0})},
    load(version(2)),
    After = {info({?M, number, 0}), info({?M, fn, 0})},
    Told = told(fun() -> ?M:number(), ?M:fn() end),
    unload(),
    {Before, After, Told}.

old_code() ->
    load(version(1)),
    erlang:trace_pattern({?M, loop, 0}, true, [local]),
    Pid = spawn(?M, loop, []),
    settled(Pid),
    1 = erlang:trace(Pid, true, [call]),
    Pid ! on,
    settled(Pid),
    load(version(2)),
    Pid ! on,
    settled(Pid),
    Pid ! {self(), stop},
    Stopped = receive {Pid, N} -> N end,
    Ref = erlang:trace_delivered(all),
    receive {trace_delivered, all, Ref} -> ok end,
    Told = tracing_kit:flush(),
    unload(),
    {Stopped, [MFA || {trace, _, call, MFA} <- Told]}.

settled(Pid) ->
    case process_info(Pid, [status, message_queue_len]) of
        [{status, waiting}, {message_queue_len, 0}] -> ok;
        _ -> erlang:yield(), settled(Pid)
    end.

deleted() ->
    load(version(1)),
    erlang:trace_pattern({?M, number, 0}, true, [local]),
    erlang:trace_pattern({?M, fn, 0}, true, [global]),
    erlang:delete_module(?M),
    Gone = {info({?M, number, 0}), info({?M, fn, 0})},
    erts_code_purger:purge(?M),
    load(version(1)),
    Back = {info({?M, number, 0}), info({?M, fn, 0})},
    Told = told(fun() -> ?M:number(), ?M:fn() end),
    unload(),
    {Gone, Back, Told}.

on_load_pattern() ->
    erlang:trace_pattern(on_load, true, [local]),
    load(version(1)),
    erlang:trace_pattern(on_load, false, [local]),
    Info = info({?M, number, 0}),
    Told = told(fun() -> (?M:fn())(?M:number()) end),
    unload(),
    {Info, Told}.

%% A module with an on_load function is traced when that has ended.
on_load_waits() ->
    Beam = made(["-on_load(begins/0).", "begins() -> called(), ok.", "called() -> ok.",
                 "number() -> 1."]),
    erlang:trace_pattern(on_load, true, [local]),
    Prepared = erlang:prepare_loading(?M, Beam),
    Told = told(fun() ->
                        {on_load, [?M]} = erlang:finish_loading([Prepared]),
                        ok = erlang:call_on_load_function(?M),
                        erlang:finish_after_on_load(?M, true),
                        ?M:number(), ?M:called()
                end),
    erlang:trace_pattern(on_load, false, [local]),
    unload(),
    Told.

%% Once a version with an on_load function is loaded, the one before it is not traced any more.
on_load_fails(Options) ->
    load(version(1)),
    erlang:trace_pattern({?M, number, 0}, true, Options),
    Beam = made(["-on_load(begins/0).", "begins() -> fails.", "number() -> 2."]),
    Prepared = erlang:prepare_loading(?M, Beam),
    Told = told(fun() ->
                        ?M:number(),
                        {on_load, [?M]} = erlang:finish_loading([Prepared]),
                        ?M:number(),
                        fails = erlang:call_on_load_function(?M),
                        erlang:finish_after_on_load(?M, false),
                        ?M:number()
                end),
    Info = info({?M, number, 0}),
    erts_code_purger:finish_after_on_load(?M, false),
    unload(),
    {Told, Info}.

%% Who is in code that is traced is in that code.
purged() ->
    load(version(1)),
    erlang:trace_pattern({?M, '_', '_'}, [{'_', [], [{return_trace}]}], [local]),
    Pid = spawn(fun() -> receive go -> ?M:loop(), ok end end),
    1 = erlang:trace(Pid, true, [call]),
    Pid ! go,
    settled(Pid),
    load(version(2)),
    In = erlang:check_process_code(Pid, ?M),
    Monitor = monitor(process, Pid),
    Soft = erts_code_purger:soft_purge(?M),
    Purged = erts_code_purger:purge(?M),
    Reason = receive {'DOWN', Monitor, _, _, R} -> R end,
    unload(),
    _ = tracing_kit:flush(),
    {In, Soft, Purged, Reason}.

%% The flags that process_info tells.
flags() ->
    Pid = spawn(fun() -> receive stop -> ok end end),
    Of = fun(Flags) ->
                 erlang:trace(Pid, true, Flags),
                 {trace, Bits} = process_info(Pid, trace),
                 erlang:trace(Pid, false, [all]),
                 {Flags, Bits}
         end,
    Names = [send, 'receive', call, procs, garbage_collection, running, running_procs, set_on_spawn,
             set_on_first_spawn, set_on_link, set_on_first_link, exiting, silent, arity, return_to,
             timestamp, monotonic_timestamp, strict_monotonic_timestamp, scheduler_id, ports,
             running_ports],
    [process_info(Pid, trace), Of([call, send]) | [Of([Name]) || Name <- Names]].

requests() ->
    Messages = tracing_kit:traced(
                 fun(Pid) -> 1 = erlang:trace(Pid, true, [procs, set_on_spawn]) end,
                 fun() ->
                         Ref = erlang:spawn_request(erlang, exit, [bye], [link, monitor]),
                         Child = receive {spawn_reply, Ref, ok, C} -> C end,
                         receive {'DOWN', Ref, _, Child, _} -> ok end
                 end),
    lists:map(fun({trace, _, What, Pid, MFA}) when is_pid(Pid) -> {What, MFA};
                 ({trace, _, What, Pid}) when is_pid(Pid) -> What;
                 ({trace, _, What, Other}) -> {What, Other}
              end, Messages).

%% When messages of priority are told.
ordered() ->
    Messages = tracing_kit:traced(
                 fun(Pid) -> 1 = erlang:trace(Pid, true, ['receive']) end,
                 fun() ->
                         process_flag(trap_exit, true),
                         self() ! one,
                         self() ! two,
                         Alias = apply(erlang, alias, [[priority]]),
                         apply(erlang, send, [Alias, urgent, [priority]]),
                         receive X -> put(first, X) end,
                         self() ! three,
                         {Pid, Monitor} = apply(erlang, spawn_opt, [fun() -> receive go -> exit(bye) end end,
                             [{monitor, [priority]}]]),
                         Pid ! go,
                         receive {'DOWN', Monitor, _, _, bye} -> ok end,
                         receive three -> ok end
                 end),
    [case Message of {'DOWN', _, _, _, R} -> R; _ -> Message end
     || {trace, _, 'receive', Message} <- Messages].
