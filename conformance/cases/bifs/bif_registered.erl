%% A name is freed when its process ends.
-module(bif_registered).
-export([name/1, send_by_name/1, twice/0, bad/2, freed/0, dead/0, options/1]).

name(Name) ->
    Before = whereis(Name),
    true = register(Name, self()),
    Found = whereis(Name) =:= self(),
    Listed = lists:member(Name, registered()),
    Info = process_info(self(), registered_name),
    true = unregister(Name),
    {Before, Found, Listed, Info, whereis(Name), process_info(self(), registered_name)}.

send_by_name(X) ->
    register(bif_registered_me, self()),
    bif_registered_me ! {one, X},
    {bif_registered_me, node()} ! {two, X},
    erlang:send(bif_registered_me, {three, X}),
    unregister(bif_registered_me),
    [receive {K, V} -> {K, V} end || _ <- [1, 2, 3]].

twice() ->
    register(bif_registered_a, self()),
    R = [try register(N, P) catch C:E -> {C, E} end
         || {N, P} <- [{bif_registered_a, self()}, {bif_registered_b, self()}, {undefined, self()}]],
    unregister(bif_registered_a),
    R.

bad(What, X) ->
    try
        case What of
            register -> register(X, self());
            pid -> register(bif_registered_x, X);
            unregister -> unregister(X);
            whereis -> whereis(X);
            send -> erlang:send(X, hello)
        end
    catch
        C:R -> {C, R}
    end.

freed() ->
    {Pid, Ref} = spawn_monitor(fun() -> register(bif_registered_f, self()), receive stop -> ok end end),
    wait(100),
    There = whereis(bif_registered_f) =:= Pid,
    bif_registered_f ! stop,
    receive {'DOWN', Ref, process, Pid, R} -> {There, R, whereis(bif_registered_f)} end.

wait(0) -> never;
wait(N) ->
    case whereis(bif_registered_f) of
        undefined -> receive after 5 -> wait(N - 1) end;
        _ -> ok
    end.

dead() ->
    {Pid, Ref} = spawn_monitor(fun() -> ok end),
    receive {'DOWN', Ref, _, _, _} -> ok end,
    Pid ! ignored,
    try register(bif_registered_d, Pid) catch C:R -> {C, R} end.

options(Options) ->
    try
        {erlang:send(self(), x, Options), receive x -> got after 0 -> none end}
    catch
        C:R -> {C, R}
    end.
