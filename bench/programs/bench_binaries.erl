%% Binaries: records with a length are written, then parsed; text is read byte by byte.
-module(bench_binaries).
-export([run/1]).

run(N) ->
    Data = written(N, <<>>),
    parsed(Data, 0) + words(text(N, <<>>), 0, 0).

written(0, Data) -> Data;
written(N, Data) ->
    Body = <<"payload">>,
    written(N - 1, <<Data/binary, N:16, (byte_size(Body)):8, Body/binary, (N rem 4):2, 5:6>>).

parsed(<<Id:16, Size:8, Body:Size/binary, Kind:2, 5:6, Rest/binary>>, Sum) ->
    parsed(Rest, Sum + Id + Kind + byte_size(Body));
parsed(<<>>, Sum) -> Sum.

text(0, Text) -> Text;
text(N, Text) -> text(N - 1, <<Text/binary, "some words ">>).

words(<<$\s, Text/binary>>, Letters, Words) -> words(Text, Letters, Words + 1);
words(<<Letter, Text/binary>>, Letters, Words) when Letter >= $a, Letter =< $z ->
    words(Text, Letters + 1, Words);
words(<<>>, Letters, Words) -> Letters * Words.
