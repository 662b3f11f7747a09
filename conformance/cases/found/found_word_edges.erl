%% Bitwise operators around the ends of words, held against each other by arithmetic.
-module(found_word_edges).
-export([wrong/1]).

wrong(Powers) ->
    Numbers = [Sign * (1 bsl Power) + Offset || Power <- Powers, Sign <- [1, -1], Offset <- [-1, 0, 1]],
    [Wrong || A <- Numbers, B <- Numbers, Wrong <- wrong(A, B)].

wrong(A, B) ->
    Either = A bor B,
    Both = A band B,
    One = A bxor B,
    [{'band', A, B, Both} || Both =/= A + B - Either]
        ++ [{'bxor', A, B, One} || One =/= Either - Both]
        ++ [{'bxor twice', A, B} || One bxor B =/= A]
        ++ [{'bnot', A, bnot A} || bnot A =/= -1 - A].
