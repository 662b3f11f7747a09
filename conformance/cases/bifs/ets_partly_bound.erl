-module(ets_partly_bound).
-export([searched/1, some_at_a_time/1, changed/1, kept/1, locks/1, heir_of_the_same_name/0]).

%% Keys of an ordered_set whose beginning is given.

keys() ->
    [{X, Y, Z} || X <- [a, b, 1, 1.5, [x]], Y <- [1, 2.0, c, <<"b">>, {d}], Z <- [1, z]] ++
        [{X, Y} || X <- [a, b, 2], Y <- [1, [c]]] ++
        [[X, Y | Z] || X <- [1, a, "s"], Y <- [2, b], Z <- [[], t, [3]]] ++
        [[], {}, a, b, 1, 2.5, #{}, #{a => 1}, {#{a => 1}, 1}, {#{a => 1, b => 2}, 2}, <<1>>, <<1:3>>].

table(Type) ->
    T = ets:new(t, [Type]),
    Keys = keys(),
    true = ets:insert(T, lists:zip(Keys, lists:seq(1, length(Keys)))),
    T.

patterns() ->
    [{a, '_', '_'}, {a, '_', 1}, {b, 2.0, '$1'}, {b, 2, '$1'}, {1, '_', '_'}, {1.0, '_', '_'},
     {[x], '$1', '$1'}, {['_'], '_', '_'}, {'_', c, z}, {a, {'_'}, '_'}, {a, {d}, '$1'},
     {a, '_'}, {2, [c | '_']}, [1 | '_'], [1, 2 | '_'], [1, '_' | t], "s", ["s" | '_'],
     ['$1', '$2'], {'_', '_', '_', '_'}, {#{a => 1}, '_'}, {#{}, '$1'}, #{}, #{a => '_'},
     {zz, '_'}, [zz | '_'], '_', '$1', a, {}, []].

searched(Type) ->
    T = table(Type),
    [{P, lists:sort(ets:select(T, [{{P, '_'}, [], ['$_']}])),
      ets:select(T, [{{P, '$9'}, [{'>', '$9', 20}], ['$9']}]) =/= [],
      ets:select_count(T, [{{P, '_'}, [], [true]}])} || P <- patterns()] ++
    [{{P, Q}, lists:sort(ets:select(T, [{{P, '_'}, [], [first]}, {{Q, '$1'}, [], ['$1']}]))}
     || {P, Q} <- [{{a, '_', '_'}, {b, 1}}, {{a, '_'}, {a, '_', '_'}}, {{b, 1}, [1 | '_']},
                   {[1 | '_'], []}, {1, {2, '_'}}, {{2, '_'}, a}, {{a, 1, '_'}, {a, '_', 1}}]].

some_at_a_time(How) ->
    T = table(ordered_set),
    [{P, all(How, T, [{{P, '$9'}, [], ['$9']}], Limit)}
     || P <- [{a, '_', '_'}, {b, '$1', z}, [1 | '_'], {zz, '_'}, {2, '_'}, '_'], Limit <- [1, 3, 10]].

all(How, T, Spec, Limit) -> rest(How, ets:How(T, Spec, Limit)).

rest(_, '$end_of_table') -> [];
rest(How, {Found, Continuation}) -> [Found | rest(How, ets:How(Continuation))].

changed(Type) ->
    T = table(Type),
    {ets:select_delete(T, [{{{a, '_', '_'}, '_'}, [], [true]}]),
     ets:match_delete(T, {[1 | '_'], '_'}),
     ets:select_replace(T, [{{{b, '$1'}, '_'}, [], [{{{{b, '$1'}}, new}}]}]),
     lists:sort(ets:tab2list(T))}.

%% What was deleted is counted as long as the table is fixed.

kept(Type) ->
    T = ets:new(t, [Type]),
    ets:insert(T, [{I, a} || I <- lists:seq(1, 100)]),
    Before = count(T),
    ets:safe_fixtable(T, true),
    Steps = [fun() -> [ets:delete(T, I) || I <- lists:seq(1, 10)] end,
             fun() -> ets:insert(T, {1, b}) end,
             fun() -> ets:insert(T, {1000, c}), ets:delete(T, 1) end,
             fun() -> ets:insert(T, [{1, d}, {2, d}]) end,
             fun() -> ets:delete_object(T, {50, a}), ets:delete_object(T, {50, b}) end,
             fun() -> ets:select_delete(T, [{{'$1', '_'}, [{'>', '$1', 90}], [true]}]) end,
             fun() -> ets:insert(T, {60, z}), ets:delete(T, 60) end,
             fun() -> ets:take(T, 61), ets:delete(T, 61) end,
             fun() -> ets:delete_all_objects(T) end,
             fun() -> ets:insert(T, {7, a}) end,
             fun() -> ets:delete_object(T, {7, a}), ets:insert(T, {7, a}) end,
             fun() -> ets:safe_fixtable(T, false) end],
    [Before | [begin Step(), count(T) end || Step <- Steps]].

count(T) -> {ets:info(T, size), element(7, ets:info(T, stats))}.

locks(Concurrency) ->
    T = ets:new(t, [{write_concurrency, Concurrency}]),
    element(8, ets:info(T, stats)).

%% An heir that has ended does not come back with the next process of its name.

heir_of_the_same_name() ->
    erts_debug:set_internal_state(available_internal_state, true),
    Result = try_heir(1000),
    erts_debug:set_internal_state(available_internal_state, false),
    Result.

try_heir(0) -> gave_up;
try_heir(N) ->
    Next = erts_debug:get_internal_state(next_pid),
    {Owner, OwnersEnd} = spawn_monitor(fun() -> own() end),
    {Heir, HeirsEnd} = spawn_monitor(fun() -> receive made -> ok end end),
    Owner ! {make, Heir},
    receive {'DOWN', HeirsEnd, _, _, _} -> ok end,
    erts_debug:set_internal_state(next_pid, Next),
    Found = same(Heir, 10),
    Owner ! stop,
    receive {'DOWN', OwnersEnd, _, _, _} -> ok end,
    case Found of
        true ->
            Heir ! a_message,
            receive {first, First} -> {First, ets:info(ets_of_heir)} end;
        false ->
            try_heir(N - 1)
    end.

own() ->
    receive {make, Heir} -> ok end,
    ets:new(ets_of_heir, [named_table, private, {heir, Heir, data}]),
    Heir ! made,
    receive stop -> ok end.

same(_, 0) -> false;
same(Heir, N) ->
    Self = self(),
    case spawn(fun() -> receive First -> Self ! {first, First} end end) of
        Heir -> true;
        Other -> exit(Other, kill), same(Heir, N - 1)
    end.
