%% The module vsn has versions 1 and 2 that come and go.
-module(code_versions).
-export([run/1, gone/0]).
-import(code_builder, [version/2, load/2, unload/1, caught/1]).

%% One after another, so that the versions are made once.
run(Names) -> [{Name, do(Name)} || Name <- Names].

do(loading) -> loading();
do(third) -> third();
do(deleting) -> deleting();
do(current_and_old) -> current_and_old();
do(calls) -> calls();
do(withdrawn) -> withdrawn();
do(funs) -> funs();
do(same_again) -> same_again();
do(soft) -> soft();
do(hard) -> hard();
do(checks) -> checks();
do(check_options) -> check_options();
do(async_check) -> async_check();
do(refused) -> refused();
do(many) -> many();
do(after_purge) -> after_purge();
do(lambdas_without_module) -> lambdas_without_module();
do(sent_fun) -> sent_fun();
do(named_fun) -> named_fun();
do(tail_call) -> tail_call();
do(frames) -> frames();
do(hibernating) -> hibernating();
do(dead_fun_info) -> dead_fun_info();
do(loaded) -> loaded();
do(info) -> info();
do(waiting_call) -> waiting_call();
do(abort_keeps_funs) -> abort_keeps_funs();
do({prepared, What}) -> prepared(What);
do({bad, F, Arg}) -> bad(F, Arg).

one() -> load(vsn, version(vsn, 1)).
two() -> load(vsn, version(vsn, 2)).
done(Result) ->
    unload(vsn),
    Result.

%% A process that stands still in a function.
stand(F, Args) ->
    Pid = spawn(vsn, F, Args),
    settle(Pid).

settle(Pid) ->
    case process_info(Pid, status) of
        {status, waiting} -> Pid;
        undefined -> Pid;
        _ -> erlang:yield(), settle(Pid)
    end.

stop(Pid) ->
    Pid ! stop,
    receive {Pid, N} -> N; {Pid, R, N} -> {R, N} end.

loading() ->
    Before = {erlang:module_loaded(vsn), erlang:check_old_code(vsn)},
    One = {one(), vsn:number(), erlang:module_loaded(vsn), erlang:check_old_code(vsn)},
    Two = {two(), vsn:number(), erlang:module_loaded(vsn), erlang:check_old_code(vsn)},
    done({Before, One, Two}).

third() ->
    done([one(), two(), one(), vsn:number()]).

deleting() ->
    Never = erlang:delete_module(vsn),
    one(),
    First = erlang:delete_module(vsn),
    Gone = {erlang:module_loaded(vsn), erlang:check_old_code(vsn), lists:member(vsn, erlang:loaded())},
    Again = caught(fun() -> erlang:delete_module(vsn) end),
    Back = {one(), vsn:number(), erlang:check_old_code(vsn)},
    erts_code_purger:purge(vsn),
    Second = erlang:delete_module(vsn),
    Purged = {erts_code_purger:purge(vsn), lists:member(vsn, erlang:loaded())},
    {Never, First, Gone, Again, Back, Second, Purged, erlang:delete_module(vsn)}.

current_and_old() ->
    one(),
    Old = vsn:fn(),
    two(),
    New = vsn:fn(),
    done({Old(), New(), vsn:number(), (fun vsn:number/0)()}).

calls() ->
    one(),
    External = fun vsn:number/0,
    Pid = stand(loop, [self()]),
    Local = stand(local_loop, [self()]),
    two(),
    Both = {External(), apply(vsn, number, []), (vsn:fn())()},
    Pid ! on,
    Local ! on,
    settle(Pid),
    settle(Local),
    done({Both, stop(Pid), stop(Local)}).

withdrawn() ->
    one(),
    F = fun vsn:only1/0,
    Before = {vsn:only1(), F(), erlang:function_exported(vsn, only1, 0)},
    two(),
    After = {vsn:only2(), erlang:function_exported(vsn, only1, 0)},
    done({Before, After, caught(fun() -> vsn:only1() end), caught(F)}).

funs() ->
    one(),
    F = vsn:fn(),
    C = vsn:closure(x),
    two(),
    Old = {F(), C(y)},
    Purged = erts_code_purger:purge(vsn),
    Bad = {caught(F), caught(fun() -> C(y), ok end), caught(fun() -> apply(C, [y]) end),
        caught(fun() -> [C(y)] end), caught(fun() -> lists:map(C, [a]) end)},
    done({Old, Purged, Bad, (vsn:fn())()}).

%% The same code again: funs follow it.
same_again() ->
    one(),
    F = vsn:fn(),
    one(),
    Purged = erts_code_purger:purge(vsn),
    Value = F(),
    Same = F =:= vsn:fn(),
    erlang:delete_module(vsn),
    Deleted = F(),
    erts_code_purger:purge(vsn),
    Gone = caught(F),
    one(),
    done({Purged, Value, Same, Deleted, Gone, F()}).

