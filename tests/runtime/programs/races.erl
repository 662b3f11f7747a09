%% Small programs that mostly end well. What can go wrong is for `enigma explore` to find.
-module(races).
-export([lost_update/0, overtaken/0, names/0, deadlock/0, late/0, sound/0, spin/0, priorities/0,
         clock/0, ring/2, for_ever/0, fresh_pid/0]).

%% Two processes read a counter and write it back, each plus one.
lost_update() ->
    Table = ets:new(counters, [public]),
    ets:insert(Table, {n, 0}),
    Add = fun() ->
                  [{n, N}] = ets:lookup(Table, n),
                  ets:insert(Table, {n, N + 1})
          end,
    Monitors = [spawn_monitor(Add) || _ <- [1, 2]],
    [receive {'DOWN', Ref, process, Pid, _} -> ok end || {Pid, Ref} <- Monitors],
    ets:lookup_element(Table, n, 2).

%% A worker is told to work by one process and to stop by another.
overtaken() ->
    Me = self(),
    Worker = spawn(fun() -> receive {work, From} -> From ! done end end),
    Ref = monitor(process, Worker),
    spawn(fun() -> exit(Worker, stop) end),
    Worker ! {work, Me},
    receive
        done -> done;
        {'DOWN', Ref, process, Worker, Why} -> {died, Why}
    end.

%% Two processes want a name that is free.
names() ->
    Me = self(),
    Claim = fun() ->
                    case whereis(owner) of
                        undefined ->
                            Me ! try register(owner, self()) of true -> mine
                                 catch error:badarg -> clash
                                 end,
                            receive stop -> ok end;
                        _ ->
                            Me ! taken
                    end
            end,
    [spawn(Claim) || _ <- [1, 2]],
    lists:sort([receive What -> What end || _ <- [1, 2]]).

%% Two processes take two locks, not in the same order.
deadlock() ->
    [A, B] = [spawn(fun lock/0) || _ <- [1, 2]],
    Me = self(),
    spawn(fun() -> take(A), take(B), give(B), give(A), Me ! first end),
    receive first -> ok after 10 -> ok end,
    spawn(fun() -> take(B), take(A), give(A), give(B), Me ! second end),
    receive second -> ok end.

lock() -> receive {take, Pid} -> Pid ! {taken, self()}, receive {give, Pid} -> lock() end end.

take(Lock) -> Lock ! {take, self()}, receive {taken, Lock} -> ok end.

give(Lock) -> Lock ! {give, self()}.

%% An answer that should be there long before the time is over.
late() ->
    Me = self(),
    spawn(fun() -> Me ! answer end),
    receive answer -> in_time after 1_000_000 -> late end.

%% Whatever the order is, it does not matter.
sound() ->
    Me = self(),
    [spawn(fun() -> Me ! {N, N * N} end) || N <- [1, 2, 3]],
    lists:sort([receive {N, Square} -> Square end || N <- [3, 2, 1]]).

%% Waits without giving way: ends only where others get their turns.
spin() ->
    Me = self(),
    spawn(fun() -> register(there, Me) end),
    until_there().

until_there() ->
    case whereis(there) of
        undefined -> until_there();
        _ -> ok
    end.

%% Who comes to do the most of an endless work, by priority.
priorities() ->
    Me = self(),
    Work = fun(Priority) ->
                   fun() -> Me ! {Priority, count(100_000)} end
           end,
    [spawn_opt(Work(Priority), [{priority, Priority}]) || Priority <- [low, normal, high, max]],
    [receive {Priority, _} -> Priority end || _ <- [1, 2, 3, 4]].

count(0) -> 0;
count(N) -> count(N - 1).

%% Milliseconds that a wait takes.
clock() ->
    Before = erlang:monotonic_time(millisecond),
    receive after 5_000 -> ok end,
    erlang:monotonic_time(millisecond) - Before.

%% Messages go round among so many processes.
ring(Processes, Rounds) ->
    Last = lists:foldl(fun(_, Next) -> spawn(fun() -> pass(Next) end) end, self(),
                       lists:seq(1, Processes)),
    Last ! {token, Rounds * Processes},
    receive Answer -> Answer end.

pass(Next) ->
    receive
        {token, 0} -> Next ! {token, 0};
        {token, N} -> Next ! {token, N - 1}
    end.

for_ever() -> for_ever().

%% A pid, by way of its text.
fresh_pid() -> list_to_pid(pid_to_list(spawn(fun() -> ok end))).
