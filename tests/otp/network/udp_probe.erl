%% gen_udp, and sockets for datagrams below it.
-module(udp_probe).
-export([tests/0]).

-define(HOST, {127, 0, 0, 1}).

open(Options) -> {ok, S} = gen_udp:open(0, [{ip, ?HOST} | Options]), S.
port(S) -> {ok, P} = inet:port(S), P.
known(S, {ok, {IP, P, D}}) -> {ok, IP, P =:= port(S), D};
known(S, {ok, {IP, P, A, D}}) -> {ok, IP, P =:= port(S), A, D};
known(_, Other) -> Other.

tests() ->
    [{send_recv, fun() ->
          A = open([{active, false}]), B = open([{active, false}]),
          [gen_udp:send(A, ?HOST, port(B), "hello"), known(A, gen_udp:recv(B, 0)),
           gen_udp:send(B, ?HOST, port(A), <<"bin">>), known(B, gen_udp:recv(A, 0, 1000)),
           gen_udp:send(A, {?HOST, port(B)}, "to"), known(A, gen_udp:recv(B, 0)),
           gen_udp:recv(A, 0, 0), gen_udp:recv(A, 0, 30), gen_udp:close(A), gen_udp:close(B)]
      end},
     {empty, fun() ->
          A = open([{active, false}, binary]),
          [gen_udp:send(A, ?HOST, port(A), []), known(A, gen_udp:recv(A, 0, 1000))]
      end},
     {active, fun() ->
          A = open([]), B = open([binary]),
          ok = gen_udp:send(A, ?HOST, port(B), "one"), ok = gen_udp:send(B, ?HOST, port(A), "two"),
          [receive {udp, B, ?HOST, _, D} -> D after 1000 -> none end,
           receive {udp, A, ?HOST, _, E} -> E after 1000 -> none end, gen_udp:recv(A, 0, 10)]
      end},
     {once, fun() ->
          A = open([{active, once}]),
          [ok = gen_udp:send(A, ?HOST, port(A), X) || X <- ["a", "b", "c"]],
          First = [D || {udp, _, _, _, D} <- probe:messages(100)],
          Then = inet:getopts(A, [active]),
          ok = inet:setopts(A, [{active, once}]),
          [First, Then, [D || {udp, _, _, _, D} <- probe:messages(100)], known(A, gen_udp:recv(A, 0))]
      end},
     {counted, fun() ->
          A = open([{active, 2}]),
          [ok = gen_udp:send(A, ?HOST, port(A), X) || X <- ["a", "b", "c"]],
          Got = [case M of {udp, _, _, _, D} -> D; {What, _} -> What end || M <- probe:messages(100)],
          [Got, inet:getopts(A, [active]), inet:setopts(A, [{active, 3}]), probe:wait(100), inet:setopts(A, [{active, -1}]),
           inet:getopts(A, [active]), inet:setopts(A, [{active, -100}]), inet:getopts(A, [active]),
           [case M of {udp, _, _, _, D} -> D; {What, _} -> What end || M <- probe:messages(100)],
           inet:setopts(A, [{active, 32767}]), inet:setopts(A, [{active, 1}]), inet:setopts(A, [{active, 40000}])]
      end},
     {header, fun() ->
          A = open([{active, false}, binary, {header, 2}]),
          [ok = gen_udp:send(A, ?HOST, port(A), X) || X <- ["hello", "x", "xy"]],
          [known(A, gen_udp:recv(A, 0)) || _ <- [1, 2, 3]]
      end},
     {header_active, fun() ->
          A = open([binary, {header, 2}]),
          [ok = gen_udp:send(A, ?HOST, port(A), X) || X <- ["hello", "x", "xy"]],
          [D || {udp, _, _, _, D} <- probe:messages(100)]
      end},
     {deliver, fun() ->
          A = open([{deliver, port}, list]), B = open([{deliver, port}, binary]),
          [ok = gen_udp:send(A, ?HOST, port(S), "hello") || S <- [A, B]],
          [case D of _ when is_list(D) -> {list, length(D)}; _ -> {binary, byte_size(D)} end
           || {_, {data, D}} <- probe:messages(100)]
      end},
     {buffer, fun() ->
          A = open([{active, false}, {buffer, 4}]),
          [gen_udp:send(A, ?HOST, port(A), "hello"), known(A, gen_udp:recv(A, 0)), inet:getopts(A, [buffer])]
      end},
     {too_large, fun() ->
          A = open([]), gen_udp:send(A, ?HOST, port(A), binary:copy(<<"x">>, 70000))
      end},
     {bad_data, fun() -> A = open([]), [gen_udp:send(A, ?HOST, 9, [x]), gen_udp:send(A, ?HOST, 9, [256])] end},
     {bad_targets, fun() ->
          A = open([]),
          [probe:caught(fun() -> gen_udp:send(A, H, P, "x") end)
           || {H, P} <- [{?HOST, 0}, {?HOST, 65536}, {{300, 0, 0, 1}, 1}, {{0, 0, 0, 0, 0, 0, 0, 1}, 9},
                         {{local, "/nope"}, 0}, {any, 9}, {loopback, port(A)}]]
      end},
     {in_use, fun() -> A = open([]), gen_udp:open(port(A), [{ip, ?HOST}]) end},
     {not_here, fun() -> gen_udp:open(0, [{ip, {192, 0, 2, 77}}]) end},
     {privileged, fun() -> probe:caught(fun() -> gen_udp:open(-1) end) end},
     {bad_options, fun() ->
          [probe:caught(fun() -> gen_udp:open(0, O) end)
           || O <- [[nope], [{nope, 1}], [{active, maybe_}], [{ip, foo}], [{packet, 2}], [inet6, {ip, ?HOST}]]]
      end},
     {connected, fun() ->
          A = open([{active, false}]), B = open([{active, false}]), C = open([{active, false}]),
          [inet:peername(A), gen_udp:connect(A, ?HOST, port(B)), {ok, {?HOST, port(B)}} =:= inet:peername(A),
           gen_udp:send(A, "hi"), known(A, gen_udp:recv(B, 0)), gen_udp:send(C, ?HOST, port(A), "other"),
           gen_udp:recv(A, 0, 50), gen_udp:send(B, ?HOST, port(A), "back"), known(B, gen_udp:recv(A, 0, 500)),
           gen_udp:connect(A, ?HOST, port(C)), gen_udp:send(A, "now"), known(A, gen_udp:recv(C, 0, 500)),
           prim_inet:getstatus(A), gen_udp:connect(A, {1, 2, 3}, 9)]
      end},
     {refused, fun() ->
          A = open([{active, false}]), B = open([]), P = port(B), ok = gen_udp:close(B),
          [gen_udp:connect(A, ?HOST, P), gen_udp:send(A, "x"), probe:wait(50), gen_udp:recv(A, 0, 100),
           gen_udp:send(A, "x"), probe:wait(50), gen_udp:send(A, "x")]
      end},
     {refused_active, fun() ->
          A = open([]), B = open([]), P = port(B), ok = gen_udp:close(B),
          [gen_udp:connect(A, ?HOST, P), gen_udp:send(A, "x"), probe:messages(100)]
      end},
     {closed, fun() ->
          A = open([{active, false}]), ok = gen_udp:close(A),
          [gen_udp:send(A, ?HOST, 9, "x"), gen_udp:recv(A, 0, 10), gen_udp:close(A), inet:port(A),
           inet:getopts(A, [active]), inet:setopts(A, [{active, true}]), erlang:port_info(A), inet:sockname(A),
           inet:getstat(A), gen_udp:controlling_process(A, self())]
      end},
     {closed_while_waiting, fun() ->
          A = open([{active, false}]), Self = self(),
          Pid = spawn_link(fun() -> receive go -> ok end, Self ! {got, gen_udp:recv(A, 0)} end),
          Pid ! go, probe:wait(50), gen_udp:close(A), probe:messages(100)
      end},
     {two_wait, fun() ->
          A = open([{active, false}]), Self = self(),
          spawn_link(fun() -> Self ! {got, gen_udp:recv(A, 0, 200)} end), probe:wait(50),
          [gen_udp:recv(A, 0, 10), probe:messages(700)]
      end},
     {owner, fun() ->
          A = open([]), Self = self(),
          Pid = spawn_link(fun() -> Self ! ready, Self ! {got, receive {udp, _, _, _, D} -> D after 1000 -> none end} end),
          receive ready -> ok end,
          [gen_udp:controlling_process(A, Pid), gen_udp:controlling_process(A, Self),
           gen_udp:send(A, ?HOST, port(A), "x"), receive {got, X} -> X after 2000 -> none end,
           probe:until(fun() -> erlang:port_info(A) =:= undefined end)]
      end},
     {owner_dies, fun() ->
          Self = self(),
          {Pid, Ref} = spawn_monitor(fun() -> Self ! open([]) end),
          S = receive X -> X end,
          receive {'DOWN', Ref, process, Pid, R} -> [R, erlang:port_info(S)] end
      end},
     {options, fun() ->
          A = open([]),
          {ok, O} = inet:getopts(A, [active, broadcast, dontroute, header, mode, priority, read_packets, reuseaddr,
                                     tos, deliver, packet, packet_size, multicast_ttl, multicast_loop, ttl,
                                     recvtos, recvttl, keepalive, bind_to_device, low_msgq_watermark,
                                     high_msgq_watermark, linger, sndbuf, recbuf, buffer]),
          [O, inet:getopts(A, [nodelay, high_watermark, send_timeout, show_econnreset, delay_send, tclass, netns]),
           inet:getopts(A, [line_delimiter]), inet:getopts(A, [nope]), inet:getopts(A, [])]
      end},
     {set_options, fun() ->
          A = open([]),
          [begin R = inet:setopts(A, [O]), {O, R, inet:getopts(A, [element(1, O)])} end
           || O <- [{broadcast, true}, {reuseaddr, true}, {tos, 8}, {ttl, 10}, {priority, 3}, {ttl, 1000}, {tos, -1},
                    {recbuf, 5000}, {recbuf, 100000}, {buffer, 100}, {buffer, 0}, {recbuf, 300000}, {sndbuf, 5000},
                    {read_packets, 3}, {read_packets, 0}, {active, false}, {header, 3}, {mode, binary}, {multicast_ttl, 4},
                    {multicast_loop, false}, {dontroute, true}, {packet_size, 10}, {linger, {true, 3}},
                    {high_msgq_watermark, 100}, {low_msgq_watermark, 3}, {high_msgq_watermark, 0},
                    {bind_to_device, <<"lo">>}, {bind_to_device, <<"nope">>}, {ipv6_v6only, true}, {tclass, 3},
                    {recvtclass, true}, {active, yes}, {deliver, term}]]
      end},
     {recbuf_sets_buffer, fun() ->
          [begin A = open([{recbuf, N}]), inet:getopts(A, [buffer]) end || N <- [1000, 10000, 100000]]
      end},
     {raw, fun() ->
          A = open([]),
          [inet:setopts(A, [{raw, 1, 9, <<1:32/native>>}]), inet:getopts(A, [{raw, 1, 9, 4}]), inet:getopts(A, [keepalive]),
           inet:getopts(A, [{raw, 1, 9, <<0:32>>}]), inet:getopts(A, [{raw, 1, 9999, 4}, {raw, 1, 2, 4}]),
           inet:setopts(A, [{raw, 1, 9999, <<1:32>>}]), inet:getopts(A, [{raw, 1, 9, 0}])]
      end},
     {along, fun() ->
          A = open([{active, false}, {recvtos, true}, {recvttl, true}, binary]), B = open([{tos, 16}, {ttl, 7}]),
          ok = gen_udp:send(B, ?HOST, port(A), "x"),
          R1 = known(B, gen_udp:recv(A, 0, 500)),
          R2 = probe:caught(fun() -> gen_udp:send(B, {?HOST, port(A)}, [{tos, 4}, {ttl, 9}], "y") end),
          R3 = known(B, gen_udp:recv(A, 0, 100)),
          ok = inet:setopts(A, [{active, true}]),
          ok = gen_udp:send(B, ?HOST, port(A), "z"),
          [R1, R2, R3, [{L, D} || {udp, _, _, _, L, D} <- probe:messages(100)],
           probe:caught(fun() -> gen_udp:send(B, {?HOST, port(A)}, [{tos, 4}, {ttl, 9}, {ttl, 9}], "y") end),
           probe:caught(fun() -> gen_udp:send(B, {?HOST, port(A)}, [{recbuf, 4}], "y") end)]
      end},
     {statistics, fun() ->
          A = open([{active, false}]),
          [ok = gen_udp:send(A, ?HOST, port(A), binary:copy(<<"x">>, N)) || N <- [10, 3, 6]],
          _ = [gen_udp:recv(A, 0) || _ <- [1, 2, 3]],
          [inet:getstat(A), inet:getstat(A, [recv_oct, send_max]), inet:getstat(A, [nope])]
      end},
     {names, fun() ->
          A = open([]), {ok, {IP, P}} = inet:sockname(A),
          [IP, P > 0, inet:peername(A), inet:setsockname(A, {{1, 2, 3, 4}, 5}), inet:sockname(A), inet:port(A),
           inet:setsockname(A, undefined), element(1, element(2, inet:sockname(A))), inet:socknames(A) =:= {ok, [{IP, P}]},
           inet:peernames(A), inet:setpeername(A, {{1, 2, 3, 4}, 5}), inet:peername(A)]
      end},
     {info, fun() ->
          A = open([]), I = erlang:port_info(A),
          [proplists:get_value(K, I) || K <- [name, links, connected, input, output, os_pid]]
              ++ [erlang:port_info(A, queue_size), prim_inet:getstatus(A), prim_inet:gettype(A), inet:info(A) =/= []]
      end},
     {fd, fun() ->
          A = open([{active, false}]), {ok, Fd} = prim_inet:getfd(A),
          {ok, B} = gen_udp:open(0, [{fd, Fd}, {active, false}]),
          ok = gen_udp:send(A, ?HOST, port(A), "x"),
          [port(A) =:= port(B), known(A, gen_udp:recv(B, 0, 500)), gen_udp:close(B), gen_udp:send(A, ?HOST, port(A), "y"),
           known(A, gen_udp:recv(A, 0, 500)), gen_udp:open(0, [{fd, 9999}])]
      end},
     {inet6, fun() ->
          {ok, A} = gen_udp:open(0, [inet6, {active, false}, {ip, {0, 0, 0, 0, 0, 0, 0, 1}}]),
          [gen_udp:send(A, {0, 0, 0, 0, 0, 0, 0, 1}, port(A), "six"), known(A, gen_udp:recv(A, 0, 500)),
           element(1, element(2, inet:sockname(A))), inet:getopts(A, [ipv6_v6only, tclass]), prim_inet:gettype(A),
           inet:setopts(A, [{tclass, 5}]), inet:getopts(A, [tclass]), gen_udp:send(A, ?HOST, 9, "x")]
      end},
     {inet6_active, fun() ->
          {ok, A} = gen_udp:open(0, [inet6, {ip, {0, 0, 0, 0, 0, 0, 0, 1}}]),
          ok = gen_udp:send(A, {0, 0, 0, 0, 0, 0, 0, 1}, port(A), "six"),
          [{IP, P =:= port(A), D} || {udp, _, IP, P, D} <- probe:messages(100)]
      end},
     {local, fun() ->
          File = "/tmp/enigma_udp_" ++ os:getpid(), _ = file:delete(File),
          {ok, A} = gen_udp:open(0, [local, {active, false}, {ifaddr, {local, File}}]),
          {ok, B} = gen_udp:open(0, [local, {active, false}]),
          R = [gen_udp:send(B, {local, File}, 0, "local"), gen_udp:recv(A, 0, 500),
               {ok, {local, list_to_binary(File)}} =:= inet:sockname(A), inet:sockname(B), prim_inet:gettype(A),
               inet:setopts(A, [{active, true}]), gen_udp:send(B, {local, File}, 0, "more"), probe:messages(100),
               gen_udp:send(B, {local, "/nope/x"}, 0, "more"), gen_udp:open(0, [local, {ifaddr, {local, File}}]),
               probe:caught(fun() -> gen_udp:open(0, [local, {ifaddr, {local, lists:duplicate(120, $x)}}]) end)],
          _ = file:delete(File),
          R
      end},
     {many, fun() ->
          A = open([{recbuf, 200000}]),
          [ok = gen_udp:send(A, ?HOST, port(A), integer_to_list(N)) || N <- lists:seq(1, 40)],
          length([D || {udp, _, _, _, D} <- probe:messages(200)])
      end},
     {multicast, fun() ->
          A = open([]),
          [inet:setopts(A, [{add_membership, {{224, 0, 0, 251}, ?HOST}}]),
           inet:setopts(A, [{drop_membership, {{224, 0, 0, 251}, ?HOST}}]), inet:setopts(A, [{multicast_if, ?HOST}])]
      end},
     {not_tcp, fun() ->
          A = open([{active, false}]),
          [prim_inet:listen(A), prim_inet:recv(A, 0), prim_inet:shutdown(A, read), prim_inet:async_accept(A, 10),
           prim_inet:unrecv(A, "x"), prim_inet:subscribe(A, [subs_empty_out_q]), prim_inet:peeloff(A, 1)]
      end}].