soft() ->
    None = erts_code_purger:soft_purge(vsn),
    one(),
    Nothing = erts_code_purger:soft_purge(vsn),
    Pid = stand(local_loop, [self()]),
    two(),
    Busy = {erts_code_purger:soft_purge(vsn), erlang:check_old_code(vsn), is_process_alive(Pid)},
    1 = stop(Pid),
    Free = {erts_code_purger:soft_purge(vsn), erlang:check_old_code(vsn)},
    done({None, Nothing, Busy, Free}).

hard() ->
    one(),
    Old = stand(local_loop, [self()]),
    Ref = monitor(process, Old),
    two(),
    New = stand(local_loop, [self()]),
    Purged = erts_code_purger:purge(vsn),
    Reason = receive {'DOWN', Ref, process, Old, R} -> R end,
    done({Purged, Reason, is_process_alive(Old), stop(New), erlang:check_old_code(vsn),
        erts_code_purger:purge(vsn)}).

checks() ->
    one(),
    Running = stand(local_loop, [self()]),
    Returning = spawn(vsn, frame, [self(), fun() -> receive stop -> r end end]),
    settle(Returning),
    F = vsn:fn(),
    C = vsn:closure(F),
    Holder = spawn(fun() -> put(f, C), receive stop -> F end end),
    settle(Holder),
    Holder ! F,
    Before = [erlang:check_process_code(P, vsn) || P <- [Running, Returning, Holder, self()]],
    two(),
    After = [erlang:check_process_code(P, vsn) || P <- [Running, Returning, Holder, self()]],
    Others = [erlang:check_process_code(P, lists) || P <- [Running, self()]],
    1 = stop(Running),
    {r, 1} = stop(Returning),
    Dead = erlang:check_process_code(Running, vsn),
    done({Before, After, Others, Dead, F()}).

check_options() ->
    [
        caught(fun() -> erlang:check_process_code(self(), lists, Options) end)
     || Options <- [[], [{allow_gc, false}], [{allow_gc, true}], [x], x, [{async, a} | b]]
    ] ++
        [
            caught(fun() -> erlang:check_process_code(P, M) end)
         || {P, M} <- [{x, lists}, {self(), "lists"}, {self(), 1}]
        ].

async_check() ->
    one(),
    Pid = stand(local_loop, [self()]),
    two(),
    Async = erlang:check_process_code(Pid, vsn, [{async, {id, 1}}]),
    Answer = receive {check_process_code, Id, Result} -> {Id, Result} end,
    1 = stop(Pid),
    done({Async, Answer}).

%% Only the purger may purge.
refused() ->
    [
        caught(fun() -> erts_internal:purge_module(vsn, prepare) end),
        caught(fun() -> erts_internal:purge_module(vsn, complete) end),
        caught(fun() -> erts_internal:purge_module(1, x) end),
        caught(fun() -> erts_internal:check_dirty_process_code(self(), vsn) end),
        caught(fun() -> erts_internal:dirty_process_handle_signals(self()) end),
        erts_internal:is_process_executing_dirty(self()),
        caught(fun() -> erts_internal:is_process_executing_dirty(x) end),
        {registered_name, erts_code_purger} =:= process_info(whereis(erts_code_purger), registered_name),
        erts_internal:is_system_process(whereis(erts_code_purger)),
        erts_internal:is_system_process(whereis(init)),
        erts_internal:is_system_process(self())
    ].

%% More processes than may be killed at once.
many() ->
    one(),
    Pids = [stand(local_loop, [self()]) || _ <- lists:seq(1, 30)],
    two(),
    Purged = erts_code_purger:purge(vsn),
    done({Purged, [P || P <- Pids, is_process_alive(P)]}).

after_purge() ->
    one(),
    unload(vsn),
    {caught(fun() -> vsn:number() end), caught(fun vsn:number/0), caught(fun() -> vsn:module_info() end)}.

lambdas_without_module() ->
    one(),
    F = vsn:fn(),
    C = vsn:closure(1),
    unload(vsn),
    Gone = {caught(F), caught(fun() -> C(2), ok end)},
    two(),
    Other = caught(F),
    unload(vsn),
    one(),
    done({Gone, Other, F(), C(2)}).

%% As it is, for whoever shows the trace.
gone() ->
    F = binary_to_term(<<131, 112, 0, 0, 0, 71, 0, 0:128, 0:32, 0:32, 100, 0, 4, "gone", 97, 0, 97, 0,
                         88, 100, 0, 13, "nonode@nohost", 0:96>>),
    F().

sent_fun() ->
    one(),
    Binary = term_to_binary(vsn:closure(1)),
    Here = (binary_to_term(Binary))(2),
    unload(vsn),
    F = binary_to_term(Binary),
    Gone = caught(fun() -> F(2), ok end),
    Name = erlang:fun_info(F, name),
    one(),
    Back = {F(2), erlang:fun_info(F, name)},
    done({Here, Gone, Name, Back}).

%% A fun that calls itself stays in its code, even where the new one is the same.
named_fun() ->
    one(),
    Pid = settle(spawn(vsn:named(self()))),
    one(),
    Pid ! x,
    settle(Pid),
    Check = erlang:check_process_code(Pid, vsn),
    1 = stop(Pid),
    done(Check).

