%% Runs tests and prints what each gives, with everything taken out that no two runs have in common.
-module(probe).
-export([run/1, run/2, messages/1, pair/1, pair/2, caught/1, wait/1, until/1]).

%% The tests of a module, one after the other, each in a process of its own.
run(Module) -> run(Module, "").

%% The same, of those that have a text in their names.
run(Module, Text) ->
    ok = logger:set_primary_config(level, none),
    [io:format("~0tp: ~0tp~n", [Name, one(Test)])
     || {Name, Test} <- Module:tests(), string:find(io_lib:format("~0tp", [Name]), Text) =/= nomatch],
    ok.

one(Test) ->
    {Pid, Ref} = spawn_monitor(fun() -> exit({done, caught(Test)}) end),
    receive
        {'DOWN', Ref, process, Pid, {done, Result}} -> clean(Result);
        {'DOWN', Ref, process, Pid, Reason} -> {died, clean(Reason)}
    after 20000 -> exit(Pid, kill), timeout
    end.

caught(Fun) ->
    try Fun() catch
        exit:{Reason, [{M, F, _, _} | _]} -> {exit, Reason, M, F};
        Class:Reason -> {Class, Reason}
    end.

clean(T) when is_port(T) -> port;
clean(T) when is_pid(T) -> pid;
clean(T) when is_reference(T) -> ref;
clean(T) when is_tuple(T) -> list_to_tuple([clean(E) || E <- tuple_to_list(T)]);
clean([H | T]) -> [clean(H) | clean(T)];
clean(T) -> T.

%% All messages that come until none has come for a while.
messages(Time) ->
    receive M -> [M | messages(Time)] after Time -> [] end.

%% Both ends of a connection: who has connected, and who has accepted.
pair(Options) -> pair(Options, Options).

pair(Connecting, Listening) ->
    {ok, L} = gen_tcp:listen(0, [{ip, {127, 0, 0, 1}} | Listening]),
    {ok, P} = inet:port(L),
    {ok, C} = gen_tcp:connect({127, 0, 0, 1}, P, Connecting),
    {ok, A} = gen_tcp:accept(L),
    ok = gen_tcp:close(L),
    {C, A}.

wait(Time) -> receive after Time -> ok end.

%% Until something holds, or for two seconds.
until(Fun) -> until(Fun, 200).
until(_, 0) -> never;
until(Fun, N) ->
    case Fun() of
        true -> ok;
        _ -> wait(10), until(Fun, N - 1)
    end.
