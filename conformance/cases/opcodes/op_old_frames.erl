%% Several variables that become live at different points of one frame.
-module(op_old_frames).
-export([frame/2, heap_frame/2, slots/1, fun_env/2]).

frame(X, Y) ->
    A = id(X),
    case A of
        {ok, B} ->
            C = id(B),
            D = id(Y),
            {A, B, C, D};
        _ ->
            E = id(A),
            {E, Y}
    end.

id(X) -> X.

heap_frame(X, Y) ->
    P = id({X, Y, [X]}),
    try
        Q = id(element(Y, P)),
        R = id({Q}),
        {P, Q, R}
    catch
        error:E -> {E, id(P)}
    end.

slots(X) ->
    A = id(X),
    B = case id(A) of
            1 -> id(one);
            _ -> none
        end,
    C = try id(1 / A) catch error:_ -> id(infinite) end,
    D = id(C),
    {A, B, C, D, id(B)}.

fun_env(X, Y) ->
    F = fun(Z) -> {X, Y, Z} end,
    G = fun() -> F(X) end,
    {F(1), G(), lists:map(F, [1, 2])}.
