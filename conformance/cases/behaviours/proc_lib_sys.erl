-module(proc_lib_sys).
-behaviour(gen_server).
-compile([export_all, nowarn_export_all]).

%% A server for sys, which keeps a number.
init({go, Fun}) -> Fun();
init(N) -> {ok, N}.
handle_call({add, M}, _, N) -> {reply, N + M, N + M};
handle_call(get, _, N) -> {reply, N, N}.
handle_cast({add, M}, N) -> {noreply, N + M}.
handle_info(_, N) -> {noreply, N}.
terminate(_, _) -> ok.
code_change(bad, _, _) -> {error, refused};
code_change(exits, _, _) -> exit(refused);
code_change(Old, N, Extra) -> {ok, {N, Old, Extra}}.

value(F) -> report_kit:value(F).
down(Pid) -> Monitor = monitor(process, Pid), receive {'DOWN', Monitor, _, _, Reason} -> Reason end.

%% proc_lib.

starter(Fun) -> Fun().
starts() ->
    process_flag(trap_exit, true),
    Parent = self(),
    Funs = [fun() -> proc_lib:init_ack(Parent, {ok, acked}) end, fun() -> proc_lib:init_ack({ok, acked}), receive never -> ok end end,
            fun() -> exit(before_ack) end, fun() -> error(before_ack) end, fun() -> ok end, fun() -> timer:sleep(200) end,
            fun() -> proc_lib:init_ack(whatever), exit(after_ack) end],
    R = [begin
             Started = value(fun() -> proc_lib:Start(?MODULE, starter, [Fun], 50) end),
             {Started, receive {'EXIT', _, Reason} -> Reason after 20 -> none end}
         end || Start <- [start, start_link], Fun <- Funs],
    report_kit:renamed([shorter(X) || X <- R]).

shorter({Reason, [{_, _, _, _} | _]}) -> {Reason, trace};
shorter(Tuple) when is_tuple(Tuple) -> list_to_tuple([shorter(X) || X <- tuple_to_list(Tuple)]);
shorter(Term) -> Term.

fails() ->
    process_flag(trap_exit, true),
    Funs = [fun(Parent) -> proc_lib:init_fail(Parent, {error, failed}, {exit, failed}) end,
            fun(_) -> proc_lib:init_fail({error, failed}, {exit, normal}) end,
            fun(Parent) -> proc_lib:init_fail(Parent, other, {throw, ball}) end],
    Me = self(),
    [begin
         Started = value(fun() -> proc_lib:Start(?MODULE, starter, [fun() -> Fun(Me) end], 100) end),
         {Started, receive {'EXIT', _, Reason} -> shorter(Reason) after 20 -> none end}
     end || Start <- [start, start_link], Fun <- Funs].

monitored() ->
    Me = self(),
    [begin
         {R, Ref} = proc_lib:start_monitor(?MODULE, starter, [Fun]),
         {R, is_reference(Ref), receive {'DOWN', Ref, process, _, Reason} -> Reason after 50 -> none end}
     end || Fun <- [fun() -> proc_lib:init_ack(Me, {ok, fine}) end, fun() -> exit(gone) end]].

spawns() ->
    Ask = fun() -> {get('$ancestors') =/= undefined, get('$initial_call'), process_info(self(), initial_call)} end,
    Me = self(),
    F = fun() -> Me ! {self(), Ask()} end,
    [receive {Pid, Answer} -> Answer end
     || Pid <- [proc_lib:spawn(F), proc_lib:spawn_link(F), proc_lib:spawn(?MODULE, starter, [F]), proc_lib:spawn_opt(F, [{priority, high}]),
                element(1, proc_lib:spawn_opt(F, [monitor])), proc_lib:spawn_opt(?MODULE, starter, [F], [link]), proc_lib:spawn_link(node(), F)]].

