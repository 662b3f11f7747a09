%% A variable that is bound in only one branch before a call leaves slots to clear or to trim.
-module(op_init_y).
-export([branch/2, many/1, guarded/1, keep_last/3]).

branch(Flag, X) ->
    Y = case Flag of
            true -> {X, identity(X)};
            false -> nothing
        end,
    Z = identity(Y),
    {X, Y, Z}.

identity(X) -> X.

many(X) ->
    A = identity(X),
    B = identity({A}),
    C = identity([B]),
    D = identity({C, A}),
    E = identity([D]),
    F = identity(E),
    [A, B, C, D, E, F].

guarded(X) ->
    try
        A = identity(X),
        {A, 1 / A}
    catch
        error:R -> {R, identity(X)}
    end.

keep_last(A, B, C) ->
    D = identity({A, B, C}),
    E = identity(C),
    F = identity(E),
    {D, F}.
