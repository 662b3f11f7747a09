%% Folders, names and links.
-module(prim_folders).
-export([folders/0, names/0, raw_names/0, links/0, rename/0, delete/0, cwd/0, cwd_gone/0, cwd_bad/0, hostile/1, link_text/0, normalize/1, composed/2,
         many/0, bad_translation/0, other/0, long/0]).

in(F) -> files_folder:in(F).
caught(F) -> files_folder:caught(F).

sorted({ok, L}) -> {ok, lists:sort(L)};
sorted(Other) -> Other.

folders() ->
    in(fun(D) ->
        [prim_file:make_dir(D ++ "/a"), prim_file:make_dir(D ++ "/a"), prim_file:make_dir(D ++ "/no/b"), prim_file:make_dir(D ++ "/a/b/"),
         prim_file:write_file(D ++ "/f", "x"), prim_file:make_dir(D ++ "/f"), prim_file:make_dir(D ++ "/f/x"), prim_file:make_dir(""),
         sorted(prim_file:list_dir(D)), prim_file:list_dir(D ++ "/a"), prim_file:list_dir(D ++ "/f"), prim_file:list_dir(D ++ "/no"), prim_file:list_dir(""),
         prim_file:del_dir(D ++ "/a"), prim_file:del_dir(D ++ "/f"), prim_file:del_dir(D ++ "/no"), prim_file:del_dir(D ++ "/a/b"),
         prim_file:del_dir(D ++ "/a/."), prim_file:del_dir(D ++ "/a/.."), prim_file:del_dir(D ++ "/a/"), prim_file:del_dir(""), prim_file:del_dir("/"),
         prim_file:make_dir("/"), prim_file:make_dir(D ++ "/.")]
    end).

