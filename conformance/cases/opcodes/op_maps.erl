%% Keys are atoms, numbers, strings and variables; 1 and 1.0 are two keys.
-module(op_maps).
-export([make/3, read/1, read_many/1, has/1, var_key/2, add/2, change/2, mixed/1, number_keys/1,
         nested/1, kind/1, empty_update/1, grow/1]).

make(A, B, C) -> #{a => A, B => C, {A} => [B], "s" => C}.

read(#{a := X}) -> X.

read_many(#{a := A, b := B, c := C}) -> [A, B, C];
read_many(#{a := A, b := B}) -> [A, B];
read_many(#{1 := A}) -> {one, A};
read_many(#{1.0 := A}) -> {float_one, A}.

has(#{a := _, b := _}) -> both;
has(#{a := _}) -> only_a;
has(#{b := _}) -> only_b;
has(M) when is_map(M) -> none.

var_key(K, M) ->
    case M of
        #{K := V} -> {found, V};
        #{} -> missing
    end.

add(M, V) -> M#{new => V, a => V}.

change(M, V) -> M#{a := V, b := V}.

mixed(M) -> M#{a := changed, fresh => added}.

number_keys(X) -> #{1 => X, 1.0 => [X], 2 => 2}.

nested(#{inner := #{deep := [X | _]}}) -> X.

kind(#{}) -> map;
kind(_) -> other.

empty_update(M) -> M#{}.

grow(N) -> grow(N, #{}).

grow(0, M) -> lists:sum([V || {_, V} <- maps:to_list(M)]);
grow(N, M) -> grow(N - 1, M#{N => N, {k, N} => 1}).
