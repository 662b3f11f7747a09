%% A weight on a spring, step by step: the compiler keeps what it knows to be floats in float registers.
-module(bench_floats).
-export([run/1]).

run(Steps) -> step(Steps, 0.0, 1.0, 0.5).

step(0, Place, Speed, _) -> trunc((Place + Speed) * 1.0e12);
step(N, Place, Speed, Stiffness) when is_float(Place), is_float(Speed), is_float(Stiffness) ->
    Force = -Stiffness * Place - 0.01 * Speed,
    Faster = Speed + Force * 0.001,
    step(N - 1, Place + Faster * 0.001, Faster, Stiffness).
