%% What an attack of November 2026 found: see the case.
-module(found_by_attack).
-export([time_offset/1, heir/1, hidden/1, too_long/1, flag/2, flags/0, asleep/0, serial/1, registered/1, info/1,
         counted/0, overtaken/1]).

%% A monitor of the time offset, which does not change here.
time_offset(Options) ->
    Ref = case Options of
              none -> monitor(time_offset, clock_service);
              _ -> erlang:monitor(time_offset, clock_service, Options)
          end,
    {monitors, Seen} = process_info(self(), monitors),
    {is_reference(Ref), Seen, demonitor(Ref, [info, flush]), process_info(self(), monitors), demonitor(Ref, [info])}.

heir(new) -> tried(fun() -> ets:info(ets:new(t, [{heir, self()}]), heir) =:= self() end);
heir(setopts) -> T = ets:new(t, []), {tried(fun() -> ets:setopts(T, {heir, self()}) end), ets:info(T, heir) =:= self()};
heir(list) -> T = ets:new(t, []), tried(fun() -> ets:setopts(T, [{heir, self()}, {protection, public}]) end);
heir(none) -> T = ets:new(t, [{heir, self(), data}]), {tried(fun() -> ets:setopts(T, {heir, none}) end), ets:info(T, heir)};
heir({wrong, Heir}) -> tried(fun() -> ets:new(t, [Heir]) end);
heir(given) ->
    Me = self(),
    Owner = spawn(fun() -> T = ets:new(t, [{heir, Me}]), Me ! {table, T} end),
    tried(fun() ->
                  T = receive {table, Made} -> Made after 100 -> error(none) end,
                  M = monitor(process, Owner),
                  receive {'DOWN', M, _, _, _} -> ok end,
                  {receive {'ETS-TRANSFER', _, _, Data} -> Data after 50 -> nothing end, ets:info(T, owner) =:= Me}
          end);
heir(dead) ->
    Heir = ended(),
    T = ets:new(t, [{heir, Heir, x}]),
    U = ets:new(t, []),
    {ets:info(T, heir), ets:setopts(U, {heir, Heir, x}), ets:info(U, heir)};
heir(died) ->
    Heir = spawn(fun() -> receive stop -> ok end end),
    T = ets:new(t, [{heir, Heir, x}]),
    M = monitor(process, Heir),
    Heir ! stop,
    receive {'DOWN', M, _, _, _} -> ok end,
    {ets:info(T, heir), ets:info(T, owner) =:= self()}.

ended() ->
    {Pid, M} = spawn_monitor(fun() -> ok end),
    receive {'DOWN', M, _, _, _} -> Pid end.

hidden(Items) ->
    Pid = spawn(fun() -> process_flag(sensitive, true), put(a, b), receive never -> ok end end),
    Pid ! x,
    timer:sleep(20),
    Found = {process_info(Pid, Items), [process_info(Pid, Item) || is_list(Items), Item <- Items]},
    exit(Pid, kill),
    Found.

too_long(N) ->
    List = lists:duplicate(N, a),
    tried(fun() -> tuple_size(list_to_tuple(List)) end).

%% A flag, which gets back the value that it had.
flag(Name, Value) ->
    tried(fun() -> Old = erlang:system_flag(Name, Value), erlang:system_flag(Name, Old), Old end).

flags() ->
    [{Name, flag(Name, Value)}
     || {Name, Value} <- [{min_heap_size, 233}, {min_heap_size, 300}, {min_heap_size, -1}, {min_heap_size, a},
                          {min_bin_vheap_size, 46422}, {min_bin_vheap_size, -1},
                          {fullsweep_after, 65535}, {fullsweep_after, 0}, {fullsweep_after, -1}, {fullsweep_after, a},
                          {max_heap_size, 0}, {max_heap_size, #{size => 0}}, {max_heap_size, 1}, {max_heap_size, a},
                          {max_heap_size, 5000}, {max_heap_size, #{size => 5000, kill => false}},
                          {scheduler_wall_time, false}, {scheduler_wall_time, a},
                          {backtrace_depth, 8}, {backtrace_depth, -1},
                          {trace_control_word, 0}, {trace_control_word, -1},
                          {outstanding_system_requests_limit, 0}, {outstanding_system_requests_limit, a},
                          {foo, 1}, {1, 1}, {time_offset, foo}, {multi_scheduling, foo}, {schedulers_online, 0},
                          {schedulers_online, a}, {dirty_cpu_schedulers_online, 0}, {erts_alloc, foo}]].

asleep() ->
    Pid = spawn(fun() -> erlang:hibernate(erlang, exit, [bye]) end),
    timer:sleep(30),
    Found = {process_info(Pid, current_stacktrace), process_info(Pid, current_function), process_info(Pid, status)},
    exit(Pid, kill),
    Found.

serial(Token) ->
    Answer = case Token of
                 {serial, Serial} -> seq_trace:set_token(label, 1), tried(fun() -> seq_trace:set_token(serial, Serial) end);
                 {all, Serial, Last} -> tried(fun() -> seq_trace:set_token({1, a, Serial, self(), Last}) end)
             end,
    Serials = seq_trace:get_token(serial),
    seq_trace:set_token([]),
    {Answer, Serials}.

registered(Names) ->
    Answer = [tried(fun() -> register(Name, self()) end) || Name <- Names],
    catch [unregister(Name) || Name <- Names],
    Answer.

info(Item) -> tried(fun() -> erlang:system_info(Item) end).

%% Reductions of the process that asks, though its turn may not be over.
counted() ->
    {A, _} = statistics(reductions),
    ok = down(1000000),
    {B, _} = statistics(reductions),
    B - A > 990000.

down(0) -> ok;
down(N) -> down(N - 1).

%% Whether a timer gets in before a process is through whose steps take long, one by one.
overtaken(Length) ->
    {Worker, Ref} = spawn_monitor(fun() ->
        A = lists:seq(1, Length),
        B = lists:seq(1, Length),
        exit({through, equal(A, B, 60000)})
    end),
    receive
        {'DOWN', Ref, process, Worker, {through, _}} -> no
    after 20 ->
        exit(Worker, stop),
        receive {'DOWN', Ref, process, Worker, stop} -> yes; {'DOWN', _, _, _, Other} -> Other end
    end.

equal(_, _, 0) -> true;
equal(A, B, N) when A =:= B -> equal(A, B, N - 1).

%% With the cause that is told, not with its frames.
tried(Fun) ->
    try Fun() of
        Value -> Value
    catch
        Class:Reason:Trace -> {Class, Reason, proplists:get_value(error_info, element(4, hd(Trace)), none)}
    end.
