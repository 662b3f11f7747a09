%% Offsets are made by a prefix of N bits in front of the data.
-module(lang_bits_match).
-export([at_offset/2, signed_at/3, prefix_size/1, tlv/1, utf_mix/1, float_at/2, sizes/2, literal/1,
         sub_binary/3, ascii85/1, rle/1, two_sizes/1, guard_size/2, bound/2, ip6/1, partial/1, words/1,
         last_bits/2, eq_literal/1, max_utf/1, expr_size/1]).

at_offset(N, Bin) ->
    case <<0:N, Bin/bitstring>> of
        <<_:N, A:8, B:16/little, C:4, Rest/bitstring>> -> {A, B, C, Rest};
        <<_:N, A:8, Rest/bitstring>> -> {short, A, Rest};
        _ -> none
    end.

signed_at(Skip, Size, Bin) ->
    case Bin of
        <<_:Skip, A:Size/signed, _/bitstring>> ->
            <<_:Skip, B:Size/signed-little, _/bitstring>> = Bin,
            <<_:Skip, C:Size, _/bitstring>> = Bin,
            {A, B, C};
        _ -> none
    end.

prefix_size(<<Size:4, A:Size, B:Size/binary, Rest/bitstring>>) -> {Size, A, B, Rest};
prefix_size(_) -> none.

tlv(<<Tag, Len:16, Value:Len/binary, Rest/binary>>) -> [{Tag, Value} | tlv(Rest)];
tlv(<<>>) -> [];
tlv(Rest) -> [{rest, Rest}].

utf_mix(<<A/utf8, B/utf16, C/utf32-little, Rest/bitstring>>) -> {A, B, C, Rest};
utf_mix(<<_/utf8, Rest/bitstring>>) -> {only_utf8, Rest};
utf_mix(_) -> none.

float_at(N, Bin) ->
    case Bin of
        <<_:N, F:32/float, _/bits>> -> {32, F};
        <<_:N, F:16/float-little, _/bits>> -> {16, F};
        _ -> none
    end.

sizes(Sizes, Bin) -> sizes_1(Sizes, Bin).

sizes_1([N | T], Bin) ->
    case Bin of
        <<X:N, Rest/bitstring>> -> [X | sizes_1(T, Rest)];
        _ -> [{left, bit_size(Bin)}]
    end;
sizes_1([], Bin) -> [Bin].

literal(<<"abc", 5:3, 1:5, X, "xyz">>) -> X;
literal(<<16#ff:8, "abc", _/bits>>) -> ff;
literal(<<1.5:32/float, X/binary>>) -> {float, X};
literal(<<-5:8, X/binary>>) -> {minus_five, X};
literal(_) -> none.

sub_binary(Start, Length, Bin) ->
    case Bin of
        <<_:Start/binary, Part:Length/binary, Rest/binary>> -> {Part, byte_size(Rest)};
        _ -> out_of_range
    end.

ascii85(<<X:32, Rest/binary>>) -> [group(X, 5, []) | ascii85(Rest)];
ascii85(Rest) -> [Rest].

group(_, 0, Acc) -> Acc;
group(X, N, Acc) -> group(X div 85, N - 1, [X rem 85 + 33 | Acc]).

rle(<<X, X, X, Rest/binary>>) -> [{3, X} | rle(Rest)];
rle(<<X, X, Rest/binary>>) -> [{2, X} | rle(Rest)];
rle(<<X, Rest/binary>>) -> [X | rle(Rest)];
rle(<<>>) -> [].

two_sizes(<<A:8, B:A, C:8, D:C, E/bitstring>>) -> {A, B, C, D, E};
two_sizes(<<A:8, E/bitstring>>) -> {too_long, A, E}.

guard_size(N, Bin) ->
    case Bin of
        <<X:N/unit:8, _/binary>> when X > 255 -> {big, X};
        <<X:N/unit:8, R/binary>> when byte_size(R) > N -> {small, X};
        <<_:N/binary, R/binary>> -> {rest, R}
    end.

bound(X, Bin) ->
    case Bin of
        <<X:8, X:8, _/binary>> -> twice;
        <<X:8, _/binary>> -> once;
        <<_:8, X:16, _/binary>> -> later;
        _ -> no
    end.

ip6(<<Groups:128>>) -> [Groups bsr S band 65535 || S <- lists:seq(112, 0, -16)];
ip6(_) -> not_ip6.

partial(<<A:3, B:5, C/bitstring>> = All) when bit_size(C) rem 8 =/= 0 -> {A, B, C, bit_size(All)};
partial(<<A:8, _/binary>>) -> {whole, A};
partial(_) -> other.

words(Bin) -> words(Bin, <<>>, []).

words(<<" ", Rest/binary>>, <<>>, Acc) -> words(Rest, <<>>, Acc);
words(<<" ", Rest/binary>>, Word, Acc) -> words(Rest, <<>>, [Word | Acc]);
words(<<C, Rest/binary>>, Word, Acc) -> words(Rest, <<Word/binary, C>>, Acc);
words(<<>>, <<>>, Acc) -> lists:reverse(Acc);
words(<<>>, Word, Acc) -> lists:reverse([Word | Acc]).

last_bits(N, Bits) ->
    Skip = bit_size(Bits) - N,
    <<_:Skip, X:N/bitstring>> = Bits,
    X.

eq_literal(Bin) -> {Bin =:= <<1, 2:4>>, Bin == <<"ab">>, Bin < <<"b">>}.

max_utf(<<C/utf8>>) when C > 65535 -> {astral, C};
max_utf(<<C/utf8>>) -> {bmp, C};
max_utf(_) -> none.

expr_size(<<N, Bin/binary>>) ->
    M = N * 2,
    case Bin of
        <<A:M/binary, _/binary>> -> A;
        _ -> short
    end.
