%% Each function collects its answers by messages, so that the result does not depend on timing.
-module(lang_spawn).
-export([by_fun/1, by_mfa/1, with_monitor/1, with_opt/1, many/1, chain/1, exits/1, bad/1, child/2,
         spawn_link_trap/1, alive/0, result_of/2]).

by_fun(X) ->
    Parent = self(),
    Pid = spawn(fun() -> Parent ! {self(), [X, X]} end),
    receive {Pid, Answer} -> Answer end.

by_mfa(X) ->
    Pid = spawn(lang_spawn, child, [self(), X]),
    receive {child, Pid, Answer} -> Answer end.

child(Parent, X) -> Parent ! {child, self(), {got, X}}.

with_monitor(Exit) ->
    {Pid, Ref} = spawn_monitor(fun() -> end_by(Exit) end),
    receive {'DOWN', Ref, process, Pid, Reason} -> plain(Reason) end.

end_by(normal) -> fine;
end_by({exit, R}) -> exit(R);
end_by({error, R}) -> error(R);
end_by({throw, R}) -> throw(R);
end_by(badarith) -> 1 / zero();
end_by(loop) -> receive never -> ok end.

zero() -> 0.

plain({Reason, [{_, _, _, _} | _]}) -> {with_trace, Reason};
plain(Reason) -> Reason.

with_opt(Options) ->
    Parent = self(),
    Result = spawn_opt(fun() -> Parent ! {started, process_info(self(), priority)} end, Options),
    Pid = case Result of
              {P, _} -> P;
              P -> P
          end,
    {is_pid(Pid), receive {started, Info} -> Info end}.

many(N) ->
    Parent = self(),
    Pids = [spawn(fun() -> Parent ! {self(), K * K} end) || K <- lists:seq(1, N)],
    lists:sum([receive {Pid, V} -> V end || Pid <- Pids]).

chain(N) ->
    Last = lists:foldl(fun(_, Next) -> spawn(fun() -> receive X -> Next ! X + 1 end end) end, self(),
                       lists:seq(1, N)),
    Last ! 0,
    receive Result -> Result end.

exits(Reasons) -> [with_monitor(R) || R <- Reasons].

bad(What) ->
    try
        case What of
            not_a_fun -> spawn(not_a_fun);
            bad_args -> spawn(lists, reverse, not_a_list);
            bad_module -> spawn("lists", reverse, []);
            bad_option -> spawn_opt(fun() -> ok end, [no_such_option]);
            wrong_arity -> spawn(fun(_) -> ok end)
        end
    of
        Pid -> {is_pid(Pid)}
    catch
        C:R -> {C, R}
    end.

spawn_link_trap(Exit) ->
    Old = process_flag(trap_exit, true),
    Pid = spawn_link(fun() -> end_by(Exit) end),
    Result = receive {'EXIT', Pid, Reason} -> plain(Reason) end,
    process_flag(trap_exit, Old),
    Result.

alive() ->
    Pid = spawn(fun() -> receive stop -> ok end end),
    Before = is_process_alive(Pid),
    Ref = monitor(process, Pid),
    Pid ! stop,
    receive {'DOWN', Ref, process, Pid, Reason} -> {Before, is_process_alive(Pid), Reason} end.

result_of(F, Args) ->
    {Pid, Ref} = spawn_monitor(fun() -> exit({result, apply(lists, F, Args)}) end),
    receive
        {'DOWN', Ref, process, Pid, {result, R}} -> R;
        {'DOWN', Ref, process, Pid, Other} -> {failed, plain(Other)}
    end.
