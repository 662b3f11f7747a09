%% Streams of module socket: a client and a server in one system.
-module(socket_streams).
-export([pair/3, pieces/2, nowait/1, queue/1, cancelled/0, accepting/0, closing/1, owner/0, states/1, refused/1,
         full/1, shut/1, files/2, rows/3, rows_anew/2, next_rows/2, parts/2]).

address(inet) -> #{family => inet, addr => {127, 0, 0, 1}, port => 0};
address(inet6) -> #{family => inet6, addr => loopback, port => 0};
address(local) -> #{family => local, path => <<>>}.

listen(Domain) ->
    {ok, L} = socket:open(Domain, stream),
    _ = bound(L, address(Domain)),
    ok = socket:listen(L),
    {ok, A} = socket:sockname(L),
    {L, A}.

%% The port is only told before 25.
bound(S, Address) -> case socket:bind(S, Address) of ok -> ok; {ok, Port} when is_integer(Port) -> ok end.

%% Level and name were arguments of their own before 25.
setopt(S, {Level, Name}, Value) ->
    case erlang:function_exported(socket, setopt, 3) of
        true -> socket:setopt(S, {Level, Name}, Value);
        false -> socket:setopt(S, Level, Name, Value)
    end.

connected(Domain) ->
    {L, A} = listen(Domain),
    {ok, C} = socket:open(Domain, stream),
    ok = socket:connect(C, A),
    {ok, S} = socket:accept(L, 5000),
    {L, C, S}.

clean({'$socket', R}) when is_reference(R) -> sock;
clean(T) when is_tuple(T) -> list_to_tuple([clean(E) || E <- tuple_to_list(T)]);
clean([H | T]) -> [clean(H) | clean(T)];
clean(R) when is_reference(R) -> ref;
clean(P) when is_pid(P) -> pid;
clean(T) -> T.

all(Time) -> receive M -> [clean(M) | all(Time)] after Time -> [] end.

