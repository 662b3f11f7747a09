%% Several clauses over one binary, so that a later clause goes back to an earlier position.
-module(op_bin_match).
-export([ints/1, sized/2, signed/2, little/2, floats/1, split/2, header/1, tail_bits/1, unit/1,
         string/1, clauses/1, loop/1, skip/2, whole/1, var_unit/2, two/2, rest_of/1, big/1, reuse/1]).

ints(<<A, B:16, C:4, D:4>>) -> [A, B, C, D];
ints(<<A:9, B:7>>) -> {A, B};
ints(_) -> no_match.

sized(Size, Bin) ->
    case Bin of
        <<X:Size, Rest/bitstring>> -> {X, Rest};
        _ -> no_match
    end.

signed(Size, Bin) ->
    case Bin of
        <<X:Size/signed, Rest/bitstring>> -> {X, Rest};
        _ -> no_match
    end.

little(Size, Bin) ->
    case Bin of
        <<X:Size/little-signed, Y/bitstring>> -> {X, Y};
        _ -> no_match
    end.

floats(<<F:64/float>>) -> {big, F};
floats(<<F:32/float>>) -> {single, F};
floats(<<F:16/float>>) -> {half, F};
floats(<<0, F:64/float-little>>) -> {little, F};
floats(<<1:1, F:32/float, _/bitstring>>) -> {unaligned, F};
floats(_) -> no_match.

split(N, Bin) ->
    <<A:N/binary, B/binary>> = Bin,
    {A, B}.

header(<<"GET ", Path/binary>>) -> {get, Path};
header(<<"PUT ", Path/binary>>) -> {put, Path};
header(<<"GETALL">>) -> all;
header(<<Length, Data:Length/binary>>) -> {data, Data};
header(<<Length:16/little, Data:Length/binary, Rest/bitstring>>) -> {long, Data, Rest};
header(Other) -> {other, Other}.

tail_bits(<<_, Rest/bits>>) -> {bit_size(Rest), Rest};
tail_bits(Bits) when is_bitstring(Bits) -> short.

unit(<<Bin/binary-unit:16>>) -> {sixteen, Bin};
unit(<<Bin/binary-unit:8>>) -> {eight, Bin};
unit(<<_:3, Bin/binary>>) -> {eight_after_3, Bin};
unit(<<Bin/binary-unit:5>>) -> {five, Bin};
unit(_) -> other.

string(<<"abc", X, "def">>) -> X;
string(<<3:2, 1:1, "x", R/bitstring>>) -> {unaligned, R};
string(_) -> no.

clauses(<<1, X:8, Y:8>>) -> {one, X, Y};
clauses(<<2, X:16>>) -> {two, X};
clauses(<<3, X:16/little>>) -> {three, X};
clauses(<<4, X:2/binary>>) -> {four, X};
clauses(<<A:16, _>>) when A > 1000 -> {large, A};
clauses(<<A:24>>) -> {small, A};
clauses(<<>>) -> empty;
clauses(_) -> none.

loop(Bin) -> loop(Bin, 0).

loop(<<X, Rest/binary>>, Sum) -> loop(Rest, Sum + X);
loop(<<>>, Sum) -> Sum;
loop(<<Rest/bitstring>>, Sum) -> {left, Rest, Sum}.

skip(N, Bin) ->
    case Bin of
        <<_:N, X:8, _/bitstring>> -> X;
        <<_:N, Rest/bitstring>> -> {rest, Rest};
        _ -> no_match
    end.

whole(<<All/binary>>) -> {binary, All};
whole(<<All/bitstring>>) -> {bits, All}.

var_unit(N, Bin) ->
    case Bin of
        <<X:N/unit:4-integer, _/bits>> -> X;
        _ -> no_match
    end.

two(<<A, As/binary>>, <<B, Bs/binary>>) -> [A + B | two(As, Bs)];
two(<<>>, <<>>) -> [];
two(As, Bs) -> {As, Bs}.

rest_of(Bin) ->
    <<_:4, Rest/bitstring>> = Bin,
    <<X:4, More/bitstring>> = Rest,
    {X, More, Rest}.

big(<<X:64, Y:60, Z:4/signed, R/bits>>) -> [X, Y, Z, R];
big(<<X:59/signed, Y:60/signed-little, _/bits>>) -> {X, Y};
big(<<X:100>>) -> X;
big(_) -> none.

%% The whole binary is needed again after a part was matched.
reuse(<<X, Rest/binary>> = All) when X > 100 -> {All, Rest};
reuse(<<_, Rest/binary>>) when byte_size(Rest) > 2 -> reuse(Rest);
reuse(All) -> {done, All}.
