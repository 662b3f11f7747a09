%% Values are given as arguments so that nothing is computed when the module is compiled.
-module(lang_bits_build).
-export([int/3, all_sizes/1, endian_table/2, float_table/1, nest/2, pad/2, interleave/2, checksum/1,
         header/3, big_int/2, reverse_bits/1, hex/1, pack/1, zero_sizes/1, exprs/2]).

int(X, Size, Endian) ->
    case Endian of
        big -> <<X:Size/big>>;
        little -> <<X:Size/little>>;
        unit4 -> <<X:Size/unit:4>>;
        bytes -> <<X:Size/little-unit:8>>
    end.

all_sizes(X) -> [<<X:N>> || N <- lists:seq(0, 17)].

endian_table(X, N) -> [<<X:N/big-signed>>, <<X:N/big-unsigned>>, <<X:N/little-signed>>, <<X:N/little>>].

float_table(F) -> [<<F/float>>, <<F:64/float-little>>, <<F:32/float>>, <<F:32/float-little>>, <<F:16/float>>].

nest(A, B) -> <<(<<A:4, B:4>>)/binary, (<<B:3, A:2>>)/bitstring, 1:3>>.

pad(Bin, N) ->
    Missing = (N - byte_size(Bin) rem N) rem N,
    <<Bin/binary, 0:Missing/unit:8>>.

interleave(A, B) -> << <<X:1, Y:1>> || {X, Y} <- lists:zip([X || <<X:1>> <= A], [Y || <<Y:1>> <= B]) >>.

checksum(Bin) -> checksum(Bin, 0).

checksum(<<A:16, Rest/binary>>, Sum) -> checksum(Rest, Sum + A);
checksum(<<A>>, Sum) -> checksum(<<>>, Sum + (A bsl 8));
checksum(<<>>, Sum) when Sum > 65535 -> checksum(<<>>, (Sum band 65535) + (Sum bsr 16));
checksum(<<>>, Sum) -> <<(bnot Sum):16>>.

header(Type, Flags, Payload) ->
    Length = byte_size(Payload),
    <<2:2, (length(Flags)):2, Type:4, (lists:sum(Flags)):8, Length:16, Payload/binary>>.

big_int(X, Bytes) -> {<<X:Bytes/unit:8>>, <<X:Bytes/little-unit:8>>}.

reverse_bits(Bits) -> reverse_bits(Bits, <<>>).

reverse_bits(<<B:1, Rest/bitstring>>, Acc) -> reverse_bits(Rest, <<B:1, Acc/bitstring>>);
reverse_bits(<<>>, Acc) -> Acc.

hex(Bin) -> << <<(digit(N))>> || <<N:4>> <= Bin >>.

digit(N) when N < 10 -> $0 + N;
digit(N) -> $a + N - 10.

pack(Numbers) -> << <<(vlq(N))/binary>> || N <- Numbers >>.

vlq(N) when N < 128 -> <<N>>;
vlq(N) -> <<(vlq(N bsr 7))/binary, (N band 127 bor 128)>>.

zero_sizes(X) -> {<<X:0>>, <<X:0/binary>>, <<X:0/little-signed>>}.

exprs(A, B) -> <<(A + B):16, (A * B):32/little, (if A > B -> 1; true -> 0 end):1, (abs(A - B)):7>>.
