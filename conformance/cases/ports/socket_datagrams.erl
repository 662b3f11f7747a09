%% Datagrams, messages and options of module socket.
-module(socket_datagrams).
-export([there/2, peek/1, connected/0, messages/2, control/1, limits/0, waiting/1, addresses/1, opened/3, option/3,
         own_option/2, native/3, membership/1, tables/1, descriptor/1, registry/0, counted/0, asked/1, numbers/1, reported/1]).

pair(Domain) ->
    {ok, A} = socket:open(Domain, dgram),
    {ok, B} = socket:open(Domain, dgram),
    Address = case Domain of
                  local -> #{family => local, path => <<>>};
                  _ -> #{family => Domain, addr => loopback}
              end,
    ok = bound(A, Address),
    ok = bound(B, Address),
    {ok, AA} = socket:sockname(A),
    {ok, BA} = socket:sockname(B),
    {A, AA, B, BA}.

%% The port is only told before 25.
bound(S, Address) -> case socket:bind(S, Address) of ok -> ok; {ok, Port} when is_integer(Port) -> ok end.

%% Level and name were arguments of their own before 25.
setopt(S, Option, Value) ->
    case erlang:function_exported(socket, setopt, 3) of
        true -> socket:setopt(S, Option, Value);
        false -> {Level, Name} = Option, socket:setopt(S, Level, Name, Value)
    end.

getopt(S, Option) ->
    case erlang:function_exported(socket, getopt, 2) of
        true -> socket:getopt(S, Option);
        false -> {Level, Name} = Option, socket:getopt(S, Level, Name)
    end.

caught(F) -> try F() catch C:R -> {C, R} end.

clean({'$socket', R}) when is_reference(R) -> sock;
clean(T) when is_tuple(T) -> list_to_tuple([clean(E) || E <- tuple_to_list(T)]);
clean([H | T]) -> [clean(H) | clean(T)];
clean(R) when is_reference(R) -> ref;
clean(T) -> T.

there(Domain, Datas) ->
    {A, AA, B, BA} = pair(Domain),
    [begin
         Sent = socket:sendto(A, Data, BA),
         {ok, {From, Got}} = socket:recvfrom(B, 0, 2000),
         [Sent, Got, From =:= AA]
     end || Data <- Datas].

peek(Data) ->
    {A, _, B, BA} = pair(inet),
    ok = socket:sendto(A, Data, BA),
    {ok, {_, P}} = socket:recvfrom(B, 3, [peek], 2000),
    [P, socket:recv(B, 2, [peek], 2000), socket:recv(B, 0, [], 2000), socket:recv(B, 0, [], 0), caught(fun() -> socket:recv(B, 0, [nope], 0) end)].

