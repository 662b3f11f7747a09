-module(gen_server_calls).
-behaviour(gen_server).
-compile([export_all, nowarn_export_all]).

%% The server does what it is told.

init({go, Fun}) -> Fun();
init(State) -> {ok, State}.

handle_call({do, Fun}, From, State) -> Fun(From, State);
handle_call(state, _, State) -> {reply, State, State};
handle_call({add, N}, _, State) -> {reply, State + N, State + N}.

handle_cast({do, Fun}, State) -> Fun(State);
handle_cast({add, N}, State) -> {noreply, State + N}.

handle_info({do, Fun}, State) -> Fun(State);
handle_info(Message, State) when is_list(State) -> {noreply, [Message | State]};
handle_info(timeout, State) -> {noreply, {timeout, State}};
handle_info(_, State) -> {noreply, State}.

handle_continue({do, Fun}, State) -> Fun(State);
handle_continue(stop, State) -> {stop, continued, State}.

terminate(_, {terminate, Fun}) -> Fun();
terminate(Reason, {tell, Pid}) -> Pid ! {terminated, Reason};
terminate(_, _) -> ok.

code_change(Old, {change, Fun}, Extra) -> Fun(Old, Extra);
code_change(_, State, Extra) -> {ok, {State, Extra}}.

value(F) -> report_kit:value(F).

%% Calls, casts, and what comes of them.

requests() ->
    {ok, S} = gen_server:start_link(?MODULE, 1, []),
    R1 = gen_server:call(S, {add, 2}),
    ok = gen_server:cast(S, {add, 10}),
    R2 = gen_server:call(S, state),
    Later = gen_server:call(S, {do, fun(From, N) -> gen_server:reply(From, early), {noreply, N * 2} end}),
    R3 = gen_server:call(S, state, infinity),
    Request = gen_server:send_request(S, {add, 1}),
    R4 = gen_server:wait_response(Request, infinity),
    S ! {do, fun(N) -> {noreply, N + 100} end},
    R5 = gen_server:call(S, state, 1000),
    [R1, R2, Later, R3, R4, R5, gen_server:stop(S), value(fun() -> gen_server:call(S, state) end) =:=
         {exit, {noproc, {gen_server, call, [S, state]}}}].

names() ->
    {ok, A} = gen_server:start({local, a_server}, ?MODULE, 1, []),
    Again = gen_server:start({local, a_server}, ?MODULE, 1, []),
    Me = self(),
    R = [gen_server:call(a_server, state), gen_server:call({a_server, node()}, state),
         gen_server:cast(a_server, {add, 1}), gen_server:call(A, state),
         gen_server:cast(no_server, x), gen_server:cast({no_server, node()}, x),
         value(fun() -> gen_server:call(no_server, x) end),
         value(fun() -> gen_server:call({no_server, node()}, x, 10) end),
         value(fun() -> gen_server:call({via, ?MODULE, name}, x) end),
         value(fun() -> gen_server:call(Me, x) end) =:= {exit, {calling_self, {gen_server, call, [Me, x]}}},
         value(fun() -> gen_server:start({local, "name"}, ?MODULE, 1, []) end),
         value(fun() -> gen_server:stop(no_server) end), gen_server:stop(a_server), whereis(a_server)],
    {Again =:= {error, {already_started, A}}, R}.

%% A registry of one's own.
register_name(Name, Pid) -> case catch register(Name, Pid) of true -> yes; _ -> no end.
unregister_name(Name) -> catch unregister(Name).
whereis_name(Name) -> whereis(Name).
send(Name, Message) -> whereis(Name) ! Message.

via() ->
    {ok, A} = gen_server:start({via, ?MODULE, via_server}, ?MODULE, 1, []),
    Again = gen_server:start({via, ?MODULE, via_server}, ?MODULE, 1, []),
    [gen_server:call({via, ?MODULE, via_server}, {add, 1}), gen_server:cast({via, ?MODULE, via_server}, {add, 1}),
     gen_server:call(A, state), Again =:= {error, {already_started, A}},
     gen_server:stop({via, ?MODULE, via_server}), is_process_alive(A)].

