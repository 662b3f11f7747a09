%% What the system tracer does itself, and exit signals as messages without a token.
-module(seq_tracer).
-export([sends/0, prints/0, spawns/1, child/0, other/0, answered/0, exit_of_child/0,
         exit_by/1]).

trace() ->
    seq_trace:set_system_tracer(self()),
    seq_trace:set_token(label, 17),
    seq_trace:set_token(serial, {0, 0}),
    [seq_trace:set_token(Flag, true) || Flag <- [send, 'receive', print]].

%% Serials of others are left out: in erts, what a new process begins with is left to chance.
flush() ->
    receive
        {seq_trace, Label, {What, _, From, To, Message}} ->
            [{seq_trace, Label, What, From, To, Message} | flush()];
        Message ->
            [Message | flush()]
    after 100 -> []
    end.

sends() ->
    trace(),
    self() ! a,
    seq_trace:print(0, p),
    seq_trace:print(17, q),
    flush().

prints() ->
    trace(),
    seq_trace:print(17, x),
    self() ! c,
    receive c -> ok end,
    {seq_trace:get_token(), flush()}.

spawns(Options) ->
    trace(),
    spawn_opt(fun() -> ok end, Options),
    [M || M <- flush(), element(1, M) =:= seq_trace].

child() ->
    Self = self(),
    trace(),
    spawn(fun() -> seq_trace:print(17, child), Self ! {token, seq_trace:get_token() =:= []} end),
    flush().

other() ->
    Self = self(),
    Pid = spawn(fun() ->
        receive go -> ok end,
        receive x -> ok end,
        seq_trace:print(17, hi),
        Self ! y
    end),
    trace(),
    Pid ! go,
    Pid ! x,
    flush().

answered() ->
    trace(),
    Pid = spawn(fun() -> receive {a, From} -> From ! b end end),
    Pid ! {a, self()},
    receive b -> ok end,
    {element(1, seq_trace:get_token()), flush()}.

exit_of_child() ->
    process_flag(trap_exit, true),
    Pid = spawn_link(fun() -> receive z -> exit(q) end end),
    trace(),
    Pid ! z,
    receive {'EXIT', Pid, q} -> ok end,
    [element(1, seq_trace:get_token()) | flush()].

%% Whether a process has no token any more after it has received an exit signal.
exit_by(Whom) ->
    process_flag(trap_exit, true),
    {Gone, Ref} = spawn_monitor(fun() -> ok end),
    receive {'DOWN', Ref, process, Gone, _} -> ok end,
    Self = self(),
    Other = spawn(fun() -> receive go -> exit(Self, reason) end end),
    {Monitored, _} = spawn_monitor(fun() -> receive go -> ok end end),
    seq_trace:set_token(label, 1),
    case Whom of
        itself -> exit(self(), reason);
        other -> Other ! go;
        token -> spawn(fun() -> seq_trace:set_token(label, 3), exit(Self, reason) end);
        gone -> link(Gone);
        monitor -> exit(Monitored, kill)
    end,
    receive {'EXIT', _, _} -> ok; {'DOWN', _, _, _, _} -> ok end,
    seq_trace:get_token() =:= [].