%% Who went on elsewhere is in old code no more.
tail_call() ->
    one(),
    Pid = spawn(vsn, apply_fun, [fun() -> receive stop -> ok end end]),
    settle(Pid),
    two(),
    Check = erlang:check_process_code(Pid, vsn),
    Purged = erts_code_purger:purge(vsn),
    Pid ! stop,
    done({Check, Purged}).

frames() ->
    one(),
    Me = self(),
    Deep = fun() -> lists:foldl(fun(_, A) -> receive stop -> A end end, r, [1]) end,
    Pid = settle(spawn(vsn, frame, [Me, fun() -> [X] = lists:map(fun(_) -> Deep() end, [1]), X end])),
    two(),
    Checks = {erlang:check_process_code(Pid, vsn), erts_code_purger:soft_purge(vsn)},
    {r, 1} = stop(Pid),
    done(Checks).

hibernating() ->
    one(),
    Pid = spawn(fun() -> erlang:hibernate(vsn, number, []) end),
    settle(Pid),
    two(),
    Check = erlang:check_process_code(Pid, vsn),
    Purged = erts_code_purger:purge(vsn),
    Ref = monitor(process, Pid),
    Pid ! wake,
    Reason = receive {'DOWN', Ref, _, _, R} -> R end,
    done({Check, Purged, Reason}).

dead_fun_info() ->
    one(),
    F = vsn:closure(x),
    Items = [module, name, arity, env, type],
    Alive = [erlang:fun_info(F, I) || I <- Items],
    two(),
    erts_code_purger:purge(vsn),
    Dead = [erlang:fun_info(F, I) || I <- Items],
    done({Alive, Dead, is_function(F, 1), F =:= F, erlang:fun_info_mfa(F)}).

loaded() ->
    Names = fun() -> length([M || M <- erlang:loaded(), M =:= vsn]) end,
    N0 = Names(),
    one(),
    N1 = Names(),
    two(),
    N2 = Names(),
    erlang:check_old_code(vsn),
    done({N0, N1, N2}).

prepared(What) ->
    P1 = erlang:prepare_loading(vsn, version(vsn, 1)),
    P2 = erlang:prepare_loading(vsn, version(vsn, 2)),
    Other = erlang:prepare_loading(vsn_other, version(vsn_other, 3)),
    Result =
        case What of
            nothing -> erlang:finish_loading([]);
            twice -> [erlang:finish_loading([P1]), caught(fun() -> erlang:finish_loading([P1]) end)];
            duplicated -> {erlang:finish_loading([P1, P2]), erlang:module_loaded(vsn), erlang:finish_loading([P2])};
            two -> {erlang:finish_loading([P1, Other]), vsn:number(), vsn_other:number()};
            not_purged ->
                erlang:finish_loading([P1]),
                erlang:finish_loading([P2]),
                {erlang:finish_loading([erlang:prepare_loading(vsn, version(vsn, 1)), Other]), erlang:module_loaded(vsn_other)};
            on_load -> erlang:has_prepared_code_on_load(P1)
        end,
    unload(vsn_other),
    done(reference(Result)).

reference(R) -> R.

bad(prepare, Which) ->
    B = version(vsn, 1),
    {M, Binary} =
        case Which of
            empty -> {vsn, <<>>};
            short -> {vsn, binary:part(B, 0, 40)};
            name -> {other, B};
            list -> {vsn, [<<>>]};
            module -> {"vsn", <<>>};
            bits -> {vsn, <<1:1>>}
        end,
    caught(fun() -> erlang:prepare_loading(M, Binary) end);
bad(finish, Arg) ->
    caught(fun() -> erlang:finish_loading(Arg) end);
bad(F, Arg) ->
    caught(fun() -> erlang:F(Arg) end).

info() ->
    one(),
    A = proplists:get_value(number, vsn:module_info(exports)),
    unload(vsn),
    {A, caught(fun() -> erlang:get_module_info(vsn) end), caught(fun() -> erlang:get_module_info(vsn, exports) end)}.

%% A call of a fun whose module is being purged waits for the purger; here the purge always ends.
waiting_call() ->
    one(),
    F = vsn:fn(),
    Me = self(),
    Pids = [stand(local_loop, [self()]) || _ <- lists:seq(1, 20)],
    two(),
    Callers = [spawn(fun() -> Me ! {self(), call_until_bad(F)} end) || _ <- lists:seq(1, 3)],
    Purged = erts_code_purger:purge(vsn),
    Results = [receive {C, R} -> R end || C <- Callers],
    done({Purged, lists:usort(Results), length(Pids)}).

call_until_bad(F) ->
    try F() of
        1 -> call_until_bad(F)
    catch
        error:{badfun, F} -> badfun
    end.

%% A soft purge that fails leaves the funs as they were.
abort_keeps_funs() ->
    one(),
    F = vsn:fn(),
    Pid = stand(local_loop, [self()]),
    two(),
    Aborted = erts_code_purger:soft_purge(vsn),
    Value = F(),
    1 = stop(Pid),
    done({Aborted, Value, erts_code_purger:soft_purge(vsn), caught(F)}).
