%% A failing guard BIF makes the clause fail and nothing else.
-module(bif_in_guards).
-export([one/2, two/3, three/4]).

one(abs, X) when abs(X) >= 0 -> {abs, X};
one(bit_size, X) when bit_size(X) >= 0 -> {bits, bit_size(X)};
one(byte_size, X) when byte_size(X) >= 0 -> {bytes, byte_size(X)};
one(ceil, X) when ceil(X) > 2 -> big;
one(float, X) when float(X) > 2.0 -> big;
one(floor, X) when floor(X) > 2 -> big;
one(hd, X) when hd(X) =:= a -> a_first;
one(length, X) when length(X) > 1 -> long;
one(map_size, X) when map_size(X) > 1 -> large;
one(node, X) when node(X) =:= node() -> here;
one(round, X) when round(X) =:= 3 -> three;
one(self, X) when self() =/= X -> not_me;
one(size, X) when size(X) =:= 2 -> two;
one(tl, X) when tl(X) =:= [] -> single;
one(trunc, X) when trunc(X) =:= 3 -> three;
one(tuple_size, X) when tuple_size(X) =:= 2 -> two;
one('not', X) when not X -> was_false;
one('-', X) when -X > 0 -> negative;
one('+', X) when +X > 0 -> positive;
one('bnot', X) when bnot X > 0 -> negative;
one(_, _) -> failed.

two(element, X, Y) when element(X, Y) =:= a -> found;
two(is_function, X, Y) when is_function(X, Y) -> yes;
two(is_map_key, X, Y) when is_map_key(X, Y) -> yes;
two(map_get, X, Y) when map_get(X, Y) > 1 -> big;
two(binary_part, X, Y) when binary_part(X, Y) =:= <<"b">> -> b;
two(min, X, Y) when X < Y, Y > 0 -> less;
two('+', X, Y) when X + Y > 10 -> big;
two('-', X, Y) when X - Y > 10 -> big;
two('*', X, Y) when X * Y > 10 -> big;
two('/', X, Y) when X / Y > 10 -> big;
two('div', X, Y) when X div Y > 10 -> big;
two('rem', X, Y) when X rem Y > 10 -> big;
two('band', X, Y) when X band Y > 10 -> big;
two('bor', X, Y) when X bor Y > 10 -> big;
two('bxor', X, Y) when X bxor Y > 10 -> big;
two('bsl', X, Y) when X bsl Y > 10 -> big;
two('bsr', X, Y) when X bsr Y > 10 -> big;
two('and', X, Y) when X and Y -> yes;
two('or', X, Y) when X or Y -> yes;
two('xor', X, Y) when X xor Y -> yes;
two(_, _, _) -> failed.

three(binary_part, X, Y, Z) when binary_part(X, Y, Z) =:= <<"bc">> -> bc;
three(is_record, X, r, 3) when is_record(X, r, 3) -> yes;
three(_, _, _, _) -> failed.
