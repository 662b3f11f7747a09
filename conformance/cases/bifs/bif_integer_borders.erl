%% Each identity holds for all integers; what is false is returned by name.
-module(bif_integer_borders).
-export([identities/2, text/1, binaries/1, floats/1, sweep/1]).

identities(A, B) ->
    Checks = [{add_sub, (A + B) - B =:= A},
              {commute, A + B =:= B + A},
              {mul, (A * B) =:= (B * A)},
              {square, (A + B) * (A - B) =:= A * A - B * B},
              {divide, B =:= 0 orelse (A div B) * B + A rem B =:= A},
              {bits, (A band B) + (A bor B) =:= A + B},
              {xor_, (A bxor B) bxor B =:= A},
              {not_, bnot (bnot A) =:= A},
              {negate, -A =:= bnot A + 1},
              {shift, (A bsl 67) bsr 67 =:= A},
              {order, (A < B) =:= (A - B < 0)},
              {abs_, abs(A) =:= max(A, -A)}],
    {[Name || {Name, false} <- Checks], A + B, A - B, A * B, A band B, A bor B, A bxor B}.

text(A) ->
    {integer_to_list(A), integer_to_list(A, 16), integer_to_list(A, 2),
     list_to_integer(integer_to_list(A, 36), 36) =:= A, binary_to_integer(integer_to_binary(A)) =:= A}.

binaries(A) ->
    {<<A:64>>, <<A:72/little>>, binary_to_term(term_to_binary(A)) =:= A,
     case <<A:130/signed>> of <<B:130/signed>> -> B =:= A end, byte_size(term_to_binary(A))}.

floats(A) -> {float(A), trunc(float(A)) - A, A == float(A), A < float(A), A / 3}.

sweep(Bits) ->
    [identities((1 bsl Bits) + D, E) || D <- [-1, 0, 1], E <- [1, -1, (1 bsl Bits)]].
