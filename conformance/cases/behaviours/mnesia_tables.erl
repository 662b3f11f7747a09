%% mnesia: tables in memory, their definitions and dirty operations.
-module(mnesia_tables).
-export([created/1, refused/1, items/1, dirty/1, counters/0, dirty_matches/1, dirty_walk/1, indexes/1, added_index/0, cleared/0, deleted/0,
         transformed/0, fragments/0, properties/0, changed/0, record_names/0, majority/0, stopped/0, system/0, infos/0, without_tables/0,
         ets_direct/0, backups/0, local/0, many/0, checkpoint/0, restarted/0, loaded/0, error_texts/0]).

in(Fun) -> mnesia_kit:in(Fun).
caught(Fun) -> mnesia_kit:caught(Fun).
sorted(Term) -> mnesia_kit:sorted(Term).
rows(Table) -> mnesia_kit:rows(Table).
table(Name, Options) -> mnesia_kit:table(Name, Options).
keys(T) -> lists:sort(mnesia:dirty_all_keys(T)).

created(Options) ->
    in(fun() ->
        [mnesia:create_table(t, Options), mnesia:create_table(t, Options), caught(fun() -> mnesia:table_info(t, attributes) end), caught(fun() -> mnesia:table_info(t, type) end),
         caught(fun() -> mnesia:table_info(t, record_name) end), caught(fun() -> mnesia:table_info(t, storage_type) end), caught(fun() -> mnesia:table_info(t, index) end),
         caught(fun() -> mnesia:dirty_write(setelement(1, {x, 1, 2}, t)) end), lists:sort(mnesia:system_info(tables))]
    end).

refused(Name) ->
    in(fun() ->
        case Name of
            schema -> mnesia:create_table(schema, []);
            name -> mnesia:create_table("t", []);
            options -> [mnesia:create_table(t, O) || O <- [[x], x, [{attributes, []}], [{attributes, [a]}], [{attributes, [a, a]}], [{attributes, [1, 2]}], [{type, set_bag}],
                                                           [{wrong, 1}], [{type, set}, {type, bag}], [{record_name, 1}], [{index, [1]}], [{index, [none]}], [{ram_copies, [1]}],
                                                           [{ram_copies, ['no@where']}], [{disc_copies, [node()]}], [{disc_only_copies, [node()]}], [{ram_copies, [node(), node()]}],
                                                           [{majority, maybe}], [{load_order, x}], [{access_mode, x}], [{user_properties, x}], [{local_content, x}], [{storage_properties, x}]]];
            nested -> mnesia_kit:atomic(fun() -> caught(fun() -> mnesia:create_table(t, []) end) end);
            unknown -> [mnesia:delete_table(none), mnesia:clear_table(none), mnesia:add_table_index(none, 3), mnesia:del_table_index(none, 3), mnesia:transform_table(none, ignore, [a, b]),
                        mnesia:change_table_access_mode(none, read_only), mnesia:change_table_load_order(none, 3), mnesia:add_table_copy(none, node(), ram_copies), mnesia:del_table_copy(none, node()),
                        mnesia:wait_for_tables([none], 10), mnesia:wait_for_tables(x, 10), caught(fun() -> mnesia:table_info(none, size) end), mnesia:change_table_majority(none, true)]
        end
    end).

items(Type) ->
    in(fun() ->
        table(t, [{type, Type}, {attributes, [k, v, w]}, {index, [w]}]),
        [ok = mnesia:dirty_write({t, N, N rem 3, N rem 2}) || N <- lists:seq(1, 10)],
        [{Item, caught(fun() -> mnesia:table_info(t, Item) end)} || Item <-
         [access_mode, arity, attributes, disc_copies, disc_only_copies, index, load_node, load_order, load_reason, local_content, majority, master_nodes,
          ram_copies, record_name, size, snmp, storage_type, subscribers, type, user_properties, version_known, where_to_read, where_to_write, wild_pattern,
          record_validation, active_replicas, all_nodes, checkpoints, frag_properties, commit_work, where_to_commit, where_to_wlock, storage_properties, none]]
            ++ [mnesia:table_info(t, memory) > 0, lists:sort([K || {K, _} <- mnesia:table_info(t, all)])]
    end).

