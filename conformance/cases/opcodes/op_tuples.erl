%% Tuples of several sizes, with and without a tag.
-module(op_tuples).
-export([second/1, tagged/1, by_size/1, build/2, swap_pair/1, wide/1, is_it/1, nest/1, untagged/1]).

second({_, X}) -> X;
second({_, X, _}) -> X.

tagged({ok, X}) -> X;
tagged({error, Reason}) -> [Reason];
tagged({ok, X, Y}) -> X + Y.

by_size({}) -> zero;
by_size({_}) -> one;
by_size({_, _}) -> two;
by_size({_, _, _}) -> three;
by_size({_, _, _, _}) -> four;
by_size(T) when is_tuple(T) -> {more, tuple_size(T)};
by_size(_) -> no_tuple.

build(A, B) -> {{}, {A}, {A, B}, {B, A, {A, {B}}}}.

swap_pair({A, B}) -> {B, A}.

wide({A, B, C, D, E, F, G, H, I, J}) -> {J, I, H, G, F, E, D, C, B, A}.

is_it(X) when is_tuple(X), element(1, X) =:= point -> {point, tuple_size(X)};
is_it(X) when is_tuple(X) -> tuple;
is_it(_) -> other.

nest({{{X}}}) -> X;
nest({{X}}) -> {one_less, X};
nest({X}) -> {two_less, X}.

untagged({{ok}, X}) -> X;
untagged({"ok", X}) -> {string, X};
untagged({1, X}) -> {one, X};
untagged({1.0, X}) -> {float_one, X}.
