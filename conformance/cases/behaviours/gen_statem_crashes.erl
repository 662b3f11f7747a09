-module(gen_statem_crashes).
-behaviour(gen_statem).
-compile([export_all, nowarn_export_all]).

%% What is logged when a gen_statem dies.

callback_mode() -> persistent_term:get({?MODULE, mode}, handle_event_function).

init({go, Fun}) -> Fun();
init(Data) -> put(a, dictionary), {ok, idle, Data}.

handle_event(enter, _, enters, _) -> error(entering);
handle_event(enter, _, _, _) -> keep_state_and_data;
handle_event({call, From}, known, _, _) -> {keep_state_and_data, {reply, From, ok}};
handle_event({call, From}, {do, Fun}, State, Data) -> Fun(From, State, Data);
handle_event(info, {do, Fun}, State, Data) -> Fun(State, Data);
handle_event({timeout, _}, {do, Fun}, State, Data) -> Fun(State, Data);
handle_event(internal, {do, Fun}, State, Data) -> Fun(State, Data).

idle({call, From}, {do, Fun}, Data) -> Fun(From, idle, Data);
idle(info, {do, Fun}, Data) -> Fun(idle, Data).

terminate(_, _, {terminate, Fun}) -> Fun();
terminate(_, _, _) -> ok.

started(Data) -> started(handle_event_function, Data).
started(Mode, Data) ->
    persistent_term:put({?MODULE, mode}, Mode),
    {ok, Pid} = gen_statem:start(?MODULE, Data, []),
    Pid.

called(Pid, Request) ->
    Monitor = monitor(process, Pid),
    Value = report_kit:value(fun() -> gen_statem:call(Pid, Request) end),
    receive {'DOWN', Monitor, process, Pid, Reason} -> {Value, Reason} end.
told(Pid, Message) -> Monitor = monitor(process, Pid), Pid ! Message, receive {'DOWN', Monitor, _, _, Reason} -> Reason end.

ways() ->
    #{call_error => fun() -> called(started(data), {do, fun(_, _, _) -> error(reason) end}) end,
      call_exit => fun() -> called(started(data), {do, fun(_, _, _) -> exit(reason) end}) end,
      call_throw => fun() -> called(started(data), {do, fun(_, _, _) -> throw(not_a_result) end}) end,
      call_clause => fun() -> called(started(data), {unknown, [1, "two"]}) end,
      state_function => fun() -> called(started(state_functions, data), {do, fun(_, _, _) -> error(reason) end}) end,
      state_clause => fun() -> called(started(state_functions, data), unknown) end,
      state_undef => fun() -> told(started(state_functions, data), {do, fun(_, D) -> {next_state, nowhere, D, {next_event, internal, x}} end}) end,
      info_error => fun() -> told(started([data]), {do, fun(_, [D]) -> D + 1 end}) end,
      bad_return => fun() -> told(started(data), {do, fun(_, _) -> {no, such, result} end}) end,
      bad_action => fun() -> told(started(data), {do, fun(_, _) -> {keep_state_and_data, [{no_action, x}]} end}) end,
      bad_timeout => fun() -> told(started(data), {do, fun(_, _) -> {keep_state_and_data, [{state_timeout, soon, x}]} end}) end,
      bad_reply => fun() -> told(started(data), {do, fun(_, _) -> {keep_state_and_data, [{reply, nobody, x}]} end}) end,
      bad_state => fun() -> told(started(state_functions, data), {do, fun(_, D) -> {next_state, "state", D, {next_event, internal, x}} end}) end,
      stop => fun() -> told(started(data), {do, fun(_, _) -> {stop, because} end}) end,
      stop_shutdown => fun() -> told(started(data), {do, fun(_, _) -> {stop, {shutdown, x}} end}) end,
      stop_and_reply => fun() ->
                                Pid = started(data),
                                Monitor = monitor(process, Pid),
                                Request = gen_statem:send_request(Pid, {do, fun(From, _, D) -> timer:sleep(20), {stop_and_reply, because, {reply, From, bye}, D} end}),
                                receive {'DOWN', Monitor, _, _, Reason} -> {Reason, gen_statem:wait_response(Request, 100)} end
                        end,
      postponed => fun() ->
                           Pid = started(data),
                           Pid ! {do, fun(_, _) -> {keep_state_and_data, postpone} end},
                           told(Pid, {do, fun(_, _) -> error(reason) end})
                   end,
      queued => fun() ->
                        told(started(data), {do, fun(_, _) -> {keep_state_and_data, [{next_event, internal, {do, fun(_, _) -> error(reason) end}},
                                                                                    {next_event, internal, behind_it}]} end})
                end,
      timers => fun() ->
                        told(started(data), {do, fun(_, D) -> {next_state, other, D, [{{timeout, name}, 10000, x}, {state_timeout, 20000, y},
                                                                                     {{timeout, soon}, 0, {do, fun(_, _) -> error(in_timeout) end}}]} end})
                end,
      entering => fun() -> told(started([handle_event_function, state_enter], data), {do, fun(_, D) -> {next_state, enters, D} end}) end,
      terminating => fun() -> told(started({terminate, fun() -> error(last) end}), {do, fun(_, _) -> stop end}) end,
      init_error => fun() -> gen_statem:start(?MODULE, {go, fun() -> error(reason) end}, []) end,
      init_stop => fun() -> gen_statem:start(?MODULE, {go, fun() -> {stop, reason} end}, []) end,
      init_bad => fun() -> gen_statem:start(?MODULE, {go, fun() -> wrong end}, []) end,
      init_undef => fun() -> gen_statem:start(no_such_module, x, []) end,
      mode_bad => fun() ->
                          persistent_term:put({?MODULE, mode}, wrong),
                          gen_statem:start(?MODULE, data, [])
                  end,
      named => fun() ->
                       persistent_term:put({?MODULE, mode}, handle_event_function),
                       {ok, Pid} = gen_statem:start({local, a_machine}, ?MODULE, data, []),
                       called(Pid, {do, fun(_, _, _) -> error(reason) end})
               end,
      logging => fun() ->
                         Pid = started(data),
                         ok = sys:log(Pid, true),
                         ok = gen_statem:call(Pid, known),
                         told(Pid, {do, fun(_, _) -> error(reason) end})
                 end}.

report(Way) -> report_kit:reports(maps:get(Way, ways())).
