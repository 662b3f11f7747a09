%% OTP's modules over files: file with its server, filelib, zip, erl_tar, disk_log, dets and others.
-module(file_library).
-export([whole/0, server/0, opened/1, encodings/0, terms/0, copy/0, names/0, lib/0, walk/0, zip/0, zip_memory/0, tar/1, tar_add/0, loader/0,
         log/1, dets/1, dets_big/0, path/0, script/0, scan/0, unconsult/0, delayed/0, info/0, bad/0, sendfile/0, archive_bad/0, dets_bad/0, wildcard/0]).

caught(F) -> files_folder:caught(F).

%% With the servers that erl has and a bare machine has not.
in(F) ->
    _ = [ets:new(ac_tab, [named_table, public]) || ets:info(ac_tab) =:= undefined],
    Started = [P || {Name, Start} <- servers(), whereis(Name) =:= undefined, {ok, P} <- [Start()]],
    R = files_folder:in(F),
    _ = [begin unlink(P), exit(P, kill) end || P <- Started],
    R.

servers() ->
    [{erl_prim_loader, fun erl_prim_loader:start/0}, {file_server_2, fun file_server:start/0},
     {kernel_safe_sup, fun() -> supervisor:start_link({local, kernel_safe_sup}, kernel, safe) end}].

sorted({ok, L}) -> {ok, lists:sort(L)};
sorted(Other) -> Other.

