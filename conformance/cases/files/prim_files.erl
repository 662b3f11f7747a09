%% Open files: reading, writing, positions, modes.
-module(prim_files).
-export([io/0, read/0, positions/0, modes/1, mode_lists/0, append/0, ahead/1, lines/1, many/0, hostile/1, closed/0,
         ipread/0, allocate/0, advise/0, truncate/0, sync/0, read_file/0, no_file/0, bits/0, big/0, descriptor/0, raw/0]).

in(F) -> files_folder:in(F).
caught(F) -> files_folder:caught(F).

with(Modes, Content, F) ->
    in(fun(D) ->
        N = D ++ "/f",
        ok = prim_file:write_file(N, Content),
        case prim_file:open(N, Modes) of
            {ok, Fd} ->
                R = F(Fd, N),
                {R, prim_file:close(Fd), prim_file:read_file(N)};
            Error -> Error
        end
    end).

io() ->
    with([read, write, binary], "0123456789", fun(Fd, N) ->
        [prim_file:read(Fd, 3), prim_file:write(Fd, ["ab", $c, [<<"d">> | <<"e">>]]), prim_file:read(Fd, 100),
         prim_file:read(Fd, 1), prim_file:write(Fd, []), prim_file:write(Fd, <<>>), prim_file:write(Fd, "!"),
         prim_file:read_file(N), prim_file:pwrite(Fd, 2, "XY"), prim_file:pread(Fd, 0, 5), prim_file:position(Fd, cur),
         prim_file:pwrite(Fd, [{20, "a"}, {25, <<"b">>}, {1, [$c, "d"]}]), prim_file:pread(Fd, [{0, 4}, {18, 4}, {24, 9}, {26, 1}, {100, 1}]),
         prim_file:pwrite(Fd, []), prim_file:pread(Fd, [])]
    end).

read() ->
    with([read], "0123456789", fun(Fd, _) ->
        [prim_file:read(Fd, 0), prim_file:read(Fd, 4), prim_file:read(Fd, 10), prim_file:read(Fd, 10), prim_file:read(Fd, 0),
         prim_file:pread(Fd, 3, 0), prim_file:pread(Fd, 3, 2), prim_file:pread(Fd, 8, 10), prim_file:pread(Fd, 10, 1),
         prim_file:write(Fd, "x"), prim_file:pwrite(Fd, 0, "x"), prim_file:truncate(Fd), prim_file:write(Fd, "")]
    end).

positions() ->
    with([read, write], "0123456789", fun(Fd, _) ->
        [{P, caught(fun() -> prim_file:position(Fd, P) end)} || P <- [
            3, {cur, 2}, {cur, -4}, {cur, -4}, cur, {bof, 5}, eof, {eof, -1}, {eof, 5}, {eof, -20}, bof, {bof, -1}, -1,
            1 bsl 62, 1 bsl 63, -(1 bsl 63), -(1 bsl 63) - 1, (1 bsl 63) - 1, {cur, 1}, {foo, 1}, {cur, x}, {cur, 1.0}, foo, "x", {cur, 1, 2}]]
    end).

modes(Modes) ->
    with(Modes, "content", fun(Fd, _) ->
        [prim_file:read(Fd, 3), prim_file:write(Fd, "new"), prim_file:position(Fd, cur)]
    end).

%% On a name that is new, a folder, and one whose folder is not there.
mode_lists() ->
    [{Modes, in(fun(D) ->
        ok = prim_file:make_dir(D ++ "/d"),
        ok = prim_file:write_file(D ++ "/there", "x"),
        [case prim_file:open(N, Modes) of
             {ok, Fd} -> {ok, prim_file:close(Fd)};
             E -> E
         end || N <- [D ++ "/new", D ++ "/d", D ++ "/no/f", D ++ "/there/f", D ++ "/there", "", D ++ "/there/"]]
                 ++ [element(2, prim_file:read_file(D ++ "/new"))]
     end)} || Modes <- [[], [read], [write], [append], [exclusive], [read, exclusive], [write, exclusive], [read, write],
                        [read, append], [directory], [read, directory], [skip_type_check], [sync], [write, sync],
                        [raw, binary, compressed, delayed_write, {read_ahead, 5}, unknown, {a, b}, 1, "x"], [ram]]].

