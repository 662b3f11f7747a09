%% What comes and goes: each function does it so many times.
-module(endings).

-export([spawned/1, monitored/1, thrown/1, linked/1, killed/1, demonitored/1, requested/1]).
-export([timed/1, aliased/1, named/1, hibernated/1, letters/1, tables/1, tables_of_processes/1]).
-export([caught/1, undefined/1, timed_out/1, expressions/1, prepared/2]).

spawned(0) -> ok;
spawned(N) ->
    S = self(),
    spawn(fun() -> S ! N end),
    receive N -> spawned(N - 1) end.

monitored(0) -> ok;
monitored(N) ->
    down(spawn_monitor(fun() -> exit(N) end)),
    monitored(N - 1).

thrown(0) -> ok;
thrown(N) ->
    down(spawn_monitor(fun() -> throw(N) end)),
    thrown(N - 1).

linked(0) -> ok;
linked(N) ->
    process_flag(trap_exit, true),
    P = spawn_link(fun() -> exit(N) end),
    receive {'EXIT', P, _} -> linked(N - 1) end.

killed(0) -> ok;
killed(N) ->
    {P, R} = spawn_monitor(fun() -> receive after 100000 -> ok end end),
    erlang:yield(),
    exit(P, kill),
    down({P, R}),
    killed(N - 1).

demonitored(0) -> ok;
demonitored(N) ->
    P = spawn(fun() -> receive stop -> ok end end),
    demonitor(monitor(process, P), [flush]),
    R = monitor(process, P),
    P ! stop,
    down({P, R}),
    demonitored(N - 1).

requested(0) -> ok;
requested(N) ->
    R = spawn_request(fun() -> ok end, [monitor]),
    receive {spawn_reply, R, ok, P} -> down({P, R}) end,
    requested(N - 1).

timed(0) -> ok;
timed(N) ->
    erlang:cancel_timer(erlang:send_after(1000000, self(), never)),
    erlang:start_timer(0, self(), now),
    receive {timeout, _, now} -> timed(N - 1) end.

aliased(0) -> ok;
aliased(N) ->
    A = alias([reply]),
    A ! x,
    receive x -> ok end,
    unalias(A),
    aliased(N - 1).

named(0) -> ok;
named(N) ->
    {P, R} = spawn_monitor(fun() -> receive stop -> ok end end),
    register(endings, P),
    endings ! stop,
    down({P, R}),
    named(N - 1).

hibernated(0) -> ok;
hibernated(N) ->
    S = self(),
    P = spawn(fun() -> erlang:hibernate(erlang, send, [S, N]) end),
    P ! x,
    receive N -> hibernated(N - 1) end.

letters(0) -> ok;
letters(N) ->
    {P, R} = spawn_monitor(fun() -> receive stop -> ok end end),
    [P ! Letter || Letter <- [a, b, c, stop, d]],
    down({P, R}),
    letters(N - 1).

tables(0) -> ok;
tables(N) ->
    [table(Type, N) || Type <- [set, bag, duplicate_bag, ordered_set]],
    tables(N - 1).

table(Type, N) ->
    T = ets:new(endings, [Type]),
    ets:insert(T, [{a, N}, {b, self()}, {a, T}]),
    ets:safe_fixtable(T, true),
    ets:first(T),
    ets:delete(T, a),
    ets:delete(T).

tables_of_processes(0) -> ok;
tables_of_processes(N) ->
    {P, R} = spawn_monitor(fun() ->
        T = ets:new(endings, [named_table]),
        ets:insert(T, {1, self()}),
        put(a, [T])
    end),
    down({P, R}),
    tables_of_processes(N - 1).

caught(0) -> ok;
caught(N) ->
    try throw(N) catch throw:N -> ok end,
    {'EXIT', {badarith, _}} = (catch N / (N - N)),
    {'EXIT', {{badmatch, _}, _}} = (catch ok = hd([N])),
    caught(N - 1).

undefined(0) -> ok;
undefined(N) ->
    try nosuch:function(N) catch error:undef -> ok end,
    try apply(nosuch, function, [N]) catch error:undef -> ok end,
    undefined(N - 1).

timed_out(0) -> ok;
timed_out(N) ->
    receive never -> ok after 1 -> timed_out(N - 1) end.

expressions(0) -> ok;
expressions(N) ->
    {ok, P} = re:compile("a+(b)?"),
    {match, _} = re:run("aab", P),
    binary:match(<<"abc">>, binary:compile_pattern([<<"b">>, <<"c">>])),
    expressions(N - 1).

prepared(_, 0) -> ok;
prepared(Beam, N) ->
    Ref = erlang:prepare_loading(basics, Beam),
    false = erlang:has_prepared_code_on_load(Ref),
    prepared(Beam, N - 1).

down({P, R}) ->
    receive {'DOWN', R, process, P, _} -> ok end.
