%% ets: functions of tables that other cases leave out.
-module(bif_ets_more).
-export([ends/1, matched/1, reversed/1, slots/1, taken/1, raw/1, requested/0, bad/0, counted/1, empty_slots/1]).

caught(F) -> try F() catch C:R -> {C, R} end.
sorted(Type, L) when is_list(L), Type =/= ordered_set -> lists:sort(L);
sorted(_, L) -> L.

filled(Type) ->
    T = ets:new(t, [Type]),
    true = ets:insert(T, [{N, N rem 3, <<N>>} || N <- [5, 1, 4, 2, 3, 7, 6]]),
    T.

ends(Type) ->
    T = filled(Type), E = ets:new(e, [Type]),
    [lists:member(ets:first(T), lists:seq(1, 7)), lists:member(ets:last(T), lists:seq(1, 7)), ets:first(E), ets:last(E)]
        ++ case Type of ordered_set -> [ets:first(T), ets:last(T), ets:prev(T, ets:last(T)), ets:prev(T, 5.5), ets:next(T, 5.5), ets:prev(T, 1), ets:prev(T, a)]; _ -> [ets:last(T) =:= ets:first(T)] end.

matched(Type) ->
    T = filled(Type),
    [sorted(Type, ets:match(T, {'$1', 1, '_'})), ets:match(T, {3, '$2', '$1'}), sorted(Type, ets:match(T, '$1')), ets:match(T, {none, '_', '_'}), ets:match(T, '_', 1) =/= '$end_of_table', sorted(Type, all(ets:match(T, {'$1', 0, '_'}, 2), fun ets:match/1)),
     sorted(Type, all(ets:match(T, {'$2', '_', '$1'}, 3), fun ets:match/1)), ets:match(T, {none, '_', '_'}, 2), sorted(Type, all(ets:match(T, {'$1', '_', '_'}, 100), fun ets:match/1)),
     [caught(fun() -> ets:match(T, {'$1', '_', '_'}, N) end) || N <- [0, -1, x, 1.0]], caught(fun() -> ets:match(T, {'$1'}) end), caught(fun() -> ets:match(wrong) end)].

all('$end_of_table', _) -> [];
all({Some, Rest}, Next) -> Some ++ all(Next(Rest), Next).

reversed(Type) ->
    T = filled(Type),
    Specs = [[{{'$1', '_', '_'}, [], ['$1']}], [{{'$1', 1, '_'}, [], ['$_']}], [{{'$1', '_', '_'}, [{'>', '$1', 4}], [{{'$1', a}}]}], [{{4, '_', '$1'}, [], ['$1']}], [{'_', [], [true]}], [{{none, '_', '_'}, [], ['$_']}]],
    [[sorted(Type, ets:select_reverse(T, S)) || S <- Specs], [sorted(Type, all(ets:select_reverse(T, S, 2), fun ets:select_reverse/1)) || S <- Specs],
     [case ets:select_reverse(T, hd(Specs), N) of {L, C} -> {length(L), C =:= '$end_of_table'}; O -> O end || N <- [1, 6, 8]],
     [caught(fun() -> ets:select_reverse(T, S) end) || S <- [x, [], [x], [{'_', [], []}], [{'_', [{wrong}], ['$_']}]]], [caught(fun() -> ets:select_reverse(T, hd(Specs), N) end) || N <- [0, -1, x]], caught(fun() -> ets:select_reverse('$end_of_table') end), caught(fun() -> ets:select_reverse(x) end)].

slots(Type) ->
    T = filled(Type), E = ets:new(e, [Type]),
    Held = slots(T, 0),
    [lists:sort(lists:append(Held)), caught(fun() -> ets:slot(T, -1) end), caught(fun() -> ets:slot(T, x) end), caught(fun() -> ets:slot(T, 1 bsl 40) end)]
        ++ case Type of ordered_set -> [Held, ets:slot(E, 0), caught(fun() -> ets:slot(E, 1) end), caught(fun() -> ets:slot(T, 8) end)]; _ -> [lists:append(slots(E, 0))] end.

slots(T, N) ->
    case ets:slot(T, N) of
        '$end_of_table' -> [];
        L -> [L | slots(T, N + 1)]
    end.

taken(Type) ->
    T = filled(Type),
    ets:insert(T, [{1, again, x}, {1, once, x}, {1.0, float, x}]),
    [sorted(Type, ets:take(T, 1)), ets:take(T, 1), ets:take(T, none), ets:take(T, 1.0), ets:info(T, size), ets:take(T, 2), lists:sort(ets:tab2list(T))].

%% Every key that is there.
raw(Type) ->
    T = filled(Type), E = ets:new(e, [Type]),
    ets:safe_fixtable(T, true),
    Keys = raw(T, caught(fun() -> erts_internal:ets_raw_first(T) end)),
    [lists:usort(Keys), caught(fun() -> erts_internal:ets_raw_first(E) end), caught(fun() -> erts_internal:ets_raw_next(T, none) end), caught(fun() -> erts_internal:ets_raw_first(none) end), caught(fun() -> erts_internal:ets_raw_next(x, 1) end)].

raw(_, '$end_of_table') -> [];
raw(_, {error, _} = E) -> [E];
raw(T, Key) -> [Key | raw(T, erts_internal:ets_raw_next(T, Key))].

requested() ->
    T = ets:new(t, []),
    Ref = ets:internal_request_all(),
    L = lists:append([receive {Ref, Some} -> Some after 1000 -> none end || _ <- lists:seq(1, erlang:system_info(schedulers))]),
    [is_reference(Ref), lists:member(T, L), lists:sort(L) =:= lists:sort(ets:all())].

bad() ->
    T = ets:new(t, []), true = ets:delete(T),
    [caught(F) || F <- [fun() -> ets:last(T) end, fun() -> ets:match(T, '_') end, fun() -> ets:match(T, '_', 1) end, fun() -> ets:select_reverse(T, [{'_', [], ['$_']}]) end, fun() -> ets:slot(T, 0) end, fun() -> ets:take(T, 0) end, fun() -> ets:take(none, 0) end]].

%% How many slots there are, and how many objects are in one. How they share slots is left open.
counted(Type) ->
    T = ets:new(t, [Type]),
    [begin
         ets:insert(T, [{N} || N <- lists:seq(1, Size)]),
         Stats = ets:info(T, stats),
         case Size =< 1 of
             true -> Stats;
             false -> {element(1, Stats), element(2, Stats), element(4, Stats)}
         end
     end || Size <- [0, 1, 3, 100, 255, 256]].

%% Slots without objects are slots, and the last one is that before the end.
empty_slots(Type) ->
    T = ets:new(t, [Type]),
    None = [ets:slot(T, N) || N <- [0, 1, 255, 256]],
    Errors = [caught(fun() -> ets:slot(T, N) end) || N <- [257, -1, a]],
    ets:insert(T, [{N} || N <- lists:seq(1, 5)]),
    Some = [ets:slot(T, N) || N <- lists:seq(0, 255)],
    {None, Errors, lists:sort(lists:append(Some)), ets:slot(T, 256)}.
