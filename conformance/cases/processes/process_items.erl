%% Every item of process_info.
-module(process_items).
-export([same_places/0, deep/1, own/1, other/1, shape/1, all/0, list/1, bad/2, dictionary/1, monitors/0, monitored_by/0, links/0, messages/0, suspending/0, current/1, gc/1, summary/0, named/0, dead/1, label/0, status/1, last_calls/0, labels/0, trace_items/0, message_queue_data/0, async/0, parents/0, memory/0]).

%% The value of an item of the own process, where it is the same in every run.
own(Item) ->
    Me = self(),
    spawn(fun() -> Me ! {item, caught(fun() -> process_info(self(), Item) end)} end),
    receive {item, I} -> I end.

caught(F) ->
    try F() catch C:R -> {C, R} end.

%% The same of a process that waits.
other(Item) ->
    Pid = waiting(fun() -> receive stop -> ok end end),
    I = caught(fun() -> process_info(Pid, Item) end),
    Pid ! stop,
    I.

waiting(F) ->
    Pid = spawn(F),
    settle(Pid).

settle(Pid) ->
    case process_info(Pid, status) of
        {status, waiting} -> Pid;
        undefined -> Pid;
        _ -> erlang:yield(), settle(Pid)
    end.

%% What kind of value an item has.
shape(Item) ->
    case caught(fun() -> process_info(self(), Item) end) of
        {Item, Value} -> {Item, kind(Value)};
        Other -> Other
    end.

kind(V) when is_integer(V), V > 0 -> positive;
kind(0) -> zero;
kind(V) when is_integer(V) -> negative;
kind(V) when is_binary(V) -> binary;
kind(V) when is_pid(V) -> pid;
kind(V) when is_reference(V) -> reference;
kind(V) when is_map(V) -> {map, [{K, kind(X)} || {K, X} <- maps:to_list(V)]};
kind(V) when is_atom(V) -> V;
kind([]) -> [];
kind([{A, _} | _] = V) when is_atom(A) -> [{K, kind(X)} || {K, X} <- V];
kind(V) when is_list(V) -> [kind(X) || X <- V];
kind(V) when is_tuple(V) -> list_to_tuple([kind(X) || X <- tuple_to_list(V)]).

all() ->
    Me = self(),
    spawn(fun() -> Me ! {shapes, shapes()} end),
    receive {shapes, Shapes} -> Shapes end.

shapes() ->
    [shape(I) || I <- [backtrace, catchlevel, current_function, error_handler, fullsweep_after,
        garbage_collection, heap_size, initial_call, last_calls, links, magic_ref,
        max_heap_size, memory, message_queue_len, messages, min_bin_vheap_size, min_heap_size, monitored_by,
        monitors, parent, priority, reductions, registered_name, sequential_trace_token, stack_size, status,
        suspending, total_heap_size, trace, trap_exit, message_queue_data, async_dist, label, priority_messages,
        dictionary, current_location]].

list(Items) ->
    case caught(fun() -> process_info(self(), Items) end) of
        L when is_list(L) -> [K || {K, _} <- L];
        O -> O
    end.

bad(Pid, Item) -> caught(fun() -> process_info(case Pid of self -> self(); _ -> Pid end, Item) end).

dictionary(Key) ->
    put(k, v),
    put({a, b}, [1]),
    caught(fun() -> {process_info(self(), {dictionary, Key}), process_info(self(), [{dictionary, Key}, status])} end).

monitors() ->
    Pid = waiting(fun() -> receive stop -> ok end end),
    register(process_items_name, Pid),
    R1 = monitor(process, Pid),
    R2 = monitor(process, process_items_name),
    {monitors, Ms} = process_info(self(), monitors),
    Result = lists:sort([case M of {process, P} when P =:= Pid -> {process, pid}; {process, {N, Node}} -> {process, N, Node =:= node()}; O -> O end || M <- Ms]),
    demonitor(R1),
    {monitors, Ms2} = process_info(self(), monitors),
    demonitor(R2),
    Pid ! stop,
    {Result, length(Ms2), process_info(self(), monitors)}.

monitored_by() ->
    Pid = waiting(fun() -> receive stop -> ok end end),
    monitor(process, Pid),
    monitor(process, Pid),
    {monitored_by, By} = process_info(Pid, monitored_by),
    Pid ! stop,
    [P =:= self() || P <- By].

links() ->
    Pid = spawn_link(fun() -> receive stop -> ok end end),
    {process_info(self(), links) =:= {links, [Pid]}, process_info(Pid, links) =:= {links, [self()]}, unlink(Pid), process_info(self(), links)}.

