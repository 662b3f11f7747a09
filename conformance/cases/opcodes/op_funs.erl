%% Closures over values, arity errors, and calls through a module and a name known only at run time.
-module(op_funs).
-export([adder/2, counter/1, arity_error/1, not_a_fun/1, compose/1, dynamic/3, dynamic_tail/3,
         external/1, environment/0, spread/2, equal/0, self_apply/1]).

adder(N, X) ->
    F = fun(Y) -> N + Y end,
    {F(X), F(N)}.

counter(N) ->
    Loop = fun Go(0, Acc) -> Acc;
               Go(K, Acc) -> Go(K - 1, Acc + K)
           end,
    Loop(N, 0).

arity_error(N) ->
    F = fun(A, B) -> {A, B} end,
    Args = lists:seq(1, N),
    try
        case N of
            1 -> F(1);
            2 -> F(1, 2);
            _ -> apply(F, Args)
        end
    catch
        error:{badarity, {G, Given}} -> {badarity, is_function(G, 2), Given}
    end.

not_a_fun(X) -> X(1, 2).

compose(X) ->
    Double = fun(Y) -> Y * 2 end,
    Inc = fun(Y) -> Y + 1 end,
    Both = fun(F, G) -> fun(Y) -> F(G(Y)) end end,
    {(Both(Double, Inc))(X), (Both(Inc, Double))(X)}.

dynamic(M, F, X) -> {M:F(X)}.

dynamic_tail(M, F, X) ->
    Y = [X],
    M:F(hd(Y)).

external(List) ->
    F = fun lists:reverse/1,
    {F(List), lists:map(fun erlang:abs/1, [-1, 2])}.

environment() ->
    A = 1, B = 2.0, C = three, D = "four", E = <<"five">>, F = {6}, G = #{7 => 7},
    Fun = fun(X) -> {X, A, B, C, D, E, F, G} end,
    Fun(0).

spread(F, Args) -> apply(op_funs, F, Args).

equal() ->
    F = fun lists:reverse/1,
    G = fun lists:reverse/1,
    H = fun lists:reverse/2,
    K = fun(X) -> X end,
    {F =:= G, F =:= H, K =:= K, F == K}.

self_apply(N) ->
    F = fun(Me, K) ->
                if
                    K =< 1 -> 1;
                    true -> K * Me(Me, K - 1)
                end
        end,
    F(F, N).
