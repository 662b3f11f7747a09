%% Sockets: a client and a server in one system.
-module(sockets).
-export([echo/3, pieces/2, packets/3, once/1, counted/2, closed/1, refused/0, timeouts/0, many/1, order/1,
         datagrams/1, datagram_options/1, options/1, requests/2, sends_to_nobody/1, owner/0, busy/1, half/0]).

-define(HOST, {127, 0, 0, 1}).

%% In a system that was not booted, there is no inet_db, which gen_tcp and gen_udp ask what modules to use.
start() ->
    case ets:info(inet_db, name) of
        undefined ->
            Self = self(),
            spawn(fun() ->
                      inet_db = ets:new(inet_db, [named_table, public]),
                      ets:insert(inet_db, [{tcp_module, inet_tcp}, {udp_module, inet_udp}]),
                      ac_tab = ets:new(ac_tab, [named_table, public]),
                      Self ! started,
                      receive stop -> ok end
                  end),
            receive started -> ok end;
        _ -> ok
    end.

listen(Options) ->
    ok = start(),
    {ok, L} = gen_tcp:listen(0, [{ip, ?HOST} | Options]),
    {ok, P} = inet:port(L),
    {L, P}.

pair(Client, Server) ->
    {L, P} = listen(Server),
    {ok, C} = gen_tcp:connect(?HOST, P, Client),
    {ok, A} = gen_tcp:accept(L),
    ok = gen_tcp:close(L),
    {C, A}.

all(Time) -> receive M -> [clean(M) | all(Time)] after Time -> [] end.

clean(T) when is_tuple(T) -> list_to_tuple([clean(E) || E <- tuple_to_list(T)]);
clean(T) when is_port(T) -> port;
clean(T) when is_pid(T) -> pid;
clean(T) -> T.

%% A server that echoes, in a process of its own, and so many clients.
echo(Clients, Options, Data) ->
    {L, P} = listen([{active, false} | Options]),
    spawn_link(fun() -> serve(L) end),
    Self = self(),
    Pids = [spawn_link(fun() ->
                           {ok, C} = gen_tcp:connect(?HOST, P, [{active, false} | Options]),
                           ok = gen_tcp:send(C, Data),
                           Self ! {self(), gen_tcp:recv(C, 0, 5000)},
                           ok = gen_tcp:close(C)
                       end) || _ <- lists:seq(1, Clients)],
    [receive {Pid, R} -> R after 5000 -> none end || Pid <- Pids].

serve(L) ->
    {ok, A} = gen_tcp:accept(L),
    Pid = spawn(fun() -> receive go -> back(A) end end),
    ok = gen_tcp:controlling_process(A, Pid),
    Pid ! go,
    serve(L).

back(A) ->
    case gen_tcp:recv(A, 0) of
        {ok, D} -> ok = gen_tcp:send(A, D), back(A);
        {error, closed} -> gen_tcp:close(A)
    end.

%% Bytes of given lengths from a stream.
pieces(Data, Lengths) ->
    {C, A} = pair([], [{active, false}]),
    ok = gen_tcp:send(C, Data),
    [gen_tcp:recv(A, N, 50) || N <- Lengths].

packets(Type, Data, Active) ->
    {C, A} = pair([], [{active, Active}, {packet, Type}]),
    ok = gen_tcp:send(C, Data),
    %% It may be gone already, when what it has sent was no packet.
    _ = gen_tcp:shutdown(C, write),
    case Active of
        false -> until_error(A);
        true -> all(100)
    end.

until_error(A) ->
    case gen_tcp:recv(A, 0, 1000) of
        {ok, P} -> [P | until_error(A)];
        E -> [E]
    end.

once(Messages) ->
    {C, A} = pair([{packet, 2}], [{active, once}, {packet, 2}]),
    [ok = gen_tcp:send(C, M) || M <- Messages],
    [begin R = all(50), ok = inet:setopts(A, [{active, once}]), R end || _ <- Messages].

counted(N, Messages) ->
    {C, A} = pair([{packet, 2}], [{active, N}, {packet, 2}]),
    [ok = gen_tcp:send(C, M) || M <- Messages],
    {all(100), inet:getopts(A, [active])}.

closed(Active) ->
    {C, A} = pair([], [{active, Active}]),
    ok = gen_tcp:send(C, "last"),
    ok = gen_tcp:close(C),
    M = all(100),
    {M, gen_tcp:recv(A, 0, 100), gen_tcp:recv(A, 0, 100), erlang:port_info(A) =:= undefined}.

