%% Dense, sparse and mixed tables; a missing value falls to the default or to an error.
-module(op_select).
-export([dense/1, sparse/1, atoms/1, floats/1, bigs/1, pair/1, shape/1, chars/1, negative/1]).

dense(0) -> zero;
dense(1) -> one;
dense(2) -> two;
dense(3) -> three;
dense(4) -> four;
dense(5) -> five;
dense(_) -> other.

sparse(1) -> a;
sparse(10) -> b;
sparse(100) -> c;
sparse(1000) -> d;
sparse(10000000000) -> e;
sparse(-5) -> f.

atoms(red) -> 1;
atoms(green) -> 2;
atoms(blue) -> 3;
atoms(true) -> 4;
atoms(false) -> 5;
atoms(X) -> {none, X}.

floats(0.5) -> half;
floats(1.0) -> one;
floats(2.0) -> two;
floats(X) -> {none, X}.

bigs(18446744073709551616) -> two_64;
bigs(1152921504606846976) -> two_60;
bigs(-1152921504606846977) -> below;
bigs(576460752303423488) -> two_59;
bigs(_) -> other.

pair({a, 1}) -> a1;
pair({a, 2}) -> a2;
pair({b, 1}) -> b1;
pair({b, X}) -> {b, X};
pair({c, 1, 1}) -> c11.

shape({circle, _}) -> circle;
shape({square, _, _}) -> square;
shape({box, _, _, _}) -> box;
shape(T) -> {unknown, T}.

chars($a) -> letter;
chars($b) -> letter;
chars($0) -> digit;
chars($\n) -> newline;
chars(C) when C >= $A, C =< $Z -> upper;
chars(_) -> other.

negative(-1) -> minus_one;
negative(-2) -> minus_two;
negative(-3) -> minus_three;
negative(0) -> zero;
negative(_) -> other.
