%% Comparisons as branches: jumps on failure in both directions.
-module(op_compare).
-export([all/2, with_zero/1, with_atom/1, with_float/1, with_nil/1, with_literal/1, with_big/1,
         either/2, neither/2]).

all(A, B) -> {lt(A, B), le(A, B), eq(A, B), ne(A, B), id(A, B), ni(A, B), ge(A, B), gt(A, B)}.

lt(A, B) when A < B -> yes; lt(_, _) -> no.
le(A, B) when A =< B -> yes; le(_, _) -> no.
eq(A, B) when A == B -> yes; eq(_, _) -> no.
ne(A, B) when A /= B -> yes; ne(_, _) -> no.
id(A, B) when A =:= B -> yes; id(_, _) -> no.
ni(A, B) when A =/= B -> yes; ni(_, _) -> no.
ge(A, B) when A >= B -> yes; ge(_, _) -> no.
gt(A, B) when A > B -> yes; gt(_, _) -> no.

with_zero(X) when X < 0 -> negative;
with_zero(X) when X == 0 -> zero;
with_zero(X) when X > 0, X =< 10 -> small;
with_zero(X) when X /= 11 -> large;
with_zero(_) -> eleven.

with_atom(X) when X =:= ok -> same;
with_atom(X) when X < ok -> before;
with_atom(X) when X >= ok -> later.

with_float(X) when X =:= 1.0 -> exactly;
with_float(X) when X == 1.0 -> equal;
with_float(X) when X < 1.0 -> less;
with_float(_) -> more.

with_nil(X) when X == [] -> nil;
with_nil(X) when X > [] -> more;
with_nil(_) -> less.

with_literal(X) when X =:= {a, [1, 2.0]} -> exactly;
with_literal(X) when X == {a, [1, 2.0]} -> equal;
with_literal(X) when X < {a, [1, 2.0]} -> less;
with_literal(_) -> more.

with_big(X) when X == 100000000000000000000 -> equal;
with_big(X) when X =< 100000000000000000000 -> less;
with_big(_) -> more.

either(A, B) when A == B; A =:= [B]; B =:= [A] -> yes;
either(_, _) -> no.

neither(A, B) when A /= B, A =/= [B], B =/= [A] -> yes;
neither(_, _) -> no.
