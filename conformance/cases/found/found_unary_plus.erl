%% Unary plus in code is an addition of 0; as a function it gives back what it got.
-module(found_unary_plus).

-export([float/1, of_product/2, guard/1, applied/2, bits/1]).

float(X) ->
    bits(+X).

of_product(X, Y) ->
    bits(+(X * Y)).

guard(X) when +X == 0 ->
    bits(X);
guard(X) ->
    {no, X}.

applied(M, X) ->
    bits(M:'+'(X)).

bits(X) when is_float(X) ->
    <<Bits:64>> = <<X/float>>,
    Bits;
bits(X) ->
    X.
