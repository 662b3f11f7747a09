%% The first item of the trace of a call that fails, with the error_info in it (EEP 54), and what
%% OTP's own explanations make of it.
-module(bif_error_info).
-export([call/3, ets/2]).

call(M, F, Args) ->
    try apply(M, F, known(Args)) of
        _ -> ok
    catch
        Class:Reason:Trace ->
            {Class, shown(Reason), item(hd(Trace)), explained(Reason, Trace)}
    end.

ets(F, Args) ->
    Self = self(),
    Owner = spawn(fun() ->
        hidden = ets:new(hidden, [named_table, private]),
        seen = ets:new(seen, [named_table]),
        Self ! made,
        receive stop -> ok end
    end),
    receive made -> ok end,
    set = ets:new(set, [named_table]),
    ordered = ets:new(ordered, [named_table, ordered_set, {keypos, 2}]),
    bag = ets:new(bag, [named_table, bag]),
    true = ets:insert(set, [{a, 1}, {b, x}, {c}, {1, 2, 3}]),
    true = ets:insert(ordered, [{x, a}, {y, 1}]),
    Result = call(ets, F, Args),
    Owner ! stop,
    Result.

%% Terms that no text in a call can stand for.
known('@self') -> self();
known('@dead') ->
    {Pid, Ref} = spawn_monitor(fun() -> ok end),
    receive {'DOWN', Ref, _, _, _} -> Pid end;
known('@ref') -> make_ref();
known('@gone') ->
    Table = ets:new(gone, []),
    ets:delete(Table),
    Table;
known('@program') -> ets:match_spec_compile([{'$1', [], ['$1']}]);
known([Head | Tail]) -> [known(Head) | known(Tail)];
known(Tuple) when is_tuple(Tuple) -> list_to_tuple(known(tuple_to_list(Tuple)));
known(Term) -> Term.

item({M, F, Args, Location}) ->
    {M, F, shown(Args), [Pair || {Key, _} = Pair <- Location, Key =/= file, Key =/= line]}.

explained(Reason, [{_, _, _, Location} | _] = Trace) ->
    case lists:keyfind(error_info, 1, Location) of
        {error_info, #{module := Module} = Info} ->
            Function = maps:get(function, Info, format_error),
            Texts = Module:Function(Reason, Trace),
            maps:map(fun(_, Text) -> unicode:characters_to_list(Text) end, Texts);
        _ ->
            none
    end.

shown(Term) when is_pid(Term) -> a_pid;
shown(Term) when is_reference(Term) -> a_reference;
shown([Head | Tail]) -> [shown(Head) | shown(Tail)];
shown(Tuple) when is_tuple(Tuple) -> list_to_tuple(shown(tuple_to_list(Tuple)));
shown(Term) -> Term.