dirty(Type) ->
    in(fun() ->
        table(t, [{type, Type}]),
        [mnesia:dirty_write({t, 1, a}), mnesia:dirty_write(t, {t, 1, b}), mnesia:dirty_write({t, 2, c}), sorted(mnesia:dirty_read(t, 1)), sorted(mnesia:dirty_read({t, 1})), mnesia:dirty_read({t, none}),
         keys(t), mnesia:dirty_delete_object({t, 1, a}), mnesia:dirty_read(t, 1), mnesia:dirty_delete_object(t, {t, 1, z}), mnesia:dirty_delete(t, 2), mnesia:dirty_delete({t, none}), rows(t),
         caught(fun() -> mnesia:dirty_write({none, 1, 2}) end), caught(fun() -> mnesia:dirty_write({t, 1}) end), caught(fun() -> mnesia:dirty_write(x) end), caught(fun() -> mnesia:dirty_read(none, 1) end),
         caught(fun() -> mnesia:dirty_delete(none, 1) end), caught(fun() -> mnesia:dirty_write(t, {u, 1, 2}) end), caught(fun() -> mnesia:dirty_read(x) end), mnesia:table_info(t, size)]
    end).

counters() ->
    in(fun() ->
        table(c, []), table(b, [{type, bag}]), table(o, [{type, ordered_set}]),
        [caught(fun() -> mnesia:dirty_update_counter(T, K, N) end) || {T, K, N} <- [{c, a, 1}, {c, a, 5}, {c, a, -10}, {c, a, 3}, {c, new, -7}, {c, a, x}, {b, a, 1}, {o, k, 2}, {o, k, 2}, {none, a, 1}]]
            ++ [mnesia:dirty_update_counter({c, a}, 1), rows(c), mnesia:dirty_write({c, text, "no"}), caught(fun() -> mnesia:dirty_update_counter(c, text, 1) end)]
    end).

filled(Type) ->
    table(t, [{type, Type}, {attributes, [k, v, w]}, {index, [w]}]),
    [ok = mnesia:dirty_write({t, N, N rem 3, {w, N rem 4}}) || N <- lists:seq(1, 12)],
    t.

dirty_matches(Type) ->
    in(fun() ->
        T = filled(Type),
        [sorted(caught(F)) || F <-
         [fun() -> mnesia:dirty_match_object({T, '_', 1, '_'}) end, fun() -> mnesia:dirty_match_object(T, {T, 3, '_', '_'}) end, fun() -> mnesia:dirty_select(T, [{{T, '$1', 2, '_'}, [], ['$1']}]) end,
          fun() -> mnesia:dirty_select(T, [{{T, '$1', '_', '_'}, [{'>', '$1', 9}], ['$_']}]) end, fun() -> mnesia:dirty_index_read(T, {w, 2}, w) end, fun() -> mnesia:dirty_index_read(T, {w, 2}, 4) end,
          fun() -> mnesia:dirty_index_match_object({T, '_', 1, {w, 1}}, w) end, fun() -> mnesia:dirty_index_read(T, 1, v) end, fun() -> mnesia:dirty_index_match_object(T, {T, '_', '_', '_'}, w) end,
          fun() -> mnesia:dirty_match_object({T, '_'}) end, fun() -> mnesia:dirty_select(T, [x]) end, fun() -> mnesia:dirty_match_object({none, '_', '_'}) end, fun() -> mnesia:dirty_slot(T, 0) =/= x end]]
    end).

