%% Segments of constant and variable size, with every failure of a segment.
-module(op_bin_build).
-export([ints/2, sized/3, floats/2, parts/2, part/2, all_of/1, with_string/1, unaligned/3, little/2,
         append/2, append_loop/1, big_size/1, units/2, mixed/4, prepend/2]).

ints(A, B) -> <<A, B:16, A:4, B:4>>.

sized(X, Size, little) -> <<X:Size/little>>;
sized(X, Size, big) -> <<X:Size/big>>;
sized(X, Size, native) -> <<X:Size/native>> =:= <<X:Size/little>>.

floats(F, 64) -> <<F/float, F/float-little>>;
floats(F, 32) -> <<F:32/float, F:32/float-little>>;
floats(F, 16) -> <<F:16/float>>;
floats(F, Size) -> <<F:Size/float>>.

parts(A, B) -> <<A/binary, B/binary>>.

part(Bin, Size) -> <<Bin:Size/binary, 0>>.

all_of(Bits) -> <<1:1, Bits/bitstring>>.

with_string(X) -> <<"head ", X, " tail", 0, 255>>.

unaligned(A, B, C) -> <<A:3, B/bitstring, C:13/little, "ab">>.

little(X, Bits) -> {<<X:24/little>>, <<X:12/little>>, <<X:Bits/unit:8-little>>}.

append(Bin, X) -> <<Bin/binary, X:24>>.

append_loop(N) -> append_loop(N, <<>>).

append_loop(0, Acc) -> Acc;
append_loop(N, Acc) -> append_loop(N - 1, <<Acc/binary, N>>).

big_size(Size) -> byte_size(<<0:Size/unit:64>>).

units(X, N) -> <<X:N/unit:3>>.

mixed(A, B, C, D) -> <<A:B, C/binary, (byte_size(C)):16, D:7/bitstring>>.

prepend(Acc, N) -> <<N, Acc/bitstring>>.
