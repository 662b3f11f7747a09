-module(gen_statem_calls).
-behaviour(gen_statem).
-compile([export_all, nowarn_export_all]).

%% A state machine that does what it is told. Its data are what has happened, newest first.

callback_mode() ->
    case persistent_term:get({?MODULE, mode}, handle) of
        handle -> handle_event_function;
        state -> state_functions;
        handle_enter -> [handle_event_function, state_enter];
        state_enter -> [state_functions, state_enter];
        wrong -> wrong
    end.

init({go, Fun}) -> Fun();
init(State) -> {ok, State, []}.

handle_event(enter, Old, State, Data) -> {keep_state, [{entered, Old, State} | Data]};
handle_event(info, {do, Fun}, State, Data) -> Fun(State, Data);
handle_event(cast, {do, Fun}, State, Data) -> Fun(State, Data);
handle_event({call, From}, {do, Fun}, State, Data) -> Fun(From, State, Data);
handle_event({call, From}, all, State, Data) -> {keep_state, [], [{reply, From, {State, lists:reverse(Data)}}]};
handle_event(Type, Content, State, Data) -> {keep_state, [{Type, Content, State} | Data]}.

%% The same as states.
one(Type, Content, Data) -> handle_event(Type, Content, one, Data).
two(Type, Content, Data) -> handle_event(Type, Content, two, Data).
three(Type, Content, Data) -> handle_event(Type, Content, three, Data).

terminate(Reason, State, {tell, Pid}) -> Pid ! {terminated, Reason, State};
terminate(_, _, {terminate, Fun}) -> Fun();
terminate(_, _, _) -> ok.

code_change(Old, State, Data, Extra) -> {ok, State, [{changed, Old, Extra} | Data]}.

mode(Mode) -> persistent_term:put({?MODULE, mode}, Mode).

start(Mode, Start) -> mode(Mode), {ok, Pid} = gen_statem:start(?MODULE, Start, []), Pid.

%% What a machine has noted after it did these things, one event for each.
does(Mode, Funs) -> does(Mode, Funs, 0).

does(Mode, Funs, Wait) ->
    Pid = start(Mode, one),
    [Pid ! {do, Fun} || Fun <- Funs],
    timer:sleep(5 * Wait),
    All = gen_statem:call(Pid, all),
    ok = gen_statem:stop(Pid),
    All.

modes() ->
    Funs = [fun(one, D) -> {next_state, two, [went | D]} end,
            fun(two, D) -> {next_state, two, [same | D]} end,
            fun(two, D) -> {repeat_state, [repeated | D]} end,
            fun(two, _) -> keep_state_and_data end,
            fun(two, D) -> {keep_state, [kept | D]} end,
            fun(two, D) -> {next_state, three, D, [{next_event, internal, inside}, {next_event, cast, as_cast}]} end,
            fun(three, _) -> {keep_state_and_data, [{next_event, info, last}]} end,
            fun(three, _) -> repeat_state_and_data end],
    [does(Mode, Funs) || Mode <- [handle, state, handle_enter, state_enter]].

postponed() ->
    Pid = start(handle, one),
    Pid ! {do, fun(one, D) -> {keep_state, D} end},
    Postpone = fun(one, _) -> {keep_state_and_data, postpone};
                  (S, D) -> {keep_state, [{replayed_in, S} | D]}
               end,
    [gen_statem:cast(Pid, {do, Postpone}) || _ <- [1, 2]],
    Pid ! between,
    Pid ! {do, fun(one, D) -> {next_state, two, [moved | D], [{next_event, internal, first}]} end},
    Pid ! after_it,
    All = gen_statem:call(Pid, all),
    {All, gen_statem:stop(Pid)}.

timeouts() ->
    [does(handle, [fun(_, D) -> {next_state, two, D, [{state_timeout, 10, state}]} end], 60),
     does(handle, [fun(_, D) -> {keep_state, D, [{timeout, 10, event}]} end], 60),
     does(handle, [fun(_, D) -> {keep_state, D, 10} end], 60),
     does(handle, [fun(_, D) -> {keep_state, D, [{{timeout, name}, 10, named}, {{timeout, other}, 20, other}]} end], 80),
     does(handle, [fun(_, D) -> {keep_state, D, [{timeout, 0, at_once}, {state_timeout, 0, state_at_once}]} end], 20),
     %% Another event ends the timeout of events, another state that of states.
     does(handle, [fun(_, D) -> {keep_state, D, [{timeout, 50, event}]} end, fun(_, _) -> keep_state_and_data end], 100),
     does(handle, [fun(_, D) -> {keep_state, D, [{state_timeout, 50, gone}]} end, fun(_, D) -> {next_state, two, D} end], 100),
     does(handle, [fun(_, D) -> {keep_state, D, [{{timeout, a}, 30, gone}]} end, fun(_, D) -> {keep_state, D, [{{timeout, a}, infinity, x}]} end], 80),
     does(handle, [fun(_, D) -> {keep_state, D, [{{timeout, a}, 30, old}]} end, fun(_, D) -> {keep_state, D, [{{timeout, a}, update, new}]} end], 80),
     does(handle, [fun(_, D) -> {keep_state, D, [{{timeout, a}, 30, old}]} end, fun(_, D) -> {keep_state, D, [{{timeout, a}, cancel}]} end], 80),
     does(handle, [fun(_, D) -> {keep_state, D, [{state_timeout, erlang:monotonic_time(millisecond) + 10, absolute, [{abs, true}]}]} end], 60),
     does(handle, [fun(_, D) -> {keep_state, D, [{{timeout, a}, 30, x}, {{timeout, a}, 10, y}]} end], 60),
     does(handle, [fun(_, D) -> {keep_state, D, [{{timeout, a}, 0, x}, {next_event, internal, i}, {timeout, 0, t}]} end], 20)].

