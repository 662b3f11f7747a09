%% dets: tables on disk, each in a fresh folder.
-module(dets_tables).
-export([objects/1, keypos/0, opened/1, reopened/1, modes/0, matches/1, chunks/1, counters/0, traversed/1, folded/0, ets/1,
         fixed/0, bchunk/1, init/1, info/1, users/0, errors/0, bad_files/0, repaired/1, truncated/1, read_only/0, grown/0,
         slots/0, deleted/1, named/0, owner_gone/0, saved/0, stepwise/0, inserted_new/1]).

caught(Fun) -> files_folder:caught(Fun).

%% Where the order of objects is not promised.
sorted(List) when is_list(List) -> lists:sort([sorted(Item) || Item <- List]);
sorted(Tuple) when is_tuple(Tuple) -> list_to_tuple([sorted(Item) || Item <- tuple_to_list(Tuple)]);
sorted(Term) -> Term.

%% A term with names of files without the folder that they are in.
without(Folder, List) when is_list(List) ->
    case lists:prefix(Folder, List) of
        true -> lists:nthtail(length(Folder), List);
        false -> [without(Folder, Item) || Item <- List]
    end;
without(Folder, Tuple) when is_tuple(Tuple) -> list_to_tuple(without(Folder, tuple_to_list(Tuple)));
without(_, Term) -> Term.

%% What a fun gives of a table in a fresh folder, and whether it can be closed then.
with(Options, Fun) ->
    in(fun(D) ->
               {ok, t} = dets:open_file(t, [{file, D ++ "/t"} | Options]),
               {Fun(t), dets:close(t)}
       end).

without_trace({Class, {'EXIT', {Reason, [_ | _]}}}) -> {Class, {'EXIT', Reason}};
without_trace({Reason, [_ | _]}) -> Reason;
without_trace(Reason) -> Reason.

%% What a fun gives of a fresh folder, with the servers that erl has and a bare machine has not.
in(Fun) ->
    start(),
    files_folder:in(fun(D) ->
                            try without(D, Fun(D))
                            after [dets:close(T) || T <- dets:all()]
                            end
                    end).

start() ->
    _ = [ets:new(ac_tab, [named_table, public]) || ets:info(ac_tab) =:= undefined],
    [{ok, _} = Start() || {Name, Start} <- servers(), whereis(Name) =:= undefined],
    ok.

servers() ->
    [{erl_prim_loader, fun erl_prim_loader:start/0}, {file_server_2, fun file_server:start/0},
     {kernel_safe_sup, fun() -> supervisor:start_link({local, kernel_safe_sup}, kernel, safe) end},
     {user, fun() -> Pid = spawn_link(fun quiet/0), register(user, Pid), {ok, Pid} end}].

%% Until 25 a table that is repaired is told of by printing.
quiet() ->
    receive {io_request, From, Tag, _} -> From ! {io_reply, Tag, ok}, quiet() end.

held(T) ->
    case dets:foldl(fun(O, Acc) -> [O | Acc] end, [], T) of
        Objects when is_list(Objects) -> sorted(Objects);
        Failed -> Failed
    end.

