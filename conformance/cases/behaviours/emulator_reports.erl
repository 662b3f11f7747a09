-module(emulator_reports).
-compile([export_all, nowarn_export_all]).

%% The processes that end, one after another, and what is logged of them.
endings() ->
    [fun() -> error(reason) end,
     fun() -> error(function_clause, [a, b]) end,
     fun() -> exit(reason) end,
     fun() -> throw(ball) end,
     fun() -> exit(normal) end,
     fun() -> ok end,
     fun() -> 1 + list_to_atom("a") end,
     fun() -> no_module:no_function(1) end,
     fun() -> erlang:raise(error, again, []) end,
     fun() -> erlang:raise(exit, again, []) end,
     fun() -> erlang:raise(throw, again, []) end,
     fun() -> try error(kept) catch error:R:S -> erlang:raise(error, R, S) end end,
     fun() -> try error(kept) after ok end end,
     fun() -> {'EXIT', _} = (catch error(kept)), exit(done) end,
     fun() -> exit(self(), kill), receive never -> ok end end,
     fun() -> spawn_link(fun() -> error(linked) end), receive never -> ok end end,
     fun() -> case list_to_atom("a") of b -> ok end end,
     fun() -> erlang:nif_error(missing) end,
     fun() -> lists:map(fun(X) -> X / 0 end, [1]) end].

ends() -> report_kit:reports(fun() -> [begin {P, _} = spawn_monitor(F), down(P) end || F <- endings()] end).

down(Pid) -> receive {'DOWN', _, process, Pid, Reason} -> Reason end.

%% The message itself, with a process of the program as the system's logger.
messages() ->
    Old = erlang:system_flag(system_logger, self()),
    {Pid, _} = spawn_monitor(fun() -> error(reason) end),
    Reason = down(Pid),
    Message = receive {log, _, _, _, _} = M -> M end,
    Mine = erlang:system_flag(system_logger, Old),
    {log, Level, Format, Args, Meta} = Message,
    {is_pid(Old) or (Old =:= logger), Mine =:= self(), Reason, Level, Format, Args =:= [Pid, Reason],
     maps:get(error_logger, Meta), maps:get(pid, Meta) =:= Pid, maps:get(gl, Meta) =:= group_leader(),
     abs(maps:get(time, Meta) - os:system_time(microsecond)) < 60000000, map_size(Meta)}.

%% A logger that dies is replaced.
own_death() ->
    Me = self(),
    {Pid, _} = spawn_monitor(fun() ->
                                     Me ! {old, erlang:system_flag(system_logger, self())},
                                     error(reason)
                             end),
    Old = receive {old, O} -> O end,
    {reason, _} = down(Pid),
    {Other, _} = spawn_monitor(fun() -> error(other) end),
    {other, _} = down(Other),
    timer:sleep(50),
    {erlang:system_flag(system_logger, Old), flush()}.

undefined() ->
    Old = erlang:system_flag(system_logger, undefined),
    {Pid, _} = spawn_monitor(fun() -> error(reason) end),
    {_, _} = down(Pid),
    {erlang:system_flag(system_logger, Old), flush()}.

flush() -> receive M -> [M | flush()] after 50 -> [] end.

wrong() -> [report_kit:value(fun() -> erlang:system_flag(system_logger, X) end) || X <- [error_logger, 1, "logger"]].

%% Heaps that outgrow their limits; how much they hold is not promised.
heaps() ->
    Grow = fun(Options) ->
                   fun() ->
                           process_flag(max_heap_size, Options),
                           length(lists:seq(1, 100000)),
                           exit(survived)
                   end
           end,
    Work = fun() -> [begin {P, _} = spawn_monitor(Grow(O)), down(P) end
                     || O <- [1000, #{size => 1000, error_logger => false},
                              #{size => 1000, kill => true, error_logger => true}]] end,
    {Result, Reports, _} = report_kit:reports(Work),
    {Result, [{Level, Format, [Pid, Size, is_integer(Total), Kill, Log | [shape(X) || X <- Rest]], Meta}
              || {Level, {Format, [Pid, Size, Total, Kill, Log | Rest]}, Meta} <- Reports]}.

shape([{Item, N} | _] = List) when is_atom(Item), is_integer(N) -> [Name || {Name, _} <- List];
shape([{_, _, _, _} | _]) -> trace;
shape(Other) -> Other.

tracers() ->
    Me = self(),
    Tracer = spawn(fun() -> receive never -> ok end end),
    Traced = spawn(fun() -> receive never -> ok end end),
    report_kit:reports(fun() ->
                               1 = erlang:trace(Traced, true, [send, {tracer, Tracer}]),
                               Result = report_kit:value(fun() -> erlang:trace(Traced, true, [send, {tracer, Me}]) end),
                               exit(Traced, kill), exit(Tracer, kill),
                               Result
                       end).
