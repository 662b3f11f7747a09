-module(tracing_kit).
-export([traced/2, calls/3, probe/1, flush/0, inside/1]).

%% Runs Work in a process of its own that Setup has been told of, and gives all trace messages
%% that this process has got, in order for each process that they are about.
traced(Setup, Work) ->
    {Pid, Monitor} = spawn_monitor(fun() -> receive go -> Work() end end),
    wait_until_waiting(Pid),
    Setup(Pid),
    Pid ! go,
    receive {'DOWN', Monitor, process, Pid, _} -> ok end,
    Ref = erlang:trace_delivered(all),
    receive {trace_delivered, all, Ref} -> ok end,
    Messages = flush(),
    erlang:trace_pattern({'_', '_', '_'}, false, []),
    erlang:trace_pattern({'_', '_', '_'}, false, [local, meta, call_count, call_time]),
    lists:keysort(2, Messages).

wait_until_waiting(Pid) ->
    case process_info(Pid, status) of
        {status, waiting} -> ok;
        _ -> erlang:yield(), wait_until_waiting(Pid)
    end.

%% The same with trace patterns, as {MFA, MatchSpec, Flags}, and trace flags.
calls(Patterns, Flags, Work) ->
    Setup = fun(Pid) ->
                    [erlang:trace_pattern(MFA, Spec, Kinds) || {MFA, Spec, Kinds} <- Patterns],
                    1 = erlang:trace(Pid, true, Flags)
            end,
    traced(Setup, Work).

probe(F) ->
    try F() catch Class:Reason -> {Class, Reason} end.

%% What is in the message queue.
flush() ->
    receive Message -> [Message | flush()] after 0 -> [] end.

%% What F gives in a process of its own.
inside(F) ->
    {Pid, Monitor} = spawn_monitor(fun() -> exit({result, probe(F)}) end),
    receive {'DOWN', Monitor, process, Pid, {result, Result}} -> Result end.