calls() ->
    Pid = proc_lib:spawn(?MODULE, starter, [fun() -> receive stop -> ok end end]),
    {ok, Server} = gen_server:start(?MODULE, 1, []),
    {ok, Event} = gen_event:start(),
    {ok, Sup} = supervisor:start_link(supervisors, {#{}, []}),
    Dead = spawn(fun() -> ok end),
    timer:sleep(10),
    R = [{proc_lib:initial_call(P), proc_lib:translate_initial_call(P)} || P <- [Pid, Server, Event, Dead]],
    S = proc_lib:translate_initial_call(Sup),
    unlink(Sup), exit(Sup, kill), Pid ! stop,
    {R, S, gen_server:stop(Server), gen_event:stop(Event)}.

stops() ->
    {ok, A} = gen_server:start(?MODULE, 1, []),
    Deaf = proc_lib:spawn(fun() -> receive never -> ok end end),
    R = [proc_lib:stop(A), value(fun() -> proc_lib:stop(A) end), value(fun() -> proc_lib:stop(no_such_name) end),
         value(fun() -> proc_lib:stop(Deaf, normal, 20) end)],
    exit(Deaf, kill),
    report_kit:renamed(R).

sleeps() ->
    Me = self(),
    Pid = proc_lib:spawn(fun() -> proc_lib:hibernate(?MODULE, woken, [Me]) end),
    timer:sleep(20),
    Info = process_info(Pid, current_function),
    Pid ! wake,
    R = receive {woken, X} -> X end,
    {Info, R, down(Pid)}.
woken(Owner) -> Owner ! {woken, receive Message -> Message end}, ok.

%% sys.

states() ->
    {ok, S} = gen_server:start(?MODULE, 1, []),
    R = [sys:get_state(S), sys:replace_state(S, fun(N) -> N * 10 end), sys:get_state(S, 1000),
         value(fun() -> sys:replace_state(S, fun(_) -> error(wrong) end) end), sys:get_state(S),
         value(fun() -> sys:get_state(no_such_name) end)],
    {status, S, {module, gen_server}, [Dict, running, _, [], Misc]} = sys:get_status(S),
    report_kit:renamed({[shorter(X) || X <- R], [K || {K, _} <- lists:sort(Dict)], tl(Misc), gen_server:stop(S)}).

suspended() ->
    {ok, S} = gen_server:start(?MODULE, 1, []),
    A = sys:suspend(S),
    gen_server:cast(S, {add, 1}),
    B = value(fun() -> gen_server:call(S, get, 20) end),
    C = sys:get_state(S),
    {status, S, _, [_, State, _, _, _]} = sys:get_status(S),
    D = sys:change_code(S, ?MODULE, old, extra),
    E = sys:change_code(S, ?MODULE, bad, extra),
    F = sys:change_code(S, ?MODULE, exits, extra),
    G = sys:replace_state(S, fun({N, old, extra}) -> N end),
    H = sys:resume(S),
    I = value(fun() -> sys:change_code(S, ?MODULE, old, extra) end),
    {A, element(1, B), C, State, D, shorter(E), shorter(F), G, H, I, gen_server:call(S, get), gen_server:stop(S)}.

statistics() ->
    {ok, S} = gen_server:start(?MODULE, 1, []),
    A = sys:statistics(S, get),
    B = sys:statistics(S, true),
    gen_server:call(S, {add, 1}), gen_server:cast(S, {add, 1}), S ! x,
    {ok, C} = sys:statistics(S, get),
    D = sys:statistics(S, false),
    {A, B, [{K, if is_integer(V), K =/= reductions -> V; true -> varies end} || {K, V} <- C], D, sys:statistics(S, get), gen_server:stop(S)}.

logs() ->
    {ok, S} = gen_server:start(?MODULE, 1, []),
    A = sys:log(S, get),
    B = sys:log(S, {true, 3}),
    gen_server:call(S, {add, 1}), gen_server:cast(S, {add, 1}), S ! x,
    {ok, C} = sys:log(S, get),
    D = sys:log(S, false),
    report_kit:renamed({A, B, C, D, gen_server:stop(S)}).

installed() ->
    {ok, S} = gen_server:start(?MODULE, 1, [{debug, [statistics]}]),
    Me = self(),
    Dbg = fun(N, {in, M}, _) -> Me ! {seen, N, M}, N + 1; (N, _, _) -> N + 1 end,
    A = sys:install(S, {Dbg, 0}),
    gen_server:cast(S, {add, 1}),
    gen_server:cast(S, {add, 2}),
    settled(S),
    B = sys:remove(S, Dbg),
    gen_server:cast(S, {add, 3}),
    settled(S),
    C = sys:install(S, {my_id, fun(done, _, _) -> done; (_, Event, _) -> Me ! {id, element(1, Event)}, done end, first}),
    gen_server:cast(S, {add, 4}),
    settled(S),
    D = sys:no_debug(S),
    {A, B, C, D, seen(), gen_server:stop(S)}.

settled(S) -> sys:get_state(S).
seen() -> receive {seen, N, {'$gen_cast', M}} -> [{N, M} | seen()]; {seen, N, _} -> [N | seen()]; {id, X} -> [X | seen()] after 20 -> [] end.

%% What sys:trace/2 prints, by a group leader that collects it.
traces() ->
    Me = self(),
    Leader = spawn(fun() -> leader(Me) end),
    Starter = spawn(fun() ->
                            group_leader(Leader, self()),
                            {ok, S} = gen_server:start(?MODULE, 1, [{debug, [trace]}]),
                            Me ! {server, S}
                    end),
    S = receive {server, P} -> P end,
    down(Starter),
    gen_server:call(S, {add, 1}),
    gen_server:cast(S, {add, 1}),
    S ! message,
    sys:trace(S, false),
    gen_server:call(S, get),
    sys:trace(S, true),
    gen_server:cast(S, {add, 5}),
    gen_server:stop(S),
    Text = lists:flatten(printed()),
    exit(Leader, kill),
    re:replace(Text, "<0\\.[0-9]+\\.[0-9]+>", "<pid>", [global, {return, list}]).

leader(Owner) ->
    receive
        {io_request, From, As, {put_chars, _, Module, Function, Args}} ->
            Owner ! {printed, unicode:characters_to_list(apply(Module, Function, Args))}, From ! {io_reply, As, ok};
        {io_request, From, As, {put_chars, _, Chars}} ->
            Owner ! {printed, unicode:characters_to_list(Chars)}, From ! {io_reply, As, ok};
        {io_request, From, As, _} ->
            From ! {io_reply, As, {error, request}}
    end,
    leader(Owner).
printed() -> receive {printed, Text} -> [Text | printed()] after 50 -> [] end.

terminated() ->
    {ok, S} = gen_server:start(?MODULE, 1, []),
    A = sys:terminate(S, shutdown),
    {A, down(S), value(fun() -> sys:terminate(no_such_name, normal) end)}.

%% What is logged.
ways() ->
    #{fun_error => fun() -> down(proc_lib:spawn(fun() -> error(reason) end)) end,
      fun_exit => fun() -> down(proc_lib:spawn(fun() -> exit({reason, "text"}) end)) end,
      fun_throw => fun() -> down(proc_lib:spawn(fun() -> throw(ball) end)) end,
      fun_normal => fun() -> [down(proc_lib:spawn(fun() -> exit(R) end)) || R <- [normal, shutdown, {shutdown, x}]] end,
      undef => fun() -> down(proc_lib:spawn(not_there, f, [1, a])) end,
      mfa => fun() -> down(proc_lib:spawn(?MODULE, starter, [fun() -> lists:nth(a, []) end])) end,
      dictionary => fun() -> down(proc_lib:spawn(fun() -> put(key, value), put("other", #{a => 1}), self() ! left, process_flag(trap_exit, true), error(reason) end)) end,
      registered => fun() -> down(proc_lib:spawn(fun() -> register(a_registered_name, self()), error(reason) end)) end,
      links => fun() ->
                       Me = self(),
                       process_flag(trap_exit, true),
                       Pid = proc_lib:spawn_link(fun() ->
                                                         Neighbour = proc_lib:spawn_link(fun() -> put(neighbour, x), receive never -> ok end end),
                                                         Plain = spawn_link(fun() -> receive never -> ok end end),
                                                         timer:sleep(20),
                                                         Me ! {they, Neighbour, Plain},
                                                         error(reason)
                                                 end),
                       receive {'EXIT', Pid, R} -> R end
               end,
      children => fun() ->
                          Pid = proc_lib:spawn(fun() -> proc_lib:spawn_link(fun() -> error(in_child) end), receive never -> ok end end),
                          down(Pid)
                  end,
      hibernated => fun() ->
                            Pid = proc_lib:spawn(fun() -> proc_lib:hibernate(?MODULE, crash, []) end),
                            timer:sleep(10),
                            Pid ! x,
                            down(Pid)
                    end,
      deep => fun() -> down(proc_lib:spawn(fun() -> [deep(5)] end)) end,
      large => fun() -> down(proc_lib:spawn(fun() -> exit(lists:duplicate(40, {"some", <<"large">>, 1.5, [reason]})) end)) end,
      start => fun() -> {proc_lib:start(?MODULE, starter, [fun() -> error(reason) end]), ok} end,
      failed => fun() -> {proc_lib:start(?MODULE, starter, [fun() -> proc_lib:init_fail({error, x}, {exit, failed}) end]), ok} end,
      label => fun() -> down(proc_lib:spawn(fun() -> proc_lib:set_label({a, "label"}), error(reason) end)) end}.

crash() -> receive x -> ok end, error(woken).
deep(0) -> error(deep);
deep(N) -> [N | deep(N - 1)].

report(Way) -> report_kit:reports(maps:get(Way, ways())).
