%% Flags, facts and errors that an attack found to differ.
-module(found_in_flags).
-export([depth/1, flag/2, info/1, topology/1, combined/3, no_handler/1]).

error_of(F) ->
    try F() catch Class:Reason:Trace -> {Class, Reason, shown(hd(Trace))} end.

shown({M, F, As, _}) when is_list(As) -> {M, F, [shown_argument(A) || A <- As]};
shown({M, F, A, _}) -> {M, F, A}.

shown_argument({Kind, Ref, Names}) when is_reference(Ref) -> {Kind, ref, Names};
shown_argument(A) -> A.

depth(Depth) ->
    error_of(fun() ->
        Old = erlang:system_flag(backtrace_depth, Depth),
        {Old, erlang:system_flag(backtrace_depth, 8)}
    end).

flag(Flag, Value) -> error_of(fun() -> erlang:system_flag(Flag, Value) end).

info(Item) -> error_of(fun() -> erlang:system_info(Item) end).

%% The same as system_info(cpu_topology) tells, in another form.
topology(Which) ->
    case erlang:system_info({internal_cpu_topology, Which}) of
        undefined -> undefined;
        List -> [N || {cpu, _, _, _, _, _, N} <- List] =:= lists:seq(0, length(List) - 1)
    end.

combined(First, Second, Size) -> erlang:crc32_combine(First, Second, Size).

%% A process whose error handler does not exist calls what does not.
no_handler(Handler) ->
    {Pid, Ref} = spawn_monitor(fun() ->
        process_flag(error_handler, Handler),
        found_in_no_module:foo(1)
    end),
    receive {'DOWN', Ref, process, Pid, {undef, [{M, F, As, _} | _]}} -> {M, F, As} after 5000 -> none end.