append() ->
    with([append, read], "abc", fun(Fd, _) ->
        [prim_file:position(Fd, cur), prim_file:write(Fd, "1"), prim_file:position(Fd, bof), prim_file:write(Fd, "2"),
         prim_file:pwrite(Fd, 0, "3"), prim_file:position(Fd, bof), prim_file:read(Fd, 100)]
    end).

%% Reading ahead: the file's position is not the program's.
ahead(Size) ->
    with([read, write, {read_ahead, Size}], lists:seq($a, $z), fun(Fd, N) ->
        [prim_file:read(Fd, 2), prim_file:position(Fd, cur), prim_file:read(Fd, 3), prim_file:write(Fd, "XY"), prim_file:read(Fd, 2),
         prim_file:position(Fd, {cur, 1}), prim_file:read(Fd, 1), prim_file:pread(Fd, 0, 4), prim_file:read(Fd, 1),
         prim_file:pwrite(Fd, 20, "!"), prim_file:read(Fd, 5), prim_file:truncate(Fd), prim_file:read_file(N), prim_file:read(Fd, 100)]
    end).

lines(Modes) ->
    Text = ["one\n", "two\r\n", "\n", "\r\n", "a\rb\n", lists:duplicate(700, $x), "\n", lists:duplicate(255, $y), "\r\n", "last"],
    with([read | Modes], Text, fun(Fd, _) -> all_lines(Fd) end).

all_lines(Fd) ->
    case prim_file:read_line(Fd) of
        {ok, Line} when byte_size(Line) > 20 -> [{byte_size(Line), erlang:crc32(Line)} | all_lines(Fd)];
        {ok, Line} -> [Line | all_lines(Fd)];
        Other -> [Other]
    end.

%% More binaries than are written at once.
many() ->
    Parts = [<<N:(8 * 300)>> || N <- lists:seq(1, 200)],
    with([read, write], "", fun(Fd, N) ->
        W = prim_file:write(Fd, Parts),
        {ok, All} = prim_file:read_file(N),
        P = prim_file:pwrite(Fd, 100, Parts),
        {ok, Then} = prim_file:read_file(N),
        ok = prim_file:position(Fd, bof) =:= {ok, 0} andalso prim_file:truncate(Fd),
        [W, P, All =:= iolist_to_binary(Parts), byte_size(Then), erlang:crc32(Then)]
    end).

hostile(What) ->
    with([read, write], "0123456789", fun(Fd, _) -> [{A, caught(fun() -> hostile(What, Fd, A) end)} || A <- terms()] end).

