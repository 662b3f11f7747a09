%% Makes calls that fail, and tells the first item of their traces with what explains it.
-module(explained).
-export([run/1]).

run(Calls) ->
    Known = known(),
    [one(Call, Known) || Call <- Calls].

known() ->
    Self = self(),
    {Dead, Ref} = spawn_monitor(fun() -> ok end),
    receive {'DOWN', Ref, _, _, _} -> ok end,
    Owner = spawn(fun() ->
        hidden = ets:new(hidden, [named_table, private]),
        seen = ets:new(seen, [named_table]),
        Self ! made,
        receive stop -> ok end
    end),
    receive made -> ok end,
    Gone = ets:new(gone, []),
    ets:delete(Gone),
    set = ets:new(set, [named_table]),
    ordered = ets:new(ordered, [named_table, ordered_set, {keypos, 2}]),
    bag = ets:new(bag, [named_table, bag]),
    ets:insert(set, [{a, 1}, {b, x}, {c}, {1, 2, 3}]),
    ets:insert(ordered, [{x, a}, {y, 1}, {z, b, 7}]),
    ets:insert(bag, [{a, 1}, {a, 2}]),
    #{'@self' => Self, '@dead' => Dead, '@other' => Owner, '@ref' => make_ref(),
      '@gone' => Gone, '@table' => ets:whereis(set), '@fun' => fun(X) -> X end,
      '@reverse' => fun lists:reverse/1,
      '@program' => ets:match_spec_compile([{'$1', [], ['$1']}])}.

one({M, F, Args}, Known) ->
    try apply(M, F, put_in(Args, Known)) of
        _ -> ok
    catch
        Class:Reason:Trace ->
            {Class, shown(Reason), item(hd(Trace)), explained(Reason, Trace)}
    end.

put_in(Atom, Known) when is_atom(Atom) -> maps:get(Atom, Known, Atom);
put_in([Head | Tail], Known) -> [put_in(Head, Known) | put_in(Tail, Known)];
put_in(Tuple, Known) when is_tuple(Tuple) -> list_to_tuple(put_in(tuple_to_list(Tuple), Known));
put_in(Term, _) -> Term.

item({M, F, Args, Location}) ->
    {M, F, shown(Args), [Pair || {Key, _} = Pair <- Location, Key =/= file, Key =/= line]}.

%% Not every explanation knows every error.
explained(Reason, [{_, _, _, Location} | _] = Trace) ->
    case lists:keyfind(error_info, 1, Location) of
        {error_info, #{module := Module} = Info} ->
            Function = maps:get(function, Info, format_error),
            try Module:Function(Reason, Trace) of
                Texts -> maps:map(fun(_, T) -> unicode:characters_to_list(T) end, Texts)
            catch
                Class:Other -> {Class, shown(Other)}
            end;
        _ ->
            none
    end.

shown(Term) when is_pid(Term) -> a_pid;
shown(Term) when is_reference(Term) -> a_reference;
shown(Term) when is_function(Term) -> a_fun;
shown([Head | Tail]) -> [shown(Head) | shown(Tail)];
shown(Tuple) when is_tuple(Tuple) -> list_to_tuple(shown(tuple_to_list(Tuple)));
shown(Map) when is_map(Map) -> maps:from_list(shown(maps:to_list(Map)));
shown(Term) -> Term.
