%% An encoding that is too long, a surrogate or a cut sequence does not match.
-module(op_bin_utf_match).
-export([utf8/1, utf16/1, utf16_little/1, utf32/1, utf32_little/1, skip/2, literal/1, in_bits/1]).

utf8(<<C/utf8, Rest/binary>>) -> [C | utf8(Rest)];
utf8(Rest) -> {rest, Rest}.

utf16(<<C/utf16, Rest/binary>>) -> [C | utf16(Rest)];
utf16(Rest) -> {rest, Rest}.

utf16_little(<<C/utf16-little, Rest/binary>>) -> [C | utf16_little(Rest)];
utf16_little(Rest) -> {rest, Rest}.

utf32(<<C/utf32, Rest/binary>>) -> [C | utf32(Rest)];
utf32(Rest) -> {rest, Rest}.

utf32_little(<<C/utf32-little, Rest/binary>>) -> [C | utf32_little(Rest)];
utf32_little(Rest) -> {rest, Rest}.

skip(8, <<_/utf8, Rest/binary>>) -> {ok, Rest};
skip(16, <<_/utf16, Rest/binary>>) -> {ok, Rest};
skip(32, <<_/utf32, Rest/binary>>) -> {ok, Rest};
skip(_, _) -> no_match.

literal(<<"å"/utf8, Rest/binary>>) -> {eight, Rest};
literal(<<"å"/utf16, Rest/binary>>) -> {sixteen, Rest};
literal(<<"å"/utf32-little, Rest/binary>>) -> {thirty_two, Rest};
literal(_) -> none.

in_bits(<<X:3, C/utf8, R/bitstring>>) -> {X, C, R};
in_bits(_) -> none.
