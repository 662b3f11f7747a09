-module(supervisors).
-behaviour(supervisor).
-compile([export_all, nowarn_export_all]).

init(Fun) when is_function(Fun) -> Fun();
init(Spec) -> {ok, Spec}.

value(F) -> report_kit:value(F).

%% Workers tell whoever collects events when they start.
worker(Owner, Name) -> worker(Owner, Name, fun() -> receive {stop, Reason} -> exit(Reason) end end).
worker(Owner, Name, Loop) ->
    {ok, proc_lib:spawn_link(fun() -> Owner ! {started, Name, self()}, Loop() end)}.
stubborn(Owner, Name) ->
    worker(Owner, Name, fun() -> process_flag(trap_exit, true), Owner ! {trapping, Name}, receive never -> ok end end).
polite(Owner, Name) ->
    worker(Owner, Name, fun() -> process_flag(trap_exit, true), receive {'EXIT', _, Reason} -> Owner ! {told, Name, Reason}, exit(Reason) end end).

child(Name) -> child(Name, permanent).
child(Name, Restart) -> #{id => Name, start => {?MODULE, worker, [self(), Name]}, restart => Restart}.

%% Start a supervisor, do something, and tell what was started.
with(Spec, Work) ->
    process_flag(trap_exit, true),
    {ok, Sup} = supervisor:start_link(?MODULE, Spec),
    Result = Work(Sup),
    Left = case is_process_alive(Sup) of
               true -> shown(Sup);
               false -> gone
           end,
    exit(Sup, shutdown),
    End = receive {'EXIT', Sup, Reason} -> Reason end,
    {Result, Left, End, names()}.

shown(Sup) ->
    {[{Id, alive(Pid), Type, Modules} || {Id, Pid, Type, Modules} <- supervisor:which_children(Sup)],
     lists:sort(supervisor:count_children(Sup))}.
alive(Pid) when is_pid(Pid) -> is_process_alive(Pid);
alive(Other) -> Other.

names() ->
    receive
        {started, Name, _} -> [Name | names()];
        {'EXIT', _, _} -> names();
        Other -> [Other | names()]
    after 30 -> []
    end.

pid(Sup, Id) -> {Id, Pid, _, _} = lists:keyfind(Id, 1, supervisor:which_children(Sup)), Pid.
stop(Sup, Id, Reason) ->
    Pid = pid(Sup, Id),
    Monitor = monitor(process, Pid),
    Pid ! {stop, Reason},
    receive {'DOWN', Monitor, _, _, _} -> ok end,
    timer:sleep(20).