connected() ->
    {A, _, B, BA} = pair(inet),
    R1 = socket:send(A, "x"),
    R2 = socket:connect(A, BA),
    R3 = [socket:send(A, "x"), socket:recv(B, 0, 2000), socket:peername(A) =:= {ok, BA}],
    R4 = [socket:connect(A, #{family => unspec}), socket:send(A, "x"), socket:peername(A)],
    [R1, R2, R3, R4].

messages(Domain, Parts) ->
    {A, AA, B, BA} = pair(Domain),
    Sent = socket:sendmsg(A, #{addr => BA, iov => Parts}),
    case socket:recvmsg(B, 0, 0, [], 50) of
        {ok, #{addr := AA} = M} -> [Sent, maps:remove(addr, M)];
        Other -> [Sent, Other]
    end.

%% Control messages there, and what comes of them.
control(Controls) ->
    {A, _, B, BA} = pair(inet),
    [ok = setopt(B, {ip, O}, true) || O <- [recvttl, pktinfo, recvtos]],
    case caught(fun() -> socket:sendmsg(A, #{addr => BA, iov => [<<"a">>], ctrl => Controls}) end) of
        ok ->
            {ok, #{ctrl := C, flags := F}} = socket:recvmsg(B, 0, 0, [], 2000),
            [lists:sort([{T, maps:with([level, data], X), case T of tos -> tos; _ -> maps:get(value, X, none) end} || #{type := T} = X <- C]), F];
        Error ->
            Error
    end.

limits() ->
    {A, _, B, BA} = pair(inet),
    ok = socket:sendto(A, "hello", BA),
    {ok, #{flags := F1, iov := I1}} = socket:recvmsg(B, 3, 0, [], 2000),
    [F1, I1, socket:sendto(A, binary:copy(<<0>>, 70000), BA), socket:recv(B, 0, 10), socket:recvfrom(B, 0, 10),
     socket:recvmsg(B, 0, 0, [], 10), socket:recvmsg(B, 0, 0, [], 0),
     caught(fun() -> socket:recv(B, -1) end) =:= {error, badarg}].

waiting(How) ->
    {A, _, B, BA} = pair(inet),
    Receive = fun(T) -> case How of
                            recv -> socket:recv(B, 0, [], T);
                            recvfrom -> socket:recvfrom(B, 0, [], T);
                            recvmsg -> socket:recvmsg(B, 0, 0, [], T)
                        end
              end,
    {select, I} = Receive(nowait),
    ok = socket:sendto(A, "x", BA),
    M = receive X -> clean(X) after 2000 -> none end,
    {ok, _} = Receive(0),
    {select, J} = Receive(nowait),
    [clean(I), M, socket:cancel(B, J), clean(socket:cancel(B, J))].

%% Addresses that are none, or of another family.
addresses(Address) ->
    {ok, A} = socket:open(inet, dgram),
    {ok, B} = socket:open(inet6, dgram),
    {ok, L} = socket:open(local, dgram),
    [caught(fun() -> socket:F(S, Address) end) || S <- [A, B, L], F <- [bind, connect]].

opened(Domain, Type, Protocol) ->
    case caught(fun() -> socket:open(Domain, Type, Protocol) end) of
        {ok, S} -> maps:with([domain, type, protocol, rstates, wstates], socket:info(S));
        Error -> Error
    end.

option(Domain, Option, Values) ->
    {ok, S} = case Domain of
                  stream -> socket:open(inet, stream, tcp);
                  _ -> socket:open(Domain, dgram)
              end,
    First = caught(fun() -> getopt(S, Option) end),
    [First | [{caught(fun() -> setopt(S, Option, V) end), caught(fun() -> getopt(S, Option) end)} || V <- Values]].

own_option(Option, Values) ->
    {ok, S} = socket:open(inet, stream),
    [caught(fun() -> getopt(S, {otp, Option}) end)
     | [{caught(fun() -> setopt(S, {otp, Option}, V) end), caught(fun() -> getopt(S, {otp, Option}) end)} || V <- Values]].

native(Option, Values, Forms) ->
    {ok, S} = socket:open(inet, stream, tcp),
    [[socket:setopt_native(S, Option, V) || V <- Values], [socket:getopt_native(S, Option, F) || F <- Forms]].

membership(Group) ->
    {ok, S} = socket:open(inet, dgram),
    M = #{multiaddr => Group, interface => {127, 0, 0, 1}},
    [setopt(S, {ip, add_membership}, M), setopt(S, {ip, add_membership}, M), setopt(S, {ip, drop_membership}, M),
     setopt(S, {ip, drop_membership}, M), setopt(S, {ip, drop_membership}, #{})].

%% Which names stand for numbers.
tables(options) -> lists:sort(socket:supports(options));
tables(Key) -> lists:sort(socket:supports(Key)).

descriptor(Options) ->
    {A, _, B, BA} = pair(inet),
    {ok, D} = getopt(A, {otp, fd}),
    {ok, C} = socket:open(D, Options),
    [socket:sendto(C, "hello", BA), socket:recv(B, 0, 2000), getopt(C, {otp, domain}), getopt(C, {otp, fd}) =:= {ok, D},
     socket:close(C), caught(fun() -> socket:open(-1, #{}) end), caught(fun() -> socket:open(1000000, #{}) end)].

registry() ->
    {ok, O} = socket:open(inet, dgram),
    Before = socket:number_of(),
    {ok, S} = socket:open(inet, dgram),
    {ok, N} = socket:open(inet, dgram, default, #{use_registry => false}),
    R1 = [socket:number_of() - Before, lists:member(S, socket:which_sockets()), lists:member(N, socket:which_sockets())],
    M = socket:monitor(S),
    ok = socket:close(S),
    R2 = receive {'DOWN', M, socket, S, Why} -> Why after 2000 -> none end,
    [R1, R2, socket:number_of() - Before, socket:close(O)].

counted() ->
    #{counters := #{num_sockets := N, num_dinet := D, num_tdgrams := T}} = socket:info(),
    {ok, S} = socket:open(inet, dgram),
    #{counters := #{num_sockets := N1, num_dinet := D1, num_tdgrams := T1}} = socket:info(),
    ok = socket:close(S),
    #{counters := #{num_sockets := N2}} = socket:info(),
    [N1 - N, D1 - D, T1 - T, N2 - N].

%% What is told about the loopback interface.
asked(Requests) ->
    {ok, S} = socket:open(inet, dgram),
    [caught(fun() -> case R of {Q, X} -> socket:ioctl(S, Q, X); _ -> socket:ioctl(S, R) end end) || R <- Requests].

%% Numbers that do not fit.
numbers(N) ->
    {ok, {'$socket', R}} = socket:open(inet, dgram),
    [caught(F) || F <- [fun() -> prim_socket:recv(R, N, [], zero) end, fun() -> prim_socket:recvmsg(R, 1, N, [], zero) end,
                        fun() -> prim_socket:send(R, <<>>, N, make_ref()) end, fun() -> prim_socket:setopt_native(R, {N, 1}, 1) end,
                        fun() -> prim_socket:open(inet, N, 0, #{}) end, fun() -> prim_socket:open(N, stream, 0, #{}) end]].

%% What the network tells of a datagram that nobody wanted.
reported(Domain) ->
    {A, _, B, BA} = pair(Domain),
    Level = case Domain of inet -> ip; inet6 -> ipv6 end,
    ok = setopt(A, {Level, recverr}, true),
    ok = socket:close(B),
    ok = socket:sendto(A, "ping", BA),
    timer:sleep(50),
    {ok, #{ctrl := C, flags := F, iov := I, addr := From}} = socket:recvmsg(A, 0, 0, [errqueue], 2000),
    [[V || #{type := recverr, value := V} <- C], F, I, From =:= BA].
