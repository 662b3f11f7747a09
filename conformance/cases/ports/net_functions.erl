%% Module net: what no computer has for itself, and laws for the rest.
-module(net_functions).
-export([answer/2, native/2, found/2, named/2, local/1, long_path/1, long_address/1, long_service/1, switch/1, host_name/0, any_host/0, interfaces/0, indices/0,
         wrong_names/1, filters/0, own_namespace/0, services/0]).

answer(Function, Arguments) -> tried(net, Function, Arguments).

native(Function, Arguments) -> tried(prim_net, Function, Arguments).

tried(Module, Function, Arguments) ->
    try apply(Module, Function, Arguments)
    catch
        Class:Reason -> {Class, Reason}
    end.

%% Addresses of numbers and of what stands for no computer. The order is that of the C library.
found(Host, Service) ->
    case answer(getaddrinfo, [Host, Service]) of
        {ok, Found} -> {ok, lists:sort([lists:sort(maps:to_list(One)) || One <- Found])};
        Other -> Other
    end.

%% Names of an address without asking anybody.
named(Address, Flags) -> answer(getnameinfo, [Address, Flags]).

long_path(Size) -> named(#{family => local, path => lists:duplicate(Size, $a)}, [numerichost]).

%% 2 is the number of the family inet.
long_address(Size) ->
    named(#{family => 2, addr => <<80:16, 1, 2, 3, 4, 0:((Size - 6) * 8)>>}, [numerichost, numericserv]).

long_service(Size) -> native(getservbyname, [lists:duplicate(Size, $a), "tcp"]).

%% An address of this computer has the name of this computer, or none at all.
local(Path) ->
    {ok, Name} = net:gethostname(),
    case net:getnameinfo(#{family => local, path => Path}) of
        {ok, #{host := Name, service := Service}} -> {name, Service};
        {ok, #{host := "localhost", service := Service}} -> {name, Service};
        Other -> Other
    end.

%% The switch for debugging. It is off again in the end.
switch(Values) ->
    #{debug := false} = net:info(),
    Set = case erlang:function_exported(prim_net, debug, 1) of
              true -> fun(Value) -> native(debug, [Value]) end;
              false -> fun(Value) -> native(command, [{debug, Value}]) end
          end,
    [{Set(Value), maps:get(debug, net:info())} || Value <- Values].

host_name() ->
    {ok, Name} = net:gethostname(),
    {Name =/= "", lists:all(fun(C) -> C > $\s andalso C < 256 end, Name)}.

%% Nobody in particular: the addresses of this computer, for connections.
any_host() ->
    {ok, Found} = net:getaddrinfo(undefined, "7"),
    Loopback = [{127, 0, 0, 1}, {0, 0, 0, 0, 0, 0, 0, 1}],
    {length(Found) > 0,
     [One || #{addr := #{addr := Host, port := Port}} = One <- Found,
             not lists:member(Host, Loopback) orelse Port =/= 7]}.

interfaces() ->
    {ok, All} = prim_net:getifaddrs(#{}),
    {ok, Known} = net:if_names(),
    Names = [Name || {_, Name} <- Known],
    Shapes = [shape(One, Names) || One <- All, loopback(One), not of_family(inet6, One)],
    {lists:member("lo", Names), lists:usort(Shapes),
     lists:usort([wrong(One, Names) || One <- All])}.

of_family(Family, #{addr := #{family := F}}) -> F =:= Family;
of_family(_, _) -> false.

loopback(#{flags := Flags}) -> lists:member(loopback, Flags).

shape(#{name := Name, addr := #{family := Family} = Address} = One, Names) ->
    {Family, lists:member(base(Name), Names), lists:sort(maps:keys(One)), lists:sort(maps:keys(Address)),
     maps:get(hatype, Address, none), maps:get(pkttype, Address, none)}.

%% What is wrong about an address.
wrong(#{name := Name, flags := Flags} = One, Names) ->
    Laws =
        [{name, lists:member(base(Name), Names)},
         {flags, Flags -- flags() =:= [] andalso lists:usort(Flags) =:= lists:sort(Flags)},
         {keys, maps:keys(One) -- [name, flags, addr, netmask, broadaddr, dstaddr] =:= []},
         {both, not (maps:is_key(broadaddr, One) andalso maps:is_key(dstaddr, One))},
         {broadaddr, not maps:is_key(broadaddr, One) orelse lists:member(broadcast, Flags)},
         {dstaddr, not maps:is_key(dstaddr, One) orelse lists:member(pointopoint, Flags)},
         {families, length(lists:usort([F || #{family := F} <- maps:values(One)])) =< 1}],
    [Law || {Law, false} <- Laws].

%% An alias belongs to the interface in front of the colon.
base(Name) -> hd(string:split(Name, ":")).

flags() ->
    [up, broadcast, debug, loopback, pointopoint, notrailers, running, noarp, promisc, master, slave, multicast,
     portsel, automedia, dynamic].

%% From numbers to names and back.
indices() ->
    {ok, Known} = net:if_names(),
    {[Pair || {Index, Name} = Pair <- Known,
              net:if_name2index(Name) =/= {ok, Index} orelse net:if_index2name(Index) =/= {ok, Name}],
     [answer(if_index2name, [N]) || N <- [0, -1, (1 bsl 32) - 1, 1 bsl 32, 1 bsl 64, a, 1.0]]}.

wrong_names(Names) -> [answer(if_name2index, [Name]) || Name <- Names].

%% What is asked for is what is told of all.
filters() ->
    {ok, All} = net:getifaddrs(all),
    Families = [{Family, fun(One) -> of_family(Family, One) end}
                || Family <- [inet, inet6, packet]],
    [{Family, net:getifaddrs(Family) =:= {ok, lists:filter(Is, All)}} || {Family, Is} <- Families]
        ++ [{loopback, net:getifaddrs(#{family => all, flags => [loopback]}) =:= {ok, lists:filter(fun loopback/1, All)}},
            {function, net:getifaddrs(fun loopback/1) =:= {ok, lists:filter(fun loopback/1, All)}},
            {none, net:getifaddrs(#{family => all, flags => [nothing]})},
            {default, net:getifaddrs() =:= net:getifaddrs(default)}].

%% Who may enter no namespace is refused (setns(2)).
own_namespace() ->
    case prim_net:getifaddrs(#{netns => "/proc/self/ns/net"}) of
        {error, eperm} -> same;
        {ok, Found} ->
            {ok, All} = prim_net:getifaddrs(#{}),
            case lists:sort(Found) =:= lists:sort(All) of
                true -> same;
                false -> {Found, All}
            end
    end.

%% Services that the computer knows, if it knows any, in both directions.
services() ->
    Names = ["http", "ssh", "domain", "ntp", "fido", "no service"],
    [Name || Name <- Names, not known(Name, net:getservbyname(Name, tcp))].

known(_, {error, einval}) -> true;
known(Name, {ok, Port}) ->
    {ok, Port} =:= net:getservbyname(Name) andalso
        case net:getservbyport(Port band 16#FFFF, tcp) of
            {ok, Name} -> true;
            {ok, Other} -> net:getservbyname(Other, tcp) =:= {ok, Port};
            _ -> false
        end.
