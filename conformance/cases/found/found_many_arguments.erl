%% Applying to more arguments than a function can have.
-module(found_many_arguments).

-export([function/1, fun_/1, external/1, spawned/1]).

function(N) ->
    try apply(foo, bar, lists:seq(1, N))
    catch C:R -> {C, R}
    end.

fun_(N) ->
    reason(fun(A) -> A end, N).

external(N) ->
    reason(fun foo:bar/3, N).

reason(F, N) ->
    try apply(F, lists:seq(1, N))
    catch
        C:{R, {F, As}} -> {C, R, length(As)};
        C:R -> {C, R}
    end.

spawned(N) ->
    {P, M} = spawn_monitor(foo, bar, lists:seq(1, N)),
    receive
        {'DOWN', M, process, P, {R, [{foo, bar, As, []} | _]}} -> {R, length(As)};
        {'DOWN', M, process, P, R} -> R
    end.
