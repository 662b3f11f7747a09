%% Cons cells, proper and improper.
-module(op_lists).
-export([first/1, rest/1, both/1, kind/1, build/3, swap_two/1, last/1, is_two/1, nested/1, guards/1]).

first([X | _]) -> X.

rest([_ | T]) -> T.

both([H | T]) -> {H, T}.

kind([]) -> nil;
kind([_ | _]) -> cons;
kind(_) -> other.

build(A, B, C) -> [A, [B], [C | A] | B].

swap_two([A, B | T]) -> [B, A | T];
swap_two(Other) -> {unchanged, Other}.

last([X]) -> X;
last([_ | T]) -> last(T).

is_two([_, _]) -> true;
is_two(_) -> false.

nested([[A | B], [C | D]]) -> [D, C, B, A].

guards(X) when is_list(X), length(X) > 2 -> long;
guards(X) when is_list(X) -> short_or_improper;
guards(_) -> not_a_list.