names() ->
    in(fun(D) ->
        Names = ["plain", "with space", [16#e5, 16#e4, 16#f6], [16#4e2d, 16#6587], [16#1f600], "a\nb", "-", "..x", ".hidden", [1], "~", "\\", "*"],
        [begin ok = prim_file:write_file(D ++ "/" ++ N, N =:= N andalso <<"x">>), ok end || N <- Names],
        {ok, Found} = prim_file:list_dir(D),
        {ok, All} = prim_file:list_dir_all(D),
        {lists:sort(Found) =:= lists:sort(Names), lists:sort(All) =:= lists:sort(Names), lists:sort(Found),
         [prim_file:read_file(D ++ "/" ++ N) || N <- Found] =:= [{ok, <<"x">>} || _ <- Names],
         [prim_file:delete(D ++ "/" ++ N) || N <- All], prim_file:list_dir(D)}
    end).

%% Names that are no UTF-8.
raw_names() ->
    in(fun(D) ->
        B = list_to_binary(D),
        Names = [<<"a", 255>>, <<16#c3>>, <<"ok">>, <<16#ed, 16#a0, 16#80>>, <<16#f5, 128, 128, 128>>, <<16#c0, 16#80>>],
        W = [prim_file:write_file(<<B/binary, "/", N/binary>>, N) || N <- Names],
        [W, [prim_file:read_file(<<B/binary, "/", N/binary>>) || N <- Names], sorted(prim_file:list_dir_all(D)), sorted(prim_file:list_dir(D)),
         prim_file:make_symlink(<<"to", 254>>, D ++ "/link"), prim_file:read_link(D ++ "/link"), prim_file:read_link_all(D ++ "/link"),
         prim_file:is_translatable(<<"a", 255>>), prim_file:set_cwd(<<B/binary, "/a", 255>>), sorted(prim_file:list_dir_all(B)),
         prim_file:make_dir(<<B/binary, "/d", 255>>), prim_file:list_dir(<<B/binary, "/d", 255>>)]
    end).

bad_translation() ->
    [caught(fun() -> prim_file:internal_native2name(N) end) || N <- [<<255>>, <<"a">>, <<>>, x, <<16#c3, 16#a5>>, <<1:3>>, "a"]]
        ++ [caught(fun() -> prim_file:internal_name2native(N) end) || N <- ["a", [16#d800], [16#110000], <<"a">>, <<255>>, x, [$a | $b], [["a"], $b], [-1], ""]].

links() ->
    in(fun(D) ->
        F = D ++ "/f", L = D ++ "/l", H = D ++ "/h",
        ok = prim_file:write_file(F, "content"),
        ok = prim_file:make_dir(D ++ "/d"),
        [prim_file:make_symlink("f", L), prim_file:make_symlink("f", L), prim_file:read_link(L), prim_file:read_link(F), prim_file:read_link(D ++ "/no"),
         prim_file:read_link(D), prim_file:read_file(L), prim_file:make_link(F, H), prim_file:make_link(F, H), prim_file:read_file(H),
         prim_file:make_link(D ++ "/d", D ++ "/d2"), prim_file:make_link(D ++ "/no", D ++ "/d2"), prim_file:make_link(L, D ++ "/ll"), prim_file:read_link(D ++ "/ll"),
         prim_file:make_symlink("nowhere", D ++ "/dangling"), prim_file:read_file(D ++ "/dangling"), prim_file:open(D ++ "/dangling", [exclusive]),
         prim_file:make_symlink("loop", D ++ "/loop"), prim_file:read_file(D ++ "/loop"), prim_file:set_cwd(D ++ "/loop"), prim_file:list_dir(D ++ "/loop"),
         prim_file:make_symlink("d", D ++ "/dl"), prim_file:list_dir(D ++ "/dl"), prim_file:del_dir(D ++ "/dl"), prim_file:delete(D ++ "/dl"),
         prim_file:delete(F), prim_file:read_file(L), prim_file:read_file(H), prim_file:delete(L), prim_file:make_symlink("", D ++ "/e"),
         prim_file:make_symlink("x", ""), prim_file:make_symlink("x", D ++ "/no/x"), sorted(prim_file:list_dir(D))]
    end).

%% Long targets need more room.
link_text() ->
    in(fun(D) ->
        [begin
             T = lists:duplicate(N, $a),
             R = prim_file:make_symlink(T, D ++ "/l"),
             Read = prim_file:read_link(D ++ "/l"),
             _ = prim_file:delete(D ++ "/l"),
             {N, R, Read =:= {ok, T}}
         end || N <- [1, 255, 256, 257, 512, 1000, 4000, 4095, 4096, 5000]]
    end).

long() ->
    in(fun(D) ->
        [{N, element(1, prim_file:make_dir(D ++ "/" ++ lists:duplicate(N, $a))) =:= error andalso prim_file:make_dir(D ++ "/" ++ lists:duplicate(N, $a))}
         || N <- [256, 5000]]
        ++ [caught(fun() -> prim_file:make_dir(D ++ "/" ++ lists:duplicate(255, $a)) end), caught(fun() -> prim_file:make_dir(D ++ "/" ++ lists:duplicate(255, 16#e5)) end)]
    end).

rename() ->
    in(fun(D) ->
        P = fun(N) -> D ++ "/" ++ N end,
        [ok = prim_file:write_file(P(N), N) || N <- ["f", "g"]],
        [ok = prim_file:make_dir(P(N)) || N <- ["d", "e", "full"]],
        ok = prim_file:write_file(P("full/x"), "x"),
        ok = prim_file:make_symlink("f", P("l")),
        [{A, B, prim_file:rename(P(A), P(B))} || {A, B} <- [
            {"f", "g"}, {"g", "f"}, {"no", "x"}, {"f", "d"}, {"d", "f"}, {"d", "e"}, {"e", "full"}, {"full", "full/sub"}, {"f", "no/f"},
            {"f", "f/x"}, {"f", "f"}, {"l", "m"}, {"e", "f/x"}, {"full", "e"}, {"e", "."}, {"e", ".."}, {".", "x"}, {"f", ""}]]
        ++ [prim_file:rename("/", P("root")), prim_file:rename("", P("x")), prim_file:rename(P("f"), "/"), sorted(prim_file:list_dir(D)), sorted(prim_file:list_dir(P("e")))]
    end).

delete() ->
    in(fun(D) ->
        ok = prim_file:write_file(D ++ "/f", "x"),
        ok = prim_file:make_dir(D ++ "/d"),
        {ok, Fd} = prim_file:open(D ++ "/f", [read]),
        [prim_file:delete(D ++ "/d"), prim_file:delete(D ++ "/no"), prim_file:delete(D ++ "/f/"), prim_file:delete(D ++ "/f/x"), prim_file:delete(D ++ "/f"),
         prim_file:read(Fd, 1), prim_file:close(Fd), prim_file:delete(D ++ "/f"), prim_file:delete(""), prim_file:delete("/")]
    end).

cwd() ->
    {ok, Before} = prim_file:get_cwd(),
    R = in(fun(D) ->
        ok = prim_file:make_dir(D ++ "/sub"),
        ok = prim_file:write_file(D ++ "/sub/f", "in sub"),
        R0 = [prim_file:set_cwd(D ++ "/sub"), prim_file:get_cwd() =:= {ok, D ++ "/sub"}, prim_file:read_file("f"), prim_file:write_file("g", "new"),
              prim_file:read_file(D ++ "/sub/g"), sorted(prim_file:list_dir(".")), sorted(prim_file:list_dir("..")), prim_file:rename("g", "../h"), prim_file:make_dir("x"),
              prim_file:del_dir("x"), prim_file:del_dir("."), prim_file:del_dir(D ++ "/sub"), prim_file:make_symlink("f", "s"), prim_file:read_link("s"), prim_file:make_link("f", "hard"),
              element(3, element(2, prim_file:read_file_info("s"))), element(3, element(2, prim_file:read_link_info("s"))), prim_file:delete("s"),
              prim_file:write_file_info("f", {file_info, undefined, undefined, undefined, 5, 6, 7, 8#600, undefined, undefined, undefined, undefined, undefined, undefined}, [{time, posix}]),
              element(6, element(2, prim_file:read_file_info("f", [{time, posix}]))), prim_file:set_cwd(".."), prim_file:get_cwd() =:= {ok, D}, prim_file:read_file("sub/f"),
              prim_file:set_cwd(D ++ "/sub/f"), prim_file:set_cwd("no"), prim_file:set_cwd(""), prim_file:get_cwd() =:= {ok, D}, sorted(prim_file:list_dir("sub"))],
        ok = prim_file:set_cwd(Before),
        R0
    end),
    {R, prim_file:get_cwd() =:= {ok, Before}}.

cwd_gone() ->
    {ok, Before} = prim_file:get_cwd(),
    R = in(fun(D) ->
        ok = prim_file:make_dir(D ++ "/sub"),
        ok = prim_file:set_cwd(D ++ "/sub"),
        R0 = [prim_file:rename(D ++ "/sub", D ++ "/moved"), prim_file:get_cwd() =:= {ok, D ++ "/moved"}, prim_file:del_dir(D ++ "/moved"), prim_file:get_cwd(),
              prim_file:write_file("f", "x"), prim_file:list_dir("."), prim_file:set_cwd("."), prim_file:make_dir("x")],
        ok = prim_file:set_cwd(Before),
        R0
    end),
    {R, prim_file:get_cwd() =:= {ok, Before}}.

cwd_bad() ->
    [caught(fun() -> prim_file:get_cwd(X) end) || X <- ["C:", "c:", "1:", "x", "", x, 1]] ++ [caught(fun() -> prim_file:set_cwd(X) end) || X <- [x, 1, [1.0], <<255>>, [0]]].

other() ->
    [prim_file:altname("/"), caught(fun() -> prim_file:altname(x) end), caught(fun() -> prim_file:altname("no") end)].

%% What they make lies in the current folder.
hostile(Function) ->
    {ok, Before} = prim_file:get_cwd(),
    in(fun(D) ->
        ok = prim_file:set_cwd(D),
        R = [{X, caught(fun() -> prim_file:Function(X) end)} || X <- hostile_names()],
        ok = prim_file:set_cwd(Before),
        R
    end).

hostile_names() ->
    [x, 1, -1, 1.5, {}, #{}, [0], [$a, 0, $b], [$a, 0], <<0>>, <<"no", 0>>, [16#d800], [16#110000], [-1], [$a | $b], [[["no"]]], lists:duplicate(5000, $/) ++ "no",
     lists:duplicate(5000, $a), lists:duplicate(256, $a), <<255, 254>>, make_ref_like].

many() ->
    in(fun(D) ->
        Names = [integer_to_list(N) || N <- lists:seq(1, 500)],
        [ok = prim_file:write_file(D ++ "/" ++ N, "") || N <- Names],
        {ok, Found} = prim_file:list_dir(D),
        lists:sort(Found) =:= lists:sort(Names)
    end).

normalize(X) -> caught(fun() -> prim_file:internal_normalize_utf8(X) end).

%% Which pairs of a letter and what follows become another character. A text that begins with what
%% follows a letter ends the emulator.
composed(From, To) ->
    Marks = lists:seq(16#300, 16#362) ++ [16#3099, 16#309a, 16#5b4, 16#5d0, 16#653, 16#654, 16#93c, 16#1161, 16#11a8, 16#110ba],
    L = [{A, M, C} || A <- lists:seq(From, To), A < 16#d800 orelse A > 16#dfff, M <- Marks,
                      [C] <- [prim_file:internal_normalize_utf8(unicode:characters_to_binary([A, M]))]],
    {length(L), L}.
