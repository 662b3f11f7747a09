%% A binary of that many bytes is read byte by byte.
-module(bench_parse_bytes).
-export([run/1]).

run(Size) ->
    Key = {?MODULE, Size},
    case persistent_term:get(Key, none) of
        none ->
            persistent_term:put(Key, binary:copy(<<"abcdefgh">>, Size div 8)),
            run(Size);
        Data ->
            sum(Data, 0)
    end.

sum(<<Byte, Data/binary>>, Sum) -> sum(Data, Sum + Byte);
sum(<<>>, Sum) -> Sum.
