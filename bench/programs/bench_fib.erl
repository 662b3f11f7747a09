%% Calls and integer arithmetic: Fibonacci numbers by the definition.
-module(bench_fib).
-export([run/1]).

run(0) -> 0;
run(1) -> 1;
run(N) when N > 1 -> run(N - 1) + run(N - 2).
