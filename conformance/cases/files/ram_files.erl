-module(ram_files).
-export([library/1, device/0, odd_device/0, changes/0]).

%% Files in memory: file:open(..., [ram | Modes]), the port below them, and what only OTP 23 does.

library(What) ->
    {ok, F} = file:open(<<"hello world">>, [ram, read, write, binary]),
    {ok, G} = file:open("list data", [ram, read]),
    {ok, H} = file:open("list data", [ram, write]),
    Result = library(What, F, G, H),
    {Result, [file:close(X) || X <- [F, G, H]], file:read(F, 1)}.

library(read, F, G, H) ->
    [file:read(F, 5), file:read(G, 4), file:read(H, 4), file:read(F, 0), file:read(G, 0),
     file:pread(F, 2, 3), file:pread(F, [{0, 1}, {20, 2}, {3, 4}]), file:pread(G, 100, 1),
     file:pread(F, -1, 2), file:pread(F, 1, -2), file:read(F, 100), file:read(F, 1)];
library(write, F, G, H) ->
    [file:write(F, "XY"), file:write(G, "no"), file:write(H, <<"LIST">>),
     file:pwrite(F, 20, "far"), file:pwrite(F, [{0, "a"}, {1, <<"b">>}]),
     file:pwrite(F, -1, "x"), file:pwrite(G, 0, "x")
     | [ram_file:get_file(X) || X <- [F, G, H]]];
library(position, F, _, _) ->
    [file:position(F, X)
     || X <- [bof, cur, eof, {cur, -3}, {eof, 5}, {bof, 1}, {cur, -100}, 7, -1, x,
              {bof, 1 bsl 31}]];
library(truncate, F, G, _) ->
    [file:position(F, 7), file:truncate(F), file:truncate(G), ram_file:get_size(F),
     ram_file:get_file(F), file:position(F, 20), file:truncate(F), ram_file:get_file(F)];
library(sync, F, _, _) ->
    [file:sync(F), file:datasync(F), file:advise(F, 0, 0, normal), file:allocate(F, 0, 100),
     file:advise(F, 0, 0, x)];
library(open, _, _, _) ->
    {ok, I} = file:open("", [ram]),
    [file:open("x", [ram, append]), file:open(a, [ram]), file:read(I, 1), file:write(I, "a"),
     file:close(I)].

device() ->
    Port = open_port({spawn_driver, "ram_file_drv of mine"}, [binary]),
    Answers = [asked(Port, X) || X <- [[1, 0, 0, 0, 3, "abc"], [2, 0, 0, 0, 0],
                                       [2, 0, 0, 0, 2], [37], [30]]],
    Info = [erlang:port_info(Port, Item) || Item <- [name, input, output]],
    Control = try port_control(Port, 1, "") catch _:Reason -> Reason end,
    {Answers, Info, Control, port_close(Port)}.

odd_device() ->
    Port = open_port({spawn, "ram_file_drv"}, []),
    Answers = [asked(Port, X) || X <- [[99], [38], [2, 0, 0, 0, 1], [3, 0, 0, 0, 0, 0, 0, 0, 0],
                                       [37], [30], [1, 0, 0, 0, 1, "q"], [30], [4, "w"]]],
    {Answers, port_close(Port)}.

asked(Port, Question) ->
    Port ! {self(), {command, Question}},
    receive {Port, {data, Data}} -> Data after 100 -> none end.

changes() ->
    {ok, F} = ram_file:open(<<"hello hello hello hello hello hello">>, [read, write, binary]),
    Whole = list_to_binary(lists:seq(0, 255)),
    {ok, L} = ram_file:open([zlib:gzip("one"), zlib:gzip("two")], [write]),
    {ok, K} = ram_file:open(binary:part(zlib:gzip(lists:duplicate(100, $x)), 0, 18), [read]),
    [ram_file:uncompress(F), ram_file:read(F, 3), element(1, ram_file:compress(F)),
     ram_file:position(F, cur), ram_file:position(F, 5), ram_file:uncompress(F),
     ram_file:position(F, cur), ram_file:get_file(F), ram_file:uuencode(F), ram_file:get_file(F),
     ram_file:uudecode(F), ram_file:get_file(F), ram_file:uudecode(F),
     ram_file:set_file(F, Whole), ram_file:uuencode(F), ram_file:get_file(F),
     ram_file:uudecode(F), ram_file:get_file(F), ram_file:set_file(F, <<>>),
     ram_file:uuencode(F), ram_file:get_file(F), ram_file:get_file_close(F),
     ram_file:get_file(F), ram_file:uncompress(L), ram_file:get_file(L), ram_file:read(L, 1),
     ram_file:uncompress(K)].
