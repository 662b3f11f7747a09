%% Variables that live across a call are set on only some of the paths to it.
-module(op_init_yregs).
-export([late/2, in_try/1, several/2]).

late(X, Y) ->
    A = id(X),
    case A of
        {pair, P, Q} ->
            B = id(P),
            C = id(Q),
            {A, B, C, Y};
        _ ->
            D = id(Y),
            {D, A}
    end.

id(X) -> X.

in_try(X) ->
    try
        A = id(X),
        B = id({A}),
        C = id(1 / A),
        {A, B, C}
    catch
        error:Reason ->
            D = id(Reason),
            {D, id(X), D}
    after
        id(X)
    end.

several(X, Y) ->
    case id(X) of
        1 -> A = id(Y), B = id({Y}), C = id([Y]);
        _ -> A = none, B = none, C = id(Y)
    end,
    {id(A), id(B), id(C)}.
