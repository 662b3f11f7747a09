%% Applying to more arguments than a function can have.
-module(found_many_arguments).

-export([function/1, fun_/1, external/1, spawned/1, hibernated/1]).

function(N) ->
    try apply(foo, bar, lists:seq(1, N))
    catch C:R:S -> {C, R, top(S)}
    end.

fun_(N) ->
    reason(fun(A) -> A end, N).

external(N) ->
    reason(fun foo:bar/3, N).

reason(F, N) ->
    try apply(F, lists:seq(1, N))
    catch
        C:{R, {F, As}} -> {C, R, length(As)};
        C:R:S -> {C, R, top(S)}
    end.

%% What the trace begins with, with the lengths of lists.
top([{M, F, As, []} | _]) when length(As) > 3 ->
    {M, F, length(As)};
top([{M, F, As, Info} | _]) when is_list(As) ->
    {M, F, [if is_list(A) -> length(A); is_function(A) -> 'fun'; true -> A end || A <- As], Info};
top([{M, F, A, _} | _]) ->
    {M, F, A}.

spawned(N) ->
    {P, M} = spawn_monitor(foo, bar, lists:seq(1, N)),
    receive
        {'DOWN', M, process, P, {R, [{foo, bar, As, []} | _]}} -> {R, length(As)};
        {'DOWN', M, process, P, {R, [_ | T] = S}} -> {R, top(S), T};
        {'DOWN', M, process, P, R} -> R
    end.

hibernated(N) ->
    Sleep = fun() ->
        self() ! wake,
        erlang:hibernate(foo, bar, lists:seq(1, N))
    end,
    {P, M} = spawn_monitor(Sleep),
    receive
        {'DOWN', M, process, P, {R, S}} -> {R, top(S)}
    end.
