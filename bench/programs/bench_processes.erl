%% So many processes are alive at once, each answers one message, and ends.
-module(bench_processes).
-export([run/1]).

run(Count) ->
    Self = self(),
    Pids = start(Count, Self, []),
    lists:foreach(fun(Pid) -> Pid ! {value, 1} end, Pids),
    sum(Count, 0).

start(0, _, Pids) -> Pids;
start(Left, Self, Pids) -> start(Left - 1, Self, [spawn(fun() -> wait(Self) end) | Pids]).

wait(Self) ->
    receive
        {value, Value} -> Self ! {answer, Value}
    end.

sum(0, Sum) -> Sum;
sum(Left, Sum) ->
    receive
        {answer, Value} -> sum(Left - 1, Sum + Value)
    end.