terms() ->
    [-1, 1.0, -1.5, 1 bsl 63, (1 bsl 63) - 1, 1 bsl 64, -(1 bsl 63), 1 bsl 200, atom, "list", <<"binary">>, {1, 2}, [], #{}, undefined].

hostile(read, Fd, A) -> prim_file:read(Fd, A);
hostile(pread_at, Fd, A) -> prim_file:pread(Fd, A, 1);
hostile(pread_size, Fd, A) -> prim_file:pread(Fd, 0, A);
hostile(pread_list, Fd, A) -> prim_file:pread(Fd, A);
hostile(pread_pairs, Fd, A) -> prim_file:pread(Fd, [{0, 1}, A]);
hostile(pread_pair, Fd, A) -> prim_file:pread(Fd, [{0, 1}, {A, 1}]);
hostile(write, Fd, A) -> prim_file:write(Fd, A);
hostile(pwrite_at, Fd, A) when A =:= (1 bsl 63) - 1 -> element(1, prim_file:pwrite(Fd, A, "x"));
hostile(pwrite_at, Fd, A) -> prim_file:pwrite(Fd, A, "x");
hostile(pwrite, Fd, A) -> prim_file:pwrite(Fd, 0, A);
hostile(pwrite_list, Fd, A) -> prim_file:pwrite(Fd, A);
hostile(pwrite_pair, Fd, A) -> prim_file:pwrite(Fd, [{0, "y"}, {A, "x"}]);
hostile(allocate, Fd, A) -> prim_file:allocate(Fd, A, 1);
hostile(allocate_size, Fd, A) -> prim_file:allocate(Fd, 0, A);
hostile(advise, Fd, A) -> prim_file:advise(Fd, A, 1, normal);
hostile(advise_size, Fd, A) -> prim_file:advise(Fd, 0, A, normal);
hostile(advice, Fd, A) -> prim_file:advise(Fd, 0, 0, A);
hostile(ipread, Fd, A) -> prim_file:ipread_s32bu_p32bu(Fd, A, 10);
hostile(ipread_size, Fd, A) -> prim_file:ipread_s32bu_p32bu(Fd, 0, A);
hostile(handle, Fd, A) -> with_handle(Fd, A);
hostile(file, _, A) ->
    [caught(fun() -> F(A) end) || F <- [fun prim_file:close/1, fun prim_file:sync/1, fun prim_file:truncate/1, fun prim_file:read_line/1,
                                       fun prim_file:get_handle/1, fun prim_file:read_handle_info/1]].

%% A descriptor whose handle is something else.
with_handle(Fd, A) ->
    Data = element(3, Fd),
    Bad = setelement(3, Fd, Data#{handle := A}),
    [caught(F) || F <- [fun() -> prim_file:read(Bad, 1) end, fun() -> prim_file:close(Bad) end, fun() -> prim_file:write(Bad, "x") end,
                        fun() -> prim_file:position(Bad, 0) end, fun() -> prim_file:sync(Bad) end, fun() -> prim_file:get_handle(Bad) end]].

closed() ->
    in(fun(D) ->
        N = D ++ "/f",
        {ok, Fd} = prim_file:open(N, [read, write]),
        ok = prim_file:close(Fd),
        [caught(F) || F <- [
            fun() -> prim_file:close(Fd) end, fun() -> prim_file:read(Fd, 1) end, fun() -> prim_file:read(Fd, x) end,
            fun() -> prim_file:write(Fd, "x") end, fun() -> prim_file:pread(Fd, 0, 1) end, fun() -> prim_file:pwrite(Fd, 0, "x") end,
            fun() -> prim_file:position(Fd, 0) end, fun() -> prim_file:sync(Fd) end, fun() -> prim_file:datasync(Fd) end,
            fun() -> prim_file:truncate(Fd) end, fun() -> prim_file:allocate(Fd, 0, 1) end, fun() -> prim_file:advise(Fd, 0, 0, normal) end,
            fun() -> prim_file:get_handle(Fd) end, fun() -> prim_file:read_handle_info(Fd) end, fun() -> prim_file:read_line(Fd) end,
            fun() -> prim_file:ipread_s32bu_p32bu(Fd, 0, 1) end, fun() -> with_handle(Fd, make_ref()) end]]
    end).

ipread() ->
    Content = [<<5:32, 20:32>>, <<5:32, 100:32>>, <<50:32, 20:32>>, "dataX", <<0:32, 0:32>>, "123"],
    with([read], Content, fun(Fd, _) ->
        [prim_file:ipread_s32bu_p32bu(Fd, P, M) || {P, M} <- [{0, 5}, {0, 4}, {0, infinity}, {8, 10}, {16, 100}, {16, 1}, {29, 0}, {29, 5},
                                                              {36, 10}, {40, 10}, {0, 1 bsl 31}, {0, (1 bsl 31) - 1}, {0, -1}, {0, -(1 bsl 63)}]]
    end).

allocate() ->
    with([read, write], "abc", fun(Fd, N) ->
        [prim_file:allocate(Fd, 0, 2), prim_file:read_file(N), prim_file:allocate(Fd, 2, 4), prim_file:read_file(N), prim_file:allocate(Fd, 0, 0)]
    end).

advise() ->
    with([read], "abc", fun(Fd, _) ->
        [prim_file:advise(Fd, 0, 0, A) || A <- [normal, sequential, random, no_reuse, will_need, dont_need, other, 1, "normal"]]
            ++ [prim_file:advise(Fd, 10, 1 bsl 40, normal), prim_file:advise(Fd, -1, 0, normal)]
    end).

truncate() ->
    with([read, write], "0123456789", fun(Fd, _) ->
        [prim_file:position(Fd, 5), prim_file:truncate(Fd), prim_file:position(Fd, eof), prim_file:position(Fd, 8), prim_file:truncate(Fd)]
    end).

sync() ->
    with([read, write], "x", fun(Fd, _) -> [prim_file:sync(Fd), prim_file:datasync(Fd)] end).

read_file() ->
    in(fun(D) ->
        ok = prim_file:write_file(D ++ "/empty", ""),
        ok = prim_file:make_dir(D ++ "/d"),
        ok = prim_file:write_file(D ++ "/f", lists:duplicate(100000, $a)),
        {ok, Big} = prim_file:read_file(D ++ "/f"),
        {ok, Proc} = prim_file:read_file("/proc/self/stat"),
        [byte_size(Big), erlang:crc32(Big), is_binary(Proc), prim_file:read_file(D ++ "/empty"), prim_file:read_file("/dev/null")
         | [caught(fun() -> prim_file:read_file(N) end) || N <- [D ++ "/d", D ++ "/no", D ++ "/f/x", D ++ "/f/", "", x, 1, [1.0], D ++ [0], <<"no">>]]]
            ++ [caught(fun() -> prim_file:write_file(D ++ "/d", "x") end), caught(fun() -> prim_file:write_file(D ++ "/n", x) end),
                caught(fun() -> prim_file:write_file(D ++ "/n", ["ab", <<"c">>]) end), prim_file:read_file(D ++ "/n")]
    end).

no_file() ->
    [caught(fun() -> prim_file:open(N, M) end) || {N, M} <- [{x, [read]}, {"no", x}, {"no", []}, {"no", [read | x]}, {"no", [read | write]},
                                                             {1, []}, {[$a, 0], []}, {<<0>>, []}, {<<"a", 0, "b">>, []}, {lists:duplicate(5000, $a), []},
                                                             {lists:duplicate(300, $a), []}]].

%% Ends the emulator until 26.
bits() ->
    caught(fun() -> prim_file:open(<<"no", 1:3>>, []) end).

big() ->
    with([read, write], "", fun(Fd, _) ->
        Far = 1 bsl 33,
        [prim_file:pwrite(Fd, Far, "far"), prim_file:pread(Fd, Far + 1, 10), prim_file:position(Fd, eof), prim_file:read(Fd, 1),
         prim_file:position(Fd, 0), prim_file:truncate(Fd), prim_file:read(Fd, 1 bsl 20)]
    end).

descriptor() ->
    in(fun(D) ->
        {ok, Fd} = prim_file:open(D ++ "/f", [read, write]),
        <<Number:32/native>> = prim_file:get_handle(Fd),
        R = case erlang:function_exported(prim_file, file_desc_to_ref, 2) of
            true ->
                {ok, Same} = prim_file:file_desc_to_ref(Number, [read]),
                ok = prim_file:write(Same, "shared"),
                [prim_file:position(Fd, cur), prim_file:pread(Same, 0, 10),
                 [caught(fun() -> prim_file:file_desc_to_ref(N, [read]) end) || N <- [-1, 1.0, x, 1 bsl 31, -(1 bsl 31), (1 bsl 31) - 1, 1 bsl 64]]];
            false -> none
        end,
        {is_integer(Number), R}
    end).

%% The same through module file.
raw() ->
    in(fun(D) ->
        N = D ++ "/f",
        {ok, Fd} = file:open(N, [raw, write, read, binary]),
        R = [file:write(Fd, "hello\nworld\n"), file:position(Fd, bof), file:read_line(Fd), file:read(Fd, 100), file:read(Fd, 1), file:pread(Fd, 1, 3),
             file:pwrite(Fd, 0, "J"), file:position(Fd, {cur, -3}), file:truncate(Fd), file:datasync(Fd), file:sync(Fd), file:advise(Fd, 0, 0, random),
             file:allocate(Fd, 0, 3), file:pread(Fd, [{0, 2}, {50, 1}]), file:pwrite(Fd, [{1, "E"}, {3, "L"}]), file:close(Fd), file:close(Fd)],
        {R, prim_file:read_file(N), file:open(N, [raw, read, foo]), file:open(D, [raw, read])}
    end).
