%% Fixed sizes are merged into one check; literals, skips and tails become its commands.
-module(op_bs_match_27).
-export([ip/1, flags/1, skip/1, tail/1, literal/1, small/1, big/1, unit/1, sum/1, little/1]).

ip(<<4:4, Hlen:4, Tos:8, Length:16, Id:16, F:3, Off:13, Rest/binary>>) ->
    {Hlen, Tos, Length, Id, F, Off, Rest};
ip(<<6:4, Class:8, Flow:20, Rest/binary>>) -> {v6, Class, Flow, Rest};
ip(_) -> none.

flags(<<A:1, B:1, C:1, _:2, D:3>>) -> [A, B, C, D];
flags(<<A:1, Rest/bitstring>>) -> {A, Rest}.

skip(<<_:32, X:8, _:16, Y:8/signed, _/binary>>) -> {X, Y};
skip(<<_:3, X:2, _/bitstring>>) -> X;
skip(_) -> short.

tail(<<X:8, Tail/binary>>) -> {X, Tail};
tail(<<X:4, Tail/bitstring>>) -> {nibble, X, Tail};
tail(Other) -> Other.

literal(<<"magic", 1:32, V:8>>) -> V;
literal(<<16#deadbeef:32, V/binary>>) -> {beef, V};
literal(<<-1:16/signed, V>>) -> {minus, V};
literal(_) -> none.

small(<<A:5, B:6, C:7, D:8, E:9>>) -> [A, B, C, D, E];
small(<<A:35/signed>>) -> A;
small(_) -> none.

big(<<A:64, B:64/signed>>) -> {A, B};
big(<<A:128/little>>) -> A;
big(<<A:60/signed, B:68>>) -> {A, B};
big(_) -> none.

unit(<<A:2/binary, B:3/binary-unit:4, C/bitstring>>) -> {A, B, C};
unit(_) -> none.

sum(Bin) -> sum(Bin, 0).

sum(<<A:12, B:12, Rest/bitstring>>, S) -> sum(Rest, S + A - B);
sum(<<A:8, Rest/bitstring>>, S) -> sum(Rest, S + A);
sum(<<>>, S) -> S;
sum(Rest, S) -> {Rest, S}.

little(<<A:16/little, B:24/little-signed, C:12/little>>) -> {A, B, C};
little(_) -> none.
