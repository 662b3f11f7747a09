-module(gen_server_crashes).
-behaviour(gen_server).
-compile([export_all, nowarn_export_all]).

%% What is logged when a gen_server dies in one of its callbacks.

init({Module, Fun}) -> put(in_the, dictionary), Module:go(Fun).
go(Fun) -> Fun().

handle_call({do, Fun}, From, State) -> Fun(From, State);
handle_call(known, _, State) -> {reply, ok, State}.
handle_cast({do, Fun}, State) -> Fun(State);
handle_cast(known, State) -> {noreply, State}.
handle_info({do, Fun}, State) -> Fun(State).
handle_continue({do, Fun}, State) -> Fun(State).
terminate(_, {terminate, Fun}) -> Fun();
terminate(_, _) -> ok.

started(State) -> {ok, Pid} = gen_server:start(?MODULE, {?MODULE, fun() -> {ok, State} end}, []), Pid.

%% The ways in which a server dies, by name.
ways() ->
    #{call_error => fun() -> called(started(state), {do, fun(_, _) -> error(reason) end}) end,
      call_exit => fun() -> called(started(state), {do, fun(_, _) -> exit(reason) end}) end,
      call_throw => fun() -> called(started(state), {do, fun(_, _) -> throw(reason) end}) end,
      call_clause => fun() -> called(started({state, 1}), {unknown, "message", [1, 2, 3]}) end,
      call_stop => fun() -> called(started(state), {do, fun(_, S) -> {stop, because, bye, S} end}) end,
      call_stop_normal => fun() -> called(started(state), {do, fun(_, S) -> {stop, normal, bye, S} end}) end,
      call_stop_shutdown => fun() -> called(started(state), {do, fun(_, S) -> {stop, {shutdown, x}, bye, S} end}) end,
      call_bad_return => fun() -> called(started(state), {do, fun(_, _) -> {wrong, return} end}) end,
      call_badarith => fun() -> called(started(0), {do, fun(_, S) -> {reply, 1 / S, S} end}) end,
      cast_error => fun() -> told(started(state), {'$gen_cast', {do, fun(_) -> error(reason) end}}) end,
      cast_clause => fun() -> told(started(state), {'$gen_cast', unknown}) end,
      cast_badmatch => fun() -> told(started(state), {'$gen_cast', {do, fun(S) -> {matched, _} = S end}}) end,
      info_error => fun() -> told(started(state), {do, fun(_) -> lists:nth(5, [1]) end}) end,
      info_undef => fun() -> told(started(state), {do, fun(_) -> not_there:f() end}) end,
      info_queued => fun() ->
                             Pid = started(state),
                             told(Pid, {do, fun(_) -> self() ! {left, 1}, self() ! [left, 2], exit({queue, []}) end})
                     end,
      continue_error => fun() -> told(started(state), {do, fun(S) -> {noreply, S, {continue, {do, fun(_) -> error(continued) end}}} end}) end,
      terminate_error => fun() -> called(started({terminate, fun() -> error(last) end}), {do, fun(_, S) -> {stop, normal, bye, S} end}) end,
      terminate_exit => fun() -> called(started({terminate, fun() -> exit(last) end}), {do, fun(_, S) -> {stop, normal, bye, S} end}) end,
      terminate_throw => fun() -> called(started({terminate, fun() -> throw(last) end}), {do, fun(_, S) -> {stop, because, bye, S} end}) end,
      init_error => fun() -> gen_server:start(?MODULE, {?MODULE, fun() -> error(reason) end}, []) end,
      init_exit => fun() -> gen_server:start(?MODULE, {?MODULE, fun() -> exit(reason) end}, []) end,
      init_stop => fun() -> gen_server:start(?MODULE, {?MODULE, fun() -> {stop, reason} end}, []) end,
      init_bad => fun() -> gen_server:start(?MODULE, {?MODULE, fun() -> {never, seen} end}, []) end,
      init_ignore => fun() -> gen_server:start(?MODULE, {?MODULE, fun() -> ignore end}, []) end,
      init_undef => fun() -> gen_server:start(no_such_module, [], []) end,
      init_named => fun() -> gen_server:start({local, a_name}, ?MODULE, {?MODULE, fun() -> error(reason) end}, []) end,
      named => fun() ->
                       {ok, Pid} = gen_server:start({local, a_name}, ?MODULE, {?MODULE, fun() -> {ok, #{state => 1}} end}, []),
                       called(Pid, {do, fun(_, _) -> error(named) end})
               end,
      killed => fun() -> Pid = started(state), exit(Pid, kill), report_kit:ended(Pid) end,
      linked => fun() ->
                        Pid = started(state),
                        told(Pid, {do, fun(S) -> spawn_link(fun() -> exit(brought_down) end), {noreply, S} end})
                end,
      trapping => fun() ->
                          process_flag(trap_exit, true),
                          {ok, Pid} = gen_server:start_link(?MODULE, {?MODULE, fun() -> process_flag(trap_exit, true), {ok, s} end}, []),
                          R = called(Pid, {do, fun(_, _) -> error(reason) end}),
                          {R, receive {'EXIT', Pid, _} -> got_exit after 100 -> none end}
                  end,
      parent => fun() ->
                        Me = self(),
                        Parent = spawn(fun() ->
                                               {ok, Pid} = gen_server:start_link(?MODULE, {?MODULE, fun() -> process_flag(trap_exit, true), {ok, s} end}, []),
                                               Me ! {child, Pid},
                                               receive never -> ok end
                                       end),
                        Pid = receive {child, P} -> P end,
                        Monitor = monitor(process, Pid),
                        exit(Parent, because),
                        receive {'DOWN', Monitor, _, _, R} -> R end
                end,
      debugged => fun() ->
                          Pid = started(state),
                          ok = sys:log(Pid, true),
                          ok = gen_server:call(Pid, known),
                          ok = gen_server:cast(Pid, known),
                          called(Pid, {do, fun(_, _) -> error(reason) end})
                  end,
      labelled => fun() ->
                          told(started(state), {do, fun(_) -> proc_lib:set_label({my, label}), error(reason) end})
                  end,
      stopped => fun() -> Pid = started(state), R = gen_server:stop(Pid, because, 1000), R end,
      client_gone => fun() ->
                             Pid = started(state),
                             Client = spawn(fun() -> gen_server:call(Pid, {do, fun(_, S) -> {noreply, S} end}) end),
                             report_kit:value(fun() -> gen_server:call(Pid, known) end),
                             exit(Client, kill),
                             report_kit:ended(Client),
                             timer:sleep(10),
                             told(Pid, {do, fun(_) -> error(reason) end})
                     end,
      timed_out => fun() ->
                           Pid = started(state),
                           Me = self(),
                           Caller = spawn(fun() -> Me ! {timed, report_kit:value(fun() -> gen_server:call(Pid, {do, fun(_, S) -> {noreply, S} end}, 10) end)} end),
                           R = receive {timed, T} -> T end,
                           gen_server:stop(Pid),
                           {R, report_kit:ended(Caller) =:= normal orelse noproc}
                   end,
      large => fun() -> called(started(lists:duplicate(30, {some, #{large => <<"state">>}})), {do, fun(_, _) -> error(reason) end}) end}.

called(Pid, Request) ->
    Monitor = monitor(process, Pid),
    Value = report_kit:value(fun() -> gen_server:call(Pid, Request) end),
    receive {'DOWN', Monitor, process, Pid, Reason} -> {Value, Reason} end.
told(Pid, Message) -> Monitor = monitor(process, Pid), Pid ! Message, receive {'DOWN', Monitor, _, _, Reason} -> Reason end.

report(Way) -> report_kit:reports(maps:get(Way, ways())).
