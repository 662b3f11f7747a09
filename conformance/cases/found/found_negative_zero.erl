%% What -X makes of 0.0, where the compiler knows that X is a float and where it does not.
-module(found_negative_zero).

-export([float/2, number/1]).

float(X, Y) ->
    bits(-(math:fmod(X, Y))).

number(X) ->
    bits(-X).

bits(X) ->
    <<Bits:64>> = <<X/float>>,
    Bits.
