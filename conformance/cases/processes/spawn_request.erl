%% erlang:spawn_request: replies, options, and giving up.
-module(spawn_request).
-export([kinds/1, options/1, bad/1, monitored/1, abandoned/0, abandon/1, failing/1, tags/0, order/0, linked/0, functions/0, f/1]).

f(X) -> X.

caught(F) ->
    try F() catch C:R -> {C, R} end.

flush() ->
    receive M -> [M | flush()] after 50 -> [] end.

%% Which messages come with a kind of reply.
kinds(Options) ->
    Ref = spawn_request(?MODULE, f, [1], Options),
    {is_reference(Ref), [about(Ref, M) || M <- flush()]}.

about(Ref, {Tag, Ref, ok, Pid}) -> {Tag, ref, ok, is_pid(Pid)};
about(Ref, {Tag, Ref, What, Reason}) -> {Tag, ref, What, Reason};
about(Ref, {Tag, Ref, process, Pid, Reason}) -> {Tag, ref, process, is_pid(Pid), Reason};
about(_, M) -> M.

options(Options) ->
    Me = self(),
    Ref = spawn_request(fun() -> Me ! {info, process_info(self(), [priority, message_queue_data, trap_exit])}, receive stop -> ok end end, Options),
    Pid = receive {spawn_reply, Ref, ok, P} -> P after 100 -> none end,
    Info = receive {info, I} -> I after 100 -> none end,
    {links, Links} = process_info(self(), links),
    {monitors, Monitors} = process_info(self(), monitors),
    {Info, lists:member(Pid, Links), lists:member({process, Pid}, Monitors)}.

bad(Options) ->
    caught(fun() ->
        Ref = spawn_request(?MODULE, f, [1], Options),
        [about(Ref, M) || M <- flush()]
    end).

failing(What) ->
    caught(fun() ->
        Ref =
            case What of
                module -> spawn_request(1, f, [], []);
                function -> spawn_request(?MODULE, "f", [], []);
                arguments -> spawn_request(?MODULE, f, x, []);
                improper -> spawn_request(?MODULE, f, [1 | 2], []);
                fun_arity -> spawn_request(fun(X) -> X end);
                no_fun -> spawn_request(x);
                node -> spawn_request(nosuch@nowhere, ?MODULE, f, [1], []);
                own_node -> spawn_request(node(), ?MODULE, f, [1], [])
            end,
        [about(Ref, M) || M <- flush()]
    end).

%% The request is the monitor.
monitored(Options) ->
    Ref = spawn_request(?MODULE, f, [1], [monitor | Options]),
    Messages = flush(),
    [about(Ref, M) || M <- Messages].

abandoned() ->
    Ref = spawn_request(?MODULE, f, [1], []),
    [about(Ref, M) || M <- flush()] ++ [spawn_request_abandon(Ref)].

abandon(What) ->
    caught(fun() ->
        spawn_request_abandon(
            case What of
                other -> make_ref();
                monitor -> monitor(process, spawn(fun() -> receive stop -> ok end end));
                term -> x
            end)
    end).

tags() ->
    Tag = {my, [tag]},
    Ref = spawn_request(?MODULE, f, [1], [{reply_tag, Tag}, {monitor, [{tag, down}]}]),
    [about(Ref, M) || M <- flush()].

%% The reply comes before anything that the new process sends.
order() ->
    Me = self(),
    Ref = spawn_request(fun() -> Me ! first, exit(done) end, [monitor]),
    lists:map(fun({spawn_reply, R, ok, _}) when R =:= Ref -> reply;
                 ({'DOWN', R, process, _, Reason}) when R =:= Ref -> {down, Reason};
                 (M) -> M end, flush()).

linked() ->
    process_flag(trap_exit, true),
    Ref = spawn_request(fun() -> exit(done) end, [link]),
    lists:map(fun({'EXIT', P, Reason}) when is_pid(P) -> {exit, Reason}; (M) -> about(Ref, M) end, flush()).

functions() ->
    Me = self(),
    Refs = [spawn_request(fun() -> Me ! a end), spawn_request(node(), fun() -> Me ! b end),
            spawn_request(fun() -> Me ! c end, []), spawn_request(node(), fun() -> Me ! d end, []),
            spawn_request(erlang, send, [Me, e]), spawn_request(node(), erlang, send, [Me, f]),
            spawn_request(node(), erlang, send, [Me, g], [])],
    lists:sort([case M of {spawn_reply, R, ok, _} -> lists:member(R, Refs); _ -> M end || M <- flush()]).
