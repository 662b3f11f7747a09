%% Programs at the other end of a port: how they are started, what they read and write, how they end.
-module(port_programs).
-export([spawn/2, spawn_fails/2, exec/3, exec_fails/2, cd/1, relative/0, env/1, args/1, arg0/1, names/1, bad/1,
         statuses/1, order/0, order_late/0, stderr/1, nouse/1, in_only/0, out_only/0, echo/3, lines/3,
         packets/2, packet_in/3, too_long/2, empty/1, big/1, busy/1, busy_limits/1, busy_exit/0,
         late/0, many/0, broken/1, closing_flushes/1, files/1, fd/1, fd_pipe/0, fd_bad/1, driver/1, cmd/1,
         cmd_max/1, cmd_bad/1, parallel/0, no_descriptors/0, setsid/0, vanilla/1]).

all(T) -> receive M -> [M | all(T)] after T -> [] end.

c(F) -> try F() catch C:R -> {C, R} end.

trap() -> process_flag(trap_exit, true).

%% All that a port sends until it ends, with bytes put together.
until_end(P) -> until_end(P, []).
until_end(P, Acc) ->
    receive
        {P, {data, B}} when is_binary(B), Acc =/= [], is_binary(hd(Acc)) ->
            until_end(P, [<<(hd(Acc))/binary, B/binary>> | tl(Acc)]);
        {P, {data, L}} when is_list(L), Acc =/= [], is_list(hd(Acc)) ->
            until_end(P, [hd(Acc) ++ L | tl(Acc)]);
        {P, {data, B}} -> until_end(P, [B | Acc]);
        {P, eof} -> lists:reverse(Acc, [eof | all(50)]);
        {P, X} -> until_end(P, [X | Acc]);
        {'EXIT', P, R} -> lists:reverse(Acc, [{exit, R}])
    after 5000 -> lists:reverse(Acc, [timeout])
    end.

in_folder(F) -> ports_folder:in(F).

open(Name, Options) -> c(fun() -> open_port(Name, Options) end).

run(Name, Options) ->
    trap(),
    case open(Name, Options) of
        P when is_port(P) -> until_end(P);
        Error -> Error
    end.

spawn(Command, Options) -> run({spawn, Command}, Options).
spawn_fails(Name, Options) -> run(Name, Options).

exec(File, Args, Options) -> run({spawn_executable, File}, [{args, Args} | Options]).

exec_fails(What, Options) ->
    in_folder(fun(D) ->
        File = D ++ "/x",
        case What of
            none -> ok;
            plain -> ok = prim_file:write_file(File, "echo hi\n");
            script -> ok = prim_file:write_file(File, "echo hi\n"), chmod(File);
            interpreter -> ok = prim_file:write_file(File, "#!/no/such/thing\n"), chmod(File);
            good -> ok = prim_file:write_file(File, "#!/bin/sh\necho hi\n"), chmod(File);
            folder -> ok = prim_file:make_dir(File);
            under -> ok = prim_file:write_file(File, "")
        end,
        run({spawn_executable, case What of under -> File ++ "/y"; _ -> File end}, Options)
    end).