messages() ->
    Pid = waiting(fun() -> receive stop -> ok end end),
    Pid ! a,
    Pid ! {b, [c]},
    settle(Pid),
    {process_info(Pid, messages), process_info(Pid, message_queue_len), process_info(Pid, [messages, message_queue_len])}.

suspending() ->
    Pid = waiting(fun() -> receive stop -> ok end end),
    None = process_info(self(), suspending),
    erlang:suspend_process(Pid),
    erlang:suspend_process(Pid),
    {suspending, [{P, A, O}]} = process_info(self(), suspending),
    Status = process_info(Pid, status),
    erlang:resume_process(Pid),
    erlang:resume_process(Pid),
    {None, P =:= Pid, A, O, Status, process_info(self(), suspending), process_info(Pid, status)}.

current(Item) ->
    Pid = waiting(fun() -> inner() end),
    I = process_info(Pid, Item),
    Pid ! stop,
    case I of
        {current_stacktrace, S} -> {current_stacktrace, [{M, F, A, [lists:keydelete(file, 1, L) =/= []]} || {M, F, A, L} <- S]};
        {current_location, {M, F, A, L}} -> {current_location, {M, F, A, is_integer(proplists:get_value(line, L))}};
        O -> O
    end.

inner() ->
    deeper(),
    ok.

deeper() ->
    receive stop -> ok end,
    ok.

gc(Item) ->
    {Item, L} = process_info(self(), Item),
    lists:sort([{K, kind(V)} || {K, V} <- L, K =/= recent_size, K =/= heap_size]).

%% What process_info/1 tells, in which order.
summary() ->
    [K || {K, _} <- process_info(self())].

named() ->
    Before = {process_info(self(), registered_name), process_info(self(), [registered_name]), hd(process_info(self()))},
    register(process_items_me, self()),
    After = {process_info(self(), registered_name), process_info(self(), [registered_name]), hd(process_info(self()))},
    unregister(process_items_me),
    {element(1, Before), element(2, Before), element(1, element(3, Before)), After}.

dead(Item) ->
    {Pid, Ref} = spawn_monitor(fun() -> ok end),
    receive {'DOWN', Ref, _, _, _} -> ok end,
    caught(fun() -> process_info(Pid, Item) end).

label() ->
    case erlang:function_exported(proc_lib, set_label, 1) orelse list_to_integer(erlang:system_info(otp_release)) >= 27 of
        true ->
            None = process_info(self(), label),
            proc_lib:set_label({my, label}),
            {None, process_info(self(), label)};
        false ->
            caught(fun() -> process_info(self(), label) end)
    end.

labels() -> caught(fun() -> process_info(self(), [label, {dictionary, x}]) end).

status(What) ->
    Pid = case What of
        waiting -> waiting(fun() -> receive stop -> ok end end);
        suspended -> P = waiting(fun() -> receive stop -> ok end end), erlang:suspend_process(P), P;
        running -> self();
        hibernating -> waiting(fun() -> erlang:hibernate(?MODULE, own, [status]) end)
    end,
    process_info(Pid, status).

last_calls() ->
    Off = process_info(self(), last_calls),
    process_flag(save_calls, 5),
    {last_calls, L} = process_info(self(), last_calls),
    process_flag(save_calls, 0),
    {Off, is_list(L)}.

trace_items() ->
    {process_info(self(), trace), process_info(self(), sequential_trace_token)}.

message_queue_data() ->
    A = process_info(self(), message_queue_data),
    process_flag(message_queue_data, off_heap),
    {A, process_info(self(), message_queue_data)}.

async() -> caught(fun() -> process_info(self(), async_dist) end).

parents() ->
    Me = self(),
    spawn(fun() -> Me ! caught(fun() -> {parent, P} = process_info(self(), parent), P =:= Me end) end),
    receive M -> M end.

memory() ->
    {memory, A} = process_info(self(), memory),
    {total_heap_size, T} = process_info(self(), total_heap_size),
    {heap_size, H} = process_info(self(), heap_size),
    {stack_size, S} = process_info(self(), stack_size),
    {A > T, T >= H, S > 0}.

%% Calls from the same place in a row show once.
same_places() ->
    Pid = spawn(fun() -> [deep(3), done] end),
    timer:sleep(20),
    {_, Trace} = process_info(Pid, current_stacktrace),
    exit(Pid, kill),
    [{Function, Arity, Where} || {?MODULE, Function, Arity, Where} <- Trace].

deep(0) -> receive never -> ok end;
deep(N) -> [N | deep(N - 1)].
