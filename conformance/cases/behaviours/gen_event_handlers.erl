-module(gen_event_handlers).
-behaviour(gen_event).
-compile([export_all, nowarn_export_all]).

%% A handler that tells its owner what happens to it.

init({{swapped, Args}, From}) -> tell(Args, {swapped, From}), {ok, Args};
init({do, Fun}) -> Fun();
init(Owner) -> tell(Owner, init), {ok, Owner}.

handle_event({do, Fun}, State) -> Fun(State);
handle_event(Event, State) -> tell(State, {event, Event}), {ok, State}.

handle_call({do, Fun}, State) -> Fun(State);
handle_call(Request, State) -> {ok, {replied, Request}, State}.

handle_info({do, Fun}, State) -> Fun(State);
handle_info(Info, State) -> tell(State, {info, Info}), {ok, State}.

terminate({crash, Reason}, _) -> error(Reason);
terminate(Args, State) -> tell(State, {terminated, Args}), {left, Args}.

code_change(Old, State, Extra) -> tell(State, {changed, Old, Extra}), {ok, State}.

tell({Owner, Name}, What) when is_pid(Owner) -> Owner ! {Name, What};
tell(_, _) -> ok.

told() -> receive {'EXIT', _, _} = M -> [{exit, element(3, M)} | told()]; M -> [M | told()] after 30 -> [] end.

value(F) -> report_kit:value(F).
id(Name) -> {?MODULE, Name}.

with(F) ->
    {ok, Manager} = gen_event:start(),
    Result = F(Manager),
    Stopped = value(fun() -> gen_event:stop(Manager) end),
    report_kit:renamed({Result, told(), Stopped}).

adding() ->
    Me = self(),
    with(fun(M) ->
                 [gen_event:add_handler(M, id(a), {Me, a}), gen_event:add_handler(M, ?MODULE, {Me, b}),
                  gen_event:add_handler(M, id(a), {Me, again}),
                  gen_event:which_handlers(M), gen_event:notify(M, one), gen_event:sync_notify(M, two),
                  gen_event:call(M, id(a), question), gen_event:call(M, id(nobody), question, 1000),
                  begin M ! info, gen_event:which_handlers(M) end,
                  gen_event:delete_handler(M, id(a), args), gen_event:delete_handler(M, id(a), args),
                  gen_event:add_handler(M, no_such_handler, x), gen_event:add_handler(M, id(bad), {do, fun() -> wrong end}),
                  gen_event:add_handler(M, id(out), {do, fun() -> exit(out) end}),
                  gen_event:add_handler(M, id(hib), {do, fun() -> {ok, {Me, hib}, hibernate} end}),
                  gen_event:which_handlers(M)]
         end).

swapping() ->
    Me = self(),
    with(fun(M) ->
                 [gen_event:add_handler(M, id(a), {Me, a}), gen_event:swap_handler(M, {id(a), bye}, {id(b), {swapped, {Me, b}}}),
                  gen_event:which_handlers(M),
                  gen_event:swap_handler(M, {id(nobody), x}, {id(c), {swapped, {Me, c}}}),
                  gen_event:notify(M, {do, fun({_, b} = S) -> {swap_handler, self_swap, {Me, b}, id(d), {swapped, {Me, d}}}; (S) -> {ok, S} end}),
                  gen_event:sync_notify(M, x), lists:sort(gen_event:which_handlers(M))]
         end).

supervised() ->
    Me = self(),
    with(fun(M) ->
                 Owner = spawn(fun() -> gen_event:add_sup_handler(M, id(of_other), {Me, of_other}), Me ! ready, receive stop -> exit(owner_gone) end end),
                 receive ready -> ok end,
                 A = gen_event:add_sup_handler(M, id(mine), {Me, mine}),
                 B = gen_event:add_sup_handler(M, id(removed), {Me, removed}),
                 C = gen_event:delete_handler(M, id(removed), args),
                 Owner ! stop,
                 timer:sleep(20),
                 D = gen_event:which_handlers(M),
                 E = gen_event:sync_notify(M, {do, fun(_) -> remove_handler end}),
                 F = gen_event:swap_sup_handler(M, {id(mine), bye}, {id(new), {swapped, {Me, new}}}),
                 G = gen_event:which_handlers(M),
                 [A, B, C, D, E, F, G]
         end).

returns() ->
    Me = self(),
    with(fun(M) ->
                 [gen_event:add_handler(M, id(a), {Me, a}), gen_event:call(M, id(a), {do, fun(S) -> {ok, fine, S, hibernate} end}),
                  process_info(M, current_function),
                  gen_event:call(M, id(a), {do, fun(S) -> {swap_handler, swapped, x, S, id(b), {swapped, S}} end}),
                  gen_event:call(M, id(b), {do, fun(_) -> {remove_handler, removed} end}), gen_event:which_handlers(M)]
         end).

