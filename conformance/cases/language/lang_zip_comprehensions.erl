%% Strict generators raise on an element that does not match; zipped ones want equal lengths.
-module(lang_zip_comprehensions).
-export([zip/2, zip3/3, strict/1, strict_bits/1, strict_map/1, zip_map/2, zip_bits/2]).

zip(A, B) -> [{X, Y} || X <- A && Y <- B].

zip3(A, B, C) -> [X + Y * Z || X <- A && Y <- B && Z <- C].

strict(List) -> [X || {ok, X} <:- List].

strict_bits(Bin) -> [X || <<X:3, 1:1>> <:= Bin].

strict_map(M) -> lists:sort([{K, V} || K := {v, V} <:- M]).

zip_map(M, List) -> [{K, V, X} || K := V <- M && X <- List].

zip_bits(Bin, List) -> << <<X, Y>> || <<X>> <= Bin && Y <- List >>.
