%% Clauses that go back to a saved position, and contexts that become binaries again.
-module(op_old_match).
-export([clauses/1, loop/1, again/1, nested/1, tail/1, pass/1, guard/1]).

clauses(<<1, X:16, _/binary>>) -> {one, X};
clauses(<<2, X:8, Y:8>>) -> {two, X, Y};
clauses(<<X:4, Y:4>>) -> {nibbles, X, Y};
clauses(<<X:4, Rest/bitstring>>) when X > 8 -> {rest, X, Rest};
clauses(<<>>) -> empty;
clauses(Other) -> {other, Other}.

loop(Bin) -> loop(Bin, []).

loop(<<Length, Data:Length/binary, Rest/binary>>, Acc) -> loop(Rest, [Data | Acc]);
loop(<<>>, Acc) -> lists:reverse(Acc);
loop(Rest, Acc) -> {Rest, Acc}.

again(<<X:8, Rest/bitstring>> = Bin) when X > 9 -> {Bin, Rest};
again(<<X:3, Rest/bitstring>>) -> {X, Rest};
again(Bin) -> Bin.

nested(Bin) ->
    case Bin of
        <<A:8, T/binary>> ->
            case T of
                <<A:8, _/binary>> -> twice;
                <<B:8, _/binary>> -> {A, B, T, Bin};
                _ -> one
            end;
        _ -> none
    end.

tail(<<F/float, R/binary>>) -> {F, R};
tail(<<"ab", R/binary>>) -> {ab, R};
tail(<<C/utf8, R/binary>>) -> {C, R};
tail(_) -> none.

pass(<<X, Rest/binary>>) -> [X | pass(Rest)];
pass(<<>>) -> [];
pass(Bin) -> wrong(Bin).

wrong(Bin) -> {wrong, Bin}.

guard(<<N, B/binary>>) when byte_size(B) =:= N -> exact;
guard(<<N:16, B/binary>>) when byte_size(B) =:= N -> exact_16;
guard(_) -> inexact.
