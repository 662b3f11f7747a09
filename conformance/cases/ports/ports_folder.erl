%% A fresh folder for a call, and nothing of it left afterwards.
-module(ports_folder).
-export([in/1, clean/1, caught/1, shell/0]).

%% What the start of kernel leaves for os:cmd/1 since 27.
shell() ->
    case persistent_term:get(kernel_os_cmd_shell, none) of
        none -> persistent_term:put(kernel_os_cmd_shell, "/bin/sh");
        _ -> ok
    end.

in(F) ->
    D = make(),
    try F(D) after clean(D) end.

make() ->
    Base = case os:getenv("TMPDIR") of false -> "/tmp"; T -> T end,
    Name = lists:concat([Base, "/enigma_ports_", os:getpid(), "_", erlang:unique_integer([positive]),
                         "_", erlang:phash2({erlang:system_time(), make_ref()})]),
    case prim_file:make_dir(Name) of
        ok -> Name;
        {error, eexist} -> make()
    end.

%% Deletes a folder with all that is in it, whatever its permissions.
clean(D) ->
    _ = [clean_item(path(D, N)) || N <- names(D)],
    prim_file:del_dir(D).

names(D) ->
    case prim_file:list_dir_all(D) of
        {ok, Names} -> Names;
        {error, _} -> []
    end.

path(D, N) when is_list(D), is_list(N) -> D ++ "/" ++ N;
path(D, N) -> <<(bytes(D))/binary, "/", (bytes(N))/binary>>.

bytes(B) when is_binary(B) -> B;
bytes(L) -> unicode:characters_to_binary(L).

clean_item(P) ->
    case prim_file:read_link_info(P) of
        {ok, Info} when element(3, Info) =:= directory -> clean(P);
        _ -> prim_file:delete(P)
    end.

%% The value of a fun, or what it fails with.
caught(F) ->
    try F() catch C:R -> {C, R} end.