timeouts() ->
    {ok, S} = gen_server:start(?MODULE, 1, []),
    Slow = {do, fun(_, N) -> timer:sleep(100), {reply, slow, N + 1} end},
    Timeout = value(fun() -> gen_server:call(S, Slow, 10) end),
    Expected = {exit, {timeout, {gen_server, call, [S, Slow, 10]}}},
    State = gen_server:call(S, state),
    Late = receive {_, slow} -> late after 0 -> none end,
    Request = gen_server:send_request(S, Slow),
    Waited = gen_server:wait_response(Request, 0),
    Got = gen_server:wait_response(Request, 1000),
    {Timeout =:= Expected, State, Late, Waited, Got, gen_server:stop(S)}.

%% The timeout, hibernate and continue of return values.
returns() ->
    {ok, S} = gen_server:start(?MODULE, {go, fun() -> {ok, first, 10} end}, []),
    timer:sleep(50),
    A = gen_server:call(S, state),
    B = gen_server:call(S, {do, fun(_, _) -> {reply, set, second, 10} end}),
    timer:sleep(50),
    C = gen_server:call(S, state),
    D = gen_server:call(S, {do, fun(_, _) -> {reply, sleeping, third, hibernate} end}),
    timer:sleep(20),
    E = process_info(S, current_function),
    F = gen_server:call(S, state),
    G = gen_server:call(S, {do, fun(_, _) -> {reply, continued, fourth, {continue, {do, fun(X) -> {noreply, {went, X}} end}}} end}),
    H = gen_server:call(S, state),
    I = gen_server:call(S, {do, fun(From, _) -> {noreply, [], {continue, {do, fun(_) -> gen_server:reply(From, late), {noreply, fifth} end}}} end}),
    J = gen_server:call(S, {do, fun(_, _) -> {reply, x, infinite, infinity} end}),
    gen_server:cast(S, {do, fun(X) -> {noreply, {cast, X}, hibernate} end}),
    K = gen_server:call(S, state),
    gen_server:cast(S, {do, fun(_) -> {noreply, [], 0} end}),
    timer:sleep(20),
    L = gen_server:call(S, state),
    {ok, U} = gen_server:start(?MODULE, {go, fun() -> {ok, 1, hibernate} end}, []),
    N = gen_server:call(U, state),
    {[A, B, C, D, E, F, G, H, I, J, K, L], N, gen_server:stop(U)}.

%% How servers end, and what the caller of whom they served gets.
stops() ->
    Try = fun(Fun) ->
                  {ok, S} = gen_server:start(?MODULE, {tell, self()}, []),
                  Monitor = monitor(process, S),
                  Value = value(fun() -> gen_server:call(S, {do, Fun}) end),
                  Reason = receive {'DOWN', Monitor, _, _, R} -> R after 200 -> alive end,
                  {Value, Reason, receive {terminated, T} -> T after 0 -> none end}
          end,
    report_kit:renamed(
      [Try(Fun) || Fun <- [fun(_, State) -> {stop, normal, bye, State} end,
                           fun(_, State) -> {stop, normal, State} end,
                           fun(_, State) -> {stop, shutdown, bye, State} end,
                           fun(_, State) -> {stop, {shutdown, because}, State} end,
                           fun(_, _) -> throw({reply, thrown, none}) end,
                           fun(_, _) -> exit(normal) end,
                           fun(_, _) -> exit(shutdown) end]]).

