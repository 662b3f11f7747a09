%% Sockets in tests of the runtime, by prim_inet alone: nothing needs to be booted.
-module(connected).
-export([asks/3, nobody_comes/1, both/1, beside/1, many/1]).

-define(HOST, {127, 0, 0, 1}).

open() ->
    {ok, S} = prim_inet:open(tcp, inet, stream),
    ok = prim_inet:setopts(S, [binary, {active, false}]),
    S.

%% What a server of somebody else answers.
asks(Port, Data, Time) ->
    S = open(),
    ok = prim_inet:connect(S, ?HOST, Port),
    ok = prim_inet:send(S, Data),
    Answer = prim_inet:recv(S, 0, Time),
    ok = prim_inet:close(S),
    Answer.

listen() ->
    L = open(),
    {ok, P} = prim_inet:bind(L, ?HOST, 0),
    ok = prim_inet:listen(L, 5),
    {L, P}.

nobody_comes(Time) ->
    {L, _} = listen(),
    prim_inet:accept(L, Time).

%% Client and server, and a wait for what never comes.
both(Data) ->
    {L, P} = listen(),
    Self = self(),
    spawn_link(fun() ->
                   {ok, A} = prim_inet:accept(L),
                   {ok, D} = prim_inet:recv(A, 0),
                   ok = prim_inet:send(A, [D, D]),
                   Self ! {waited, prim_inet:recv(A, 0, 3600000)}
               end),
    C = open(),
    ok = prim_inet:connect(C, ?HOST, P),
    ok = prim_inet:send(C, Data),
    {ok, Answer} = prim_inet:recv(C, 0, 3600000),
    {Answer, receive {waited, R} -> R end}.

%% What another process does while one waits for a server of somebody else.
beside(Port) ->
    Self = self(),
    Pid = spawn_link(fun() -> counts(0, Self) end),
    {ok, _} = asks(Port, <<"x">>, 10000),
    Pid ! stop,
    receive {counted, N} -> N end.

counts(N, Pid) ->
    receive stop -> Pid ! {counted, N} after 0 -> counts(N + 1, Pid) end.

%% Sockets that nobody closes.
many(N) ->
    _ = [begin {L, P} = listen(), ok = prim_inet:connect(open(), ?HOST, P), prim_inet:accept(L) end
     || _ <- lists:seq(1, N)],
    length(erlang:ports()).
