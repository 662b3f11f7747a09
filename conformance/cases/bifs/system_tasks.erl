%% What processes are asked to do for the runtime.
-module(system_tasks).
-export([asked/2, uncollected/0, ended/0]).

%% The answer of a process that lives, and of one that has ended.
asked(Priority, Request) ->
    Alive = spawn(fun() -> receive never -> ok end end),
    {Gone, Ref} = spawn_monitor(fun() -> ok end),
    receive {'DOWN', Ref, process, Gone, _} -> ok end,
    Told = [answer(Pid, Priority, Request) || Pid <- [Alive, Gone]],
    exit(Alive, kill),
    Told.

answer(Pid, Priority, Request) ->
    try erts_internal:request_system_task(Pid, Priority, Request) of
        ok -> receive Answer -> Answer after 5000 -> none end
    catch error:Reason -> Reason
    end.

%% One that does not collect its garbage is asked to.
uncollected() ->
    erts_debug:set_internal_state(available_internal_state, true),
    Me = self(),
    Pid = spawn(fun() ->
        Me ! {was, erts_debug:set_internal_state(gc_state, false)},
        receive go -> ok end,
        Me ! {was, erts_debug:set_internal_state(gc_state, true)},
        receive never -> ok end
    end),
    First = next(),
    async = garbage_collect(Pid, [{async, major}]),
    async = garbage_collect(Pid, [{async, minor}, {type, minor}]),
    erts_internal:request_system_task(Pid, normal, {check_process_code, code, ?MODULE}),
    Meanwhile = [next(), next()],
    Pid ! go,
    Then = lists:sort([next(), next(), next()]),
    exit(Pid, kill),
    {First, Meanwhile, Then, next()}.

%% It ends before it does.
ended() ->
    erts_debug:set_internal_state(available_internal_state, true),
    Me = self(),
    Pid = spawn(fun() ->
        erts_debug:set_internal_state(gc_state, false),
        Me ! ready,
        receive never -> ok end
    end),
    ready = next(),
    async = garbage_collect(Pid, [{async, asked}]),
    nothing = next(),
    exit(Pid, kill),
    next().

next() ->
    receive Message -> Message after 300 -> nothing end.
