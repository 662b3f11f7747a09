%% An error in a guard only makes that alternative fail.
-module(lang_guards).
-export([any_of/1, all_of/1, strict/2, lazy/2, nested/1, in_if/2, funs/1, arith/2, tuple_guard/1,
         map_guard/1, bin_guard/2, list_guard/1, not_bool/1, record_guard/1, order/3, big_or/1]).

-record(point, {x = 0, y = 0}).

any_of(X) when hd(X) =:= 1; element(1, X) =:= 1; map_get(a, X) =:= 1; X =:= 1 -> one;
any_of(_) -> other.

all_of(X) when is_tuple(X), tuple_size(X) > 1, element(2, X) > 5 -> ok;
all_of(_) -> no.

strict(A, B) when A or B -> yes;
strict(_, _) -> no.

lazy(A, B) when A orelse hd(B) =:= x -> yes;
lazy(A, B) when not A andalso length(B) > 1 -> long;
lazy(_, _) -> no.

nested(X) when (is_integer(X) andalso X > 0) orelse (is_list(X) andalso length(X) > 2) -> yes;
nested(X) when not is_atom(X), X =/= {} -> maybe_not;
nested(_) -> no.

in_if(A, B) ->
    if
        A > B, is_integer(A) -> greater;
        A =:= B; A == B -> equal;
        is_atom(A) andalso is_atom(B) -> atoms;
        true -> other
    end.

funs(X) when is_function(X, 1) -> one;
funs(X) when is_function(X) -> more;
funs(lists) -> funs(fun lists:reverse/1);
funs(two) -> funs(fun(_, _) -> ok end);
funs(_) -> none.

arith(A, B) when A div B =:= 2 -> two;
arith(A, B) when A rem B =:= 1 -> one;
arith(A, B) when A / B < 0.5 -> small;
arith(A, B) when A bsl B > 1000 -> large;
arith(A, _) when -A =:= bnot A + 1 -> integer;
arith(_, _) -> none.

tuple_guard(T) when element(3, T) =:= c -> three;
tuple_guard(T) when element(0, T) =:= c -> never;
tuple_guard(T) when tuple_size(T) =:= 2 -> two;
tuple_guard(_) -> none.

map_guard(M) when map_size(M) =:= 0 -> empty;
map_guard(M) when is_map_key(k, M), map_get(k, M) > 1 -> big_k;
map_guard(#{k := K}) when K =:= 1 -> one_k;
map_guard(M) when not is_map_key(k, M) -> no_k;
map_guard(_) -> other.

bin_guard(B, N) when binary_part(B, 0, N) =:= <<"ab">> -> ab;
bin_guard(B, N) when byte_size(B) > N, bit_size(B) rem 8 =:= 0 -> bytes;
bin_guard(B, _) when is_bitstring(B), not is_binary(B) -> bits;
bin_guard(_, _) -> none.

list_guard(L) when length(L) > 2 -> long;
list_guard(L) when hd(L) =:= a -> starts_with_a;
list_guard(L) when tl(L) =:= [] -> single;
list_guard(_) -> other.

not_bool(X) when X -> yes;
not_bool(X) when not X -> no;
not_bool(_) -> neither.

record_guard(P) when P#point.x > 5 -> far;
record_guard(P) when is_record(P, point) -> point;
record_guard(P) when is_record(P, point, 3); is_record(P, other, 2) -> other_record;
record_guard(_) -> none.

order(A, B, C) when A < B, B < C -> rising;
order(A, B, C) when A > B, B > C -> falling;
order(_, _, _) -> mixed.

big_or(X) when X =:= a; X =:= b; X =:= c; X =:= 1; X =:= 2.0; X =:= "s"; X =:= {} -> found;
big_or(_) -> not_found.