refused() ->
    {L, P} = listen([]),
    ok = gen_tcp:close(L),
    gen_tcp:connect(?HOST, P, []).

timeouts() ->
    {L, P} = listen([{active, false}]),
    R = [gen_tcp:accept(L, 0), gen_tcp:accept(L, 20)],
    {ok, C} = gen_tcp:connect(?HOST, P, [{active, false}]),
    R ++ [gen_tcp:recv(C, 0, 0), gen_tcp:recv(C, 0, 20), gen_tcp:recv(C, 5, 20)].

%% Many processes wait for connections at the same socket.
many(N) ->
    {L, P} = listen([]),
    Self = self(),
    [spawn_link(fun() -> {ok, A} = gen_tcp:accept(L), Self ! got, receive {tcp_closed, A} -> Self ! gone end end)
     || _ <- lists:seq(1, N)],
    Cs = [begin {ok, C} = gen_tcp:connect(?HOST, P, []), C end || _ <- lists:seq(1, N)],
    [receive got -> ok end || _ <- Cs],
    [ok = gen_tcp:close(C) || C <- Cs],
    [receive gone -> ok end || _ <- Cs].

%% What one process sends comes in this order.
order(N) ->
    {C, A} = pair([{packet, 4}], [{active, false}, {packet, 4}]),
    spawn_link(fun() -> [ok = gen_tcp:send(C, integer_to_list(I)) || I <- lists:seq(1, N)], receive stop -> ok end end),
    [element(2, gen_tcp:recv(A, 0, 5000)) || _ <- lists:seq(1, N)] =:= [integer_to_list(I) || I <- lists:seq(1, N)].

datagrams(Options) ->
    ok = start(),
    {ok, A} = gen_udp:open(0, [{ip, ?HOST} | Options]),
    {ok, P} = inet:port(A),
    [ok = gen_udp:send(A, ?HOST, P, D) || D <- ["one", <<"two">>, []]],
    case lists:member({active, false}, Options) of
        true -> [element(3, element(2, gen_udp:recv(A, 0, 1000))) || _ <- [1, 2, 3]];
        false -> [case M of {udp, port, ?HOST, P, D} -> D; _ -> M end || M <- all(100)]
    end.

datagram_options(Options) ->
    ok = start(),
    {ok, A} = gen_udp:open(0),
    {inet:setopts(A, Options), inet:getopts(A, [case O of {K, _} -> K; K -> K end || O <- Options])}.

options(Options) ->
    {C, _} = pair([], []),
    {inet:setopts(C, Options), inet:getopts(C, [K || {K, _} <- Options])}.

%% Requests to a driver by their numbers.
requests(Driver, Requests) ->
    S = open_port({spawn_driver, Driver}, [binary]),
    [try port_control(S, 16#03f1a300 + R, D) catch error:E -> E end || {R, D} <- Requests].

sends_to_nobody(Driver) ->
    process_flag(trap_exit, true),
    S = open_port({spawn_driver, Driver}, [binary]),
    {port_command(S, <<0>>), all(20)}.

owner() ->
    {C, A} = pair([], []),
    Self = self(),
    Pid = spawn_link(fun() -> Self ! {got, all(100)} end),
    ok = gen_tcp:controlling_process(A, Pid),
    ok = gen_tcp:send(C, "hello"),
    {receive {got, M} -> M end, gen_tcp:controlling_process(A, Self)}.

%% Who sends more than there is room for waits until it is read.
busy(Size) ->
    {C, A} = pair([{sndbuf, 4000}], [{recbuf, 4000}, {active, false}, binary]),
    Self = self(),
    spawn_link(fun() -> R = [gen_tcp:send(C, binary:copy(<<"x">>, Size)) || _ <- [1, 2, 3]], Self ! {sent, R} end),
    Waits = receive {sent, _} -> false after 100 -> true end,
    Got = drain(A, 0),
    {Waits, receive {sent, R} -> R after 1000 -> none end, Got}.

drain(A, N) ->
    case gen_tcp:recv(A, 0, 500) of
        {ok, D} -> drain(A, N + byte_size(D));
        _ -> N
    end.

half() ->
    {C, A} = pair([{active, false}], [{active, false}, {exit_on_close, false}]),
    ok = gen_tcp:shutdown(C, write),
    [gen_tcp:recv(A, 0), gen_tcp:send(A, "still"), gen_tcp:close(A), gen_tcp:recv(C, 0), gen_tcp:recv(C, 0)].
