%% Sizes that are numbers in the code, and larger than what a word of the machine holds.
-module(found_huge_operands).
-export([exactly/1, skip/1, integer/1, binary/1, float/1, made/1, between/1, signed/1]).
-define(HUGE, 515377520732011331036461129765621272702107522001).
-define(LARGEST, 9223372036854775807).

exactly(X) ->
    case X of
        <<_:(5 + ?HUGE)/little>> -> 0
    end.

skip(X) ->
    case X of
        <<_:?HUGE, _/bits>> -> a;
        <<_:?LARGEST, _/bits>> -> b;
        <<_:2305843009213693952/unit:8, _/bits>> -> c;
        <<_:18446744073709551616/unit:3, _/bits>> -> d;
        _ -> none
    end.

integer(X) ->
    case X of
        <<Y:?HUGE, _/bits>> -> Y;
        <<Y:?LARGEST/little, _/bits>> -> Y;
        <<Y:4611686018427387904, _/bits>> -> Y;
        _ -> none
    end.

binary(X) ->
    case X of
        <<Y:?HUGE/binary, _/bits>> -> Y;
        <<Y:?LARGEST/binary, _/bits>> -> Y;
        <<Y:1152921504606846976/binary, _/bits>> -> Y;
        <<Y:2305843009213693952/binary, _/bits>> -> Y;
        _ -> none
    end.

float(X) ->
    case X of
        <<Y:?HUGE/float, _/bits>> -> Y;
        _ -> none
    end.

made(X) ->
    F = fun(Make) -> try Make() catch error:Reason -> Reason end end,
    [F(fun() -> <<X:?HUGE>> end), F(fun() -> <<X:?LARGEST>> end),
     F(fun() -> <<X:4611686018427387904>> end), F(fun() -> <<X:18446744073709551616/unit:8>> end)].

between(X) ->
    case X of
        <<"a", _:?LARGEST, "b", _/bits>> -> 1;
        <<"a", _:?HUGE, Y, _/bits>> -> Y;
        <<_, R/bits>> -> R
    end.

signed(X) ->
    case X of
        <<A:8, B:?HUGE/signed-little, _/bits>> -> {A, B};
        <<A:8, _/bits>> -> A;
        _ -> none
    end.
