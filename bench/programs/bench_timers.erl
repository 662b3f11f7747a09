%% So many timers run at once; each is asked how long it has left, and cancelled.
-module(bench_timers).
-export([run/1]).

run(Count) -> cancel(start(Count, []), 0).

start(0, Timers) -> Timers;
start(Left, Timers) ->
    start(Left - 1, [erlang:start_timer(1000000 + Left rem 1000, self(), tick) | Timers]).

cancel([], Cancelled) -> Cancelled;
cancel([Timer | Timers], Cancelled) ->
    true = is_integer(erlang:read_timer(Timer)),
    true = is_integer(erlang:cancel_timer(Timer)),
    cancel(Timers, Cancelled + 1).
