%% What asks for ports in tests of the runtime.
-module(ported).
-export([echo/1, slow/1, waits/0, timer_first/0, reads/1, writes/2, many/1, abandoned/0, exhausts/0]).

echo(Data) ->
    P = open_port({spawn, "cat"}, [binary]),
    port_command(P, Data),
    receive {P, {data, D}} -> port_close(P), D end.

slow(Seconds) ->
    P = open_port({spawn, "sleep " ++ Seconds}, [exit_status]),
    receive {P, Status} -> Status end.

%% Nobody will ever answer.
waits() ->
    P = open_port({spawn, "true"}, [exit_status]),
    receive {P, {exit_status, 0}} -> ok end,
    receive never -> ok end.

%% A program that answers before the timer, which virtual time must not leap to.
timer_first() ->
    P = open_port({spawn, "sleep 0.2; echo x"}, []),
    P2 = open_port({spawn, "echo y"}, []),
    unlink(P), port_close(P),
    receive {P2, {data, D}} -> D after 60000 -> timeout end.

reads(Number) ->
    P = open_port({fd, Number, Number}, [in, eof, {line, 100}]),
    lines(P).

lines(P) ->
    receive
        {P, {data, {_, L}}} -> [L | lines(P)];
        {P, eof} -> []
    end.

%% Writes, and ends the runtime at once.
writes(Number, Data) ->
    P = open_port({fd, Number, Number}, [out]),
    port_command(P, Data),
    erlang:halt(7, []).

many(0) -> ok;
many(N) ->
    <<"x">> = echo("x"),
    many(N - 1).

%% Opens ports until there is something that there are no more of.
exhausts() -> exhausts([]).

exhausts(Ps) ->
    try open_port({spawn, "cat"}, []) of
        P -> exhausts([P | Ps])
    catch error:Reason ->
        _ = [port_close(P) || P <- Ps],
        {Reason, length(Ps)}
    end.

abandoned() ->
    open_port({spawn, "cat"}, []),
    receive after infinity -> ok end.
