-module(found_process_ends).
-export([order/0, chain/1, sleeping/0]).

%% What one process learns of the end of another that it is linked to and watches.
order() ->
    process_flag(trap_exit, true),
    P = spawn(fun() -> receive go -> exit(bye) end end),
    R1 = monitor(process, P),
    link(P),
    R2 = monitor(process, P),
    P ! go,
    [
        case Message of
            {'DOWN', R1, process, P, bye} -> first;
            {'DOWN', R2, process, P, bye} -> second;
            {'EXIT', P, bye} -> exit
        end
     || Message <- [receive Got -> Got end || _ <- [1, 2, 3]]
    ].

%% Each process is linked to the next one, and the last one ends.
chain(Length) ->
    {First, Ref} = spawn_monitor(fun() -> linked(Length) end),
    receive
        {'DOWN', Ref, process, First, Reason} -> Reason
    end.

linked(0) ->
    exit(enough);
linked(Left) ->
    spawn_link(fun() -> linked(Left - 1) end),
    receive
        never -> ok
    end.

%% A process that waits for the time only, with a message that it does not look at.
sleeping() ->
    P = spawn(fun() -> receive after 10000 -> ok end end),
    P ! message,
    receive after 50 -> ok end,
    Status = process_info(P, status),
    exit(P, kill),
    Status.
