%% What ports send and get: messages, exit signals, links, monitors, names.
-module(port_signals).
-export([owner/1, command/1, control/1, closed/1, bang/1, badsig/1, exits/1, linked/2, owner_ends/1,
         monitors/1, names/1, data/0, info/1, connect/0, connect_dead/0, unlinked/0, ports/0,
         process_items/0]).

-define(WAIT, 2000).

cat() -> cat([binary]).
cat(Options) -> open_port({spawn, "cat"}, Options).

%% Messages so far, and those that come after; a marker of the caller ends them.
all() -> all(300).
all(T) -> receive M -> [M | all(T)] after T -> [] end.

c(F) -> try F() catch C:R -> {C, R} end.

trap() -> process_flag(trap_exit, true).

owner(Data) ->
    trap(),
    P = cat(),
    R = port_command(P, Data),
    M = receive {P, {data, D}} -> D after ?WAIT -> timeout end,
    [R, M, port_close(P), all(0), erlang:port_info(P)].

command(What) ->
    trap(),
    P = cat(),
    R = case What of
            {Data, Options} -> c(fun() -> port_command(P, Data, Options) end);
            Data -> c(fun() -> port_command(P, Data) end)
        end,
    {R, all()}.

control(F) ->
    trap(),
    P = cat(),
    {case F of
         {control, Op, Data} -> c(fun() -> port_control(P, Op, Data) end);
         {call, Op, Data} -> c(fun() -> erlang:port_call(P, Op, Data) end)
     end, all(50)}.

%% What can be done with a port that is closed.
closed(What) ->
    trap(),
    P = cat(),
    port_close(P),
    [{'EXIT', P, normal}] = all(0),
    R = c(fun() ->
                  case What of
                      command -> port_command(P, "abc");
                      command_options -> port_command(P, "abc", [nosuspend]);
                      close -> port_close(P);
                      info -> erlang:port_info(P);
                      name -> erlang:port_info(P, name);
                      item -> erlang:port_info(P, foo);
                      send -> P ! foo;
                      send_command -> P ! {self(), {command, "a"}};
                      link -> link(P);
                      monitor -> is_reference(erlang:monitor(port, P));
                      exit -> exit(P, x);
                      unlink -> unlink(P);
                      register -> register(xx, P);
                      connect -> port_connect(P, self());
                      control -> port_control(P, 1, []);
                      call -> erlang:port_call(P, 1, []);
                      set_data -> erlang:port_set_data(P, 1);
                      get_data -> erlang:port_get_data(P)
                  end
          end),
    {R, [case M of {'DOWN', _, K, I, Rsn} -> {'DOWN', K, I =:= P, Rsn}; _ -> M end || M <- all(100)]}.

bang(What) ->
    trap(),
    P = cat(),
    M = case What of
            close -> {self(), close};
            command -> {self(), {command, [<<"a">>, "b"]}};
            connect -> {self(), {connect, self()}};
            connect_bad -> {self(), {connect, foo}}
        end,
    R = P ! M,
    {R =:= M, all(), erlang:port_info(P, connected) =:= {connected, self()}}.

%% Messages that a port does not understand; the port stays open.
badsig(M0) ->
    trap(),
    P = cat(),
    M = case M0 of {me, X} -> {self(), X}; {other, X} -> {spawn(fun() -> ok end), X}; _ -> M0 end,
    P ! M,
    {all(100), erlang:port_info(P, name)}.

exits(Reason) ->
    trap(),
    P = cat(),
    R = exit(P, Reason),
    A = all(100),
    Q = cat(),
    spawn(fun() -> exit(Q, Reason) end),
    {R, A, all(100), erlang:port_info(P), erlang:port_info(Q)}.

%% A process that is linked to a port, and either of them ends.
linked(Ends, Reason) ->
    trap(),
    P = cat(),
    Me = self(),
    {Pid, Ref} = spawn_monitor(fun() ->
                                       link(P),
                                       Me ! linked,
                                       receive go -> exit(Reason) end
                               end),
    receive linked -> ok end,
    {links, L} = erlang:port_info(P, links),
    case Ends of process -> Pid ! go; port -> exit(P, Reason) end,
    A = all(),
    {lists:sort(L) =:= lists:sort([Me, Pid]), Pid =/= Me,
     lists:sort([case M of {'DOWN', Ref, process, Pid, R} -> {down, R}; _ -> M end || M <- A]),
     erlang:port_info(P, connected)}.

%% The owner ends, and its port with it.
owner_ends(Reason) ->
    trap(),
    Me = self(),
    Pid = spawn(fun() -> P = cat(), Me ! {port, P}, receive go -> exit(Reason) end end),
    P = receive {port, P0} -> P0 end,
    link(P),
    Ref = erlang:monitor(port, P),
    Pid ! go,
    {[case M of {'DOWN', Ref, K, I, R} -> {'DOWN', K, I =:= P, R}; _ -> M end || M <- all()],
     erlang:port_info(P)}.