calls() ->
    Pid = start(state, one),
    Do = fun(Fun) -> gen_statem:call(Pid, {do, Fun}) end,
    A = Do(fun(From, one, _) -> {keep_state_and_data, {reply, From, one_reply}} end),
    B = Do(fun(From, one, D) -> gen_statem:reply(From, early), {next_state, two, D} end),
    C = Do(fun(From, two, D) -> {next_state, three, D, [hibernate, {reply, From, asleep}]} end),
    timer:sleep(20),
    E = process_info(Pid, current_function),
    F = report_kit:value(fun() -> gen_statem:call(Pid, {do, fun(_, _, _) -> keep_state_and_data end}, 20) end),
    G = Do(fun(From, S, _) -> self() ! {do, fun(_, _) -> gen_statem:reply([{reply, From, {many, S}}]), keep_state_and_data end}, keep_state_and_data end),
    H = gen_statem:wait_response(gen_statem:send_request(Pid, {do, fun(From, _, _) -> {keep_state_and_data, {reply, From, requested}} end}), 1000),
    I = report_kit:value(fun() -> gen_statem:call(Pid, {do, fun(From, _, _) -> {stop_and_reply, normal, {reply, From, bye}} end}, {clean_timeout, 1000}) end),
    J = report_kit:value(fun() -> gen_statem:call(Pid, all) end),
    K = report_kit:value(fun() -> gen_statem:call(no_such, all, {dirty_timeout, 10}) end),
    report_kit:renamed([A, B, C, E, element(1, element(2, F)), G, H, I, element(1, element(2, J)), K]).

starts() ->
    Start = fun(Fun) ->
                    case report_kit:value(fun() -> gen_statem:start(?MODULE, {go, Fun}, []) end) of
                        {ok, Pid} -> Value = gen_statem:call(Pid, all), gen_statem:stop(Pid), {ok, Value};
                        Other -> Other
                    end
            end,
    mode(handle),
    A = [Start(Fun) || Fun <- [fun() -> {ok, s, []} end, fun() -> {ok, s, [], [{next_event, internal, first}]} end,
                               fun() -> {ok, s, [], {timeout, 0, x}} end, fun() -> ignore end, fun() -> {stop, because} end,
                               fun() -> wrong end, fun() -> exit(out) end, fun() -> throw({ok, s, []}) end]],
    mode(wrong),
    B = element(1, gen_statem:start(?MODULE, {go, fun() -> {ok, s, []} end}, [])),
    mode(state),
    C = Start(fun() -> {ok, "no atom", []} end),
    mode(handle_enter),
    D = Start(fun() -> {ok, {any, term}, []} end),
    {A, B, C, D}.

%% Two kinds of callbacks, one after another.
changes() ->
    Pid = start(handle, one),
    mode(state_enter),
    Pid ! {do, fun(one, D) -> {keep_state, D, [{change_callback_module, ?MODULE}]} end},
    Pid ! plain,
    All = gen_statem:call(Pid, all),
    {All, gen_statem:stop(Pid)}.

pushed() ->
    Pid = start(handle, one),
    Pid ! {do, fun(one, D) -> {keep_state, D, [{push_callback_module, gen_statem_other}]} end},
    Pid ! seen_by_other,
    Pid ! pop,
    Pid ! seen_by_first,
    All = gen_statem:call(Pid, all),
    {All, gen_statem:stop(Pid)}.

stops() ->
    Me = self(),
    Ends = [fun(_, _) -> stop end, fun(_, _) -> {stop, shutdown} end, fun(_, _) -> {stop, {shutdown, x}, {tell, Me}} end,
            fun(_, _) -> exit(normal) end, fun(_, _) -> throw({stop, normal}) end],
    [begin
         Pid = start(handle, {go, fun() -> {ok, one, {tell, Me}} end}),
         Monitor = monitor(process, Pid),
         Pid ! {do, Fun},
         Reason = receive {'DOWN', Monitor, _, _, R} -> R end,
         {Reason, receive {terminated, T, S} -> {T, S} after 0 -> none end}
     end || Fun <- Ends].

sys() ->
    Pid = start(handle, one),
    A = sys:get_state(Pid),
    B = sys:replace_state(Pid, fun({S, D}) -> {{new, S}, [replaced | D]} end),
    ok = sys:suspend(Pid),
    C = sys:change_code(Pid, ?MODULE, old_version, extra),
    Pid ! while_suspended,
    ok = sys:resume(Pid),
    D = gen_statem:call(Pid, all),
    {status, Pid, {module, gen_statem}, [_, running, _, [], Misc]} = sys:get_status(Pid),
    [A, B, C, D, [lists:keyfind("State", 1, Data) || {data, Data} <- Misc], gen_statem:stop(Pid)].
