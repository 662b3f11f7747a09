%% Every flag of process_flag/2 and /3.
-module(process_flags).
-export([set/2, sets/1, bad/2, old/1, other/2, other_bad/2, sensitive/0, trap/0, heap/1, kept/1, handler/0, undefined_function/3]).

%% The old value, and what the flag is afterwards.
set(Flag, Value) ->
    try
        Old = process_flag(Flag, Value),
        New = process_flag(Flag, Value),
        {Old, New}
    catch
        C:R:Trace -> {C, R, setelement(4, hd(Trace), place)}
    end.

sets(Pairs) -> [set(F, V) || {F, V} <- Pairs].

bad(Flag, Value) ->
    try process_flag(Flag, Value)
    catch C:R -> {C, R}
    end.

old(Item) ->
    Me = self(),
    spawn(fun() -> Me ! process_info(self(), Item) end),
    receive I -> I end.

%% The flags of another process.
other(Flag, Value) ->
    Pid = spawn(fun() -> receive stop -> ok end end),
    try
        {process_flag(Pid, Flag, Value), process_flag(Pid, Flag, 0)}
    catch
        C:R:Trace -> {C, R, element(2, hd(Trace))}
    after
        Pid ! stop
    end.

other_bad(self, Value) -> caught(fun() -> process_flag(self(), save_calls, Value) end);
other_bad(dead, Value) ->
    {Pid, Ref} = spawn_monitor(fun() -> ok end),
    receive {'DOWN', Ref, _, _, _} -> ok end,
    caught(fun() -> process_flag(Pid, save_calls, Value) end);
other_bad(term, Value) -> caught(fun() -> process_flag(x, save_calls, Value) end).

caught(F) ->
    try F() catch C:R -> {C, R} end.

%% What others may not see.
sensitive() ->
    Pid = spawn(fun() -> process_flag(sensitive, true), put(a, b), receive stop -> ok end end),
    wait(Pid),
    Pid ! {a, message},
    wait(Pid),
    Seen = process_info(Pid, [messages, dictionary, current_function, current_stacktrace, backtrace, message_queue_len, status]),
    Pid ! stop,
    [case I of {backtrace, B} -> {backtrace, B}; _ -> I end || I <- Seen].

wait(Pid) ->
    case process_info(Pid, status) of
        {status, waiting} -> ok;
        _ -> receive after 1 -> ok end, wait(Pid)
    end.

trap() ->
    [process_flag(trap_exit, true), process_info(self(), trap_exit), process_flag(trap_exit, false), process_info(self(), trap_exit)].

%% Who outgrows the limit is killed.
heap(Limit) ->
    {Pid, Ref} = spawn_opt(fun() -> grow([]) end, [monitor, {max_heap_size, Limit}]),
    receive {'DOWN', Ref, process, Pid, Reason} -> Reason after 300 -> exit(Pid, done), alive end.

grow(L) when length(L) > 200000 -> receive stop -> L end;
grow(L) -> grow(more(1000, L)).

more(0, L) -> L;
more(N, L) -> more(N - 1, [N | L]).

%% In place of the running process, the limit that it sets itself.
kept(Limit) ->
    {Pid, Ref} = spawn_monitor(fun() ->
        process_flag(max_heap_size, Limit),
        L = lists:seq(1, 500),
        receive go -> exit({length(L), process_info(self(), max_heap_size)}) end
    end),
    Pid ! go,
    receive {'DOWN', Ref, process, Pid, Reason} -> Reason end.

handler() ->
    process_flag(error_handler, ?MODULE),
    {nosuch_module:f(1, 2), (catch apply(nosuch_module, g, []))}.

undefined_function(M, F, As) -> {M, F, As}.