dirty_walk(Type) ->
    in(fun() ->
        T = filled(Type),
        Up = walk(T, mnesia:dirty_first(T), fun mnesia:dirty_next/2),
        Down = walk(T, mnesia:dirty_last(T), fun mnesia:dirty_prev/2),
        [case Type of ordered_set -> {Up, Down}; _ -> {lists:sort(Up), length(Down)} end, caught(fun() -> mnesia:dirty_next(none, 1) end), caught(fun() -> mnesia:dirty_first(none) end),
         case Type of ordered_set -> {mnesia:dirty_next(T, 4.5), mnesia:dirty_prev(T, 4.5)}; _ -> none end]
    end).

walk(_, '$end_of_table', _) -> [];
walk(T, Key, Next) -> [Key | walk(T, Next(T, Key), Next)].

indexes(Type) ->
    in(fun() ->
        table(t, [{type, Type}, {attributes, [k, v, w]}, {index, [v, 4]}]),
        Write = fun(R) -> ok = mnesia:dirty_write(R) end,
        Both = fun() -> {sorted(mnesia:dirty_index_read(t, x, v)), sorted(mnesia:dirty_index_read(t, 1, w))} end,
        Write({t, 1, x, 1}), Write({t, 2, x, 2}), Write({t, 3, y, 1}),
        A = Both(),
        Write({t, 1, y, 1}), Write({t, 1.0, x, 1.0}),
        B = Both(),
        ok = mnesia:dirty_delete(t, 2),
        C = Both(),
        ok = mnesia:dirty_delete_object({t, 1, y, 1}),
        [A, B, C, Both(), lists:sort(mnesia:table_info(t, index)), mnesia:clear_table(t), Both()]
    end).

added_index() ->
    in(fun() ->
        table(t, [{attributes, [k, v, w]}]),
        [ok = mnesia:dirty_write({t, N, N rem 3, N rem 2}) || N <- lists:seq(1, 10)],
        [caught(fun() -> mnesia:dirty_index_read(t, 1, v) end), mnesia:add_table_index(t, v), sorted(mnesia:dirty_index_read(t, 1, v)), mnesia:add_table_index(t, v), mnesia:add_table_index(t, 4),
         mnesia:add_table_index(t, 2), mnesia:add_table_index(t, none), lists:sort(mnesia:table_info(t, index)), mnesia:del_table_index(t, v), mnesia:del_table_index(t, v),
         caught(fun() -> mnesia:dirty_index_read(t, 1, v) end), sorted(mnesia:dirty_index_read(t, 0, w)), lists:sort(mnesia:table_info(t, index))]
    end).

cleared() ->
    in(fun() ->
        T = filled(set),
        A = [mnesia:table_info(T, size), mnesia:clear_table(T), mnesia:table_info(T, size), rows(T), mnesia:dirty_write({T, 1, 2, 3}), rows(T)],
        {atomic, ok} = mnesia:change_table_access_mode(T, read_only),
        [A, mnesia:clear_table(T), caught(fun() -> mnesia:dirty_write({T, 2, 2, 2}) end), mnesia:transaction(fun() -> mnesia:write({T, 2, 2, 2}) end), mnesia:table_info(T, access_mode),
         mnesia:change_table_access_mode(T, read_only), mnesia:change_table_access_mode(T, read_write), mnesia:clear_table(T)]
    end).

deleted() ->
    in(fun() ->
        T = filled(bag),
        [mnesia:delete_table(T), mnesia:delete_table(T), lists:sort(mnesia:system_info(tables)), caught(fun() -> mnesia:dirty_read(T, 1) end), mnesia:transaction(fun() -> mnesia:read(T, 1) end),
         ets:info(T), mnesia:create_table(T, []), rows(T), mnesia:delete_table(schema)]
    end).

