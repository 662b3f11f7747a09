-module(found_hibernate).
-export([place/0, sleep/1, woken/2]).

%% A process that hibernates with an empty queue keeps the arguments of the function it wakes in.
sleep(Arg) ->
    Self = self(),
    Pid = spawn(fun() -> put(key, value), erlang:hibernate(?MODULE, woken, [Self, Arg]) end),
    receive after 20 -> ok end,
    Pid ! go,
    receive {woke, What} -> What after 2000 -> none end.

woken(To, Arg) ->
    receive go -> To ! {woke, {get(key), Arg}} end.

%% Where a process is said to be that hibernates.
place() ->
    Pid = spawn(fun() -> erlang:hibernate(erlang, self, []) end),
    receive after 50 -> ok end,
    Place = process_info(Pid, [current_function, status]),
    exit(Pid, kill),
    Place.
