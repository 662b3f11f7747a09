%% A tuple is announced with its size, and its elements follow one instruction each.
-module(op_put_tuple).
-export([none/0, some/3, nested/2, long/1, after_call/1]).

none() -> {}.

some(A, B, C) -> {{A}, {A, B}, {C, atom, 1, 2.5, [A | B], "text"}}.

nested(A, B) -> {A, {B, {A, {B, {}}}}, [{A}]}.

long(X) -> {1, X, 3, X, 5, X, 7, X, 9, X, 11, X, 13, X, 15, X, 17, X, 19, X}.

after_call(X) ->
    Y = lists:reverse(X),
    Z = length(X),
    {X, Y, Z}.