transformed() ->
    in(fun() ->
        table(t, [{attributes, [k, v]}]),
        [ok = mnesia:dirty_write({t, N, N * N}) || N <- lists:seq(1, 4)],
        [mnesia:transform_table(t, fun({t, K, V}) -> {t, K, V, new} end, [k, v, w]), rows(t), mnesia:table_info(t, attributes), mnesia:table_info(t, arity), mnesia:table_info(t, wild_pattern),
         refused_row(mnesia:transform_table(t, fun({t, K, _, _}) -> {u, K} end, [k, v], u)), element(1, mnesia:transform_table(t, fun(_) -> error(inside) end, [a, b])), rows(t), mnesia:table_info(t, attributes),
         mnesia:transform_table(t, fun({t, K, V, _}) -> {u, K, V} end, [k, v], u), mnesia:table_info(t, record_name), rows(t), mnesia:dirty_write(t, {u, 9, 9}), length(rows(t)),
         mnesia:transform_table(t, ignore, [key, value], u), mnesia:table_info(t, attributes), mnesia:transform_table(t, x, [a, b]), mnesia:transform_table(t, ignore, x)]
    end).

%% Which row is met first is not promised.
refused_row({aborted, {Text, Table, Fun, Node, {Why, _, _}}}) -> {aborted, {Text, Table, Fun, Node, Why}}.

record_names() ->
    in(fun() ->
        table(t, [{record_name, r}, {attributes, [k, v]}, {type, ordered_set}]), table(u, [{record_name, r}, {attributes, [k, v]}]),
        [caught(fun() -> mnesia:dirty_write({t, 1, 2}) end), mnesia:dirty_write(t, {r, 1, 2}), mnesia:dirty_write(u, {r, 1, 3}), rows(t), rows(u),
         mnesia_kit:atomic(fun() -> [mnesia:write(t, {r, 5, 6}, write), mnesia:read(t, 5, read), mnesia:delete(t, 1, write), mnesia:delete_object(u, {r, 1, 3}, write), mnesia:wread({t, 5})] end),
         rows(t), rows(u), mnesia:transaction(fun() -> mnesia:write({r, 1, 2}) end)]
    end).

properties() ->
    in(fun() ->
        table(t, [{user_properties, [{a, 1}]}]),
        [mnesia:read_table_property(t, a), caught(fun() -> mnesia:read_table_property(t, b) end), mnesia:write_table_property(t, {b, 2, 3}), lists:sort(mnesia:table_info(t, user_properties)), mnesia:delete_table_property(t, a),
         mnesia:table_info(t, user_properties), mnesia:write_table_property(t, x), mnesia:write_table_property(none, {a}), mnesia:delete_table_property(t, none)]
    end).

changed() ->
    in(fun() ->
        table(t, [{load_order, 3}]),
        [mnesia:table_info(t, load_order), mnesia:change_table_load_order(t, 7), mnesia:table_info(t, load_order), mnesia:change_table_load_order(t, x), mnesia:change_table_copy_type(t, node(), disc_copies),
         mnesia:change_table_copy_type(t, node(), ram_copies), mnesia:add_table_copy(t, node(), ram_copies), mnesia:add_table_copy(t, 'no@where', ram_copies), mnesia:move_table_copy(t, node(), 'no@where'),
         mnesia:del_table_copy(t, node()), mnesia:set_master_nodes(t, [node()]), mnesia:set_master_nodes(t, [wrong]), mnesia:change_config(extra_db_nodes, []),
         mnesia:change_config(extra_db_nodes, x), mnesia:change_config(dc_dump_limit, 10), mnesia:change_config(none, 1)]
    end).

majority() ->
    in(fun() ->
        table(t, [{majority, false}]), table(u, [{majority, true}]),
        [mnesia:table_info(t, majority), mnesia:table_info(u, majority), mnesia:transaction(fun() -> mnesia:write({u, 1, 2}) end), mnesia:change_table_majority(t, true), mnesia:table_info(t, majority),
         mnesia:change_table_majority(t, x), rows(u)]
    end).

