%% Module net and this computer: its interfaces, names, hosts and services.
-module(net_probe).
-export([tests/0]).

sorted(M) when is_map(M) -> {map, lists:sort([{K, sorted(V)} || {K, V} <- maps:to_list(M)])};
sorted([H | T]) -> [sorted(H) | sorted(T)];
sorted(T) when is_tuple(T) -> list_to_tuple(sorted(tuple_to_list(T)));
sorted(T) -> T.

asked(Function, Arguments) -> sorted(probe:caught(fun() -> apply(net, Function, Arguments) end)).

in(Family, Host, Port) -> #{family => Family, addr => Host, port => Port}.

service(Function, Arguments) ->
    case erlang:function_exported(net, Function, length(Arguments)) of
        true -> asked(Function, Arguments);
        false -> none
    end.

tests() ->
    [{info, fun() -> asked(info, []) end},
     {host, fun() -> asked(gethostname, []) end},
     {names, fun() -> asked(if_names, []) end},
     {indices, fun() ->
          {ok, Known} = net:if_names(),
          [{asked(if_name2index, [Name]), asked(if_index2name, [Index])} || {Index, Name} <- Known]
      end}]
        ++ [{{interfaces, sorted(Filter)}, fun() -> asked(getifaddrs, [Filter]) end}
            || Filter <- [all, default, inet, inet6, packet, #{family => [inet, packet], flags => [up]}]]
        ++ [{{namespace, Name}, fun() -> sorted(prim_net:getifaddrs(#{netns => Name})) end}
            || Name <- ["/proc/self/ns/net", "/proc/self/ns/pid", "/", "/none/such"]]
        ++ [{{found, Host, Service}, fun() -> asked(getaddrinfo, [Host, Service]) end}
            || {Host, Service} <- [{"localhost", undefined}, {"localhost", "http"}, {"127.0.0.1", "domain"},
                                   {undefined, "ntp"}, {undefined, "0"}, {"::1", "no service"},
                                   {"fe80::1%lo", "80"}, {"no-host.invalid", undefined}, {"ä", "80"},
                                   {lists:duplicate(3000, $a), "80"}]]
        ++ [{{named, sorted(Address), Flags}, fun() -> asked(getnameinfo, [Address, Flags]) end}
            || Flags <- [[], [dgram], [numerichost], [numericserv], [namereqd], [nofqdn, idn]],
               Address <- [in(inet, {127, 0, 0, 1}, 80), in(inet, loopback, 514), in(inet, any, 0),
                           in(inet6, loopback, 53), (in(inet6, {16#FE80, 0, 0, 0, 0, 0, 0, 1}, 1))#{scope_id => 1},
                           #{family => local, path => "/a/path"}, #{family => 17, addr => <<0:144>>}]]
        ++ [{{port_of, Name, Protocol}, fun() -> service(getservbyname, [Name, Protocol]) end}
            || Name <- ["http", "ntp", "fido", "no service"], Protocol <- [any, tcp, udp, no_protocol]]
        ++ [{{service_at, Port, Protocol}, fun() -> service(getservbyport, [Port, Protocol]) end}
            || Port <- [80, 123, 60179, 65536 + 80, -1], Protocol <- [any, tcp, udp, no_protocol]].
