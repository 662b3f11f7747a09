-module(report_kit).
-export([init/1, call/2, reports/1, reports/2, start/0, filter/2, renamed/1, ended/1, value/1]).

%% A function of a program, with what OTP's own modules expect to run.
call(Module, Function) ->
    start(),
    Module:Function().

%% Reports that are logged while a function runs, in terms that are the same in each run: pids,
%% references and funs are numbered in the order in which they show, and numbers that depend on
%% memory are 0.

%% {Result, [{Level, Report, Metadata}], [Text]} of what the processes log that Work starts; each
%% text is what logger_formatter makes of a report.
reports(Work) -> reports(error, Work).

reports(Level, Work) ->
    {Result, Events} = logged(Level, Work),
    {Shown, Steady} = renamed({Result, [Event#{msg := steady(Message)} || #{msg := Message} = Event <- Events]}),
    Config = #{template => [level, ": ", msg, "\n"], single_line => false, legacy_header => false},
    {Shown,
     [{Kind, Message, maps:with([domain, error_logger], Meta)}
      || #{level := Kind, msg := Message, meta := Meta} <- Steady],
     [unicode:characters_to_list(logger_formatter:format(Event, Config)) || Event <- Steady]}.

%% The work is done in a process of its own, by whose group leader its reports are told from others.
logged(Level, Work) ->
    start(),
    Collector = spawn_link(fun() -> collect([]) end),
    Old = maps:get(level, logger:get_primary_config()),
    %% A call that ran out of time may have left it there.
    _ = logger:remove_primary_filter(?MODULE),
    ok = logger:add_primary_filter(?MODULE, {fun ?MODULE:filter/2, Collector}),
    ok = logger:set_primary_config(level, Level),
    try
        Me = self(),
        {Worker, Monitor} = spawn_monitor(fun() ->
                                                  group_leader(Collector, self()),
                                                  Value = value(Work),
                                                  %% Processes that have answered may still have
                                                  %% to end, and to report it.
                                                  timer:sleep(30),
                                                  Me ! {self(), Value}
                                          end),
        Result = receive
                     {Worker, Given} -> Given;
                     {'DOWN', Monitor, _, _, Reason} -> {ended, Reason}
                 end,
        %% Reports of the emulator take their time; this one is the last.
        spawn(fun() -> group_leader(Collector, self()), error({last_of, Collector}) end),
        Collector ! {take, Me},
        receive {taken, Collector, Events} -> {Result, Events} end
    after
        logger:set_primary_config(level, Old),
        logger:remove_primary_filter(?MODULE)
    end.

value(Work) ->
    try Work() catch Class:Reason -> {Class, Reason} end.

filter(#{meta := #{gl := Collector}} = Event, Collector) -> Collector ! {event, Event}, stop;
filter(_, _) -> stop.

collect(Events) ->
    receive
        {event, #{msg := {"Error in process" ++ _, [_, {{last_of, Collector}, _}]}}} when Collector =:= self() ->
            receive {take, From} -> From ! {taken, self(), lists:reverse(Events)} end;
        {event, Event} ->
            collect([Event | Events])
    end.

%% Starts the logger where OTP has not been started.
start() ->
    case whereis(logger) of
        undefined ->
            Me = self(),
            Server = spawn(fun() -> server(Me) end),
            receive {Server, started} -> ok end;
        _ ->
            ok
    end.

init(Supervised) -> {ok, Supervised}.

server(From) ->
    {ok, _} = application_controller:start({application, kernel, [{env, []}]}),
    {ok, _} = logger_server:start_link(),
    {ok, _, _} = logger_proxy:start_link(),
    ok = logger:remove_handler(simple),
    %% Where timer puts its server.
    [{ok, _} = supervisor:start_link({local, Name}, ?MODULE, {#{}, []}) || Name <- [kernel_sup, kernel_safe_sup]],
    code_table(),
    From ! {self(), started},
    receive never -> ok end.

%% Where code:is_loaded/1 of 26 and later looks, which explanations of undef ask.
code_table() ->
    case erlang:system_info(otp_release) >= "26" andalso ets:whereis(code_server) =:= undefined of
        true ->
            ets:new(code_server, [named_table]),
            ets:insert(code_server, [{Module, "loaded"} || Module <- erlang:loaded()]);
        false ->
            true
    end.

%% How a process has ended.
ended(Pid) ->
    Monitor = monitor(process, Pid),
    receive {'DOWN', Monitor, process, _, Reason} -> Reason end.

%% Without what depends on how much memory and time was used.
steady({Item, N}) when is_integer(N), (Item =:= heap_size orelse Item =:= stack_size orelse Item =:= reductions
                                       orelse Item =:= total_heap_size orelse Item =:= old_heap_size) ->
    {Item, 0};
%% The order of a process dictionary is not promised.
steady({dictionary, Pairs}) -> {dictionary, lists:sort(Pairs)};
steady({links, Pids}) -> {links, lists:sort(Pids)};
steady([Head | Tail]) -> [steady(Head) | steady(Tail)];
steady(Tuple) when is_tuple(Tuple) -> list_to_tuple(steady(tuple_to_list(Tuple)));
steady(Map) when is_map(Map) -> maps:map(fun(_, Value) -> steady(Value) end, Map);
steady(Term) -> Term.

renamed(Term) ->
    {Named, _} = named(Term, #{}),
    Named.

named(Pid, Seen) when is_pid(Pid) -> number(Pid, pid, Seen);
named(Ref, Seen) when is_reference(Ref) -> number(Ref, ref, Seen);
named([Head | Tail], Seen) ->
    {First, Seen1} = named(Head, Seen),
    {Rest, Seen2} = named(Tail, Seen1),
    {[First | Rest], Seen2};
named(Tuple, Seen) when is_tuple(Tuple) ->
    {Items, Seen1} = named(tuple_to_list(Tuple), Seen),
    {list_to_tuple(Items), Seen1};
named(Map, Seen) when is_map(Map) ->
    {Pairs, Seen1} = named(lists:sort(maps:to_list(Map)), Seen),
    {maps:from_list(Pairs), Seen1};
named(Term, Seen) -> {Term, Seen}.

number(Term, Kind, Seen) ->
    case Seen of
        #{Term := Name} ->
            {Name, Seen};
        _ ->
            N = maps:get(Kind, Seen, 0) + 1,
            Name = name(Kind, integer_to_list(N)),
            {Name, Seen#{Term => Name, Kind => N}}
    end.

name(pid, N) -> list_to_pid("<0." ++ N ++ ".0>");
name(ref, N) -> list_to_ref("#Ref<0.1.1." ++ N ++ ">").
