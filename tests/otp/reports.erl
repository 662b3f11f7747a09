-module(reports).
-export([run/1]).

%% Evaluates a file of lines "How<TAB>Expression", and writes down what comes of each, without
%% what no two runs have in common: processes are told of by their names, ports by theirs.
%% How is `value`, `shape` (numbers and texts are told of by their types), `names` (of the items
%% in a list), `printed` or `lines` (what is printed meanwhile) or `tree` (the processes).
run([Source, Result]) ->
    {ok, Text} = file:read_file(Source),
    Lines = string:lexemes(unicode:characters_to_list(Text), "\n"),
    wait_until_quiet(20),
    Told = [told(string:split(Line, "\t")) || Line <- Lines],
    ok = file:write_file(Result, unicode:characters_to_binary(Told)),
    erlang:halt(0).

%% What starts beside the boot is to be there, and what stops after it to be gone.
wait_until_quiet(0) ->
    ok;
wait_until_quiet(Times) ->
    timer:sleep(50),
    wait_until_quiet(Times - 1).

told(["tree", _]) ->
    [[line(process(Pid)), $\n] || Pid <- processes(), Pid =/= self()];
told([How, Expression]) ->
    {ok, Tokens, _} = erl_scan:string(Expression ++ "."),
    {ok, Expressions} = erl_parse:parse_exprs(Tokens),
    Told =
        try
            how(How, fun() -> {value, Value, _} = erl_eval:exprs(Expressions, []), Value end)
        catch
            Class:Reason -> named({Class, Reason})
        end,
    [line(Told), $\n].

line(Term) ->
    io_lib:format("~0tp", [Term]).

how("value", Ask) -> named(Ask());
how("shape", Ask) -> shape(named(Ask()));
how("names", Ask) -> names(Ask());
how(_, Ask) -> printed(Ask).

names(Map) when is_map(Map) -> {map, names(lists:sort(maps:to_list(Map)))};
names(Items) when is_list(Items) -> [name_of(Item) || Item <- Items];
names(Other) -> shape(Other).

name_of(Item) when is_tuple(Item), tuple_size(Item) > 0 -> element(1, Item);
name_of(Item) -> Item.

shape(Term) when is_integer(Term) -> integer;
shape(Term) when is_float(Term) -> float;
shape(Term) when is_binary(Term) -> binary;
shape(Term) when is_bitstring(Term) -> bitstring;
shape([]) -> [];
shape(Term) when is_list(Term) ->
    case io_lib:printable_unicode_list(Term) of
        true -> string;
        false -> shapes(Term, [])
    end;
shape(Term) when is_tuple(Term) -> list_to_tuple([shape(Item) || Item <- tuple_to_list(Term)]);
shape(Term) -> Term.

%% The same shape again and again is told once.
shapes([Item | Rest], Told) ->
    case {shape(Item), Told} of
        {Shape, [Shape | _]} -> shapes(Rest, Told);
        {Shape, _} -> shapes(Rest, [Shape | Told])
    end;
shapes([], Told) -> lists:reverse(Told);
shapes(Tail, Told) -> lists:reverse(Told, shape(Tail)).

%% Terms without numbers of processes and the like, and without orders that nobody promises.
named(Pid) when is_pid(Pid), Pid =:= self() -> '<self>';
named(Pid) when is_pid(Pid) ->
    case process_info(Pid, registered_name) of
        {registered_name, Name} -> {pid, Name};
        [] -> {pid, origin(Pid)};
        undefined -> {pid, gone}
    end;
named(Port) when is_port(Port) ->
    case erlang:port_info(Port, name) of
        {name, Name} -> {port, Name};
        undefined -> {port, closed}
    end;
named(Reference) when is_reference(Reference) -> '<reference>';
named(Fun) when is_function(Fun) ->
    {'fun', element(2, erlang:fun_info(Fun, module)), element(2, erlang:fun_info(Fun, arity))};
named([Head | Tail]) -> [named(Head) | named(Tail)];
named({Item, List}) when is_list(List), Item =:= links; is_list(List), Item =:= dictionary ->
    {Item, lists:sort([named(Element) || Element <- List])};
named(Tuple) when is_tuple(Tuple) -> list_to_tuple(named(tuple_to_list(Tuple)));
named(Map) when is_map(Map) ->
    {map, lists:sort([{named(Key), named(Value)} || {Key, Value} <- maps:to_list(Map)])};
named(Term) -> Term.

%% What a process without a name began with.
origin(Pid) ->
    {dictionary, Dictionary} = process_info(Pid, dictionary),
    case lists:keyfind('$initial_call', 1, Dictionary) of
        {_, Call} -> Call;
        false ->
            {initial_call, Call} = process_info(Pid, initial_call),
            {current_function, Now} = process_info(Pid, current_function),
            {Call, Now}
    end.

%% What does not depend on how long a process runs.
process(Pid) ->
    Items = [initial_call, current_function, current_stacktrace, status, links, monitors,
             monitored_by, group_leader, trap_exit, priority, error_handler, message_queue_len,
             message_queue_data, min_heap_size, fullsweep_after, catchlevel, suspending, trace],
    {dictionary, Dictionary} = process_info(Pid, dictionary),
    Told = [told_of(Item) || Item <- process_info(Pid, Items)],
    Ancestors = [{Key, named(Value)} || {'$ancestors' = Key, Value} <- Dictionary],
    {named(Pid), Told ++ Ancestors ++ [{keys, lists:sort([Key || {Key, _} <- Dictionary])}]
                 ++ parent(Pid)}.

parent(Pid) ->
    try
        [named(process_info(Pid, parent))]
    catch
        error:badarg -> []
    end.

told_of({current_stacktrace, Frames}) ->
    {current_stacktrace, [{M, F, A} || {M, F, A, _} <- Frames]};
told_of({Item, List}) when Item =:= links; Item =:= monitors; Item =:= monitored_by ->
    {Item, lists:sort(named(List))};
told_of(Item) ->
    named(Item).

%% What is printed while something is done.
printed(Do) ->
    Self = self(),
    Leader = group_leader(),
    Sink = spawn_link(fun() -> sink([]) end),
    group_leader(Sink, Self),
    try Do() after group_leader(Leader, Self) end,
    Sink ! {done, Self},
    receive {Sink, Text} -> Text end.

sink(Text) ->
    receive
        {io_request, From, Ref, Request} ->
            {Answer, More} = answer(Request),
            From ! {io_reply, Ref, Answer},
            sink([Text | More]);
        {done, From} ->
            From ! {self(), unicode:characters_to_list(Text)}
    end.

answer({put_chars, _, Characters}) -> {ok, [Characters]};
answer({put_chars, _, M, F, A}) -> {ok, [apply(M, F, A)]};
answer({requests, Requests}) ->
    Told = [answer(Request) || Request <- Requests],
    {element(1, lists:last(Told)), [More || {_, More} <- Told]};
answer({get_geometry, _}) -> {{error, enotsup}, []};
answer(_) -> {{error, request}, []}.