fragments() ->
    in(fun() ->
        {atomic, ok} = mnesia:create_table(f, [{frag_properties, [{n_fragments, 4}, {node_pool, [node()]}, {n_ram_copies, 1}]}]),
        Do = fun(Fun) -> mnesia:activity(transaction, Fun, [], mnesia_frag) end,
        Do(fun() -> [mnesia:write({f, N, N * N}) || N <- lists:seq(1, 40)] end),
        [lists:sort(mnesia:system_info(tables)), Do(fun() -> [mnesia:read({f, N}) || N <- [1, 20, 50]] end), Do(fun() -> lists:sort(mnesia:select(f, [{{f, '$1', '_'}, [{'<', '$1', 5}], ['$1']}])) end),
         mnesia:activity(async_dirty, fun() -> mnesia:table_info(f, size) end, [], mnesia_frag), mnesia:activity(async_dirty, fun() -> mnesia:table_info(f, frag_size) end, [], mnesia_frag),
         mnesia:change_table_frag(f, {add_frag, [node()]}), mnesia:activity(async_dirty, fun() -> [mnesia:table_info(f, n_fragments), mnesia:table_info(f, size)] end, [], mnesia_frag),
         mnesia:change_table_frag(f, del_frag), mnesia:change_table_frag(f, wrong), Do(fun() -> mnesia:foldl(fun({f, N, _}, A) -> N + A end, 0, f) end), mnesia:change_table_frag(f, deactivate)]
    end).

without_tables() ->
    report_kit:start(),
    [caught(F) || F <- [fun() -> mnesia:transaction(fun() -> mnesia:read(t, 1) end) end, fun() -> mnesia:dirty_read(t, 1) end, fun() -> mnesia:create_table(t, []) end, fun() -> mnesia:system_info(is_running) end,
                        fun() -> mnesia:read(t, 1) end, fun() -> mnesia:abort(why) end, fun() -> mnesia:is_transaction() end,
                        fun() -> mnesia:subscribe(system) end, fun() -> mnesia:system_info(tables) end, fun() -> mnesia:wait_for_tables([t], 10) end]].

stopped() ->
    {in(fun() -> [mnesia:system_info(is_running), mnesia:start(), table(t, []), mnesia:dirty_write({t, 1, 2}), mnesia:stop(), mnesia:system_info(is_running), mnesia:stop(), ets:info(t),
                  [whereis(N) || N <- [mnesia_sup, mnesia_tm, mnesia_locker, mnesia_controller]]] end),
     in(fun() -> [mnesia:system_info(is_running), mnesia:system_info(tables)] end)}.

restarted() ->
    in(fun() ->
        table(t, []),
        ok = mnesia:dirty_write({t, 1, 2}),
        [mnesia:stop(), mnesia:start(), mnesia:wait_for_tables([schema], 1000), mnesia:system_info(tables), caught(fun() -> mnesia:dirty_read(t, 1) end)]
    end).

system() ->
    in(fun() ->
        table(t, []),
        [{Item, caught(fun() -> mnesia:system_info(Item) end)} || Item <-
         [access_module, auto_repair, checkpoints, db_nodes, debug, dump_log_load_regulation, dump_log_time_threshold, dump_log_update_in_place, dump_log_write_threshold, event_module, extra_db_nodes,
          fallback_activated, held_locks, is_running, local_tables, lock_queue, master_node_tables, protocol_version, running_db_nodes, schema_location, subscribers, tables,
          transaction_commits, transaction_failures, transaction_log_writes, transaction_restarts, transactions, use_dir, core_dir, no_table_loaders, dc_dump_limit, send_compressed, max_wait_for_decision,
          ignore_fallback_at_startup, fallback_error_function, none]] ++ [is_list(mnesia:system_info(version)), lists:sort([K || {K, _} <- mnesia:system_info(all)])]
    end).

infos() ->
    in(fun() ->
        table(t, []),
        [mnesia:set_debug_level(L) || L <- [none, false]] ++ [caught(fun() -> mnesia:set_debug_level(wrong) end), mnesia:create_schema([node()]) =/= ok,
         mnesia:delete_schema(['no@where']) =/= ok, mnesia:sync_log(), mnesia:dump_log() =/= x]
    end).

