%% Calls that generated ones showed to differ.
-module(found_generated_calls).
-export([run/1]).

run({port, Text}) ->
    Port = list_to_port(Text),
    {is_port(Port), port_to_list(Port) =:= Text};
run({text, port, Text}) -> port_to_list(list_to_port(Text));
run({text, pid, Text}) -> pid_to_list(list_to_pid(Text));
run({text, ref, Text}) -> ref_to_list(list_to_ref(Text));
run({length, Which, Zeros}) ->
    Text = "#Port<0." ++ lists:duplicate(Zeros, $0) ++ "7>",
    case Which of
        port -> is_port(list_to_port(Text));
        pid -> is_pid(list_to_pid("<0." ++ lists:duplicate(Zeros, $0) ++ "7.0>"));
        ref -> is_reference(list_to_ref("#Ref<0.0.0." ++ lists:duplicate(Zeros, $0) ++ "7>"))
    end;
run({global, Subject, Pattern}) ->
    re:run(Subject, Pattern, [global]);
run({global_compiled, Subject, Pattern}) ->
    {ok, Compiled} = re:compile(Pattern),
    try
        re:run(Subject, Compiled, [global])
    catch
        error:Reason:Stack ->
            [{M, F, Args, Info} | _] = Stack,
            {Reason, M, F, length(Args), Info}
    end;
run({local_compressed, Term}) ->
    Binary = term_to_binary(Term, [local, compressed]),
    <<131, Tag, _/binary>> = Binary,
    Whole = iolist_to_binary(term_to_iovec(Term, [local, compressed])),
    {Tag, Binary =:= Whole, binary_to_term(Binary) =:= Term,
     element(2, binary_to_term(<<Binary/binary, 1, 2>>, [used])) - byte_size(Binary)};
run({sizes, Term, Versions}) ->
    Options = [{minor_version, Version} || Version <- Versions],
    {erlang:external_size(Term, Options), byte_size(term_to_binary(Term, Options))};
run({atom, Characters}) ->
    {list_to_atom(Characters), list_to_existing_atom(Characters)};
run({merge, Key, Other, Keys}) ->
    Left = maps:from_list([{Key, 1} | [{K, 2} || K <- Keys]]),
    Merged = [maps:merge(Left, #{Other => 3}), maps:merge(#{Other => 3}, Left)],
    [{map_size(Map), lists:sort([term_to_binary(K) || K <- maps:keys(Map), K == Key])}
     || Map <- Merged];
run({atomics, Size, Options}) ->
    erts_internal:atomics_new(Size, Options);
run({env, Name}) ->
    os:putenv("ENIGMA_A", ["v", [$w]]),
    os:getenv(Name);
run({large_binaries, Sizes}) ->
    Table = ets:new(table, [bag]),
    [ets:insert(Table, {Size, binary:copy(<<Size>>, Size)}) || Size <- Sizes],
    Found = lists:sort([Size || {_, Size, _} <- ets:info(Table, binary)]),
    ets:delete(Table),
    Found;
run({dictionary, Keys}) ->
    run({dictionary, Keys, lists:seq(1, length(Keys))});
run({dictionary, Keys, Values}) ->
    %% The keys are made here: literals that are equal would be one already.
    Made = [binary_to_term(<<131, Key/binary>>) || Key <- Keys],
    Old = [put(Key, Value) || {Key, Value} <- lists:zip(Made, Values)],
    {Old, lists:sort([term_to_binary(Pair) || Pair <- get()]), lists:sort([term_to_binary(Key) || Key <- get_keys()]),
     [erase(Key) || Key <- Made]};
run({shortened, Name}) ->
    Fun = fun erlang:Name/0,
    [length(erts_internal:term_to_string(Term, Limit)) || Term <- [Fun, {Fun}, [Fun, 1]], Limit <- lists:seq(2, 20)];
run({update_element, Changes}) ->
    Table = ets:new(table, []),
    ets:insert(Table, {key, 1, 2}),
    Answer = try ets:update_element(Table, key, Changes)
             catch error:Reason:Trace -> {Reason, element(4, hd(Trace))}
             end,
    {Answer, ets:lookup(Table, key)}.
