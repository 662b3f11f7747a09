%% OTP's own code: lists:sort/1 on numbers in no order.
-module(bench_sort).
-export([run/1]).

run(N) ->
    Sorted = lists:sort(scattered(N, 1, [])),
    lists:nth(N div 2, Sorted) + lists:last(Sorted).

scattered(0, _, Numbers) -> Numbers;
scattered(N, State, Numbers) ->
    Next = State * 16807 rem 2147483647,
    scattered(N - 1, Next, [Next | Numbers]).
