%% Packets in streams: all types, whole and in pieces, too long, and wrong.
-module(packet_probe).
-export([tests/0]).

%% What one sends raw, the other one gets as packets: all at once, then byte by byte.
types() ->
    [{raw, "hello"}, {0, "hello"},
     {1, [1, $a, 0, 3, "bcd"]}, {2, [0, 1, $a, 0, 0, 0, 3, "bcd"]}, {4, [0, 0, 0, 1, $a, 0, 0, 0, 3, "bcd"]},
     {sunrm, [128, 0, 0, 2, "ab", 0, 0, 0, 1, "c"]},
     {asn1, [16#30, 3, "abc", 16#1f, 16#81, 1, 2, "de", 16#30, 16#81, 2, "fg"]},
     {cdr, ["GIOP", 1, 0, 1, 0, 3, 0, 0, 0, "abc", "GIOP", 1, 0, 0, 0, 0, 0, 0, 2, "de"]},
     {fcgi, [1, 6, 0, 1, 0, 3, 2, 0, "abc", 0, 0, 1, 6, 0, 1, 0, 0, 0, 0]},
     {tpkt, [3, 0, 0, 7, "abc", 3, 0, 0, 4]},
     {line, "one\ntwo\r\n\nlast"},
     {ssl_tls, [22, 3, 1, 0, 3, "abc", 23, 3, 3, 0, 2, "de"]},
     {http, "GET /a?b HTTP/1.1\r\nHost: x\r\nX-Long: a\r\n  b\r\n\r\nHTTP/1.0 200 Fine\r\n\r\nnonsense\r\n"},
     {http_bin, "POST http://h:8/p HTTP/1.1\r\nContent-Length: 3\r\nfoo: bar\r\n\r\nCONNECT a:1 HTTP/1.1\r\n\r\n"},
     {httph, "Host: x\r\nA: b\r\n\r\nAgain: 1\r\nfoo\r\n\r\n"},
     {httph_bin, "Set-Cookie: x\r\n\r\n"}].

given(S) -> given(S, []).
given(S, Acc) ->
    case gen_tcp:recv(S, 0, 100) of
        {ok, P} -> given(S, [P | Acc]);
        {error, _} = E -> lists:reverse(Acc, [E])
    end.

send_slowly(S, Data) ->
    [begin ok = gen_tcp:send(S, [B]), case N rem 8 of 0 -> probe:wait(1); _ -> ok end end
     || {N, B} <- lists:zip(lists:seq(1, byte_size(Data)), binary_to_list(Data))],
    ok.

passive(Type, Data, Options, How) ->
    {C, A} = probe:pair([{nodelay, true}], [{active, false}, {packet, Type}, {nodelay, true} | Options]),
    send(C, Data, How),
    R = given(A),
    gen_tcp:close(C), gen_tcp:close(A),
    R.

active(Type, Data, Options, How) ->
    process_flag(trap_exit, true),
    {C, A} = probe:pair([{nodelay, true}], [{active, true}, {packet, Type}, {nodelay, true} | Options]),
    send(C, Data, How),
    R = lists:map(fun({tcp, S, D}) when S =:= A -> D; (M) -> M end, probe:messages(100)),
    gen_tcp:close(C),
    R ++ probe:messages(30).

send(C, Data, whole) -> ok = gen_tcp:send(C, Data);
send(C, Data, slow) -> send_slowly(C, iolist_to_binary(Data)).

joined(raw, L) -> iolist_to_binary([D || D <- L, is_list(D) orelse is_binary(D)]);
joined(0, L) -> joined(raw, L);
joined(_, L) -> L.

until_error(F, Acc) -> case F() of {ok, X} -> until_error(F, [X | Acc]); E -> lists:reverse(Acc, [E]) end.

tests() ->
    [{{passive, T, How}, fun() -> joined(T, passive(T, D, [], How)) end} || {T, D} <- types(), How <- [whole, slow]]
    ++ [{{binary, T}, fun() -> joined(T, passive(T, D, [binary], whole)) end} || {T, D} <- types()]
    ++ [{{active, T, How}, fun() -> joined(T, active(T, D, [], How)) end} || {T, D} <- types(), How <- [whole, slow]]
    ++ [{{header, T}, fun() -> joined(T, active(T, D, [binary, {header, 2}], whole)) end} || {T, D} <- types()]
    ++ [{{deliver, T}, fun() -> joined(T, active(T, D, [{deliver, port}], whole)) end} || {T, D} <- types(), T =/= raw, T =/= 0]
    ++ [{{once, T}, fun() ->
             {C, A} = probe:pair([], [{active, once}, {packet, T}]), ok = gen_tcp:send(C, D), M = probe:messages(50),
             [M, begin _ = inet:setopts(A, [{active, once}]), probe:messages(50) end, inet:getopts(A, [active])]
         end} || {T, D} <- types(), T =/= raw, T =/= 0]
    ++ [{{too_long, T, Active}, fun() ->
             case Active of false -> passive(T, D, [{packet_size, 2}], whole); true -> active(T, D, [{packet_size, 2}], whole) end
         end} || {T, D} <- types(), T =/= raw, T =/= 0, Active <- [false, true]]
    ++ [{{wrong, T, Active}, fun() ->
             D = "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq",
             case Active of false -> passive(T, D, [], whole); true -> active(T, D, [], whole) end
         end} || {T, _} <- types(), T =/= raw, T =/= 0, T =/= 4, Active <- [false, true]]
    ++ [{{sent, T}, fun() ->
             {C, A} = probe:pair([{packet, T}], [{active, false}, {packet, raw}, binary]),
             R = [gen_tcp:send(C, X) || X <- ["", "a", "bc\n"]], probe:wait(20), [R, gen_tcp:recv(A, 0, 100)]
         end} || {T, _} <- types()]
    ++ [{{too_long_to_send, T}, fun() ->
             {C, A} = probe:pair([{packet, T}], [{active, false}, {packet, raw}, binary]),
             [gen_tcp:send(C, binary:copy(<<"x">>, N)), element(2, gen_tcp:recv(A, T, 100))]
         end} || {T, N} <- [{1, 258}, {2, 65539}]]
    ++ more().

more() ->
    [{line_buffer, fun() -> passive(line, [lists:duplicate(25, $x), "\nshort\n", lists:duplicate(10, $y), "\n"], [{buffer, 10}], whole) end},
     {line_buffer_active, fun() -> active(line, [lists:duplicate(25, $x), "\nshort\n"], [{buffer, 10}], whole) end},
     {line_size, fun() -> passive(line, [lists:duplicate(25, $x), "\n"], [{buffer, 10}, {packet_size, 20}], whole) end},
     {line_size_larger, fun() -> passive(line, [lists:duplicate(25, $x), "\nab\n"], [{buffer, 10}, {packet_size, 40}], whole) end},
     {line_delimiter, fun() -> passive(line, "a;b\n;c", [{line_delimiter, $;}], whole) end},
     {http_long, fun() -> passive(http, ["GET /", lists:duplicate(100, $x), " HTTP/1.1\r\n\r\n"], [{buffer, 50}], whole) end},
     {http_long_size, fun() -> passive(http, ["GET /", lists:duplicate(100, $x), " HTTP/1.1\r\n\r\n"], [{buffer, 50}, {packet_size, 500}], whole) end},
     {http_body, fun() ->
          {C, A} = probe:pair([], [{active, false}, {packet, http}]), ok = gen_tcp:send(C, "POST / HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello"),
          H = [gen_tcp:recv(A, 0) || _ <- [1, 2, 3]], ok = inet:setopts(A, [{packet, raw}]), H ++ [gen_tcp:recv(A, 5), gen_tcp:recv(A, 0, 10)]
      end},
     {http_body_active, fun() ->
          {C, A} = probe:pair([], [{active, once}, {packet, http_bin}]), ok = gen_tcp:send(C, "POST / HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello"),
          M = [begin X = probe:messages(30), ok = inet:setopts(A, [{active, once}]), X end || _ <- [1, 2]], M3 = probe:messages(30),
          ok = inet:setopts(A, [{packet, raw}, {active, once}]), M ++ [M3, probe:messages(50)]
      end},
     {change_while_active, fun() ->
          {C, A} = probe:pair([], [{active, true}, {packet, 4}]), ok = gen_tcp:send(C, [0, 0, 0, 9, "ab"]), M = probe:messages(30),
          ok = inet:setopts(A, [{packet, raw}]), M2 = probe:messages(30), ok = gen_tcp:send(C, "more"), [M, M2, probe:messages(30)]
      end},
     {change_type_of_half_packet, fun() ->
          [begin
               {C, A} = probe:pair([], [{active, Active}, {packet, 4}]), ok = gen_tcp:send(C, [0, 0, 0, 9, "ab"]),
               case Active of false -> timeout = element(2, gen_tcp:recv(A, 0, 20)); true -> [] = probe:messages(20) end,
               ok = inet:setopts(A, [{packet, Type}]), probe:wait(20), ok = inet:setopts(A, [{active, true}]), probe:messages(30)
           end || Active <- [true, false], Type <- [1, 2, line, raw]]
      end},
     {timeout_then_rest, fun() ->
          {C, A} = probe:pair([], [{active, false}, {packet, 2}]), ok = gen_tcp:send(C, [0, 5, "he"]), R = gen_tcp:recv(A, 0, 30), ok = gen_tcp:send(C, "llo"),
          [R, gen_tcp:recv(A, 0, 500)]
      end},
     {length_with_packets, fun() -> {_, A} = probe:pair([], [{active, false}, {packet, 2}]), gen_tcp:recv(A, 3, 10) end},
     {cut_off, fun() ->
          [begin {C, A} = probe:pair([], [{active, false}, {packet, T}]), ok = gen_tcp:send(C, D), ok = gen_tcp:close(C), until_error(fun() -> gen_tcp:recv(A, 0, 500) end, []) end
           || {T, D} <- [{2, [0, 5, "he"]}, {line, "one\ntw"}, {http, "GET / HT"}, {4, [0]}, {raw, ""}]]
      end},
     {cut_off_active, fun() ->
          [begin {C, _} = probe:pair([], [{active, true}, {packet, T}]), ok = gen_tcp:send(C, D), ok = gen_tcp:close(C), probe:messages(50) end
           || {T, D} <- [{2, [0, 5, "he"]}, {line, "one\ntw"}, {http, "GET / HT"}]]
      end},
     {recv_by_length_then_packet, fun() ->
          {C, A} = probe:pair([], [{active, false}]), ok = gen_tcp:send(C, "abcdef\nghi\n"), R = gen_tcp:recv(A, 3), ok = inet:setopts(A, [{packet, line}]),
          [R, gen_tcp:recv(A, 0), gen_tcp:recv(A, 0)]
      end},
     {read_ahead, fun() ->
          {C, A} = probe:pair([], [{active, false}, {packet, 2}]),
          [inet:setopts(A, [{read_ahead, false}]), gen_tcp:send(C, [0, 2, "ab", 0, 1, "c"]), gen_tcp:recv(A, 0, 100), gen_tcp:recv(A, 0, 100)]
      end},
     {large_packet, fun() ->
          {C, A} = probe:pair([{packet, 4}], [{active, false}, {packet, 4}, binary]), D = binary:copy(<<"abc">>, 100000), ok = gen_tcp:send(C, D),
          {ok, D2} = gen_tcp:recv(A, 0, 3000), D =:= D2
      end},
     {many_packets, fun() ->
          {C, _} = probe:pair([{packet, 2}], [{packet, 2}]), ok = gen_tcp:send(C, "first"), [ok = gen_tcp:send(C, integer_to_list(N)) || N <- lists:seq(1, 300)],
          length(probe:messages(200))
      end},
     {statistics, fun() ->
          {C, A} = probe:pair([{packet, line}], [{packet, line}, {active, false}]), ok = gen_tcp:send(C, "a\nbcd\n"), _ = gen_tcp:recv(A, 0), _ = gen_tcp:recv(A, 0),
          [inet:getstat(A, [recv_cnt, recv_oct, recv_max, recv_avg, recv_dvi])]
      end}].
