%% A code point that is not valid, or no integer, is a badarg.
-module(op_bin_utf_build).
-export([utf8/1, utf16/1, utf32/1, little/1, two/2, literal/0, after_bits/2]).

utf8(C) -> <<C/utf8>>.

utf16(C) -> <<C/utf16>>.

utf32(C) -> <<C/utf32>>.

little(C) -> {<<C/utf16-little>>, <<C/utf32-little>>}.

two(A, B) -> <<A/utf8, 0, B/utf8, B/utf16>>.

literal() -> {<<"aå€"/utf8>>, <<"aå€"/utf16>>, <<"aå€"/utf32-little>>}.

after_bits(Bits, C) -> <<Bits/bitstring, C/utf8>>.
