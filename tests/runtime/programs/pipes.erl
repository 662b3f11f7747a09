%% A pipe with a name, whose ends wait for each other.
-module(pipes).
-export([both/1, killed/1, file/1]).

%% What a reader got that began before the writer.
both(Pipe) ->
    Me = self(),
    Reader = spawn(fun() ->
        {ok, Fd} = prim_file:open(Pipe, [read]),
        First = prim_file:read(Fd, 5),
        Me ! {read, self(), First, prim_file:read(Fd, 100), prim_file:close(Fd)}
    end),
    receive after 20 -> ok end,
    {ok, Fd} = prim_file:open(Pipe, [append]),
    ok = prim_file:write(Fd, "hello"),
    receive after 20 -> ok end,
    ok = prim_file:write(Fd, "there"),
    ok = prim_file:close(Fd),
    receive {read, Reader, First, Second, Close} -> {First, Second, Close} end.

%% The same for whole files.
file(Pipe) ->
    Me = self(),
    spawn(fun() -> Me ! {file, prim_file:read_file(Pipe)} end),
    receive after 20 -> ok end,
    ok = prim_file:write_file(Pipe, "all of it"),
    receive {file, File} -> File end.

%% Kills a reader that waits; the number of its descriptor.
killed(Pipe) ->
    Me = self(),
    Reader = spawn(fun() ->
        {ok, Fd} = prim_file:open(Pipe, [read, write]),
        <<Number:32/native>> = prim_file:get_handle(Fd),
        Me ! {number, Number},
        prim_file:read(Fd, 5)
    end),
    Number = receive {number, N} -> N end,
    receive after 20 -> ok end,
    exit(Reader, kill),
    {ok, Fd} = prim_file:open(Pipe, [read, write]),
    ok = prim_file:write(Fd, "12345"),
    receive after 50 -> ok end,
    Number.
