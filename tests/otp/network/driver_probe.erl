%% Requests to the drivers themselves, sensible and not.
-module(driver_probe).
-export([tests/0]).

-define(MAGIC, 16#03f1a300).

%% Bytes that a request comes with.
data() ->
    [[], [0], [1], [1, 1], [1, 2], [2, 1], [5, 1], [9, 9], [0, 0, 0, 0], [255, 255, 255, 255], [0, 0, 0, 0, 0, 0, 0, 0],
     [0, 0, 0, 0, 255, 255, 255, 255], [0, 0, 0, 1, 127, 255, 255, 255], [0, 0, 0, 0, 1, 0, 0, 127, 0, 0, 1], [1, 0, 0, 127, 0, 0, 1], [3, 0, 0], [4, 0, 0], [5, 3, "abc"], [5, 9, "abc"], [7, 1, 0],
     [22, 0, 0, 0, 1], [22, 0, 0, 0, 3, 0, 5], [3, 0, 0, 0, 1], [34, 0, 0, 0, 1], [200, 0, 0, 0, 0],
     lists:duplicate(20, 255)].

%% Sockets in all states.
make(Driver, new) -> open_port({spawn_driver, Driver}, [binary]);
make("tcp_inet", open) -> {ok, S} = prim_inet:open(tcp, inet, stream), S;
make("udp_inet", open) -> {ok, S} = prim_inet:open(udp, inet, dgram), S;
make("tcp_inet", listening) -> {ok, S} = gen_tcp:listen(0, [{ip, {127, 0, 0, 1}}]), S;
make("tcp_inet", connected) -> {S, _} = probe:pair([{active, false}]), S;
make("tcp_inet", active) -> {S, _} = probe:pair([]), S;
make("tcp_inet", closed) ->
    {S, A} = probe:pair([{active, false}]), ok = gen_tcp:close(A), {error, closed} = gen_tcp:recv(S, 0), S;
make("udp_inet", connected) ->
    {ok, S} = gen_udp:open(0, [{active, false}]), ok = gen_udp:connect(S, {127, 0, 0, 1}, 9), S.

ask(Driver, State, Request, Data) ->
    S = make(Driver, State),
    R = try port_control(S, ?MAGIC + Request, Data) of
            [1 | Answer] -> {ok, length(Answer)};
            [0 | Error] -> list_to_atom(Error);
            Other -> {other, Other}
        catch error:badarg -> badarg
        end,
    catch port_close(S),
    receive {inet_async, S, _, _} -> ok after 0 -> ok end,
    R.

%% Equal answers in a row, once with their number.
short([X | Rest]) -> {Same, Others} = lists:splitwith(fun(Y) -> Y =:= X end, Rest), [{length(Same) + 1, X} | short(Others)];
short([]) -> [].

requests("tcp_inet", closed) -> [4, 5, 6, 7, 8, 14, 15, 16, 26, 27, 28, 29, 30, 42, 43, 44, 45];
requests(_, _) -> lists:seq(0, 8) ++ lists:seq(11, 20) ++ [24, 26, 27, 28, 29, 30, 31, 42, 43, 44, 45, 46, 60, 70].

tests() ->
    [{{Driver, State, Request}, fun() -> short([ask(Driver, State, Request, D) || D <- data()]) end}
     || {Driver, States} <- [{"tcp_inet", [new, open, listening, connected, active, closed]}, {"udp_inet", [new, open, connected]}],
        State <- States, Request <- requests(Driver, State)]
    ++ [{names, fun() ->
             [probe:caught(fun() -> open_port({Spawn, Name}, []) end)
              || Spawn <- [spawn, spawn_driver], Name <- ["tcp_inet", "udp_inet x", "sctp_inet", "tcp_inetx"],
                 Spawn =:= spawn_driver orelse Name =/= "tcp_inetx"]
         end},
        {options, fun() ->
             [probe:caught(fun() -> open_port({spawn_driver, "tcp_inet"}, O) end) || O <- [[exit_status], [{args, []}], [{packet, 2}], [eof], [in]]]
         end},
        {without_magic, fun() -> [port_control(make("tcp_inet", S), R, []) || S <- [new, open], R <- [1, 12, 99]] end},
        {call, fun() -> probe:caught(fun() -> erlang:port_call(make("tcp_inet", open), 1, x) end) end},
        {command_options, fun() ->
             [probe:caught(fun() -> port_command(make(D, open), <<0, 0>>, O) end) || D <- ["tcp_inet", "udp_inet"], O <- [[force], [nosuspend], [x]]]
         end}]
    ++ [{{command, Driver, State}, fun() ->
             process_flag(trap_exit, true),
             [begin
                  S = make(Driver, State), R = probe:caught(fun() -> port_command(S, D) end),
                  {R, lists:sort([case M of {'EXIT', S, W} -> {'EXIT', W}; {inet_reply, S, W} -> W; Other -> Other end || M <- probe:messages(10), element(1, M) =/= tcp_closed])}
              end || D <- [<<>>, <<"x">>, <<0, 0>>, <<0, 0, "x">>, <<0, 1, 131>>, <<0, 2, 131, 106>>, <<0, 3, 131, 97, 1>>, <<0, 4, 131, 97, 1, 7>>, <<0, 4, 131, 97>>, <<1, 0, 9, 127, 0, 0, 1, 0, 0, 0, 0, "x">>]]
         end} || {Driver, State} <- [{"tcp_inet", new}, {"tcp_inet", open}, {"tcp_inet", closed}, {"tcp_inet", connected}, {"udp_inet", new}, {"udp_inet", open}]].
