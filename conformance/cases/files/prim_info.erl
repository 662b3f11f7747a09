%% Facts about files, permissions, times, owners; whom an open file belongs to; load_nif.
-module(prim_info).
-export([info/0, times/1, permissions/0, owners/0, devices/0, write_info/1, handle/0, link_info/0, old_times/0,
         not_owner/0, owner_dies/0, owner_killed/0, dropped/0, monitored/0, load/1, load_outside/0, not_exported/0, reload/0]).

in(F) -> files_folder:in(F).
caught(F) -> files_folder:caught(F).

posix(P) -> {ok, I} = prim_file:read_file_info(P, [{time, posix}]), I.

info() ->
    in(fun(D) ->
        ok = prim_file:write_file(D ++ "/f", "12345"),
        ok = prim_file:make_dir(D ++ "/d"),
        ok = prim_file:make_symlink("f", D ++ "/l"),
        ok = prim_file:make_link(D ++ "/f", D ++ "/h"),
        Now = erlang:system_time(second),
        [begin
             I = posix(D ++ "/" ++ N),
             {N, tuple_size(I), element(2, I) > 0, element(3, I), element(4, I), [abs(T - Now) < 100 || T <- [element(5, I), element(6, I), element(7, I)]],
              element(8, I) band 8#777 > 0, element(9, I), [is_integer(element(E, I)) || E <- [10, 11, 12, 13, 14]]}
         end || N <- ["f", "d", "l", "h", "."]]
        ++ [caught(fun() -> prim_file:read_file_info(N) end) || N <- [D ++ "/no", D ++ "/f/x", "", x, 1, [0]]]
        ++ [element(12, posix(D ++ "/f")) =:= element(12, posix(D ++ "/h"))]
    end).

link_info() ->
    in(fun(D) ->
        ok = prim_file:make_symlink("nowhere", D ++ "/l"),
        {ok, I} = prim_file:read_link_info(D ++ "/l", [{time, posix}]),
        [element(2, I), element(3, I), element(8, I) band 8#170000, element(9, I), prim_file:read_file_info(D ++ "/l"), prim_file:read_link_info(D ++ "/no"),
         prim_file:read_link_info(x), prim_file:read_link_info(D ++ "/l/x")]
    end).

%% Times in all three forms.
times(Zone) ->
    in(fun(D) ->
        P = D ++ "/f",
        ok = prim_file:write_file(P, ""),
        [begin
             W = caught(fun() -> prim_file:write_file_info(P, info(T), [{time, Zone}]) end),
             I = posix(P),
             {T, W, W =:= ok andalso case Zone of posix -> {element(5, I), element(6, I)}; _ -> caught(fun() -> {ok, J} = prim_file:read_file_info(P, [{time, Zone}]), {element(5, J), element(6, J)} end) end}
         end || T <- [0, 1, -1, 1000000000, 1 bsl 31, 1 bsl 33, -(1 bsl 31), 1 bsl 63, x, 1.5, {{2000, 1, 1}, {12, 0, 0}}, {{1970, 1, 1}, {0, 0, 1}},
                      {{2100, 2, 29}, {0, 0, 0}}, {{2024, 2, 29}, {23, 59, 59}}, {{2000, 13, 1}, {0, 0, 0}}, {1, 2}, "now"]]
    end).

info(T) -> {file_info, undefined, undefined, undefined, T, T, undefined, undefined, undefined, undefined, undefined, undefined, undefined, undefined}.

old_times() ->
    in(fun(D) ->
        P = D ++ "/f",
        ok = prim_file:write_file(P, ""),
        [begin W = prim_file:write_file_info(P, info(T), [{time, posix}]), {W, element(5, posix(P)) =:= max(T, -2145916800)} end || T <- [-2145916800, -2145916799]]
    end).

permissions() ->
    in(fun(D) ->
        P = D ++ "/f",
        ok = prim_file:write_file(P, ""),
        [begin
             W = caught(fun() -> prim_file:write_file_info(P, setelement(8, info(undefined), M)) end),
             {M, W, element(8, posix(P))}
         end || M <- [8#600, 8#644, 8#777, 8#1777, 8#4755, 8#100000, 8#100640, 0, -1, 1 bsl 32, (1 bsl 32) - 1, 1.0, x, 8#644]]
    end).

owners() ->
    in(fun(D) ->
        P = D ++ "/f",
        ok = prim_file:write_file(P, ""),
        I = posix(P),
        W = fun(U, G) -> caught(fun() -> prim_file:write_file_info(P, setelement(14, setelement(13, info(undefined), U), G)) end) end,
        [W(element(13, I), element(14, I)), W(undefined, element(14, I)), W(element(13, I), undefined), W(-1, -1), W(1 bsl 31, -1), W(x, 1), W(1.0, 1), W(-1, 1 bsl 40)]
    end).

devices() ->
    [begin {ok, I} = prim_file:read_file_info(P), {P, element(3, I)} end || P <- ["/dev/null", "/", "/dev/zero"]].

write_info(What) ->
    in(fun(D) ->
        P = D ++ "/f",
        ok = prim_file:write_file(P, ""),
        N = case What of none -> D ++ "/no"; folder -> D; file -> P; bad -> x end,
        [caught(fun() -> prim_file:write_file_info(N, I) end) || I <- [info(undefined), info(5), info({{2001, 1, 1}, {1, 1, 1}}), setelement(8, info(undefined), 8#755)]]
            ++ [caught(fun() -> prim_file:write_file_info(N, x) end), caught(fun() -> prim_file:write_file_info(N, setelement(13, info(undefined), x)) end)]
    end).

handle() ->
    in(fun(D) ->
        P = D ++ "/f",
        ok = prim_file:write_file(P, "abc"),
        {ok, Fd} = prim_file:open(P, [read]),
        {ok, I} = prim_file:read_handle_info(Fd, [{time, posix}]),
        ok = prim_file:delete(P),
        {ok, J} = prim_file:read_handle_info(Fd),
        [element(E, I) || E <- [1, 2, 3, 4, 9]] ++ [element(9, J), prim_file:close(Fd), prim_file:read_handle_info(Fd), caught(fun() -> prim_file:read_handle_info(x) end)]
    end).

%% ---------------------------------------------------------------- owners

%% Another process must not use it.
not_owner() ->
    in(fun(D) ->
        {ok, Fd} = prim_file:open(D ++ "/f", [read, write]),
        Me = self(),
        spawn(fun() ->
            Me ! [caught(F) || F <- [
                fun() -> prim_file:read(Fd, 1) end, fun() -> prim_file:write(Fd, "x") end, fun() -> prim_file:close(Fd) end,
                fun() -> prim_file:position(Fd, 0) end, fun() -> prim_file:read_line(Fd) end, fun() -> prim_file:pread(Fd, 0, 1) end,
                fun() -> prim_file:sync(Fd) end, fun() -> prim_file:get_handle(Fd) end, fun() -> prim_file:read_handle_info(Fd) end,
                fun() -> file:read(Fd, 1) end, fun() -> file:close(Fd) end]]
        end),
        R = receive X -> X end,
        {R, prim_file:write(Fd, "still"), prim_file:close(Fd)}
    end).

%% A file is closed when its owner ends, or is killed. Its descriptor tells.
owner_dies() -> owner(fun() -> ok end).
owner_killed() -> owner(fun() -> exit(self(), kill), receive never -> ok end end).

owner(End) ->
    in(fun(D) ->
        Me = self(),
        {Pid, Ref} = spawn_monitor(fun() ->
            {ok, Fd} = prim_file:open(D ++ "/f", [write]),
            ok = prim_file:write(Fd, "x"),
            Me ! {fd, Fd},
            receive go -> ok end,
            End()
        end),
        Fd = receive {fd, F} -> F end,
        Mine = setelement(3, Fd, (element(3, Fd))#{owner := Me}),
        Before = prim_file:write(Mine, "y"),
        Pid ! go,
        receive {'DOWN', Ref, process, Pid, _} -> ok end,
        {Before, refused(Mine, 1000), prim_file:close(Mine), prim_file:read_file(D ++ "/f")}
    end).

%% The news of the end may take a moment.
refused(Fd, Tries) ->
    case prim_file:write(Fd, "") of
        ok when Tries > 0 -> receive after 1 -> refused(Fd, Tries - 1) end;
        Other -> Other
    end.

%% Nobody closed it and nobody can any more; it stays open until its owner ends.
dropped() ->
    in(fun(D) ->
        Me = self(),
        {Pid, Ref} = spawn_monitor(fun() ->
            {ok, Fd} = prim_file:open(D ++ "/f", [write]),
            <<Number:32/native>> = prim_file:get_handle(Fd),
            Me ! {number, Number},
            receive go -> ok end
        end),
        Number = receive {number, N} -> N end,
        erlang:garbage_collect(Pid),
        Name = "/proc/self/fd/" ++ integer_to_list(Number),
        Open = prim_file:read_link(Name) =:= {ok, D ++ "/f"},
        Pid ! go,
        receive {'DOWN', Ref, process, Pid, _} -> ok end,
        {Open, closed(Name, D ++ "/f", 1000)}
    end).

closed(_, _, 0) -> still_open;
closed(Name, Target, Tries) ->
    case prim_file:read_link(Name) of
        {ok, Target} -> receive after 1 -> closed(Name, Target, Tries - 1) end;
        _ -> closed
    end.

monitored() ->
    in(fun(D) ->
        Own = fun() -> {monitored_by, L} = process_info(self(), monitored_by), [true || X <- L, is_reference(X)] end,
        Before = Own(),
        {ok, Fd} = prim_file:open(D ++ "/f", [write]),
        With = Own(),
        ok = prim_file:close(Fd),
        {Before, With, Own()}
    end).

%% ---------------------------------------------------------------- load_nif

load(Name) -> caught(fun() -> erlang:load_nif(Name, 0) end).

load_outside() ->
    F = fun erlang:load_nif/2,
    [caught(fun() -> apply(list_to_atom("erlang"), list_to_atom("load_nif"), ["x", 0]) end), caught(fun() -> F("x", 0) end)].

reload() -> caught(fun() -> prim_buffer:on_load() end).

not_exported() ->
    _ = prim_buffer:new(),
    [caught(fun() -> prim_file:read_nif(x, 1) end), caught(fun() -> prim_file:open_nif(<<"x", 0>>, []) end), erlang:function_exported(prim_file, open_nif, 2),
     erlang:function_exported(prim_buffer, new, 0), erlang:is_builtin(prim_buffer, new, 0), erlang:is_builtin(prim_file, internal_name2native, 1)].