strategies() ->
    [with({#{strategy => Strategy, intensity => 5, period => 10}, [child(N) || N <- [a, b, c]]},
          fun(Sup) -> stop(Sup, b, crashed) end) || Strategy <- [one_for_one, one_for_all, rest_for_one]].

restarts() ->
    [with({#{strategy => one_for_one, intensity => 5, period => 10}, [child(a, Restart), child(b)]},
          fun(Sup) -> stop(Sup, a, Reason) end)
     || Restart <- [permanent, transient, temporary], Reason <- [normal, shutdown, {shutdown, x}, crashed]].

old_specs() ->
    with({{one_for_one, 3, 10}, [{a, {?MODULE, worker, [self(), a]}, permanent, 1000, worker, [?MODULE]},
                                 {b, {?MODULE, worker, [self(), b]}, temporary, brutal_kill, supervisor, dynamic}]},
         fun(Sup) -> [supervisor:get_childspec(Sup, Id) || Id <- [a, b, c]] end).

children() ->
    Me = self(),
    with({#{}, [child(a)]},
         fun(Sup) ->
                 report_kit:renamed(
                   [supervisor:start_child(Sup, child(b)), supervisor:start_child(Sup, child(b)), supervisor:terminate_child(Sup, b),
                    supervisor:terminate_child(Sup, b), supervisor:start_child(Sup, child(b)), supervisor:restart_child(Sup, b),
                    supervisor:restart_child(Sup, b), supervisor:delete_child(Sup, b), supervisor:terminate_child(Sup, b),
                    supervisor:delete_child(Sup, b), supervisor:delete_child(Sup, b), supervisor:restart_child(Sup, nobody),
                    supervisor:terminate_child(Sup, nobody), supervisor:start_child(Sup, child(t, temporary)), supervisor:terminate_child(Sup, t),
                    supervisor:restart_child(Sup, t),
                    supervisor:start_child(Sup, #{id => i, start => {?MODULE, ignores, []}}),
                    supervisor:start_child(Sup, #{id => e, start => {?MODULE, fails, [because]}}),
                    supervisor:start_child(Sup, #{id => w, start => {?MODULE, wrongs, []}}),
                    supervisor:start_child(Sup, #{id => x, start => {?MODULE, extra, [Me]}}),
                    supervisor:start_child(Sup, wrong), supervisor:start_child(Sup, #{id => no_start}),
                    supervisor:start_child(Sup, #{id => y, start => {?MODULE, f}}),
                    supervisor:start_child(Sup, #{id => y, start => {?MODULE, f, []}, restart => maybe_so}),
                    supervisor:start_child(Sup, #{id => y, start => {?MODULE, f, []}, shutdown => soon})])
         end).

ignores() -> ignore.
fails(Reason) -> {error, Reason}.
wrongs() -> wrong.
extra(Owner) -> {ok, Pid} = worker(Owner, extra), {ok, Pid, information}.

simple() ->
    Child = #{id => template, start => {?MODULE, worker, [self()]}, restart => transient, shutdown => 500},
    with({#{strategy => simple_one_for_one, intensity => 2, period => 10}, [Child]},
         fun(Sup) ->
                 {ok, A} = supervisor:start_child(Sup, [a]),
                 {ok, B} = supervisor:start_child(Sup, [b]),
                 A ! {stop, crashed},
                 timer:sleep(20),
                 B ! {stop, normal},
                 timer:sleep(20),
                 {ok, C} = supervisor:start_child(Sup, [c]),
                 [supervisor:terminate_child(Sup, C), value(fun() -> supervisor:terminate_child(Sup, self()) end),
                  supervisor:terminate_child(Sup, template), supervisor:delete_child(Sup, template), supervisor:restart_child(Sup, template),
                  value(fun() -> supervisor:start_child(Sup, [no, such, arity, at, all]) end) =/= ok,
                  supervisor:get_childspec(Sup, template) =:= {ok, Child} orelse supervisor:get_childspec(Sup, template)]
         end).

shutdowns() ->
    Start = fun(F, N) -> {?MODULE, F, [self(), N]} end,
    with({#{}, [#{id => a, start => Start(stubborn, a), shutdown => 30}, #{id => b, start => Start(polite, b), shutdown => 1000},
                #{id => c, start => Start(stubborn, c), shutdown => brutal_kill}, #{id => d, start => Start(worker, d)},
                #{id => e, start => Start(polite, e), shutdown => infinity, type => supervisor}]},
         fun(Sup) -> [supervisor:terminate_child(Sup, X) || X <- [e, c]] end).

%% More restarts than allowed.
intensity() ->
    [with({#{strategy => Strategy, intensity => 1, period => 5}, [child(a), child(b)]},
          fun(Sup) ->
                  Monitor = monitor(process, Sup),
                  stop(Sup, a, crashed),
                  catch stop(Sup, a, crashed),
                  receive {'DOWN', Monitor, _, _, Reason} -> Reason after 500 -> alive end
          end) || Strategy <- [one_for_one, one_for_all]].

period() ->
    with({#{intensity => 1, period => 1}, [child(a)]},
         fun(Sup) -> stop(Sup, a, crashed), timer:sleep(2100), stop(Sup, a, crashed), is_process_alive(Sup) end).

failures() ->
    process_flag(trap_exit, true),
    Start = fun(Spec) ->
                    R = value(fun() -> supervisor:start_link(?MODULE, Spec) end),
                    {case R of {ok, P} -> exit(P, shutdown), ok; _ -> R end, receive {'EXIT', _, Reason} -> Reason after 100 -> none end}
            end,
    R = [Start(Spec) || Spec <- [fun() -> ignore end, fun() -> wrong end, fun() -> exit(reason) end, {#{strategy => wrong}, []},
                             {#{intensity => -1}, []}, {#{}, [wrong]}, {#{}, [child(a), child(a)]}, {#{}, not_a_list},
                             {#{}, [child(a), #{id => b, start => {?MODULE, fails, [because]}}, child(c)]},
                             {#{}, [child(a), #{id => b, start => {?MODULE, wrongs, []}}]},
                             {#{}, [#{id => b, start => {?MODULE, not_exported, []}}]},
                             {#{}, [#{id => b, start => {?MODULE, ignores, []}}]},
                             {#{strategy => simple_one_for_one}, [child(a), child(b)]},
                             {#{strategy => simple_one_for_one}, []}]],
    report_kit:renamed({[{shorter(A), shorter(B)} || {A, B} <- R], names()}).

%% Without the traces, which are told in reports.
shorter({undef, [{M, F, A, _} | _]}) -> {undef, M, F, A};
shorter(Tuple) when is_tuple(Tuple) -> list_to_tuple([shorter(X) || X <- tuple_to_list(Tuple)]);
shorter(Term) -> Term.

check() ->
    [supervisor:check_childspecs(Specs) || Specs <- [[child(a)], [], [wrong], [child(a), child(a)], [#{id => a}], x,
                                                     [#{id => a, start => {m, f, []}, type => other}], [#{id => a, start => {m, f, []}, modules => [1]}],
                                                     [#{id => a, start => {m, f, []}, shutdown => -1}]]].

significant() ->
    Child = fun(N, R, S) -> (child(N, R))#{significant => S} end,
    [with({#{auto_shutdown => Auto}, [Child(a, transient, true), Child(b, temporary, true), Child(c, permanent, false)]},
          fun(Sup) ->
                  Monitor = monitor(process, Sup),
                  stop(Sup, First, normal),
                  One = receive {'DOWN', Monitor, _, _, R1} -> R1 after 20 -> alive end,
                  catch stop(Sup, Second, normal),
                  {One, receive {'DOWN', Monitor, _, _, R2} -> R2 after 50 -> alive end}
          end) || Auto <- [never, any_significant, all_significant], {First, Second} <- [{a, b}, {b, a}], Auto =/= never]
        ++ [shorter(element(1, {value(fun() -> supervisor:start_link(?MODULE, {#{}, [Child(a, transient, true)]}) end)})) || _ <- [1], process_flag(trap_exit, true)].

changes() ->
    with({#{intensity => 1}, [child(a), child(b)]},
         fun(Sup) ->
                 sys:suspend(Sup),
                 sys:replace_state(Sup, fun(State) -> State end),
                 R = sys:change_code(Sup, ?MODULE, undefined, []),
                 sys:resume(Sup),
                 {R, element(1, sys:get_state(Sup))}
         end).

%% A supervisor under a supervisor.
tree() ->
    Me = self(),
    Inner = #{id => inner, type => supervisor, shutdown => infinity,
              start => {supervisor, start_link, [?MODULE, {#{intensity => 0}, [#{id => w, start => {?MODULE, worker, [Me, w]}}]}]}},
    with({#{intensity => 2, period => 10}, [Inner, child(last)]},
         fun(Sup) -> In = pid(Sup, inner), stop(In, w, crashed), timer:sleep(20), pid(Sup, inner) =/= In end).

%% What is logged.
ways() ->
    Me = self(),
    Kid = fun(N, R) -> #{id => N, start => {?MODULE, worker, [Me, N]}, restart => R} end,
    Started = fun(Spec, Work) ->
                      process_flag(trap_exit, true),
                      {ok, Sup} = supervisor:start_link({local, a_supervisor}, ?MODULE, Spec),
                      Work(Sup),
                      exit(Sup, shutdown),
                      receive {'EXIT', Sup, Reason} -> Reason end
              end,
    #{crash => fun() -> Started({#{intensity => 5}, [Kid(a, permanent)]}, fun(Sup) -> stop(Sup, a, crashed) end) end,
      normal => fun() -> Started({#{intensity => 5}, [Kid(a, permanent)]}, fun(Sup) -> stop(Sup, a, normal) end) end,
      transient => fun() -> Started({#{intensity => 5}, [Kid(a, transient)]}, fun(Sup) -> stop(Sup, a, normal) end) end,
      temporary => fun() -> Started({#{intensity => 5}, [Kid(a, temporary)]}, fun(Sup) -> stop(Sup, a, {error, "reason"}) end) end,
      intensity => fun() -> Started({#{intensity => 0}, [Kid(a, permanent), Kid(b, permanent)]}, fun(Sup) -> stop(Sup, a, crashed) end) end,
      for_all => fun() -> Started({#{strategy => one_for_all, intensity => 5}, [Kid(a, permanent), Kid(b, permanent)]}, fun(Sup) -> stop(Sup, b, crashed) end) end,
      simple => fun() ->
                        Started({#{strategy => simple_one_for_one, intensity => 5}, [#{id => t, start => {?MODULE, worker, [Me]}}]},
                                fun(Sup) -> {ok, P} = supervisor:start_child(Sup, [a]), P ! {stop, crashed}, timer:sleep(30) end)
                end,
      start_error => fun() -> Started({#{}, []}, fun(Sup) -> supervisor:start_child(Sup, #{id => e, start => {?MODULE, fails, [because]}}) end) end,
      start_undef => fun() -> Started({#{}, []}, fun(Sup) -> supervisor:start_child(Sup, #{id => e, start => {?MODULE, nowhere, [1]}}) end) end,
      start_link_error => fun() ->
                                  process_flag(trap_exit, true),
                                  supervisor:start_link(?MODULE, {#{}, [Kid(a, permanent), #{id => e, start => {?MODULE, fails, [because]}}]})
                          end,
      bad_spec => fun() -> process_flag(trap_exit, true), supervisor:start_link(?MODULE, {#{}, [#{id => wrong}]}) end,
      init_error => fun() -> process_flag(trap_exit, true), supervisor:start_link(?MODULE, fun() -> error(reason) end) end,
      shutdown_killed => fun() ->
                                 Started({#{}, [#{id => s, start => {?MODULE, stubborn, [Me, s]}, shutdown => 10}]},
                                         fun(_) -> receive {trapping, s} -> ok end end)
                         end,
      shutdown_other => fun() ->
                                Loop = fun() -> process_flag(trap_exit, true), Me ! {trapping, o}, receive {'EXIT', _, _} -> exit(other) end end,
                                Started({#{}, [#{id => o, start => {?MODULE, worker, [Me, o, Loop]}}]}, fun(_) -> receive {trapping, o} -> ok end end)
                        end,
      unexpected => fun() -> Started({#{}, []}, fun(Sup) -> Sup ! unexpected, gen_server:cast(Sup, unexpected), supervisor:which_children(Sup) end) end,
      bridge => fun() ->
                        process_flag(trap_exit, true),
                        {ok, Bridge} = supervisor_bridge:start_link(supervisors_bridge, Me),
                        receive {bridged, Pid} -> exit(Pid, crashed) end,
                        receive {'EXIT', Bridge, Reason} -> Reason end
                end}.

report(Way) -> report(error, Way).
report(Level, Way) -> report_kit:reports(Level, fun() -> (maps:get(Way, ways()))() end).