some() -> [{1, a}, {2, b}, {1, c}, {1.0, d}, {"text", [1, 2]}, {{a, 1}, #{}}, {<<"bin">>, {}}, {1, a}].

objects(Type) ->
    with([{type, Type}], fun(T) ->
        [dets:insert(T, some()), held(T), sorted(dets:lookup(T, 1)), dets:lookup(T, 1.0), dets:lookup(T, none),
         dets:member(T, 1), dets:member(T, 3), dets:delete(T, 2), dets:delete(T, 2), dets:delete_object(T, {1, a}),
         dets:delete_object(T, {1, none}), held(T), dets:insert(T, {1, e, more}), dets:insert(T, []), sorted(dets:lookup(T, 1)),
         dets:info(T, size), dets:insert(T, {large, lists:seq(1, 2000)}), length(element(2, hd(dets:lookup(T, large)))),
         dets:delete_all_objects(T), held(T), dets:info(T, size), dets:info(T, type)]
    end).

inserted_new(Type) ->
    with([{type, Type}], fun(T) ->
        [dets:insert_new(T, {1, a}), dets:insert_new(T, {1, b}), dets:insert_new(T, [{2, a}, {1, c}]), dets:insert_new(T, [{2, a}, {3, a}, {3, b}]),
         dets:insert_new(T, []), held(T), caught(fun() -> dets:insert_new(T, x) end), caught(fun() -> dets:insert(T, {}) end),
         caught(fun() -> dets:insert(T, [{1, 2}, x]) end), caught(fun() -> dets:insert(T, [{1, 2} | x]) end), held(T)]
    end).

keypos() ->
    with([{keypos, 2}], fun(T) ->
        [dets:insert(T, [{a, 1}, {b, 1, x}, {c, 2}]), held(T), dets:lookup(T, 1), caught(fun() -> dets:insert(T, {a}) end),
         dets:info(T, keypos), dets:update_counter(T, 2, {3, 1}) =:= x]
    end).

%% What open_file says about options.
opened(Options) ->
    in(fun(D) ->
        R = caught(fun() -> dets:open_file(t, case Options of {whole, O} -> O; _ -> [{file, D ++ "/t"} | Options] end) end),
        {R, filelib:is_file(D ++ "/t")}
    end).

reopened(Type) ->
    in(fun(D) ->
        F = [{file, D ++ "/t"}],
        {ok, t} = dets:open_file(t, [{type, Type}, {keypos, 1} | F]),
        ok = dets:insert(t, some()),
        ok = dets:close(t),
        R1 = [caught(fun() -> dets:lookup(t, 1) end), dets:is_dets_file(D ++ "/t"), dets:info(t)],
        {ok, t} = dets:open_file(t, [{type, Type} | F]),
        R2 = [held(t), dets:info(t, size)],
        ok = dets:close(t),
        R3 = [caught(fun() -> dets:open_file(t, [{type, Other} | F]) end) || Other <- [set, bag, duplicate_bag], Other =/= Type],
        R4 = caught(fun() -> dets:open_file(t, [{type, Type}, {keypos, 2} | F]) end),
        {ok, Ref} = dets:open_file(D ++ "/t"),
        R5 = [is_reference(Ref), held(Ref), dets:info(Ref, type), dets:info(Ref, filename), dets:close(Ref)],
        {R1, R2, R3, R4, R5}
    end).

modes() ->
    in(fun(D) ->
        [begin
             F = [{file, D ++ "/t"}],
             {ok, t} = dets:open_file(t, Options ++ F),
             ok = dets:insert(t, [{N, N * N} || N <- lists:seq(1, 40)]),
             S = [dets:sync(t), dets:info(t, ram_file), dets:info(t, auto_save), dets:info(t, access), dets:info(t, safe_fixed), dets:lookup(t, 7)],
             C = dets:close(t),
             {ok, t} = dets:open_file(t, F),
             R = {S, C, dets:info(t, size), dets:info(t, min_no_slots)},
             ok = dets:close(t),
             ok = file:delete(D ++ "/t"),
             R
         end || Options <- [[{ram_file, false}], [{auto_save, 10}], [{auto_save, infinity}], [{repair, force}], [{repair, false}],
                            [{cache_size, 1000}], [{delayed_write, {0, 0}}], [{estimated_no_objects, 5000}], [{min_no_slots, 1000}, {max_no_slots, 4000}]]]
    end).

people() -> [{N, {name, N rem 5}, N * 1.5} || N <- lists:seq(1, 30)].

matches(Type) ->
    with([{type, Type}], fun(T) ->
        ok = dets:insert(T, people()),
        [sorted(caught(F)) || F <-
         [fun() -> dets:match(T, {'$1', {name, 3}, '_'}) end, fun() -> dets:match(T, {7, '$2', '$1'}) end, fun() -> dets:match(T, '$1') end,
          fun() -> dets:match_object(T, {'_', {name, 0}, '_'}) end, fun() -> dets:match_object(T, {3, '_', '_'}) end, fun() -> dets:match_object(T, {none, '_'}) end,
          fun() -> dets:select(T, [{{'$1', '_', '$2'}, [{'>', '$2', 40}], [{{'$1', '$2'}}]}]) end, fun() -> dets:select(T, [{{4, '$1', '_'}, [], ['$1']}]) end,
          fun() -> dets:select(T, [{{'$1', '_', '_'}, [{'<', '$1', 3}], ['$_']}, {{'$1', '_', '_'}, [{'>', '$1', 28}], ['$$']}]) end,
          fun() -> dets:match_delete(T, {'_', {name, 4}, '_'}) end, fun() -> dets:info(T, size) end,
          fun() -> dets:select_delete(T, [{{'$1', '_', '_'}, [{'>', '$1', 20}], [true]}]) end, fun() -> dets:info(T, size) end,
          fun() -> dets:select_delete(T, [{{3, '_', '_'}, [], [true]}]) end, fun() -> dets:match_delete(T, {6, '_', '_'}) end, fun() -> held(T) end,
          fun() -> dets:select(T, [{x}]) end, fun() -> dets:select(T, [{{'$1'}, [{wrong, 1}], ['$_']}]) end, fun() -> dets:select_delete(T, x) end,
          fun() -> dets:match_delete(T, '_') end, fun() -> held(T) end]]
    end).

%% Matching in parts: their sizes are not promised, what they hold is.
chunks(N) ->
    with([], fun(T) ->
        ok = dets:insert(T, people()),
        [sorted(all(dets:match(T, {'$1', {name, 3}, '_'}, N), fun dets:match/1)),
         length(all(dets:match_object(T, {'_', '_', '_'}, N), fun dets:match_object/1)),
         sorted(all(dets:select(T, [{{'$1', '_', '$2'}, [{'<', '$2', 9}], ['$1']}], N), fun dets:select/1)),
         all(dets:select(T, [{{5, '_', '$2'}, [], ['$2']}], N), fun dets:select/1),
         caught(fun() -> dets:match(wrong) end), caught(fun() -> dets:select(T, [{'_', [], ['$_']}], -1) end), caught(fun() -> dets:match(T, '_', x) end)]
    end).

all('$end_of_table', _) -> [];
all({error, Reason}, _) -> {error, Reason};
all({Some, Rest}, Next) -> Some ++ all(Next(Rest), Next).

counters() ->
    with([], fun(T) ->
        ok = dets:insert(T, [{a, 1, 2.5, 10}, {b, 0}]),
        [caught(fun() -> dets:update_counter(T, Key, By) end) || {Key, By} <-
         [{a, 1}, {a, -5}, {a, {4, 7}}, {b, 1 bsl 70}, {a, {3, 1}}, {a, {9, 1}}, {none, 1}, {a, x}, {a, {1, 1}}]] ++ [held(T)]
    end).

traversed(How) ->
    with([{type, duplicate_bag}], fun(T) ->
        ok = dets:insert(T, [{N, N * N} || N <- lists:seq(1, 20)]),
        case How of
            continue -> sorted(dets:traverse(T, fun(_) -> continue end));
            some -> sorted(dets:traverse(T, fun({N, S}) when N > 15 -> {continue, S}; (_) -> continue end));
            done -> length(dets:traverse(T, fun(O) -> {done, O} end));
            other -> caught(fun() -> dets:traverse(T, fun(_) -> other end) end);
            error -> [try dets:traverse(T, fun(_) -> error(inside) end) catch C:R -> {C, without_trace(R)} end, element(2, dets:info(T, safe_fixed)) =:= [{self(), 1}], dets:info(T, size)]
        end
    end).

folded() ->
    with([], fun(T) ->
        ok = dets:insert(T, [{N, N * N} || N <- lists:seq(1, 100)]),
        [dets:foldl(fun({N, S}, {A, B}) -> {A + N, B + S} end, {0, 0}, T), dets:foldr(fun({N, _}, A) -> A + N end, 0, T),
         caught(fun() -> dets:foldl(fun(_, _) -> throw(out) end, 0, T) end),
         dets:foldl(fun({N, _}, A) -> ok = dets:insert(T, {N, updated}), A + 1 end, 0, T), lists:usort([V || {_, V} <- held(T)])]
    end).

ets(Type) ->
    with([{type, Type}], fun(T) ->
        E = ets:new(e, [Type]),
        ets:insert(E, some()),
        [dets:from_ets(T, E) =:= ok, held(T) =:= sorted(ets:tab2list(E)), dets:insert(T, {new, one}), ets:delete_all_objects(E),
         dets:to_ets(T, E) =:= E, sorted(ets:tab2list(E)), ets:from_dets(E, T), length(ets:tab2list(E)), ets:to_dets(E, T) =:= T,
         dets:info(T, size), caught(fun() -> dets:to_ets(T, no_ets) end), caught(fun() -> dets:from_ets(T, no_ets) end), caught(fun() -> ets:from_dets(E, no_dets) end)]
    end).

fixed() ->
    with([], fun(T) ->
        ok = dets:insert(T, [{N, N} || N <- lists:seq(1, 50)]),
        A = dets:info(T, safe_fixed),
        ok = dets:safe_fixtable(T, true),
        {_, [{Me, Count}]} = dets:info(T, safe_fixed),
        Seen = walk(T, dets:first(T), []),
        ok = dets:safe_fixtable(T, false),
        [A, Me =:= self(), Count, dets:info(T, safe_fixed), length(Seen), lists:usort(Seen) =:= lists:seq(1, 50), held(T), dets:first(T), caught(fun() -> dets:next(T, 1) end)]
    end).

walk(_, '$end_of_table', Seen) -> Seen;
walk(T, Key, Seen) ->
    ok = dets:delete(T, Key),
    walk(T, dets:next(T, Key), [Key | Seen]).

slots() ->
    with([], fun(T) ->
        ok = dets:insert(T, [{N, N} || N <- lists:seq(1, 20)]),
        [lists:sort(lists:append(slots(T, 0))), caught(fun() -> dets:slot(T, -1) end), caught(fun() -> dets:slot(T, x) end)]
    end).

slots(T, N) ->
    case dets:slot(T, N) of
        '$end_of_table' -> [];
        Objects -> [Objects | slots(T, N + 1)]
    end.

bchunk(Type) ->
    in(fun(D) ->
        {ok, a} = dets:open_file(a, [{file, D ++ "/a"}, {type, Type}]),
        ok = dets:insert(a, [{N rem 50, lists:duplicate(N, x)} || N <- lists:seq(1, 100)]),
        Blocks = blocks(dets:bchunk(a, start)),
        {ok, b} = dets:open_file(b, [{file, D ++ "/b"}, {type, Type}]),
        Format = dets:info(a, bchunk_format),
        R = dets:init_table(b, reader([{Blocks, end_of_input}]), [{format, bchunk}]),
        [length(Blocks) > 0, is_binary(Format), dets:is_compatible_bchunk_format(b, Format), R, held(a) =:= held(b), dets:info(b, size),
         caught(fun() -> dets:bchunk(a, wrong) end), caught(fun() -> dets:is_compatible_bchunk_format(b, <<"no format">>) end)]
    end).

blocks('$end_of_table') -> [];
blocks({Rest, Data}) when is_list(Data) -> Data ++ blocks(dets:bchunk(a, Rest));
blocks({Rest, Data}) -> [Data | blocks(dets:bchunk(a, Rest))].

reader([]) -> fun(close) -> ok; (read) -> end_of_input end;
reader([{Data, end_of_input} | Rest]) -> fun(close) -> ok; (read) -> {Data, reader(Rest)} end.

init(How) ->
    with([{type, bag}], fun(T) ->
        ok = dets:insert(T, {old, one}),
        R = without_trace(caught(fun() -> dets:init_table(T, case How of
                                 terms -> fun(read) -> {[{1, a}, {2, b}, {1, a}, {1, c}], fun(read) -> end_of_input; (close) -> ok end}; (close) -> ok end;
                                 none -> fun(read) -> end_of_input; (close) -> ok end;
                                 bad -> fun(read) -> other; (close) -> ok end;
                                 fails -> fun(read) -> error(inside); (close) -> ok end
                             end) end)),
        {R, caught(fun() -> held(T) end)}
    end).

%% The items of a table; sizes depend on the release, so that only their order counts.
info(Options) ->
    with(Options, fun(T) ->
        ok = dets:insert(T, people()),
        All = dets:info(T),
        {lists:sort([K || {K, _} <- All]),
         [{Item, dets:info(T, Item)} || Item <- [type, keypos, size, no_objects, no_keys, access, auto_save, ram_file, version, hash, safe_fixed, safe_fixed_monotonic_time,
                                                 no_slots, min_no_slots, max_no_slots, fixed, users_known, filename]],
         [dets:info(T, owner) =/= self(), dets:info(T, users) =:= [self()], dets:info(T, memory) > 0, dets:info(T, file_size) =:= dets:info(T, memory),
          dets:pid2name(dets:info(T, pid)), dets:info(T, bchunk_format) =/= undefined, dets:info(no_table), dets:info(no_table, size)]}
    end).

users() ->
    in(fun(D) ->
        F = [{file, D ++ "/t"}],
        {ok, t} = dets:open_file(t, F),
        Me = self(),
        Other = spawn(fun() ->
                              R = [caught(fun() -> dets:lookup(t, 1) end), dets:open_file(t, F), dets:open_file(t, [{keypos, 2} | F]), caught(fun() -> dets:open_file(t, [{type, bag} | F]) end)],
                              ok = dets:insert(t, {1, other}),
                              Me ! {self(), R},
                              receive {Me, close} -> Me ! {self(), [dets:close(t), caught(fun() -> dets:close(t) end), caught(fun() -> dets:lookup(t, 1) end)]} end,
                              receive {Me, stop} -> ok end
                      end),
        R1 = receive {Other, A} -> A end,
        R2 = [dets:lookup(t, 1), length(dets:info(t, users)), dets:close(t), caught(fun() -> dets:close(t) end), caught(fun() -> dets:lookup(t, 1) end)],
        Other ! {Me, close},
        R3 = receive {Other, B} -> B end,
        Other ! {Me, stop},
        {R1, R2, R3, dets:all()}
    end).

%% The last user that ends closes the table.
owner_gone() ->
    in(fun(D) ->
        F = [{file, D ++ "/t"}],
        {_, M} = spawn_monitor(fun() -> {ok, t} = dets:open_file(t, F), ok = dets:insert(t, {left, behind}), exit(bye) end),
        R = receive {'DOWN', M, _, _, Reason} -> Reason end,
        gone(100),
        {ok, t} = dets:open_file(t, [{repair, false} | F]),
        {R, held(t)}
    end).

gone(0) -> still_there;
gone(N) ->
    case dets:all() of
        [] -> ok;
        _ -> timer:sleep(10), gone(N - 1)
    end.

errors() ->
    start(),
    [caught(F) || F <-
     [fun() -> dets:lookup(none, 1) end, fun() -> dets:insert(none, {1}) end, fun() -> dets:close(none) end, fun() -> dets:sync(none) end, fun() -> dets:first(none) end,
      fun() -> dets:foldl(fun(_, A) -> A end, 0, none) end, fun() -> dets:traverse(none, fun(_) -> continue end) end, fun() -> dets:match(none, '_') end,
      fun() -> dets:select(none, [{'_', [], ['$_']}]) end, fun() -> dets:update_counter(none, 1, 1) end, fun() -> dets:delete(none, 1) end, fun() -> dets:member(none, 1) end,
      fun() -> dets:safe_fixtable(none, true) end, fun() -> dets:bchunk(none, start) end, fun() -> dets:open_file(x) end, fun() -> dets:open_file(t, x) end,
      fun() -> dets:info(none) end, fun() -> dets:info("none") end, fun() -> dets:info(none, wrong) end, fun() -> dets:pid2name(self()) end, fun() -> dets:slot(none, 0) end,
      fun() -> dets:delete_all_objects(none) end, fun() -> dets:insert_new(none, {1}) end, fun() -> dets:match_object(none, '_') end, fun() -> dets:to_ets(none, ets:new(x, [])) end,
      fun() -> dets:table(none) =:= x end, fun() -> dets:is_dets_file(x) end, fun() -> dets:repair_continuation(x, x) end]].

bad_files() ->
    in(fun(D) ->
        F = D ++ "/f",
        ok = file:write_file(F, "this is no table but text, and long enough to hold a header of a table if it were one"),
        ok = file:write_file(D ++ "/short", "no"),
        ok = file:write_file(D ++ "/empty", ""),
        ok = file:make_dir(D ++ "/d"),
        without(D, [caught(fun() -> dets:open_file(t, [{file, D ++ N} | O]) end) || N <- ["/f", "/short", "/d", "/no/t"], O <- [[], [{access, read}], [{repair, force}]]]
            ++ [caught(fun() -> dets:open_file(D ++ N) end) || N <- ["/f", "/no", "/short", "/empty"]] ++ [dets:is_dets_file(D ++ N) || N <- ["/f", "/no", "/short", "/empty", "/d"]]
            ++ [caught(fun() -> dets:open_file(t, [{file, D ++ "/absent"}, {access, read}]) end)])
    end).

%% A copy of a table that is open is one that was not closed.
repaired(Options) ->
    in(fun(D) ->
        {ok, a} = dets:open_file(a, [{file, D ++ "/a"}, {type, bag}]),
        ok = dets:insert(a, [{N rem 7, N} || N <- lists:seq(1, 60)]),
        ok = dets:delete(a, 3),
        ok = dets:sync(a),
        {ok, _} = file:copy(D ++ "/a", D ++ "/b"),
        R = caught(fun() -> dets:open_file(b, [{file, D ++ "/b"}, {type, bag} | Options]) end),
        [without(D, R), dets:is_dets_file(D ++ "/b"), case R of {ok, b} -> [held(b) =:= held(a), dets:info(b, size), dets:close(b), dets:open_file(b, [{file, D ++ "/b"}, {type, bag}, {repair, false}])]; _ -> none end]
    end).

%% Of a table whose end is missing, repairing keeps the objects that are whole.
truncated(Left) ->
    in(fun(D) ->
        {ok, a} = dets:open_file(a, [{file, D ++ "/a"}]),
        ok = dets:insert(a, [{N, lists:duplicate(20, N)} || N <- lists:seq(1, 100)]),
        ok = dets:close(a),
        {ok, Bytes} = file:read_file(D ++ "/a"),
        ok = file:write_file(D ++ "/b", binary:part(Bytes, 0, byte_size(Bytes) * Left div 100)),
        R = caught(fun() -> dets:open_file(b, [{file, D ++ "/b"}]) end),
        [without(D, R), case R of {ok, b} -> [lists:all(fun({N, L}) -> L =:= lists:duplicate(20, N) end, held(b)), dets:info(b, size) =:= length(held(b)), dets:insert(b, {1, new}), dets:lookup(b, 1)]; _ -> none end]
    end).

read_only() ->
    in(fun(D) ->
        F = [{file, D ++ "/t"}],
        {ok, t} = dets:open_file(t, F),
        ok = dets:insert(t, [{1, a}, {2, b}]),
        ok = dets:close(t),
        {ok, t} = dets:open_file(t, [{access, read} | F]),
        R = [caught(G) || G <- [fun() -> dets:insert(t, {3, c}) end, fun() -> dets:delete(t, 1) end, fun() -> dets:insert_new(t, {4, d}) end, fun() -> dets:delete_all_held(t) end,
                                fun() -> dets:update_counter(t, 1, 1) end, fun() -> dets:match_delete(t, '_') end, fun() -> dets:delete_object(t, {1, a}) end,
                                fun() -> dets:from_ets(t, ets:new(x, [])) end, fun() -> dets:sync(t) end, fun() -> dets:lookup(t, 1) end, fun() -> dets:info(t, access) end,
                                fun() -> dets:init_table(t, fun(_) -> end_of_input end) end]],
        {R, caught(fun() -> dets:open_file(t, [{access, read_write} | F]) end), held(t)}
    end).

grown() ->
    with([{min_no_slots, 256}], fun(T) ->
        [ok = dets:insert(T, {N, integer_to_list(N)}) || N <- lists:seq(1, 1200)],
        [ok = dets:delete(T, N) || N <- lists:seq(1, 1200, 3)],
        {Min, Used, Max} = dets:info(T, no_slots),
        [dets:info(T, size), Used > Min, Max >= Used, dets:lookup(T, 1), dets:lookup(T, 2), dets:foldl(fun({N, _}, A) -> A + N end, 0, T)]
    end).

deleted(Type) ->
    with([{type, Type}], fun(T) ->
        ok = dets:insert(T, [{N rem 4, N} || N <- lists:seq(1, 20)]),
        [dets:delete_object(T, {1, 5}), dets:delete_object(T, {1, 5}), sorted(dets:lookup(T, 1)), dets:delete(T, 2), dets:info(T, no_keys), dets:info(T, size), dets:insert(T, [{2, again}, {2, again}]), dets:lookup(T, 2)]
    end).

%% Names of tables are any terms; one file has one name at a time.
named() ->
    in(fun(D) ->
        A = dets:open_file({a, "name"}, [{file, D ++ "/t"}]),
        [A, dets:insert({a, "name"}, {1, 2}), dets:all(), caught(fun() -> dets:open_file(other, [{file, D ++ "/t"}]) end), dets:open_file({a, "name"}, [{file, D ++ "/t"}]),
         without(D, caught(fun() -> dets:open_file({a, "name"}, [{file, D ++ "/u"}]) end)), dets:close({a, "name"}), dets:lookup({a, "name"}, 1), dets:close({a, "name"}), dets:all()]
    end).

%% A table is written some time after the last change.
saved() ->
    in(fun(D) ->
        {ok, a} = dets:open_file(a, [{file, D ++ "/a"}, {auto_save, 20}]),
        ok = dets:insert(a, {1, 2}),
        whole(D, 100)
    end).

whole(_, 0) -> never;
whole(D, N) ->
    timer:sleep(20),
    {ok, _} = file:copy(D ++ "/a", D ++ "/b"),
    case dets:open_file(b, [{file, D ++ "/b"}, {repair, false}]) of
        {ok, b} -> [held(b), dets:close(b)];
        {error, _} -> whole(D, N - 1)
    end.

stepwise() ->
    with([{type, set}], fun(T) ->
        Q = dets:table(T, [{traverse, select}]),
        ok = dets:insert(T, [{N, N} || N <- lists:seq(1, 10)]),
        [element(1, Q), lists:sort(qlc:e(Q)), lists:sort(qlc:e(dets:table(T))), qlc:info(dets:table(T, [{n_objects, 3}])) =/= x, lists:sort(qlc:e(dets:table(T, [{traverse, first_next}])))]
    end).
