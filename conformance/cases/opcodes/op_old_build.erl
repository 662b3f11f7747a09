%% Code compiled so still runs on later releases; failures have no cause attached.
-module(op_old_build).
-export([fixed/2, sized/2, binary/3, floats/1, text/1, utf/1, append/2, comprehension/1, sum/4,
         odd/2, units/2, tails/1]).

fixed(A, B) -> <<A:16, "abc", B:32/little, 1:8>>.

sized(X, N) -> <<0, X:N/unit:8>>.

binary(A, N, B) -> <<A:N/binary, B/binary>>.

floats(X) -> <<X/float, X:32/float, X/float-little>>.

text(X) -> <<"some text before ", X, " and after">>.

utf(C) -> {<<C/utf8>>, <<C/utf16>>, <<C/utf32>>, <<"->", C/utf8, C/utf16-little>>}.

append(Bin, X) -> <<Bin/binary, X:16, X:8>>.

comprehension(List) -> << <<X:N>> || {X, N} <- List >>.

sum(A, NA, B, NB) -> <<A:NA/binary, B:NB/binary, NA:8, NB:8>>.

odd(A, B) -> <<A:5, B/bitstring, A:2>>.

units(Bits, N) -> <<Bits:N/binary-unit:3>>.

tails(Bin) -> <<1:1, Bin/binary, 1:7>>.
