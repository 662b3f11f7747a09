%% gen_tcp: connections, options, messages, ends.
-module(tcp_probe).
-export([tests/0]).

-define(HOST, {127, 0, 0, 1}).

listen(Options) -> {ok, L} = gen_tcp:listen(0, [{ip, ?HOST} | Options]), L.
port(S) -> {ok, P} = inet:port(S), P.
connect(P, Options) -> {ok, C} = gen_tcp:connect(?HOST, P, Options), C.
passive() -> probe:pair([{active, false}]).
passive(Options) -> probe:pair([{active, false} | Options]).

%% All bytes until the end, in whatever pieces they come.
all(S) -> all(S, []).
all(S, Acc) ->
    case gen_tcp:recv(S, 0, 3000) of
        {ok, D} -> all(S, [Acc, D]);
        Error -> {iolist_to_binary(Acc), Error}
    end.

another(Fun) -> Self = self(), spawn_link(fun() -> Self ! {another, probe:caught(Fun)} end).
answer() -> receive {another, R} -> R after 3000 -> none end.

tests() ->
    [{hello, fun() ->
          {C, A} = passive(),
          [gen_tcp:send(C, "hello"), gen_tcp:recv(A, 0), gen_tcp:send(A, [<<"th">>, $e, ["re"]]), gen_tcp:recv(C, 0, 1000),
           gen_tcp:recv(C, 0, 20), gen_tcp:recv(C, 0, 0), gen_tcp:send(C, ""), gen_tcp:recv(A, 0, 20),
           gen_tcp:close(C), gen_tcp:recv(A, 0), gen_tcp:recv(A, 0), gen_tcp:send(A, "x"), gen_tcp:send(A, "x"),
           gen_tcp:close(A), gen_tcp:recv(A, 0)]
      end},
     {lengths, fun() ->
          {C, A} = passive([binary]),
          ok = gen_tcp:send(C, "hello world"),
          [gen_tcp:recv(A, 3), gen_tcp:recv(A, 2), gen_tcp:recv(A, 100, 20), gen_tcp:recv(A, 1), gen_tcp:recv(A, 0),
           gen_tcp:recv(A, 16#4000001), probe:caught(fun() -> gen_tcp:recv(A, -1) end)]
      end},
     {length_in_pieces, fun() ->
          {C, A} = passive(), another(fun() -> gen_tcp:recv(A, 6, 2000) end),
          [ok = begin probe:wait(20), gen_tcp:send(C, X) end || X <- ["ab", "cd", "efgh"]],
          [answer(), gen_tcp:recv(A, 0, 500)]
      end},
     {active, fun() ->
          {C, A} = probe:pair([]),
          ok = gen_tcp:send(C, "hello"),
          [probe:messages(50), gen_tcp:recv(A, 0), gen_tcp:close(C), probe:messages(50), erlang:port_info(A),
           gen_tcp:send(A, "x")]
      end},
     {active_stays, fun() ->
          {C, A} = probe:pair([{exit_on_close, false}]),
          [gen_tcp:close(C), probe:messages(50), inet:getopts(A, [active]), gen_tcp:send(A, "x"), probe:wait(50),
           gen_tcp:send(A, "y"), probe:messages(50), prim_inet:getstatus(A), gen_tcp:recv(A, 0, 10)]
      end},
     {passive_stays, fun() ->
          {C, A} = passive([{exit_on_close, false}]),
          [gen_tcp:send(C, "last"), gen_tcp:shutdown(C, write), gen_tcp:recv(A, 0), gen_tcp:recv(A, 0), gen_tcp:recv(A, 0),
           gen_tcp:send(A, "answer"), gen_tcp:recv(C, 0, 500), gen_tcp:close(A), gen_tcp:recv(C, 0, 500)]
      end},
     {once, fun() ->
          {C, A} = probe:pair([{active, once}]),
          ok = gen_tcp:send(C, "one"), M1 = probe:messages(50), ok = gen_tcp:send(C, "two"), M2 = probe:messages(50),
          O = inet:getopts(A, [active]), ok = inet:setopts(A, [{active, once}]), M3 = probe:messages(50),
          ok = gen_tcp:close(C), M4 = probe:messages(50), R = inet:setopts(A, [{active, once}]), M5 = probe:messages(50),
          [M1, M2, O, M3, M4, R, M5, erlang:port_info(A)]
      end},
     {counted, fun() ->
          {C, A} = probe:pair([{active, 2}, {packet, 1}]),
          [ok = gen_tcp:send(C, X) || X <- ["a", "b", "c", "d"]],
          M1 = probe:messages(100), O = inet:getopts(A, [active]), ok = inet:setopts(A, [{active, 5}]),
          M2 = probe:messages(100), O2 = inet:getopts(A, [active]),
          [M1, O, M2, O2, inet:setopts(A, [{active, -3}]), probe:messages(50), inet:setopts(A, [{active, -3}]),
           probe:messages(50), gen_tcp:recv(A, 0, 10)]
      end},
     {to_passive_and_back, fun() ->
          {C, A} = probe:pair([]),
          ok = inet:setopts(A, [{active, false}]), ok = gen_tcp:send(C, "x"), M = probe:messages(50),
          [M, gen_tcp:recv(A, 0, 500), gen_tcp:send(C, "y"), probe:wait(20), inet:setopts(A, [{active, true}]), probe:messages(50)]
      end},
     {close_tells_peer, fun() ->
          {C, A} = probe:pair([]), ok = gen_tcp:send(C, "bye"), ok = gen_tcp:close(C), [probe:messages(50), erlang:port_info(A)]
      end},
     {close_twice, fun() -> {C, _} = passive(), [gen_tcp:close(C), gen_tcp:close(C), inet:sockname(C), inet:getopts(C, [active])] end},
     {refused, fun() -> L = listen([]), P = port(L), ok = gen_tcp:close(L), gen_tcp:connect(?HOST, P, []) end},
     {refused_timeout, fun() -> L = listen([]), P = port(L), ok = gen_tcp:close(L), gen_tcp:connect(?HOST, P, [], 500) end},
     {no_route, fun() -> gen_tcp:connect({240, 0, 0, 1}, 9, [], 100) end},
     {bad_targets, fun() ->
          [probe:caught(fun() -> gen_tcp:connect(H, P, O, 100) end)
           || {H, P, O} <- [{?HOST, 65536, []}, {?HOST, -1, []}, {{300, 0, 0, 1}, 1, []}, {?HOST, 1, [nope]},
                            {?HOST, 1, [{active, x}]}, {{0, 0, 0, 0, 0, 0, 0, 1}, 1, []}, {?HOST, 1, [inet6]},
                            {?HOST, 1, [{ip, {192, 0, 2, 77}}]}, {{local, "/nope"}, 0, []}, {x, 1, []}, {?HOST, 0, []}]]
      end},
     {bad_listen, fun() ->
          L = listen([]),
          [gen_tcp:listen(port(L), [{ip, ?HOST}]), gen_tcp:listen(0, [{ip, {192, 0, 2, 77}}])
           | [probe:caught(fun() -> gen_tcp:listen(P, O) end)
              || {P, O} <- [{-1, []}, {0, [nope]}, {0, [{packet, 3}]}, {0, [{backlog, x}]}, {65536, []}]]]
      end},
     {accept_timeout, fun() -> L = listen([]), [gen_tcp:accept(L, 0), gen_tcp:accept(L, 30), prim_inet:getstatus(L)] end},
     {accept_waits, fun() ->
          L = listen([{active, false}]), another(fun() -> {ok, A} = gen_tcp:accept(L), gen_tcp:recv(A, 0, 1000) end),
          probe:wait(30), S = prim_inet:getstatus(L), C = connect(port(L), []), ok = gen_tcp:send(C, "x"),
          [S, answer(), prim_inet:getstatus(L), probe:messages(20)]
      end},
     {accept_many, fun() ->
          L = listen([{active, false}]), Self = self(),
          [spawn_link(fun() -> Self ! {N, element(1, gen_tcp:accept(L, 2000))} end) || N <- [1, 2, 3]],
          probe:wait(50),
          _ = [connect(port(L), []) || _ <- [1, 2, 3]],
          [prim_inet:getstatus(L), lists:sort(probe:messages(100)), prim_inet:getstatus(L)]
      end},
     {accept_many_timeouts, fun() ->
          L = listen([{active, false}]), Self = self(),
          [spawn_link(fun() -> Self ! {N, element(2, gen_tcp:accept(L, N * 40))} end) || N <- [3, 1, 2]],
          [probe:messages(300), prim_inet:getstatus(L)]
      end},
     {acceptor_dies, fun() ->
          L = listen([{active, false}]),
          Pid = spawn(fun() -> gen_tcp:accept(L) end), probe:wait(30), S = prim_inet:getstatus(L),
          exit(Pid, kill), probe:wait(30), S2 = prim_inet:getstatus(L),
          _ = connect(port(L), []),
          [S, S2, element(1, gen_tcp:accept(L, 500))]
      end},
     {close_while_accepting, fun() ->
          L = listen([]), Self = self(),
          [spawn_link(fun() -> Self ! {another, gen_tcp:accept(L)} end) || _ <- [1, 2]], probe:wait(30),
          ok = gen_tcp:close(L), probe:messages(100)
      end},
     {close_while_receiving, fun() ->
          {_, A} = passive(), another(fun() -> gen_tcp:recv(A, 0) end), probe:wait(30), ok = gen_tcp:close(A), answer()
      end},
     {peer_closes_while_receiving, fun() ->
          {C, A} = passive(), another(fun() -> gen_tcp:recv(A, 0) end), probe:wait(30), ok = gen_tcp:close(C), answer()
      end},
     {two_receive, fun() ->
          {C, A} = passive(), another(fun() -> gen_tcp:recv(A, 0, 500) end), probe:wait(30),
          [gen_tcp:recv(A, 0, 10), gen_tcp:send(C, "x"), answer()]
      end},
     {accept_on_connection, fun() -> {_, A} = passive(), [gen_tcp:accept(A, 10), prim_inet:listen(A, 1), gen_tcp:recv(listen([]), 0)] end},
     {connect_twice, fun() -> {C, _} = passive(), [prim_inet:connect(C, ?HOST, 9), prim_inet:bind(C, ?HOST, 0)] end},
     {status, fun() ->
          {ok, S} = prim_inet:open(tcp, inet, stream), L = listen([]),
          R = [prim_inet:getstatus(S), prim_inet:bind(S, ?HOST, 0) =:= {ok, element(2, inet:port(S))}, prim_inet:getstatus(S)],
          {ok, S, N} = prim_inet:async_connect(S, ?HOST, port(L), 1000),
          R ++ [N, receive {inet_async, S, N, X} -> X after 1000 -> none end, prim_inet:getstatus(S), prim_inet:close(S)]
      end},
     {inherited, fun() ->
          L = listen([binary, {packet, 2}, {active, false}, {header, 1}, {nodelay, true}, {keepalive, true}, {buffer, 77},
                      {high_watermark, 1000}, {low_watermark, 10}, {send_timeout, 5}, {send_timeout_close, true},
                      {delay_send, true}, {exit_on_close, false}, {packet_size, 99}, {priority, 2}, {show_econnreset, true},
                      {linger, {true, 3}}, {reuseaddr, true}, {tos, 8}, {recbuf, 5000}, {high_msgq_watermark, 99}]),
          _ = connect(port(L), []), {ok, A} = gen_tcp:accept(L),
          inet:getopts(A, [mode, packet, active, header, nodelay, keepalive, buffer, high_watermark, low_watermark,
                           send_timeout, send_timeout_close, delay_send, exit_on_close, packet_size, priority,
                           show_econnreset, linger, tos, recbuf, high_msgq_watermark, low_msgq_watermark, deliver])
      end},
     {defaults, fun() ->
          {C, A} = probe:pair([]),
          O = [active, buffer, delay_send, deliver, dontroute, exit_on_close, header, high_msgq_watermark, high_watermark,
               keepalive, linger, low_msgq_watermark, low_watermark, mode, nodelay, packet, packet_size,
               priority, reuseaddr, send_timeout, send_timeout_close, show_econnreset, tos, ttl, nopush, read_packets],
          [inet:getopts(C, O), inet:getopts(A, O), inet:getopts(C, [line_delimiter])]
      end},
     {set_options, fun() ->
          {C, _} = probe:pair([]),
          [begin R = probe:caught(fun() -> inet:setopts(C, [O]) end), {O, R, inet:getopts(C, [element(1, O)])} end
           || O <- [{nodelay, true}, {keepalive, true}, {buffer, 10}, {recbuf, 20000}, {sndbuf, 20000}, {high_watermark, 5},
                    {low_watermark, 100}, {high_watermark, -1}, {packet, 4}, {packet, raw}, {packet, httph_bin}, {packet, 7},
                    {header, 2}, {mode, binary}, {mode, list}, {linger, {true, 0}}, {linger, {false, 7}}, {linger, x},
                    {send_timeout, infinity}, {send_timeout, 100}, {send_timeout, -1}, {delay_send, true}, {tos, 4},
                    {priority, 3}, {packet_size, 5}, {exit_on_close, false}, {show_econnreset, true}, {nopush, true},
                    {line_delimiter, 65}, {read_packets, 3}, {broadcast, true}, {ttl, 5}, {deliver, port}, {reuseaddr, true},
                    {nope, 1}, {recvtos, true}, {pktoptions, x},
                    {keepcnt, 3}, {keepidle, 30}, {keepintvl, 7}, {user_timeout, 900}, {reuseport, true}, {reuseport_lb, false},
                    {exclusiveaddruse, true}, {non_block_send, true}, {read_ahead, false}, {ipv6_v6only, true}, {debug, false}]]
      end},
     {order_of_options, fun() ->
          {C, _} = probe:pair([]),
          [inet:setopts(C, [{packet, 1}, {packet, 2}]), inet:getopts(C, [packet, mode]),
           inet:setopts(C, [binary, list, {packet, 4}, {nope, 1}]), inet:getopts(C, [packet, mode, packet])]
      end},
     {names, fun() ->
          {C, A} = probe:pair([]),
          [inet:peername(C) =:= inet:sockname(A), inet:sockname(C) =:= inet:peername(A), inet:peername(listen([])),
           inet:peernames(A) =:= {ok, [element(2, inet:peername(A))]}, inet:setpeername(C, {{9, 8, 7, 6}, 5}), inet:peername(C)]
      end},
     {statistics, fun() ->
          {C, A} = passive([{packet, 2}]),
          [ok = gen_tcp:send(C, X) || X <- ["abc", "defghi", ""]], _ = [gen_tcp:recv(A, 0) || _ <- [1, 2, 3]],
          [inet:getstat(C), inet:getstat(A), inet:getstat(A, [recv_cnt])]
      end},
     {info, fun() ->
          {C, A} = passive(), ok = gen_tcp:send(C, "hello"), _ = gen_tcp:recv(A, 0), I = erlang:port_info(C),
          [proplists:get_value(K, I) || K <- [name, links, connected, input, os_pid]]
              ++ [erlang:port_info(A, input), erlang:port_info(A, queue_size), erlang:port_info(A, name), prim_inet:gettype(A)]
      end},
     {owner, fun() ->
          {C, A} = probe:pair([]), Self = self(),
          ok = gen_tcp:send(C, "first"),
          receive {tcp, A, "first"} = M -> self() ! M end,
          Pid = spawn_link(fun() -> receive go -> ok end, Self ! {got, probe:messages(100)} end),
          R = gen_tcp:controlling_process(A, Pid), ok = gen_tcp:send(C, "second"), Pid ! go,
          [R, gen_tcp:controlling_process(A, Self), receive {got, X} -> X after 1000 -> none end, probe:messages(50)]
      end},
     {owner_dies, fun() ->
          {C, A} = passive(),
          {Pid, Ref} = spawn_monitor(fun() -> receive go -> ok end end),
          ok = gen_tcp:controlling_process(A, Pid), Pid ! go, receive {'DOWN', Ref, _, _, _} -> ok end,
          [gen_tcp:recv(C, 0, 500), erlang:port_info(A)]
      end},
     {trapping_owner, fun() ->
          process_flag(trap_exit, true), {C, A} = probe:pair([]), ok = gen_tcp:close(C), R = probe:messages(50),
          [R, exit(A, kill), erlang:port_info(A)]
      end},
     {killed_port, fun() -> process_flag(trap_exit, true), {C, A} = passive(), exit(A, foo), [gen_tcp:recv(C, 0, 500), probe:messages(30)] end},
     {monitored, fun() ->
          {C, A} = passive(), R = erlang:monitor(port, A), ok = gen_tcp:close(A),
          [receive {'DOWN', R, T, _, Why} -> {T, Why} after 500 -> none end, gen_tcp:recv(C, 0)]
      end},
     {shutdown, fun() ->
          {C, A} = passive(),
          [gen_tcp:send(C, "x"), gen_tcp:shutdown(C, write), gen_tcp:send(C, "y"), all(A), gen_tcp:shutdown(A, read_write),
           gen_tcp:recv(C, 0, 300)]
      end},
     {shutdown_read, fun() ->
          {C, A} = passive(), [gen_tcp:shutdown(A, read), gen_tcp:recv(A, 0, 300), gen_tcp:shutdown(A, write), gen_tcp:close(C),
                               gen_tcp:shutdown(C, write)]
      end},
     {shutdown_active, fun() ->
          {C, A} = probe:pair([]), [gen_tcp:shutdown(C, write), probe:messages(50), gen_tcp:send(A, "x"), gen_tcp:send(C, "x"), probe:messages(50)]
      end},
     {large, fun() ->
          {C, A} = passive([binary]), D = binary:copy(<<"0123456789">>, 100000), another(fun() -> R = gen_tcp:send(C, D), gen_tcp:close(C), R end),
          {B, End} = all(A), [B =:= D, End, answer()]
      end},
     {large_active, fun() ->
          {C, A} = probe:pair([binary]), D = binary:copy(<<"0123456789">>, 30000),
          another(fun() -> R = gen_tcp:send(C, D), gen_tcp:shutdown(C, write), R end),
          Get = fun Get(Acc) -> receive {tcp, A, X} -> Get([Acc, X]); {tcp_closed, A} -> iolist_to_binary(Acc) after 3000 -> none end end,
          [Get([]) =:= D, answer()]
      end},
     {pieces, fun() ->
          {C, A} = probe:pair([binary, {buffer, 1000}]), ok = gen_tcp:send(C, binary:copy(<<"x">>, 2500)),
          [iolist_size([D || {tcp, S, D} <- probe:messages(100), S =:= A])]
      end},
     {piece_sizes, fun() ->
          {C, A} = passive([binary, {buffer, 100}]), ok = gen_tcp:send(C, binary:copy(<<"x">>, 250)), probe:wait(30),
          [byte_size(element(2, gen_tcp:recv(A, 0))) || _ <- [1, 2, 3]]
      end},
     {busy, fun() ->
          {C, A} = passive([{sndbuf, 4000}, {recbuf, 4000}, binary]), D = binary:copy(<<"x">>, 50000),
          Self = self(),
          Pid = spawn_link(fun() -> R = [gen_tcp:send(C, D) || _ <- lists:seq(1, 20)], Self ! {another, lists:usort(R)}, receive stop -> ok end end),
          probe:wait(200),
          S = [prim_inet:getstatus(C), element(2, hd(element(2, inet:getstat(C, [send_pend])))) > 8192,
               erlang:port_info(C, queue_size) =/= {queue_size, 0}, process_info(Pid, status),
               probe:caught(fun() -> erlang:port_command(C, "x", [nosuspend]) end)],
          spawn_link(fun() -> {B, _} = all(A), Self ! {got, byte_size(B)} end),
          R = answer(), ok = gen_tcp:close(C), [S, R, receive {got, N} -> N after 3000 -> none end]
      end},
     {send_timeout, fun() ->
          {C, _} = passive([{sndbuf, 4000}, {recbuf, 4000}, binary, {send_timeout, 100}]), D = binary:copy(<<"x">>, 500000),
          R = [gen_tcp:send(C, D) || _ <- [1, 2, 3]],
          [lists:last(R), prim_inet:getstatus(C), inet:setopts(C, [{linger, {true, 0}}]), gen_tcp:close(C)]
      end},
     {send_timeout_zero, fun() ->
          {C, _} = passive([{sndbuf, 4000}, {recbuf, 4000}, binary, {send_timeout, 0}]), D = binary:copy(<<"x">>, 500000),
          R = [gen_tcp:send(C, D) || _ <- [1, 2, 3]],
          [lists:last(R), inet:setopts(C, [{linger, {true, 0}}]), gen_tcp:close(C)]
      end},
     {send_timeout_close, fun() ->
          {C, A} = passive([{sndbuf, 4000}, {recbuf, 4000}, binary, {send_timeout, 50}, {send_timeout_close, true}]),
          D = binary:copy(<<"x">>, 500000),
          R = [gen_tcp:send(C, D) || _ <- [1, 2, 3, 4]],
          [lists:last(R), element(2, all(A)), gen_tcp:recv(C, 0)]
      end},
     {close_sends_all, fun() ->
          {C, A} = passive([{sndbuf, 4000}, {recbuf, 4000}, binary]), D = binary:copy(<<"y">>, 60000), Self = self(),
          spawn_link(fun() -> probe:wait(100), {B, E} = all(A), Self ! {got, byte_size(B), E} end),
          [gen_tcp:send(C, D), gen_tcp:close(C), receive {got, N, E} -> {N, E} after 4000 -> none end]
      end},
     {exit_sends_all, fun() ->
          {C, A} = passive([{sndbuf, 4000}, {recbuf, 4000}, binary]), D = binary:copy(<<"y">>, 60000),
          {Pid, Ref} = spawn_monitor(fun() -> receive go -> ok end, gen_tcp:send(C, D) end),
          ok = gen_tcp:controlling_process(C, Pid), Pid ! go, receive {'DOWN', Ref, _, _, W} -> ok end,
          {B, E} = all(A), [W, byte_size(B), E]
      end},
     {linger_zero, fun() ->
          {C, A} = passive([{linger, {true, 0}}]), ok = gen_tcp:close(C), [gen_tcp:recv(A, 0, 500), gen_tcp:recv(A, 0, 500)]
      end},
     {reset_shown, fun() ->
          {C, A} = passive([{linger, {true, 0}}, {show_econnreset, true}]), ok = gen_tcp:close(C),
          [gen_tcp:recv(A, 0, 500), gen_tcp:send(A, "x"), gen_tcp:recv(A, 0, 500)]
      end},
     {reset_shown_active, fun() ->
          {C, A} = probe:pair([{linger, {true, 0}}, {show_econnreset, true}]), process_flag(trap_exit, true),
          ok = gen_tcp:close(C), [probe:messages(50), erlang:port_info(A)]
      end},
     {reset_while_sending, fun() ->
          {C, A} = passive([{show_econnreset, true}]), ok = inet:setopts(C, [{linger, {true, 0}}]), ok = gen_tcp:close(C), probe:wait(30),
          [gen_tcp:send(A, "x"), gen_tcp:send(A, "x"), gen_tcp:recv(A, 0, 100), gen_tcp:recv(A, 0, 100)]
      end},
     {send_after_close, fun() ->
          {C, A} = passive(), ok = gen_tcp:close(C), probe:wait(20), R = [begin probe:wait(20), gen_tcp:send(A, "x") end || _ <- [1, 2, 3]],
          [R, gen_tcp:recv(A, 0, 100), gen_tcp:recv(A, 0, 100)]
      end},
     {send_after_close_active, fun() ->
          process_flag(trap_exit, true), {C, A} = probe:pair([{active, once}]), ok = gen_tcp:close(C), probe:wait(50), [gen_tcp:send(A, "x"), probe:messages(20)]
      end},
     {delay_send, fun() ->
          {C, A} = passive([{delay_send, true}]), [gen_tcp:send(C, "a"), gen_tcp:send(C, "b"), probe:wait(30), gen_tcp:recv(A, 0, 500)]
      end},
     {deliver_port, fun() ->
          {C, A} = probe:pair([{deliver, port}, binary, {header, 1}]), ok = gen_tcp:send(C, "hello"), R = probe:messages(50),
          [R, inet:setopts(A, [{mode, list}]), gen_tcp:send(C, "list"), probe:messages(50), erlang:port_info(A, input)]
      end},
     {port_messages, fun() ->
          {C, A} = passive(),
          [C ! {self(), {command, "x"}} =/= x, probe:messages(20), gen_tcp:recv(A, 0, 50)]
      end},
     {closing_message, fun() -> {C, A} = passive(), C ! {self(), close}, [probe:messages(20), gen_tcp:recv(A, 0, 500)] end},
     {unrecv, fun() ->
          {C, A} = passive(), ok = gen_tcp:send(C, "world"), {ok, W} = gen_tcp:recv(A, 0),
          [gen_tcp:unrecv(A, W), gen_tcp:unrecv(A, "hello "), gen_tcp:recv(A, 0), gen_tcp:unrecv(A, "again"), inet:setopts(A, [{active, true}]), probe:messages(30)]
      end},
     {sendfile, fun() ->
          File = "/tmp/enigma_sendfile_" ++ os:getpid(), ok = file:write_file(File, binary:copy(<<"0123456789">>, 5000)),
          {C, A} = passive([binary]), Self = self(), spawn_link(fun() -> {B, E} = all(A), Self ! {got, byte_size(B), erlang:crc32(B), E} end),
          {ok, F} = file:open(File, [read, raw, binary]),
          R = [gen_tcp:send(C, "head"), file:sendfile(F, C, 10, 20, []), file:sendfile(File, C), file:sendfile(F, C, 49990, 100, []),
               file:sendfile(F, C, 60000, 10, []), gen_tcp:send(C, "tail"), gen_tcp:close(C), receive {got, N, H, E} -> {N, H, E} after 3000 -> none end],
          _ = file:close(F), _ = file:delete(File), R
      end},
     {local, fun() ->
          File = "/tmp/enigma_tcp_" ++ os:getpid(), _ = file:delete(File),
          {ok, L} = gen_tcp:listen(0, [local, {ifaddr, {local, File}}, {active, false}]),
          {ok, C} = gen_tcp:connect({local, File}, 0, [local, {active, false}]), {ok, A} = gen_tcp:accept(L),
          R = [gen_tcp:send(C, "hi"), gen_tcp:recv(A, 0), {ok, {local, list_to_binary(File)}} =:= inet:peername(C), inet:peername(A), inet:sockname(C),
               {ok, {local, list_to_binary(File)}} =:= inet:sockname(A), {ok, list_to_binary(File)} =:= inet:port(L), gen_tcp:close(A), gen_tcp:recv(C, 0), inet:getopts(C, [nodelay, tos, recbuf]) =/= x],
          _ = file:delete(File), R
      end},
     {abstract, fun() ->
          Name = list_to_binary("\0enigma" ++ os:getpid()),
          {ok, L} = gen_tcp:listen(0, [{ifaddr, {local, Name}}, {active, false}]),
          {ok, C} = gen_tcp:connect({local, Name}, 0, [{active, false}]), {ok, A} = gen_tcp:accept(L),
          [inet:sockname(L) =:= {ok, {local, Name}}, inet:peername(C) =:= {ok, {local, Name}}, gen_tcp:send(A, "x"), gen_tcp:recv(C, 0)]
      end},
     {inet6, fun() ->
          One = {0, 0, 0, 0, 0, 0, 0, 1}, {ok, L} = gen_tcp:listen(0, [inet6, {ip, One}, {active, false}]), {ok, C} = gen_tcp:connect(One, port(L), [inet6, {active, false}]),
          {ok, A} = gen_tcp:accept(L), [gen_tcp:send(C, "six"), gen_tcp:recv(A, 0), element(1, element(2, inet:peername(A))), prim_inet:gettype(A)]
      end},
     {both_families, fun() ->
          {ok, L} = gen_tcp:listen(0, [inet6, {ipv6_v6only, false}]), C = connect(port(L), []), {ok, A} = gen_tcp:accept(L), ok = gen_tcp:send(C, "four"),
          [element(1, element(2, inet:peername(A))), probe:messages(50)]
      end},
     {fd, fun() ->
          {C, A} = passive(), {ok, Fd} = prim_inet:getfd(A), {ok, B} = gen_tcp:fdopen(Fd, [{active, false}]),
          [gen_tcp:send(C, "x"), gen_tcp:recv(B, 0, 500), prim_inet:getstatus(B), gen_tcp:close(B), gen_tcp:send(C, "y"), gen_tcp:recv(A, 0, 500)]
      end},
     {ignored, fun() ->
          {C, A} = probe:pair([]), ok = prim_inet:ignorefd(A, true), ok = gen_tcp:send(C, "x"), M = probe:messages(50), S = gen_tcp:send(A, "waits"),
          [M, S, probe:messages(50), prim_inet:ignorefd(A, true), prim_inet:ignorefd(A, false), probe:messages(50), prim_inet:ignorefd(A, false)]
      end},
     {subscribed, fun() ->
          {C, A} = passive([{sndbuf, 4000}, {recbuf, 4000}, binary]), N0 = prim_inet:subscribe(C, [subs_empty_out_q]),
          ok = gen_tcp:send(C, binary:copy(<<"x">>, 100000)), {ok, [{subs_empty_out_q, N}]} = prim_inet:subscribe(C, [subs_empty_out_q]),
          Self = self(), spawn_link(fun() -> {ok, D} = gen_tcp:recv(A, 100000, 2000), Self ! {got, byte_size(D)} end),
          [N0, N > 0, lists:sort(probe:messages(300))]
      end},
     {services, fun() -> [inet:getservbyname(http, tcp), inet:getservbyname("https", "tcp"), inet:getservbyname(nope, tcp), inet_db:gethostname() =/= x] end},
     {hosts, fun() ->
          [inet:gethostbyname("localhost"), inet:gethostbyname("127.0.0.1"), inet:getaddr("localhost", inet), inet:gethostbyaddr(?HOST), inet:gethostname(),
           inet:gethostbyname("no.such.host.invalid"), inet:getaddrs("localhost", inet6), inet:getaddr({1, 2, 3, 4}, inet)]
      end},
     {interfaces, fun() ->
          L = listen([]), [inet:getifaddrs(), prim_inet:getiflist(L), prim_inet:ifget(L, "lo", [addr, broadaddr, dstaddr, mtu, netmask, flags, hwaddr]),
                           prim_inet:ifget(L, "nope", [addr, flags]), inet:getif()]
      end},
     {connect_by_name, fun() -> L = listen([]), {ok, C} = gen_tcp:connect("localhost", port(L), []), element(1, element(2, inet:peername(C))) end},
     {bound_connect, fun() ->
          L = listen([{active, false}]), {ok, C} = gen_tcp:connect(?HOST, port(L), [{ip, {127, 0, 0, 2}}, {port, 0}]), {ok, A} = gen_tcp:accept(L),
          [element(1, element(2, inet:sockname(C))), element(1, element(2, inet:peername(A)))]
      end},
     {registered, fun() -> {C, A} = passive(), register(sock, A), R = [gen_tcp:send(C, "x"), gen_tcp:recv(A, 0), whereis(sock) =:= A], ok = gen_tcp:close(A), R ++ [whereis(sock)] end},
     {sctp, fun() -> [gen_sctp:open(), probe:caught(fun() -> erlang:open_port({spawn_driver, "sctp_inet"}, [binary]) end)] end}].