chmod(File) -> ok = prim_file:write_file_info(File, setelement(8, file_info(), 8#755)).
file_info() -> {file_info, undefined, undefined, undefined, undefined, undefined, undefined, undefined,
                undefined, undefined, undefined, undefined, undefined, undefined}.

cd(Kind) ->
    in_folder(fun(D) ->
        ok = prim_file:make_dir(D ++ "/sub"),
        Cd = case Kind of
                 list -> D; binary -> list_to_binary(D); atom -> list_to_atom(D);
                 nested -> [D, $/, ["sub"]]; none -> D ++ "/none"; empty -> ""; bad -> 1; zero -> "a\0b"
             end,
        case run({spawn, "pwd 2>/dev/null"}, [{cd, Cd}, exit_status, stderr_to_stdout]) of
            [L | Rest] when is_list(L) ->
                {lists:suffix(filename(D) ++ "\n", L) orelse lists:suffix("/sub\n", L), Rest};
            Other -> Other
        end
    end).

filename(D) -> lists:last(string:split(D, "/", all)).

%% The folder of the system itself is where programs begin.
relative() ->
    {ok, Before} = prim_file:get_cwd(),
    try
        in_folder(fun(D) ->
            ok = prim_file:set_cwd(D),
            ok = prim_file:write_file("prog", "#!/bin/sh\necho \"${0##*/}\"; ls\n"),
            chmod("prog"),
            ok = prim_file:make_dir("sub"),
            [run({spawn_executable, "./prog"}, []), run({spawn_executable, "prog"}, []),
             run({spawn, "ls"}, []), run({spawn, "ls .."}, [{cd, "sub"}]),
             run({spawn_executable, "prog"}, [{cd, "sub"}, exit_status]),
             run({spawn_executable, "../prog"}, [{cd, "sub"}])]
        end)
    after prim_file:set_cwd(Before) end.

env(Env) ->
    os:putenv("PORT_PROGRAMS_A", "outer"),
    run({spawn, "printf '%s.' \"$PORT_PROGRAMS_A\" \"$PORT_PROGRAMS_B\" \"${PORT_PROGRAMS_A-unset}\""}, [{env, Env}]).

args(Args) -> run({spawn_executable, "/bin/sh"}, [{args, Args}]).

arg0(Arg0) -> run({spawn_executable, "/bin/sh"}, [{arg0, Arg0}, {args, ["-c", "echo $0"]}]).

names(Name) -> run({spawn, Name}, [exit_status]).

%% A port whose program has ended may be closed before it is asked to be.
bad({Name, Options}) ->
    c(fun() ->
          P = open_port(Name, Options),
          try port_close(P) catch error:badarg -> true end
      end).

statuses(N) when is_integer(N) -> run({spawn, "sh -c 'exit " ++ integer_to_list(N) ++ "'"}, [exit_status]);
statuses({signal, N}) -> run({spawn, "sh -c 'kill -" ++ integer_to_list(N) ++ " $$'"}, [exit_status]).

order() ->
    [run({spawn, "echo data"}, Os) || Os <- [[], [eof], [exit_status], [eof, exit_status]]].

%% The program has ended, and somebody else still has its output open.
order_late() ->
    run({spawn, "sh -c '(sleep 0.3; echo late) & echo early; exit 4'"}, [exit_status]).

stderr(Options) -> run({spawn, "sh -c 'echo err >&2; echo out'"}, Options).

nouse(Options) ->
    trap(),
    case open({spawn, "sh -c 'read a <&3; echo got $a >&4'"}, [nouse_stdio | Options]) of
        P when is_port(P) ->
            c(fun() -> port_command(P, "line\n") end),
            until_end(P);
        E -> E
    end.

in_only() ->
    trap(),
    P = open_port({spawn, "sh -c 'echo x; sleep 5'"}, [in, binary]),
    [receive {P, {data, D}} -> D after 2000 -> none end, port_command(P, "x"), all(200)].

out_only() ->
    in_folder(fun(D) ->
        trap(),
        P = open_port({spawn, "sh -c 'cat > " ++ D ++ "/f; mv " ++ D ++ "/f " ++ D ++ "/g'"}, [out, exit_status, eof]),
        port_command(P, "some text"),
        port_close(P),
        {wait_file(D ++ "/g", 200), all(100)}
    end).

echo(Data, Options, N) ->
    trap(),
    P = open_port({spawn, "cat"}, Options),
    [port_command(P, Data) || _ <- lists:seq(1, N)],
    R = all(200),
    port_close(P),
    R.

lines(Text, Line, Options) ->
    run({spawn_executable, "/usr/bin/printf"}, [{args, [Text]}, Line | Options]).

packets(Packet, Sizes) ->
    trap(),
    P = open_port({spawn, "cat"}, [{packet, Packet}, binary]),
    [port_command(P, binary:copy(<<"x">>, S)) || S <- Sizes],
    R = [receive {P, {data, D}} -> byte_size(D) after 3000 -> none end || _ <- Sizes],
    port_close(P),
    R.

%% Bytes that are no whole packets at last.
packet_in(Packet, Text, Options) ->
    run({spawn_executable, "/usr/bin/printf"}, [{args, [Text]}, {packet, Packet} | Options]).

too_long(Packet, Size) ->
    trap(),
    P = open_port({spawn, "cat"}, [{packet, Packet}]),
    {c(fun() -> port_command(P, lists:duplicate(Size, $a)) end), all(200)}.

empty(Options) ->
    trap(),
    P = open_port({spawn, "cat"}, Options),
    R = [port_command(P, []), port_command(P, <<>>), port_command(P, [[], <<>>]), all(200)],
    port_close(P),
    R.

big(Size) ->
    trap(),
    P = open_port({spawn, "cat"}, [binary]),
    Data = binary:copy(<<"0123456789">>, Size div 10),
    spawn_link(fun() -> port_command(P, Data) end),
    Got = collect(P, byte_size(Data), []),
    port_close(P),
    Got =:= Data.

collect(_, N, Acc) when N =< 0 -> iolist_to_binary(lists:reverse(Acc));
collect(P, N, Acc) ->
    receive {P, {data, D}} -> collect(P, N - byte_size(D), [D | Acc])
    after 5000 -> timeout end.

%% A program that does not read: who sends too much waits.
busy(How) ->
    trap(),
    P = open_port({spawn, "sleep 0.7; cat >/dev/null"}, []),
    P2 = open_port({spawn, "sh -c 'sleep 0.7; cat >/dev/null'"}, [out]),
    unlink(P), exit(P, kill),
    Me = self(),
    Big = binary:copy(<<"x">>, 300000),
    Sender = spawn(fun() ->
        port_command(P2, Big),
        Me ! first,
        R = case How of
                command -> port_command(P2, "more");
                bang -> P2 ! {Me, {command, "more"}}, bang;
                send -> erlang:send(P2, {Me, {command, "more"}});
                send_nosuspend -> erlang:send(P2, {Me, {command, "more"}}, [nosuspend]);
                nosuspend -> port_command(P2, "more", [nosuspend]);
                close -> P2 ! {Me, close}, closed
            end,
        Me ! {second, R}
    end),
    receive first -> ok after 3000 -> none end,
    timer:sleep(100),
    Status = process_info(Sender, status),
    Early = receive {second, R1} -> {early, R1} after 100 -> waiting end,
    Late = case Early of waiting -> receive {second, R2} -> R2 after 3000 -> none end; _ -> none end,
    catch port_close(P2),
    {Status, Early, case Late of {_, _} -> message; _ -> Late end}.

busy_limits(Limits) ->
    trap(),
    case open({spawn, "sleep 1"}, [Limits, out]) of
        P when is_port(P) ->
            port_command(P, binary:copy(<<"x">>, 70000)),
            R = port_command(P, "x", [nosuspend]),
            {queue_size, Q} = erlang:port_info(P, queue_size),
            exit(P, kill),
            {R, Q > 0};
        E -> E
    end.

%% A port ends while somebody waits for it.
busy_exit() ->
    trap(),
    Me = self(),
    P = open_port({spawn, "sleep 2"}, [out]),
    Sender = spawn(fun() ->
        port_command(P, binary:copy(<<"x">>, 300000)),
        Me ! {second, c(fun() -> port_command(P, "more") end)}
    end),
    timer:sleep(200),
    S = process_info(Sender, status),
    exit(P, kill),
    {S, receive {second, R} -> R after 2000 -> none end, all(100)}.

late() ->
    trap(),
    P = open_port({spawn, "true"}, [exit_status]),
    timer:sleep(300),
    {all(100), c(fun() -> port_command(P, "x") end)}.

many() ->
    trap(),
    Ps = [open_port({spawn, "cat"}, [binary]) || _ <- lists:seq(1, 40)],
    [port_command(P, integer_to_list(N)) || {N, P} <- lists:zip(lists:seq(1, 40), Ps)],
    R = [receive {P, {data, D}} -> D after 3000 -> none end || P <- Ps],
    [port_close(P) || P <- Ps],
    {R =:= [integer_to_binary(N) || N <- lists:seq(1, 40)], length(all(100))}.

%% Writing to a program that has closed its input.
broken(Options) ->
    trap(),
    %% The pause lets erl's forker close its own end of the pipe, too.
    P = open_port({spawn, "sh -c 'exec <&-; sleep 0.5; echo closed; sleep 4'"}, Options),
    receive {P, {data, _}} -> ok after 5000 -> none end,
    R = c(fun() -> port_command(P, "x") end),
    {R, receive M -> [M | all(200)] after 3000 -> [] end}.

closing_flushes(How) ->
    in_folder(fun(D) ->
        trap(),
        P = open_port({spawn, "sh -c 'sleep 0.3; cat > " ++ D ++ "/f; mv " ++ D ++ "/f " ++ D ++ "/g'"}, [out]),
        port_command(P, binary:copy(<<"x">>, 200000)),
        case How of close -> port_close(P); bang -> P ! {self(), close} end,
        Info = [lists:member(P, erlang:ports()) | [c(F) || F <- [
            fun() -> erlang:port_info(P, links) end, fun() -> erlang:port_info(P, registered_name) end,
            fun() -> port_command(P, "x") end, fun() -> port_close(P) end,
            fun() -> port_connect(P, self()) end, fun() -> erlang:port_get_data(P) end,
            fun() -> register(port_programs_closing, P) end, fun() -> link(P) end,
            fun() -> is_reference(erlang:monitor(port, P)) end, fun() -> exit(P, foo) end]]],
        A = all(700),
        {Info, [setelement(2, M, x) || M <- A], wait_size(D ++ "/g", 200)}
    end).

wait_size(F, N) -> case wait_file(F, N) of {ok, B} -> byte_size(B); none -> none end.

wait_file(_, 0) -> none;
wait_file(F, N) ->
    case prim_file:read_file(F) of {ok, B} -> {ok, B}; _ -> timer:sleep(50), wait_file(F, N - 1) end.

files(What) ->
    in_folder(fun(D) ->
        ok = prim_file:write_file(D ++ "/in", "one\ntwo\n"),
        case What of
            in -> run({spawn, "cat " ++ D ++ "/in"}, [{line, 80}]);
            pipe -> run({spawn, "sort -r < " ++ D ++ "/in | tr a-z A-Z"}, [stream])
        end
    end).

fd({In, Out}) ->
    trap(),
    case open({fd, In, Out}, [out]) of
        P when is_port(P) -> {erlang:port_info(P, name), port_close(P), all(50)};
        E -> E
    end.

fd_bad({Name, Options}) -> open(Name, Options).

fd_pipe() ->
    trap(),
    P = open_port({fd, 2, 2}, [out]),
    R = [port_command(P, ""), erlang:port_info(P, os_pid), erlang:port_info(P, name),
         erlang:port_info(P, queue_size), port_close(P)],
    {R, all(50)}.

driver({Kind, Name}) -> open({Kind, Name}, []).

cmd(C) -> ports_folder:shell(), c(fun() -> os:cmd(C) end).
cmd_max(N) -> ports_folder:shell(), c(fun() -> os:cmd("echo 0123456789", #{max_size => N}) end).
cmd_bad(X) -> ports_folder:shell(), c(fun() -> os:cmd(X) end).

parallel() ->
    ports_folder:shell(),
    Me = self(),
    T0 = erlang:monotonic_time(millisecond),
    Ps = [spawn(fun() -> Me ! {self(), os:cmd("sleep 0.5; echo " ++ integer_to_list(N))} end) || N <- [1, 2, 3, 4]],
    R = [receive {P, X} -> X after 5000 -> none end || P <- Ps],
    {R, erlang:monotonic_time(millisecond) - T0 < 1900}.

%% A program gets no descriptors besides its own.
no_descriptors() -> run({spawn, "ls /proc/self/fd"}, [{line, 9}]).

setsid() ->
    run({spawn, "sh -c 'set -- $(cat /proc/$$/stat); test $5 = $1 && echo leader; echo $((0x$(sed -n s/^SigIgn:.//p /proc/$$/status) & 0x1000))'"}, []).

vanilla(What) ->
    in_folder(fun(D) ->
        F = D ++ "/f",
        What =:= none orelse prim_file:write_file(F, "text\n"),
        case What of
            write -> trap(), case open(F, [out]) of
                         P when is_port(P) -> port_command(P, "new"), port_close(P), {prim_file:read_file(F), all(50)};
                         E -> element(1, E) end;
            none -> R = run(F, [in]), case R of {error, X} -> X; _ -> R end;
            _ -> R = run(F, [in]), case R of {error, X} -> X; _ -> R end
        end
    end).
