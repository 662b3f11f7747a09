%% Whitespace is skipped; other strange characters are errors or skipped.
-module(std_base64).
-export([round_trip/1, decode/1, mime/1, long/1]).

round_trip(Data) ->
    E = base64:encode(Data),
    {E, base64:encode_to_string(Data), base64:decode(E) =:= iolist_to_binary(Data)}.

decode(Text) ->
    try
        {base64:decode(Text), base64:decode_to_string(Text)}
    catch
        C:R -> {C, R}
    end.

mime(Text) -> base64:mime_decode(Text).

long(N) ->
    Data = << <<(X * X rem 256)>> || X <- lists:seq(1, N) >>,
    E = base64:encode(Data),
    {byte_size(E), binary:part(E, 0, 16), base64:decode(E) =:= Data}.
