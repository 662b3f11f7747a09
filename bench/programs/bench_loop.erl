%% The shortest loop there is: counts down and adds up.
-module(bench_loop).
-export([run/1]).

run(N) -> sum(N, 0).

sum(0, Sum) -> Sum;
sum(N, Sum) -> sum(N - 1, Sum + N).