%% Only where it was raised: what else is in the trace depends on who called.
short({exit, {Reason, [Frame | _]}}) -> {exit, {Reason, Frame}}.

ets_direct() ->
    in(fun() ->
        T = filled(ordered_set),
        [mnesia:ets(fun() -> [mnesia:read(T, 1), mnesia:write({T, 99, 0, {w, 0}}), mnesia:first(T), mnesia:last(T)] end), mnesia:dirty_index_read(T, {w, 0}, w), ets:info(T, type), ets:info(T, keypos), ets:info(T, protection),
         mnesia:activity(ets, fun(K) -> mnesia:delete({T, K}) end, [1]), mnesia:dirty_read(T, 1), short(caught(fun() -> mnesia:ets(fun() -> mnesia:read(none, 1) end) end)), short(caught(fun() -> mnesia:ets(fun() -> error(x) end) end)),
         mnesia:ets(fun() -> mnesia:is_transaction() end)]
    end).

local() ->
    in(fun() ->
        table(t, [{local_content, true}]),
        [mnesia:table_info(t, local_content), mnesia:dirty_write({t, 1, 2}), rows(t), mnesia:report_event(an_event), mnesia:force_load_table(t), mnesia:table_info(t, where_to_write)]
    end).

many() ->
    in(fun() ->
        Names = [list_to_atom("t" ++ integer_to_list(N)) || N <- lists:seq(1, 15)],
        [table(N, []) || N <- Names],
        mnesia_kit:atomic(fun() -> [mnesia:write({N, K, K}) || N <- Names, K <- lists:seq(1, 20)] end),
        [mnesia:wait_for_tables(Names, 1000), lists:sum([mnesia:table_info(N, size) || N <- Names]), [mnesia:delete_table(N) || N <- tl(Names)], mnesia:system_info(tables) -- [schema]]
    end).

%% Copies of tables as they were.
checkpoint() ->
    in(fun() ->
        T = filled(set),
        {ok, N, Nodes} = mnesia:activate_checkpoint([{name, c}, {max, [T]}, {ram_overrides_dump, true}]),
        ok = mnesia:dirty_write({T, 1, changed, {w, 0}}),
        [N, Nodes =:= [node()], mnesia:system_info(checkpoints), mnesia:table_info(T, checkpoints), mnesia:activate_checkpoint([{name, c}, {max, [T]}]), mnesia:deactivate_checkpoint(c), mnesia:deactivate_checkpoint(c),
         element(1, mnesia:activate_checkpoint([{name, d}, {max, [none]}]))]
    end).

%% Traversing what a backup would hold, out of a table and into terms.
backups() ->
    mnesia_kit:in(fun() ->
        T = filled(set),
        File = "/tmp/enigma_mnesia_" ++ os:getpid() ++ "_" ++ integer_to_list(erlang:unique_integer([positive])),
        R = mnesia:backup(File),
        {ok, Kept} = mnesia:traverse_backup(File, mnesia_backup, dummy, read_only, fun(O, A) when element(1, O) =:= T -> {[O], [O | A]}; (O, A) -> {[O], A} end, []),
        {atomic, ok} = mnesia:clear_table(T),
        Restored = mnesia:restore(File, [{clear_tables, [T]}, {skip_tables, []}]),
        _ = file:delete(File),
        [R, lists:sort(Kept), Restored, rows(T)]
    end).

loaded() ->
    in(fun() ->
        table(t, []),
        [mnesia:load_textfile("/nonexistent/file"), mnesia:dump_tables([t]) =/= x, mnesia:dump_to_textfile("/nonexistent/file")]
    end).

error_texts() ->
    [mnesia:error_description(R) || R <- [nested_transaction, badarg, no_transaction, combine_error, bad_index, already_exists, index_exists, no_exists, system_limit, mnesia_down, not_a_db_node, bad_type,
                                          node_not_running, truncated_binary_file, active, illegal, {aborted, {bad_type, x}}, {error, {no_exists, t}}, unknown, {badarg, 1, 2}]].
