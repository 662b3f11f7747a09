%% prim_buffer: queues of bytes.
-module(prim_buffers).
-export([use/0, chunks/1, hostile/1, find/0, lock/0, other_process/0, partly/0]).

caught(F) -> files_folder:caught(F).

use() ->
    B = prim_buffer:new(),
    [is_reference(B), prim_buffer:size(B), prim_buffer:write(B, [<<"hello">>, <<>>, <<" world">>]), prim_buffer:size(B), prim_buffer:read(B, 5),
     prim_buffer:read(B, 0), prim_buffer:read_iovec(B, 2), prim_buffer:write(B, []), prim_buffer:skip(B, 1), prim_buffer:size(B), prim_buffer:read(B, 3),
     prim_buffer:wipe(B), prim_buffer:size(B), prim_buffer:write(B, [<<"x">>]), prim_buffer:wipe(B), prim_buffer:wipe(B), prim_buffer:size(B)].

%% How what was written is cut into binaries.
chunks(Sizes) ->
    B = prim_buffer:new(),
    _ = [prim_buffer:write(B, [binary:copy(<<S:8>>, S1) || S1 <- case S of L when is_list(L) -> L; _ -> [S] end]) || S <- Sizes],
    Size = prim_buffer:size(B),
    {Size, [byte_size(P) || P <- prim_buffer:read_iovec(B, Size)], prim_buffer:size(B)}.

hostile(Function) ->
    [{X, caught(fun() -> use(Function, X) end)} || X <- [-1, 0, 1, 4, 1.0, x, "x", <<"x">>, 256, 1 bsl 31, 1 bsl 64, make_ref_like, [<<"a">> | x], [<<1:9>>], [x], [[<<"a">>]], {}]].

use(write, X) -> B = prim_buffer:new(), R = prim_buffer:write(B, X), {R, prim_buffer:size(B)};
use(Function, X) when Function =:= read; Function =:= skip; Function =:= find_byte_index; Function =:= read_iovec ->
    B = prim_buffer:new(),
    ok = prim_buffer:write(B, [<<"abc">>]),
    R = caught(fun() -> prim_buffer:Function(B, X) end),
    {R, prim_buffer:size(B)};
use(Function, X) -> prim_buffer:Function(X).

find() ->
    B = prim_buffer:new(),
    ok = prim_buffer:write(B, [<<"ab">>, binary:copy(<<"c">>, 3000), <<"d">>, binary:copy(<<"e">>, 3000), <<"f">>]),
    [prim_buffer:find_byte_index(B, C) || C <- "abcdefg"].

lock() ->
    B = prim_buffer:new(),
    [caught(fun() -> prim_buffer:F(B) end) || F <- [unlock, try_lock, try_lock, unlock, unlock, try_lock]].

%% A buffer belongs to nobody.
other_process() ->
    B = prim_buffer:new(),
    Me = self(),
    spawn(fun() -> Me ! prim_buffer:write(B, [<<"x">>]) end),
    receive R -> {R, prim_buffer:read(B, 1)} end.

%% More binaries than one step takes, the last of which is none.
partly() ->
    B = prim_buffer:new(),
    [caught(fun() -> prim_buffer:write(B, lists:duplicate(N, <<"xy">>) ++ [x]) end) || N <- [10, 63, 64, 65, 200]] ++ [prim_buffer:size(B)].