%% Data there and back.
pair(Domain, Data, Length) ->
    {_, C, S} = connected(Domain),
    Sent = socket:send(C, Data),
    There = socket:recv(S, Length, 2000),
    Back = socket:send(S, [<<"back">>]),
    {ok, #{family := F1}} = socket:peername(C),
    {ok, #{family := F2}} = socket:sockname(S),
    [Sent, There, Back, socket:recv(C, 0, 2000), F1, F2, socket:close(C), socket:recv(S, 0, 2000), socket:close(S),
     socket:close(S), socket:recv(S, 0, 0), socket:send(S, "x"), socket:sockname(S), socket:peername(S)].

%% Bytes of given lengths from a stream.
pieces(Data, Lengths) ->
    {_, C, S} = connected(inet),
    ok = socket:send(C, Data),
    ok = socket:close(C),
    [socket:recv(S, N, 1000) || N <- Lengths].

%% What comes later is announced by a message.
nowait(Domain) ->
    {_, C, S} = connected(Domain),
    R1 = socket:recv(S, 0, nowait),
    Before = all(10),
    ok = socket:send(C, <<"abc">>),
    [M] = [receive X -> clean(X) after 2000 -> none end],
    R2 = socket:recv(S, 0, nowait),
    Handle = make_ref(),
    R3 = socket:recv(S, 0, [], Handle),
    {select, {select_info, recv, H}} = R3,
    [clean(R1), Before, M, R2, clean(R3), H =:= Handle, socket:recv(S, 1, 0), socket:recv(S, 1, 10)].

%% Several processes that read: one after the other has its turn.
queue(N) ->
    {_, C, S} = connected(inet),
    Self = self(),
    Pids = [begin
                Pid = spawn(fun() -> Self ! {self(), socket:recv(S, 1, 5000)} end),
                _ = wait_for(S, I),
                Pid
            end || I <- lists:seq(1, N)],
    [begin ok = socket:send(C, [I]), receive {Pid, R} -> R after 5000 -> none end end || {I, Pid} <- lists:zip(lists:seq(1, N), Pids)].

wait_for(S, N) ->
    case socket:info(S) of
        #{num_readers := N} -> ok;
        _ -> timer:sleep(1), wait_for(S, N)
    end.

cancelled() ->
    {L, C, S} = connected(inet),
    {select, I1} = socket:recv(S, 0, nowait),
    R1 = [socket:cancel(S, I1), clean(socket:cancel(S, I1))],
    {select, I2} = socket:recv(S, 0, nowait),
    ok = socket:send(C, "x"),
    timer:sleep(20),
    R2 = [socket:cancel(S, I2), all(20), socket:recv(S, 0, 1000)],
    {select, I3} = socket:accept(L, nowait),
    R3 = [clean(I3), socket:recv(L, 0, 0), socket:cancel(L, I3), socket:accept(L, 10), clean(socket:cancel(L, I3))],
    [R1, R2, R3].

%% Two processes accept, then two connections come.
accepting() ->
    {L, A} = listen(inet),
    Self = self(),
    Accept = fun() ->
                 {ok, S} = socket:accept(L, 5000),
                 Self ! {accepted, self()},
                 ok = socket:send(S, "hello"),
                 receive stop -> ok end
             end,
    P1 = spawn(Accept),
    P2 = spawn(Accept),
    R = [begin
             {ok, C} = socket:open(inet, stream),
             ok = socket:connect(C, A),
             socket:recv(C, 5, 5000)
         end || _ <- [1, 2]],
    Who = [receive {accepted, P} -> P after 5000 -> none end || _ <- [1, 2]],
    [R, lists:sort(Who) =:= lists:sort([P1, P2])].

%% Somebody closes while another one waits.
closing(What) ->
    {L, _, S} = connected(inet),
    Self = self(),
    Closed = if What =:= accept -> L; true -> S end,
    Pid = spawn(fun() ->
                    Self ! {self(), case What of
                                        accept -> socket:accept(L);
                                        recv -> socket:recv(S);
                                        more -> socket:recv(S, 10, nowait)
                                    end},
                    receive M -> Self ! {self(), clean(M)} end
                end),
    timer:sleep(20),
    R = socket:close(Closed),
    One = receive {Pid, R1} -> clean(R1) after 5000 -> none end,
    Two = receive {Pid, R2} -> R2 after 20 -> none end,
    [R, One, Two].

%% A socket is closed with its owner, and may be given away.
owner() ->
    {_, C, S} = connected(inet),
    Self = self(),
    Pid = spawn(fun() -> receive go -> Self ! socket:send(C, "mine"), receive stop -> ok end end end),
    R1 = setopt(C, {otp, controlling_process}, Pid),
    R2 = setopt(C, {otp, controlling_process}, Self),
    Pid ! go,
    R3 = receive X -> X end,
    R4 = socket:recv(S, 4, 1000),
    Pid ! stop,
    R5 = socket:recv(S, 0, 1000),
    [R1, R2, R3, R4, R5, socket:send(C, "x"), maps:with([owner, rstates, wstates], socket:info(C))].

%% What is told about a socket.
states(Domain) ->
    {L, C, S} = connected(Domain),
    {select, _} = socket:accept(L, nowait),
    {select, _} = socket:recv(S, 0, nowait),
    Told = fun(X) -> maps:with([domain, type, protocol, ctype, num_readers, num_writers, num_acceptors, rstates], socket:info(X)) end,
    ok = socket:send(C, "abc"),
    receive {'$socket', S, select, _} -> ok end,
    {ok, _} = socket:recv(S),
    #{counters := Counters} = socket:info(S),
    [Told(L), Told(S), maps:with([read_byte, read_pkg, read_tries, write_byte], Counters)].

refused(Domain) ->
    {L, A} = listen(Domain),
    ok = socket:close(L),
    {ok, C} = socket:open(Domain, stream),
    [socket:connect(C, A), catch_error(fun() -> socket:connect(C) end), socket:send(C, "x"), socket:recv(C, 0, 0),
     socket:accept(C, 0), socket:listen(C, 3)].

catch_error(F) -> try F() catch C:R -> {C, R} end.

%% More than fits: the rest is sent when there is room.
full(Size) ->
    {_, C, S} = connected(inet),
    Self = self(),
    Data = binary:copy(<<"x">>, Size),
    Pid = spawn(fun() -> Self ! {self(), socket:recv(S, Size, 20000) =:= {ok, Data}} end),
    [socket:send(C, Data), receive {Pid, R} -> R after 20000 -> none end].

shut(How) ->
    {_, C, S} = connected(inet),
    [socket:shutdown(C, How), socket:recv(S, 0, 20), catch_error(fun() -> socket:shutdown(C, sideways) end)].

%% A part of a file.
files(Offset, Count) ->
    {_, C, S} = connected(inet),
    Name = "socket_streams." ++ os:getpid(),
    {ok, W} = file:open(Name, [write, raw, binary]),
    ok = file:write(W, "0123456789"),
    ok = file:close(W),
    {ok, F} = file:open(Name, [read, raw, binary]),
    R = socket:sendfile(C, F, Offset, Count, 1000),
    ok = file:close(F),
    ok = prim_file:delete(Name),
    ok = socket:close(C),
    [R, socket:recv(S, 0, 1000)].

%% Several buffers in a row.
rows(Buffer, Size, Times) ->
    {_, C, S} = connected(inet),
    ok = setopt(S, {otp, rcvbuf}, Buffer),
    ok = socket:send(C, binary:copy(<<"x">>, Size)),
    timer:sleep(30),
    R = [case socket:recv(S, 0, [], T) of {ok, D} -> byte_size(D); Other -> clean(Other) end || T <- Times],
    #{counters := Counters} = socket:info(S),
    [R, maps:with([read_byte, read_pkg, read_pkg_max, read_tries], Counters)].

%% Buffers in a row, again and again: each time some bytes are sent, and then received until there are no more.
rows_anew(Buffer, Rounds) ->
    {_, C, S} = connected(inet),
    ok = socket:setopt(S, {otp, rcvbuf}, Buffer),
    R = [begin
             ok = socket:send(C, binary:copy(<<"x">>, Size)),
             timer:sleep(30),
             [case socket:recv(S, Length, [], Time) of {ok, D} -> byte_size(D); Other -> clean(Other) end
              || {Length, Time} <- Asked]
         end || {Size, Asked} <- Rounds],
    #{counters := Counters} = socket:info(S),
    [R, maps:with([read_byte, read_pkg, read_pkg_max, read_tries], Counters)].

%% A row begins anew when there is nothing more.
next_rows(Sizes, Time) ->
    {_, C, S} = connected(inet),
    ok = setopt(S, {otp, rcvbuf}, {3, 10}),
    R = [begin
             ok = socket:send(C, binary:copy(<<"x">>, Size)),
             timer:sleep(30),
             [case socket:recv(S, 0, [], Time) of {ok, D} -> byte_size(D); Other -> clean(Other) end || _ <- [1, 2]]
         end || Size <- Sizes],
    #{counters := Counters} = socket:info(S),
    [R, maps:with([read_byte, read_pkg, read_pkg_max, read_tries], Counters)].

%% Less than what is asked for.
parts(Datas, Asked) ->
    {_, C, S} = connected(inet),
    R = [begin
             ok = socket:send(C, D),
             timer:sleep(30),
             {clean(socket:recv(S, N, [], T)), all(0)}
         end || {D, {N, T}} <- lists:zip(Datas, Asked)],
    ok = socket:close(C),
    timer:sleep(30),
    #{counters := Counters} = socket:info(S),
    [R, clean(socket:recv(S, 9, [], nowait)), maps:with([read_byte, read_pkg, read_pkg_max, read_tries], Counters)].