names() ->
    {ok, M} = gen_event:start({local, an_event_manager}),
    {error, {already_started, Other}} = gen_event:start({local, an_event_manager}),
    R = [M =:= Other, gen_event:notify(an_event_manager, x), value(fun() -> gen_event:notify(no_manager, x) end),
         value(fun() -> gen_event:which_handlers(no_manager) end), gen_event:stop(an_event_manager, shutdown, 1000),
         value(fun() -> gen_event:call(no_manager, id(a), x) end)],
    report_kit:renamed(R).

linked() ->
    process_flag(trap_exit, true),
    Me = self(),
    {ok, M} = gen_event:start_link(),
    gen_event:add_handler(M, id(a), {Me, a}),
    spawn_link(fun() -> link(M), exit(some_link) end),
    timer:sleep(20),
    A = gen_event:which_handlers(M),
    Parent = spawn(fun() -> {ok, N} = gen_event:start_link(), gen_event:add_handler(N, id(b), {Me, b}), Me ! ready, receive stop -> exit(parent_gone) end end),
    receive ready -> Parent ! stop end,
    report_kit:renamed({A, told()}).

requests() ->
    {ok, M} = gen_event:start(),
    ok = gen_event:add_handler(M, id(a), x),
    A = gen_event:send_request(M, id(a), question),
    B = gen_event:send_request(M, id(nobody), question),
    R = [gen_event:wait_response(A, 1000), gen_event:wait_response(B, infinity)],
    {R, gen_event:stop(M)}.

sys() ->
    {ok, M} = gen_event:start(),
    ok = gen_event:add_handler(M, id(a), {self(), a}),
    A = sys:get_state(M),
    sys:replace_state(M, fun({?MODULE, N, {Pid, _}}) -> {?MODULE, N, {Pid, replaced}} end),
    ok = sys:suspend(M),
    ok = sys:change_code(M, ?MODULE, old_version, extra),
    ok = sys:resume(M),
    ok = gen_event:sync_notify(M, x),
    {status, M, {module, gen_event}, [_, running, _, [], _]} = sys:get_status(M),
    report_kit:renamed({A, told(), gen_event:stop(M)}).

%% What is logged.
ways() ->
    Me = self(),
    Handled = fun(Event) ->
                      {ok, M} = gen_event:start(),
                      gen_event:add_handler(M, id(a), {state, 1}),
                      R = Event(M),
                      S = gen_event:which_handlers(M),
                      gen_event:stop(M),
                      {R, S}
              end,
    #{event_error => fun() -> Handled(fun(M) -> gen_event:sync_notify(M, {do, fun(_) -> error(reason) end}) end) end,
      event_exit => fun() -> Handled(fun(M) -> gen_event:sync_notify(M, {do, fun(_) -> exit(reason) end}) end) end,
      event_throw => fun() -> Handled(fun(M) -> gen_event:sync_notify(M, {do, fun(_) -> throw(reason) end}) end) end,
      event_bad => fun() -> Handled(fun(M) -> gen_event:sync_notify(M, {do, fun(_) -> [bad, "return"] end}) end) end,
      event_removed => fun() -> Handled(fun(M) -> gen_event:sync_notify(M, {do, fun(_) -> remove_handler end}) end) end,
      call_error => fun() -> Handled(fun(M) -> gen_event:call(M, id(a), {do, fun(_) -> error(reason) end}) end) end,
      info_error => fun() -> Handled(fun(M) -> M ! {do, fun(X) -> X + 1 end}, gen_event:which_handlers(M) end) end,
      init_error => fun() -> Handled(fun(M) -> gen_event:add_handler(M, id(b), {do, fun() -> error(reason) end}) end) end,
      terminate_error => fun() -> Handled(fun(M) -> gen_event:delete_handler(M, id(a), {crash, reason}) end) end,
      supervised => fun() ->
                            Handled(fun(M) ->
                                            gen_event:add_sup_handler(M, id(s), {Me, s}),
                                            gen_event:sync_notify(M, {do, fun({Pid, s}) when is_pid(Pid) -> error(reason); (S) -> {ok, S} end}),
                                            receive {gen_event_EXIT, _, _} = X -> X after 100 -> none end
                                    end)
                    end,
      no_info => fun() ->
                         {ok, M} = gen_event:start(),
                         gen_event:add_handler(M, gen_event_quiet, x),
                         M ! unexpected,
                         R = gen_event:which_handlers(M),
                         gen_event:stop(M),
                         R
                 end,
      killed_manager => fun() ->
                                {ok, M} = gen_event:start({local, a_manager}),
                                gen_event:add_handler(M, id(a), {state, 1}),
                                Monitor = monitor(process, M),
                                catch gen_event:stop(M, because, 1000),
                                receive {'DOWN', Monitor, _, _, R} -> R end
                        end}.

report(Way) -> report_kit:reports(warning, fun() -> (maps:get(Way, ways()))() end).
