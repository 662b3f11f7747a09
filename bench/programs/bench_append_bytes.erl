%% A binary of that many bytes is made by appending them one by one.
-module(bench_append_bytes).
-export([run/1]).

run(Size) ->
    erlang:crc32(append(Size, <<>>)).

append(0, Data) -> Data;
append(Left, Data) -> append(Left - 1, <<Data/binary, Left>>).