whole() ->
    in(fun(D) ->
        F = D ++ "/f",
        [file:write_file(F, ["some ", <<"text">>]), file:read_file(F), file:write_file(F, "more", [append]), file:read_file(F), file:rename(F, F ++ "2"), file:read_file(F),
         file:copy(F ++ "2", F), file:make_dir(D ++ "/d"), file:make_symlink("f", D ++ "/l"), file:read_link(D ++ "/l"), file:make_link(F, D ++ "/h"), sorted(file:list_dir(D)),
         sorted(file:list_dir_all(D)), file:del_dir(D ++ "/d"), file:delete(D ++ "/l"), file:delete(D ++ "/no"), file:change_mode(F, 8#600), file:change_time(F, {{2001, 2, 3}, {4, 5, 6}}),
         element(6, element(2, file:read_file_info(F))), file:write_file(D, "x"), file:write_file(D ++ "/n", atom), file:read_file(atom_name), file:format_error(enoent), file:format_error(badarg),
         filelib:ensure_dir(D ++ "/a/b/c"), filelib:is_dir(D ++ "/a/b"), file:read_link_all(D ++ "/h"), file:native_name_encoding()]
    end).

server() ->
    in(fun(D) ->
        {ok, Fd} = file:open(D ++ "/f", [read, write]),
        R = [is_pid(Fd), file:write(Fd, "one\ntwo\nthree\n"), file:position(Fd, bof), file:read_line(Fd), file:read(Fd, 2), file:position(Fd, cur), file:pread(Fd, 0, 3), file:pwrite(Fd, 0, "ONE"),
             file:position(Fd, {bof, 0}), file:read(Fd, 100), file:read(Fd, 1), file:truncate(Fd), file:sync(Fd), file:datasync(Fd), file:advise(Fd, 0, 0, normal), file:allocate(Fd, 0, 10),
             io:put_chars(Fd, "put"), io:format(Fd, "~p~n", [{a, "b", 1.5}]), file:position(Fd, 0), io:get_line(Fd, ""), io:get_chars(Fd, "", 2), io:request(Fd, getopts), file:close(Fd), caught(fun() -> file:close(Fd) end),
             file:read(Fd, 1)],
        {R, file:read_file(D ++ "/f")}
    end).

opened(Modes) ->
    in(fun(D) ->
        F = D ++ "/f",
        ok = file:write_file(F, "0123456789"),
        case file:open(F, Modes) of
            {ok, Fd} -> R = [caught(fun() -> file:read(Fd, 3) end), caught(fun() -> file:write(Fd, "abc") end), caught(fun() -> file:position(Fd, cur) end), caught(fun() -> file:read_line(Fd) end), file:close(Fd)], {R, file:read_file(F)};
            E -> E
        end
    end).

encodings() ->
    in(fun(D) ->
        F = D ++ "/f",
        [begin
             {ok, Fd} = file:open(F, [write, {encoding, E}]),
             W = [caught(fun() -> io:put_chars(Fd, [229, 16#4e2d, 16#1f600]) end), caught(fun() -> io:put_chars(Fd, "plain") end)],
             C = file:close(Fd),
             {ok, B} = file:read_file(F),
             {ok, G} = file:open(F, [read, {encoding, E}]),
             R = [caught(fun() -> io:get_chars(G, "", 2) end), caught(fun() -> io:get_line(G, "") end), caught(fun() -> file:read(G, 2) end)],
             file:close(G),
             {E, W, C, B, R}
         end || E <- [latin1, utf8, utf16, {utf16, little}, utf32, {utf32, big}]]
    end).

delayed() ->
    in(fun(D) ->
        F = D ++ "/f",
        {ok, Fd} = file:open(F, [write, raw, {delayed_write, 100, 100000}]),
        A = file:write(Fd, "abc"),
        Before = file:read_file(F),
        B = [file:write(Fd, lists:duplicate(200, $x)), file:position(Fd, cur), file:sync(Fd)],
        {ok, Then} = file:read_file(F),
        {A, Before, B, byte_size(Then), file:close(Fd), file:open(F, [read, compressed, raw]) =/= x}
    end).

terms() ->
    in(fun(D) ->
        F = D ++ "/t",
        ok = file:write_file(F, "{a, 1}.\n[b, \"c\"].\n%% comment\n#{x => <<1,2>>}.\n"),
        ok = file:write_file(D ++ "/bad", "{a, .\n"),
        ok = file:write_file(D ++ "/utf", <<"%% coding: utf-8\n\"", 195, 165, "\".\n">>),
        ok = file:write_file(D ++ "/latin", <<"%% coding: latin-1\n\"", 229, "\".\n">>),
        [file:consult(F), file:consult(D ++ "/bad"), file:consult(D ++ "/no"), file:consult(D ++ "/utf"), file:consult(D ++ "/latin")]
    end).

unconsult() ->
    in(fun(D) ->
        {ok, Fd} = file:open(D ++ "/t", [write]),
        [io:format(Fd, "~p.~n", [T]) || T <- [{a, b}, "text", lists:seq(1, 60), #{}]],
        ok = file:close(Fd),
        file:consult(D ++ "/t")
    end).

script() ->
    in(fun(D) ->
        ok = file:write_file(D ++ "/s", "A = 1 + 2.\nB = lists:seq(1, A).\n{A, B, C}.\n"),
        ok = file:write_file(D ++ "/bad", "A = 1.\nA = 2.\n"),
        [file:script(D ++ "/s", [{'C', given}]), file:eval(D ++ "/s", [{'C', given}]), element(1, file:script(D ++ "/s")), file:script(D ++ "/no"), element(1, file:script(D ++ "/bad"))]
    end).

path() ->
    in(fun(D) ->
        ok = file:make_dir(D ++ "/one"), ok = file:make_dir(D ++ "/two"),
        ok = file:write_file(D ++ "/two/f", "found. "),
        ok = file:write_file(D ++ "/two/s", "X = 5, X * 2."),
        P = [D ++ "/no", D ++ "/one", D ++ "/two"],
        {ok, Fd, Name} = file:path_open(P, "f", [read]),
        R = file:read(Fd, 100), ok = file:close(Fd),
        {ok, T, N2} = file:path_consult(P, "f"),
        {ok, V, _} = file:path_script(P, "s"),
        [R, lists:nthtail(length(D), Name), T, N2 =:= Name, V, file:path_open(P, "x", [read]), caught(fun() -> file:path_consult(P, "x") end)]
    end).

copy() ->
    in(fun(D) ->
        Data = binary:copy(<<"0123456789">>, 20000),
        ok = file:write_file(D ++ "/a", Data),
        R1 = file:copy(D ++ "/a", D ++ "/b"),
        R2 = file:copy(D ++ "/a", D ++ "/c", 15),
        R3 = file:copy(D ++ "/a", {D ++ "/c", [append]}, 5),
        {ok, In} = file:open(D ++ "/a", [read, raw, binary]),
        {ok, Out} = file:open(D ++ "/d", [write]),
        R4 = file:copy(In, Out, 70000),
        [file:close(In), file:close(Out), R1, R2, R3, R4, file:copy(D ++ "/no", D ++ "/x"), file:copy(D ++ "/a", D ++ "/no/x"), file:read_file(D ++ "/b") =:= {ok, Data}, file:read_file(D ++ "/c"), filelib:file_size(D ++ "/d")]
    end).

names() ->
    in(fun(D) ->
        [caught(fun() -> file:read_file(N) end) || N <- ["", x, [], 1, [$a, 0], [D, "/", ["no"]], <<"no">>, [1.5], {a}, ["a" | "b"], lists:duplicate(5000, $a)]]
            ++ [caught(fun() -> file:write_file([D, "/", deep, ["er"]], "x") end), sorted(file:list_dir(D))]
    end).

bad() ->
    in(fun(D) ->
        F = D ++ "/f",
        ok = file:write_file(F, "x"),
        [caught(fun() -> file:open(F, M) end) || M <- [[foo], foo, [{encoding, foo}], [read, {read_ahead, x}], [{delayed_write, 1}], [raw, foo], [{foo, 1}], 1]]
            ++ [caught(fun() -> file:F1(x, 1) end) || F1 <- [read, position, pread, write]] ++ [caught(fun() -> file:close(x) end), caught(fun() -> file:read({file_descriptor, prim_file, x}, 1) end)]
    end).

info() ->
    in(fun(D) ->
        F = D ++ "/f",
        ok = file:write_file(F, "12345"),
        {ok, I} = file:read_file_info(F),
        {ok, Fd} = file:open(F, [read]),
        {ok, H} = file:read_file_info(Fd),
        ok = file:close(Fd),
        [element(2, I), element(2, H), element(3, I), tuple_size(element(5, I)), file:write_file_info(F, setelement(8, I, 8#600)), element(8, element(2, file:read_file_info(F))) band 8#777,
         filelib:file_size(F), filelib:is_regular(F), filelib:is_file(F), filelib:is_dir(F), filelib:last_modified(F) =:= element(6, I), filelib:last_modified(D ++ "/no"), file:read_link_info(F) =:= file:read_file_info(F)]
    end).

scan() ->
    in(fun(D) ->
        F = D ++ "/f",
        ok = file:write_file(F, "foo(X) ->\n  X + 1.\n\nbar.\n"),
        {ok, Fd} = file:open(F, [read]),
        R = [io:parse_erl_form(Fd, ''), io:scan_erl_form(Fd, ''), io:read(Fd, ''), io:fread(Fd, '', "~s")],
        file:close(Fd),
        R
    end).

sendfile() ->
    in(fun(D) -> [file:set_cwd(D) =:= ok, element(1, file:get_cwd()), file:set_cwd("/"), file:get_cwd()] end).

lib() ->
    in(fun(D) ->
        [filelib:ensure_dir(D ++ "/x/y/f"), filelib:ensure_dir(D ++ "/x/y/f"), filelib:is_dir(D ++ "/x/y"), file:write_file(D ++ "/x/f", ""), filelib:ensure_dir(D ++ "/x/f/g"),
         caught(fun() -> filelib:is_file(1) end), caught(fun() -> filelib:is_dir({}) end),
         caught(fun() -> filelib:safe_relative_path("a/../b", D) end), caught(fun() -> filelib:safe_relative_path("../b", D) end), filename:absname("x", D) =:= D ++ "/x"]
    end).

wildcard() ->
    in(fun(D) ->
        [begin ok = filelib:ensure_dir(D ++ "/" ++ N), ok = file:write_file(D ++ "/" ++ N, "") end || N <- ["a.erl", "b.erl", "c.beam", "d/e.erl", "d/f/g.erl", ".hidden.erl", "x1", "x2", "x10"]],
        [{W, caught(fun() -> filelib:wildcard(W, D) end)} || W <- ["*", "*.erl", "**/*.erl", "{a,c}.*", "x[0-9]", "x?", "d/*", "no*", "", "*/*/*", ".*", "[", "{a", "d/../*.beam", "./x1"]]
    end).

walk() ->
    in(fun(D) ->
        [begin ok = filelib:ensure_dir(D ++ "/" ++ N), ok = file:write_file(D ++ "/" ++ N, "") end || N <- ["a.erl", "d/e.erl", "d/f/g.erl", "x"]],
        [lists:sort([lists:nthtail(length(D), F) || F <- filelib:fold_files(D, R, Rec, fun(F, A) -> [F | A] end, [])]) || {R, Rec} <- [{"erl$", true}, {"erl$", false}, {".*", true}]]
            ++ [caught(fun() -> file:del_dir_r(D ++ "/d") end), sorted(file:list_dir(D))]
    end).

files(D) ->
    ok = filelib:ensure_dir(D ++ "/in/sub/x"),
    ok = file:write_file(D ++ "/in/a.txt", "text of a"),
    ok = file:write_file(D ++ "/in/b.bin", binary:copy(<<"b">>, 5000)),
    ok = file:write_file(D ++ "/in/sub/c", [229]),
    ok.

zip() ->
    in(fun(D) ->
        files(D),
        Z = D ++ "/z.zip",
        {ok, Z} = zip:create(Z, ["a.txt", "b.bin", "sub/c"], [{cwd, D ++ "/in"}]),
        {ok, L} = zip:list_dir(Z),
        {ok, Out} = zip:extract(Z, [{cwd, D ++ "/out"}]),
        {ok, Mem} = zip:extract(Z, [memory]),
        {ok, H} = zip:zip_open(Z, [memory]),
        G = zip:zip_get("a.txt", H),
        No = zip:zip_get("no", H),
        {ok, All} = zip:zip_list_dir(H),
        ok = zip:zip_close(H),
        [[element(2, X) || X <- L, element(1, X) =:= zip_file], lists:sort([lists:nthtail(length(D), X) || X <- Out]), [{N, erlang:crc32(B)} || {N, B} <- Mem], G, No, length(All), sorted(file:list_dir(D ++ "/out")),
         file:read_file(D ++ "/out/sub/c"), zip:foldl(fun(N, _, B, A) -> [{N, byte_size(B())} | A] end, [], Z)]
    end).

zip_memory() ->
    in(fun(_) ->
        {ok, {"n.zip", B}} = zip:create("n.zip", [{"f", <<"content">>}, {"g", binary:copy(<<"x">>, 1000)}], [memory]),
        {ok, L} = zip:unzip(B, [memory]),
        [L, element(1, zip:unzip(<<"no zip">>, [memory])), element(1, zip:unzip(binary:part(B, 0, byte_size(B) - 10), [memory]))]
    end).

archive_bad() ->
    in(fun(D) ->
        ok = file:write_file(D ++ "/x", "no archive at all"),
        [element(1, zip:extract(D ++ "/x")), zip:extract(D ++ "/no"), element(1, erl_tar:extract(D ++ "/x")), element(1, erl_tar:extract(D ++ "/no")), element(1, erl_tar:table(D ++ "/x", [compressed])), element(1, zip:create(D ++ "/z", [D ++ "/nofile"]))]
    end).

tar(Options) ->
    in(fun(D) ->
        files(D),
        T = D ++ "/t.tar",
        C = erl_tar:create(T, [{"a.txt", D ++ "/in/a.txt"}, {"s/b", D ++ "/in/b.bin"}, {"m", <<"from memory">>}], Options),
        {ok, L} = erl_tar:table(T, Options),
        {ok, Mem} = erl_tar:extract(T, [memory | Options]),
        E = erl_tar:extract(T, [{cwd, D ++ "/out"} | Options]),
        [C, L, [{N, erlang:crc32(B)} || {N, B} <- Mem], E, sorted(file:list_dir(D ++ "/out")), file:read_file(D ++ "/out/m")]
    end).

tar_add() ->
    in(fun(D) ->
        T = D ++ "/t.tar",
        {ok, H} = erl_tar:open(T, [write]),
        [erl_tar:add(H, <<"one">>, "f1", []), erl_tar:add(H, <<"two">>, "d/f2", []), erl_tar:close(H), erl_tar:extract(T, [memory])]
    end).

loader() ->
    in(fun(D) ->
        files(D),
        [erl_prim_loader:get_file(D ++ "/in/a.txt") =/= error, erl_prim_loader:get_file(D ++ "/no"), sorted(erl_prim_loader:list_dir(D ++ "/in")), erl_prim_loader:list_dir(D ++ "/no"),
         element(3, element(2, erl_prim_loader:read_file_info(D ++ "/in"))), erl_prim_loader:read_file_info(D ++ "/no")]
    end).

log(Type) ->
    in(fun(D) ->
        Options = [{name, l}, {file, D ++ "/log"}, {type, Type} | case Type of wrap -> [{size, {500, 3}}]; halt -> [] end],
        {ok, l} = disk_log:open(Options),
        W = [disk_log:log(l, {term, N}) || N <- lists:seq(1, 20)] ++ [disk_log:log_terms(l, [a, b, c]), disk_log:sync(l)],
        ok = disk_log:close(l),
        case disk_log:open(Options) of
            {ok, l} -> opened;
            {repaired, l, _, _} -> repaired
        end,
        All = chunks(l, start),
        ok = disk_log:close(l),
        [lists:usort(W), length(All), lists:last(All), lists:sort(element(2, file:list_dir(D)))]
    end).

chunks(L, C) ->
    case disk_log:chunk(L, C) of
        eof -> [];
        {Next, Terms} -> Terms ++ chunks(L, Next)
    end.

dets(Type) ->
    in(fun(D) ->
        {ok, t} = dets:open_file(t, [{file, D ++ "/t"}, {type, Type}]),
        A = [dets:insert(t, [{N rem 10, N} || N <- lists:seq(1, 30)]), dets:insert(t, {x, y}), lists:sort(dets:lookup(t, 3)), dets:member(t, x), dets:info(t, size), dets:delete(t, 4), dets:delete_object(t, {5, 25}),
             lists:sort(dets:match(t, {'$1', 13})), lists:sort(dets:select(t, [{{'$1', '$2'}, [{'>', '$2', 27}], ['$2']}])), dets:insert_new(t, {x, z}), dets:insert_new(t, {new, z}), dets:sync(t)],
        B = caught(fun() -> dets:update_counter(t, 100, 1) end),
        ok = dets:close(t),
        {ok, t} = dets:open_file(t, [{file, D ++ "/t"}, {type, Type}]),
        C = [dets:info(t, size), dets:info(t, type), lists:sort(dets:foldl(fun(O, Acc) -> [O | Acc] end, [], t)), dets:delete_all_objects(t), dets:info(t, size), dets:close(t), dets:is_dets_file(D ++ "/t")],
        [A, B, C]
    end).

dets_big() ->
    in(fun(D) ->
        {ok, t} = dets:open_file(t, [{file, D ++ "/t"}, {ram_file, false}]),
        ok = dets:insert(t, [{N, lists:seq(1, N rem 20)} || N <- lists:seq(1, 1000)]),
        R = [dets:info(t, size), dets:lookup(t, 777), length(dets:match_object(t, {'_', []}))],
        ok = dets:close(t),
        {ok, t} = dets:open_file(t, [{file, D ++ "/t"}, {access, read}]),
        S = [dets:lookup(t, 1000), element(1, element(2, dets:insert(t, {1, 2}))), dets:close(t)],
        {R, S}
    end).

dets_bad() ->
    in(fun(D) ->
        ok = file:write_file(D ++ "/t", "no table"),
        [begin {error, {R, _}} = dets:open_file(t, [{file, N}]), R end || N <- [D ++ "/t"]] ++ [dets:is_dets_file(D ++ "/t"), caught(fun() -> dets:lookup(none, x) end), element(1, dets:open_file(t, [{file, D ++ "/no/t"}])), caught(fun() -> dets:open_file(t, [x]) end)]
    end).