start_failures() ->
    Go = fun(Fun) -> value(fun() -> gen_server:start(?MODULE, {go, Fun}, []) end) end,
    Linked = fun(Fun) ->
                     process_flag(trap_exit, true),
                     R = value(fun() -> gen_server:start_link(?MODULE, {go, Fun}, []) end),
                     {R, receive {'EXIT', _, Reason} -> Reason after 100 -> none end}
             end,
    Funs = [fun() -> ignore end, fun() -> {stop, because} end, fun() -> exit(out) end, fun() -> {ok, a, b, c} end,
            fun() -> throw({ok, thrown}) end, fun() -> throw(wrong) end, fun() -> exit(normal) end],
    Monitored = case erlang:system_info(otp_release) of
                    "23" -> [];
                    _ -> [case gen_server:start_monitor(?MODULE, {go, Fun}, []) of
                              {ok, {P, M}} -> {is_pid(P), is_reference(M), gen_server:stop(P),
                                               receive {'DOWN', M, process, P, R} -> R end};
                              Other -> {Other, receive {'DOWN', _, _, _, R} -> R after 50 -> none end}
                          end || Fun <- [fun() -> {ok, a} end, fun() -> {stop, because} end, fun() -> ignore end]]
                end,
    R = [Go(Fun) || Fun <- Funs],
    report_kit:renamed({[shown(X) || X <- R], [begin {A, B} = Linked(Fun), {shown(A), B} end || Fun <- Funs], Monitored}).

shown({ok, Pid}) -> gen_server:stop(Pid), ok;
shown(Other) -> Other.

options() ->
    {ok, A} = gen_server:start(?MODULE, 1, [{spawn_opt, [{priority, low}, link]}]),
    B = process_info(A, priority),
    C = lists:member(self(), element(2, process_info(A, links))),
    Slow = fun() -> timer:sleep(200), {ok, 1} end,
    D = value(fun() -> gen_server:start(?MODULE, {go, Slow}, [{timeout, 10}]) end),
    {ok, E} = gen_server:start(?MODULE, 1, [{hibernate_after, 10}]),
    timer:sleep(50),
    F = process_info(E, current_function),
    G = gen_server:call(E, state),
    [B, C, D, F, G, gen_server:stop(E), gen_server:stop(A)].

stop() ->
    {ok, A} = gen_server:start(?MODULE, {tell, self()}, []),
    B = gen_server:stop(A, shutdown, 1000),
    C = receive {terminated, R} -> R end,
    {ok, D} = gen_server:start(?MODULE, {terminate, fun() -> timer:sleep(400) end}, []),
    E = value(fun() -> gen_server:stop(D, normal, 100) end),
    {ok, G} = gen_server:start(?MODULE, {terminate, fun() -> exit(other) end}, []),
    H = value(fun() -> gen_server:stop(G, normal, 1000) end),
    report_kit:renamed([B, C, E, H]).

%% The parent ends.
parents() ->
    Me = self(),
    Trapping = fun() -> process_flag(trap_exit, true), {ok, {tell, Me}} end,
    Parent = spawn(fun() ->
                           {ok, A} = gen_server:start_link(?MODULE, {go, Trapping}, []),
                           {ok, B} = gen_server:start_link(?MODULE, [], []),
                           Me ! {children, A, B},
                           receive stop -> exit(because) end
                   end),
    receive {children, A, B} -> ok end,
    [MA, MB] = [monitor(process, P) || P <- [A, B]],
    Parent ! stop,
    [receive {terminated, R} -> R end, receive {'DOWN', MA, _, _, R1} -> R1 end, receive {'DOWN', MB, _, _, R2} -> R2 end].

%% Several requests at a time.
collections() ->
    {ok, A} = gen_server:start(?MODULE, 1, []),
    {ok, B} = gen_server:start(?MODULE, 10, []),
    Ids0 = gen_server:reqids_new(),
    Ids1 = gen_server:send_request(A, {add, 1}, first, Ids0),
    Ids2 = gen_server:send_request(B, {add, 1}, second, Ids1),
    Ids3 = gen_server:reqids_add(gen_server:send_request(A, {add, 5}), third, Ids2),
    Size = gen_server:reqids_size(Ids3),
    Labels = lists:sort([Label || {_, Label} <- gen_server:reqids_to_list(Ids3)]),
    R = lists:sort(responses(Ids3)),
    {Size, Labels, R, gen_server:stop(A), gen_server:stop(B),
     gen_server:receive_response(gen_server:send_request(no_such_server, x), 100)}.

responses(Ids) ->
    case gen_server:receive_response(Ids, 1000, true) of
        {{reply, Reply}, Label, Rest} -> [{Label, Reply} | responses(Rest)];
        no_request -> [none]
    end.