monitors(How) ->
    trap(),
    P = cat(),
    register(port_signals_cat, P),
    Item = case How of
               id -> P;
               name -> port_signals_cat;
               node -> {port_signals_cat, node()};
               nobody -> port_signals_nobody;
               bad -> {a, b, c};
               pid -> self();
               process -> port_signals_process
           end,
    How =:= process andalso register(port_signals_process, self()),
    R = c(fun() -> erlang:monitor(port, Item) end),
    %% The answer that there is nobody is on its way, or has come.
    Mine = case lists:member(How, [nobody, process]) of
               true -> skipped;
               false -> element(2, process_info(self(), monitors))
           end,
    By = erlang:port_info(P, monitored_by),
    D = case How of id when is_reference(R) -> erlang:demonitor(R, [info]); _ -> none end,
    port_close(P),
    {is_reference(R) orelse R, Mine, By =:= {monitored_by, [self()]}, D,
     [case M of {'DOWN', R, K, I, Rsn} -> {'DOWN', K, I, Rsn}; _ -> M end || M <- all(100)],
     process_info(self(), monitors)}.

names(What) ->
    trap(),
    P = cat(),
    Name = port_signals_name,
    true = register(Name, P),
    R = c(fun() ->
                  case What of
                      whereis -> whereis(Name) =:= P;
                      send -> Name ! {self(), {command, "hi"}}, ok;
                      send_node -> {Name, node()} ! {self(), {command, "hi"}}, ok;
                      command -> port_command(Name, "hi");
                      info -> {registered_name, Name} = hd(erlang:port_info(Name));
                      item -> erlang:port_info(Name, registered_name);
                      again -> register(port_signals_other, P);
                      taken -> register(Name, self());
                      registered -> lists:member(Name, registered());
                      unregister -> {unregister(Name), whereis(Name), erlang:port_info(P, registered_name)};
                      close -> {port_close(Name), whereis(Name)};
                      connect -> port_connect(Name, self());
                      data -> {erlang:port_set_data(Name, x), erlang:port_get_data(Name)};
                      exit -> exit(Name, x)
                  end
          end),
    {R, all(100)}.

data() ->
    P = cat(),
    [erlang:port_get_data(P), erlang:port_set_data(P, {a, [1]}), erlang:port_get_data(P),
     c(fun() -> erlang:port_set_data(foo, 1) end), c(fun() -> erlang:port_get_data(1) end)].

info(Item) ->
    P = cat([{parallelism, true}]),
    port_command(P, "abc"),
    receive {P, {data, "abc"}} -> ok after ?WAIT -> timeout end,
    case c(fun() -> erlang:port_info(P, Item) end) of
        {os_pid, N} -> {os_pid, is_integer(N) andalso N > 0};
        {id, N} -> {id, is_integer(N)};
        {links, L} -> {links, L =:= [self()]};
        {connected, C} -> {connected, C =:= self()};
        Other -> Other
    end.

connect() ->
    trap(),
    P = cat(),
    Me = self(),
    Pid = spawn_link(fun() ->
                             receive go -> ok end,
                             port_command(P, "to new"),
                             receive {P, D} -> Me ! {got, D} end,
                             receive stop -> ok end
                     end),
    R = port_connect(P, Pid),
    {connected, C} = erlang:port_info(P, connected),
    {links, L} = erlang:port_info(P, links),
    Pid ! go,
    A = all(200),
    P ! {self(), close},
    B = all(100),
    unlink(P),
    Pid ! stop,
    {R, C =:= Pid, lists:sort(L) =:= lists:sort([Me, Pid]), A, length(B),
     [M || M <- all(200), element(1, M) =/= 'EXIT' orelse element(2, M) =/= Pid]}.

connect_dead() ->
    P = cat(),
    {Pid, Ref} = spawn_monitor(fun() -> ok end),
    receive {'DOWN', Ref, _, _, _} -> ok end,
    [c(fun() -> port_connect(P, X) end) || X <- [Pid, foo, P, 1]]
        ++ [c(fun() -> port_connect(X, self()) end) || X <- [foo, 1, self()]].

unlinked() ->
    trap(),
    P = cat(),
    [unlink(P), erlang:port_info(P, links), port_close(P), all(100)].

ports() ->
    Before = erlang:ports(),
    P = cat(),
    After = erlang:ports(),
    Count = erlang:system_info(port_count) >= length(After),
    port_close(P),
    {After -- Before =:= [P], Count, lists:member(P, erlang:ports()), is_port(P)}.

process_items() ->
    P = cat(),
    {links, L} = process_info(self(), links),
    R = erlang:monitor(port, P),
    {monitors, M} = process_info(self(), monitors),
    erlang:demonitor(R),
    {lists:member(P, L), M =:= [{port, P}]}.
