%% Module socket as it was before 25: what has other arguments, answers or values there.
-module(socket_older).
-export([addresses/2, local/1, connecting/0, cancelled/1, nowait/0, opened/3, descriptor/1, closed/0, option/4, own/2,
         native/0, control/2, got/2, message/1, reported/1, flags/1, supports/0, numbers/1, waits/0]).

caught(F) -> try F() catch C:R -> {C, R} end.

clean({'$socket', R}) when is_reference(R) -> sock;
clean(T) when is_tuple(T) -> list_to_tuple([clean(E) || E <- tuple_to_list(T)]);
clean([H | T]) -> [clean(H) | clean(T)];
clean(M) when is_map(M) -> maps:map(fun(_, V) -> clean(V) end, M);
clean(R) when is_reference(R) -> ref;
clean(P) when is_pid(P) -> pid;
clean(T) -> T.

open(Domain, Type) -> {ok, S} = socket:open(Domain, Type, default), S.

loopback(Domain) -> #{family => Domain, addr => loopback}.

pair(Domain) ->
    {A, B} = {open(Domain, dgram), open(Domain, dgram)},
    {ok, _} = socket:bind(A, loopback(Domain)),
    {ok, _} = socket:bind(B, loopback(Domain)),
    {ok, BA} = socket:sockname(B),
    {A, B, BA}.

listening() ->
    L = open(inet, stream),
    {ok, _} = socket:bind(L, loopback(inet)),
    ok = socket:listen(L),
    {ok, A} = socket:sockname(L),
    {L, A}.

connected() ->
    {L, A} = listening(),
    C = open(inet, stream),
    ok = socket:connect(C, A),
    {ok, S} = socket:accept(L),
    {L, C, S}.

%% What is bound to, and what is told of it.
addresses(Domain, Address) ->
    S = open(Domain, dgram),
    case caught(fun() -> socket:bind(S, Address) end) of
        {ok, Port} ->
            {ok, Own} = socket:sockname(S),
            [Port =:= maps:get(port, Own, 0), maps:remove(port, Own)];
        Error ->
            Error
    end.

