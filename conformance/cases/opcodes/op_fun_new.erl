%% make_fun3 with environments of several sizes; call_fun2 with a known and an unknown target.
-module(op_fun_new).
-export([env/2, local/1, unknown/2, arity/1, named/1]).

env(A, B) ->
    Zero = fun() -> zero end,
    One = fun() -> A end,
    Two = fun(X) -> {A, B, X} end,
    Three = fun(X, Y) -> [A, B, X, Y, Two(X)] end,
    Funs = [Zero, One, Two, Three],
    {[erlang:fun_info(F, arity) || F <- Funs],
     [length(element(2, erlang:fun_info(F, env))) || F <- Funs],
     Zero(), One(), Two(x), Three(x, y)}.

local(X) ->
    F = fun(Y) when Y > 0 -> X div Y end,
    {F(1), F(2), catch_it(F, 0), catch_it(F, a)}.

catch_it(F, X) ->
    try
        F(X)
    catch
        C:R -> {C, R}
    end.

unknown(Kind, X) ->
    F = maker(Kind),
    try
        {ok, F(X, [X])}
    catch
        error:{badarity, {_, Args}} -> {badarity, Args};
        error:{badfun, Bad} -> {badfun, Bad};
        error:Other -> Other
    end.

maker(pair) -> fun(A, B) -> {A, B} end;
maker(single) -> fun(A) -> A end;
maker(remote) -> fun lists:member/2;
maker(missing) -> fun no_such_module:f/2;
maker(Other) -> Other.

arity(N) -> erlang:fun_info(maker(N), arity).

named(N) ->
    F = fun Sum([H | T], Acc) -> Sum(T, H + Acc);
            Sum([], Acc) -> Acc
        end,
    F(lists:seq(1, N), 0).
