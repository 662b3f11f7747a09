%% In bodies an error raises; in guards it only fails the clause.
-module(op_arith).
-export([binary_op/3, unary_op/2, guard/2, guard_all/1, body_bifs/1, bool_ops/2, two_guards/3]).

binary_op('+', A, B) -> A + B;
binary_op('-', A, B) -> A - B;
binary_op('*', A, B) -> A * B;
binary_op('/', A, B) -> A / B;
binary_op('div', A, B) -> A div B;
binary_op('rem', A, B) -> A rem B;
binary_op('band', A, B) -> A band B;
binary_op('bor', A, B) -> A bor B;
binary_op('bxor', A, B) -> A bxor B;
binary_op('bsl', A, B) -> A bsl B;
binary_op('bsr', A, B) -> A bsr B.

unary_op('-', A) -> -A;
unary_op('+', A) -> +A;
unary_op('bnot', A) -> bnot A;
unary_op('not', A) -> not A;
unary_op(abs, A) -> abs(A);
unary_op(float, A) -> float(A);
unary_op(round, A) -> round(A);
unary_op(trunc, A) -> trunc(A);
unary_op(ceil, A) -> ceil(A);
unary_op(floor, A) -> floor(A).

guard(A, B) when A + B > 10 -> sum;
guard(A, B) when A div B =:= 2 -> quotient;
guard(A, B) when A band B =:= 1 -> bits;
guard(A, _) when -A > 5 -> negative;
guard(_, _) -> none.

guard_all(X) when length(X) =:= 2 -> list_of_two;
guard_all(X) when tuple_size(X) =:= 2 -> tuple_of_two;
guard_all(X) when map_size(X) =:= 2 -> map_of_two;
guard_all(X) when byte_size(X) =:= 2, bit_size(X) =:= 16 -> binary_of_two;
guard_all(X) when bit_size(X) =:= 9 -> nine_bits;
guard_all(X) when abs(X) =:= 2 -> two;
guard_all(X) when round(X) =:= 3 -> near_three;
guard_all(X) when hd(X) =:= 1 -> starts_with_one;
guard_all(X) when element(1, X) =:= 1 -> first_is_one;
guard_all(X) when node(X) =:= X -> never;
guard_all(_) -> none.

body_bifs(X) ->
    Node = node(),
    {Node, self() =:= self(), is_atom(Node), tuple_size({X, X}), [hd([X])]}.

bool_ops(A, B) -> {A and B, A or B, A xor B}.

two_guards(A, B, C) when A / B > C; A > C -> yes;
two_guards(_, _, _) -> no.