%% Local sockets have paths, told as lists.
local(stream) ->
    Name = "socket_older." ++ os:getpid(),
    L = open(local, stream),
    Bound = socket:bind(L, #{family => local, path => Name}),
    ok = socket:listen(L),
    C = open(local, stream),
    ok = socket:connect(C, #{family => local, path => list_to_binary(Name)}),
    {ok, S} = socket:accept(L),
    ok = prim_file:delete(Name),
    [Bound, socket:sockname(S) =:= {ok, #{family => local, path => Name}}, socket:peername(S), socket:send(C, "hi"),
     socket:recv(S, 2), socket:send(C, "you"), socket:recvfrom(S, 0, 100), socket:close(C), socket:recvfrom(S, 0, 100)];
local(Type) ->
    Name = "socket_older." ++ os:getpid(),
    {A, B} = {open(local, Type), open(local, Type)},
    {ok, 0} = socket:bind(B, #{family => local, path => Name}),
    To = #{family => local, path => Name},
    R = [socket:sendto(A, "hi", To), socket:recvfrom(B, 0, 100), socket:sendmsg(A, #{addr => To, iov => ["a", $b]}),
         socket:recvmsg(B, 100), socket:bind(A, To), socket:sendto(A, "x", #{family => local, path => "nope"})],
    ok = prim_file:delete(Name),
    R.

%% One process connects, another one interferes.
connecting() ->
    {_, A} = listening(),
    {_, R} = C = open(inet, stream),
    {select, Ref} = prim_socket:connect(R, A),
    Self = self(),
    spawn(fun() -> Self ! {other, [caught(fun() -> socket:connect(C, A) end), caught(fun() -> socket:connect(C) end)]} end),
    Other = receive {other, X} -> X end,
    N = open(inet, stream),
    R1 = [is_reference(Ref), Other, socket:send(C, "x"), socket:connect(C), socket:connect(C), socket:send(C, "x"),
          socket:cancel(C, {select_info, connect, Ref}), clean(socket:connect(N, A, nowait))],
    ok = socket:close(N),
    R1.

cancelled(Operation) ->
    {_, R} = S = open(inet, stream),
    [socket:cancel(S, {select_info, Operation, make_ref()}), prim_socket:cancel(R, Operation, make_ref())].

%% What is told when something has to wait.
nowait() ->
    {L, C, S} = connected(),
    {select, I} = socket:recv(S, 0, nowait),
    {select, J} = socket:accept(L, nowait),
    ok = socket:send(C, "abc"),
    M = receive X -> clean(X) after 2000 -> none end,
    R = [socket:cancel(S, I), socket:cancel(L, J), clean(socket:cancel(S, I)), socket:recv(S, 2), clean(socket:recv(S, 5, nowait))],
    ok = socket:close(S),
    [clean(I), clean(J), M, R, clean(maps:remove(counters, socket:info(L)))].

opened(Domain, Type, Protocol) ->
    case caught(fun() -> socket:open(Domain, Type, Protocol) end) of
        {ok, S} -> clean(maps:remove(counters, socket:info(S)));
        Error -> Error
    end.

descriptor(Options) ->
    {A, B, BA} = pair(inet),
    {ok, D} = socket:getopt(A, otp, fd),
    case caught(fun() -> socket:open(D, Options) end) of
        {ok, C} ->
            Kind = case socket:info(C) of #{ctype := {fromfd, D}} -> double; #{ctype := T} -> T end,
            [Kind, socket:getopt(C, otp, domain), socket:sendto(C, "hello", BA), socket:recv(B, 0, 2000),
             socket:open(-1, #{}), socket:open(1000000, #{})];
        Error ->
            Error
    end.

closed() ->
    {_, R} = S = open(inet, stream),
    First = [prim_socket:finalize_close(R), socket:close(S), socket:close(S)],
    A = loopback(inet),
    [First | [caught(F) || F <- [fun() -> socket:bind(S, A) end, fun() -> socket:connect(S, A) end, fun() -> socket:connect(S) end,
                                 fun() -> socket:listen(S) end, fun() -> socket:accept(S) end, fun() -> socket:send(S, "x") end,
                                 fun() -> socket:sendto(S, "x", A) end, fun() -> socket:sendmsg(S, #{iov => [<<"x">>]}) end,
                                 fun() -> socket:recv(S) end, fun() -> socket:recvfrom(S) end, fun() -> socket:recvmsg(S) end,
                                 fun() -> socket:shutdown(S, read) end, fun() -> socket:getopt(S, otp, rcvbuf) end,
                                 fun() -> socket:setopt(S, 6, 1, <<1:32>>) end, fun() -> socket:getopt(S, 6, {1, int}) end,
                                 fun() -> socket:sockname(S) end, fun() -> socket:cancel(S, {select_info, recv, make_ref()}) end,
                                 fun() -> clean(maps:remove(counters, socket:info(S))) end]]].

option({Domain, Type}, Level, Name, Values) ->
    S = open(Domain, Type),
    First = caught(fun() -> socket:getopt(S, Level, Name) end),
    [First | [{caught(fun() -> socket:setopt(S, Level, Name, V) end), caught(fun() -> socket:getopt(S, Level, Name) end)} || V <- Values]].

own(Name, Values) -> option({inet, stream}, otp, Name, Values).

%% Options by numbers: of the system, or of prim_socket.
native() ->
    S = open(inet, stream),
    [[caught(fun() -> socket:setopt(S, L, O, <<1:32/native>>) end) || {L, O} <- [{6, 1}, {6, 9999}, {tcp, 5009}, {tcp, 1}, {otp, 1001}, {foo, 1}]],
     [caught(fun() -> socket:getopt(S, L, O) end) || {L, O} <- [{6, {1, int}}, {tcp, {1, int}}, {tcp, 1}, {tcp, 5009}, {otp, 1}, {foo, 1}]],
     socket:setopt(S, otp, debug, false)].

control(Domain, Controls) ->
    {A, B, BA} = pair(Domain),
    case caught(fun() -> socket:sendmsg(A, #{addr => BA, iov => [<<"a">>], ctrl => Controls}) end) of
        ok -> {ok, M} = socket:recvmsg(B, 1000), maps:remove(addr, M);
        Error -> Error
    end.

%% What comes along with a datagram, as wanted.
got(Domain, Options) ->
    {A, B, BA} = pair(Domain),
    [ok = socket:setopt(B, L, O, true) || {L, O} <- Options],
    ok = socket:sendto(A, "hello", BA),
    {ok, #{ctrl := C, flags := F, iov := I}} = socket:recvmsg(B, 1000),
    [lists:sort([case X of #{type := timestamp, data := #{sec := S}} -> S > 0; #{data := #{port := _} = D} -> maps:remove(port, D); _ -> X end || X <- C]), F, I].

message({Count, Size}) ->
    message(#{iov => lists:duplicate(Count, binary:copy(<<"a">>, Size))});
message(Message) ->
    {A, B, BA} = pair(inet),
    M = case Message of #{addr := _} -> Message; _ -> Message#{addr => BA} end,
    R = try socket:sendmsg(A, M) catch C:{invalid, {What, _}} -> {C, What}; C:E -> {C, E} end,
    [R, case socket:recvmsg(B, 3, 0, [], 20) of {ok, G} -> maps:remove(addr, G); Other -> Other end].

reported(Domain) ->
    {A, B, BA} = pair(Domain),
    ok = socket:setopt(A, case Domain of inet -> ip; inet6 -> ipv6 end, recverr, true),
    ok = socket:close(B),
    ok = socket:sendto(A, "ping", BA),
    timer:sleep(50),
    {ok, #{addr := From} = M} = socket:recvmsg(A, 0, 0, [errqueue], 2000),
    [From =:= BA, maps:remove(addr, M)].

flags(Flag) ->
    {A, B, BA} = pair(inet),
    [caught(fun() -> socket:sendto(A, "hello", BA, [Flag]) end), caught(fun() -> socket:recv(B, 0, [Flag], 30) end)].

supports() ->
    [socket:supports(), [socket:supports(K) || K <- [options, send_flags, recv_flags, sctp, foo]],
     [socket:supports(options, L) || L <- [tcp, udp, otp, foo]], socket:supports(send_flags, eor), socket:is_supported(options, tcp, nodelay)].

numbers(N) ->
    {ok, {_, R}} = socket:open(inet, dgram),
    [caught(F) || F <- [fun() -> prim_socket:recvfrom(R, make_ref(), N, []) end, fun() -> prim_socket:recvmsg(R, make_ref(), N, 0, []) end,
                        fun() -> prim_socket:recvmsg(R, make_ref(), 0, N, []) end, fun() -> prim_socket:send(R, make_ref(), N, []) end,
                        fun() -> prim_socket:listen(R, N) end, fun() -> prim_socket:shutdown(R, N) end, fun() -> prim_socket:use_registry(N) end,
                        fun() -> prim_socket:open(N, #{}) end, fun() -> prim_socket:open(inet, raw, {raw, N}, #{}) end]].

%% How waiting is counted.
waits() ->
    {L, C, _} = connected(),
    Counted = fun(S, Names) -> maps:with(Names, maps:get(counters, socket:info(S))) end,
    {error, timeout} = socket:accept(L, 0),
    {ok, _} = socket:send(C, binary:copy(<<"x">>, 30000000), nowait),
    First = Counted(C, [write_tries, write_waits]),
    {select, _} = socket:sendmsg(C, #{iov => [<<"x">>]}, nowait),
    R = [Counted(L, [acc_tries, acc_waits, acc_success]), First, Counted(C, [write_tries, write_waits])],
    ok = socket:close(C),
    R.
