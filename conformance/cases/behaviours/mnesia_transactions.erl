%% mnesia: transactions and other activities, events, and what is logged when one of them fails.
-module(mnesia_transactions).
-export([done/1, read/1, aborted/1, nested/1, conflict/1, folded/0, selected/0, walked/0, activities/1, locks/1, events/1, system_events/0, subscribed/0,
         crash/1, retries/1, killed/0, waiting/0, counter/1, objects/1, indexed/0, dirty_inside/0, user_events/0, bank/1, deadlock/1, holder_gone/0]).

in(Fun) -> mnesia_kit:in(Fun).
caught(Fun) -> mnesia_kit:caught(Fun).
sorted(Term) -> mnesia_kit:sorted(Term).
rows(Table) -> mnesia_kit:rows(Table).
table(Name, Options) -> mnesia_kit:table(Name, Options).

with(Options, Fun) ->
    in(fun() ->
               T = table(t, Options),
               [ok = mnesia:dirty_write({T, N, N * N}) || N <- lists:seq(1, 5)],
               Fun()
       end).

done(Type) ->
    with([{type, Type}], fun() ->
        Do = fun(F) -> mnesia:transaction(F) end,
        [Do(fun() -> mnesia:write({t, 6, 36}) end), Do(fun() -> [mnesia:write({t, 7, 1}), mnesia:write({t, 7, 2}), sorted(mnesia:read(t, 7))] end), Do(fun() -> mnesia:delete({t, 1}) end),
         Do(fun() -> [mnesia:delete({t, 2}), mnesia:read({t, 2})] end), Do(fun() -> mnesia:delete_object({t, 3, 9}) end), Do(fun() -> [mnesia:write({t, 4, x}), mnesia:delete_object({t, 4, x}), mnesia:read(t, 4)] end),
         Do(fun() -> [mnesia:s_write({t, 8, 8}), mnesia:s_delete({t, 5}), mnesia:s_delete_object({t, 7, 2}), sorted(mnesia:wread({t, 8}))] end), mnesia:transaction(fun(A, B) -> A + B end, [1, 2]),
         mnesia:transaction(fun(A) -> A end, [1], 3), mnesia:sync_transaction(fun() -> mnesia:write({t, 9, 9}) end), mnesia:sync_transaction(fun(A) -> A end, [x]), rows(t),
         Do(fun() -> mnesia:is_transaction() end), mnesia:is_transaction(), lists:sort(mnesia:dirty_all_keys(t))]
    end).

read(Lock) ->
    with([], fun() -> [mnesia:transaction(fun() -> mnesia:read(t, K, Lock) end) || K <- [1, none]] ++ [mnesia:transaction(fun() -> mnesia:read(none, 1, Lock) end)] end).

%% Each of the ways in which a transaction fails undoes what it did.
aborted(How) ->
    with([], fun() ->
        F = case How of
                abort -> fun() -> mnesia:abort(reason) end;
                exit -> fun() -> exit(reason) end;
                error -> fun() -> error(reason) end;
                throw -> fun() -> throw(reason) end;
                badmatch -> fun() -> {a, _} = mnesia:read(t, 1) end;
                badarith -> fun() -> [{t, 1, N}] = mnesia:read(t, 1), N bsl a end;
                no_table -> fun() -> mnesia:write({none, 1, 2}) end;
                bad_record -> fun() -> mnesia:write({t, 1}) end;
                bad_key -> fun() -> mnesia:write(x) end;
                bad_lock -> fun() -> mnesia:write(t, {t, 1, 2}, wrong) end;
                bad_index -> fun() -> mnesia:index_read(t, 1, 3) end;
                bad_pattern -> fun() -> mnesia:match_object({t, '_'}) end;
                bad_select -> fun() -> mnesia:select(t, [x]) end;
                schema -> fun() -> mnesia:write({schema, 1, 2}) end;
                other_table -> fun() -> mnesia:write(t, {u, 1, 2}, write) end;
                undef -> fun() -> no_such_module:f() end
            end,
        R = mnesia:transaction(fun() -> mnesia:write({t, 1, changed}), mnesia:delete({t, 2}), F() end),
        [reason(R), rows(t), mnesia:system_info(held_locks), caught(fun() -> reason(mnesia:activity(transaction, F)) end)]
    end).

%% Without the trace, whose frames belong to mnesia's own code.
reason({aborted, {Reason, [{_, _, _, _} | _]}}) -> {aborted, {Reason, trace}};
reason({aborted, {aborted, Reason}}) -> {aborted, {aborted, Reason}};
reason(Other) -> Other.

nested(How) ->
    with([], fun() ->
        Inner = fun(F) -> mnesia:transaction(fun() -> mnesia:write({t, 1, inner}), mnesia:write({t, new, inner}), F() end) end,
        Outer = fun(F) -> R = mnesia:transaction(fun() -> mnesia:write({t, 2, outer}), A = F(), {reason(A), mnesia:read(t, 1), mnesia:read(t, new), sorted(mnesia:all_keys(t))} end), {reason(R), rows(t)} end,
        case How of
            ok -> Outer(fun() -> Inner(fun() -> mnesia:read(t, 2) end) end);
            inner_aborts -> Outer(fun() -> Inner(fun() -> mnesia:abort(inside) end) end);
            inner_fails -> Outer(fun() -> Inner(fun() -> error(inside) end) end);
            outer_aborts -> Outer(fun() -> Inner(fun() -> ok end), mnesia:abort(outside) end);
            three -> Outer(fun() -> Inner(fun() -> R = Inner(fun() -> mnesia:delete({t, 3}), mnesia:abort(third) end), {R, mnesia:read(t, 3)} end) end);
            three_done -> Outer(fun() -> Inner(fun() -> Inner(fun() -> mnesia:delete({t, 3}), mnesia:read(t, 2) end) end) end);
            deleted -> Outer(fun() -> mnesia:delete({t, 4}), Inner(fun() -> R = mnesia:read(t, 4), mnesia:write({t, 4, back}), R end) end);
            dirty -> Outer(fun() -> mnesia:activity(async_dirty, fun() -> mnesia:write({t, 5, dirty}) end) end);
            sync -> Outer(fun() -> mnesia:sync_transaction(fun() -> mnesia:write({t, 5, sync}) end) end);
            schema -> Outer(fun() -> mnesia:create_table(u, []) end)
        end
    end).

%% Two processes change the same record, each after reading it: none of the changes is lost.
conflict(Lock) ->
    with([], fun() ->
        Times = 20,
        Add = fun() -> [{t, 1, V}] = mnesia:read(t, 1, Lock), mnesia:write({t, 1, V + 1}) end,
        Pids = [spawn_monitor(fun() -> [{atomic, ok} = mnesia:transaction(Add) || _ <- lists:seq(1, Times)] end) || _ <- [1, 2, 3]],
        {[receive {'DOWN', M, _, P, R} -> R end || {P, M} <- Pids], rows(t), mnesia:system_info(held_locks), mnesia:system_info(transaction_failures)}
    end).

%% A transaction that meets a lock starts again.
waiting() ->
    with([], fun() ->
        Me = self(),
        First = spawn_monitor(fun() -> R = mnesia:transaction(fun() -> mnesia:write({t, 1, first}), Me ! locked, receive go -> ok end end), exit(R) end),
        receive locked -> ok end,
        Second = spawn_monitor(fun() -> exit(mnesia:transaction(fun() -> Me ! tried, R = mnesia:read(t, 1), mnesia:write({t, 1, second}), R end)) end),
        receive tried -> ok end,
        timer:sleep(20),
        A = [mnesia:dirty_read(t, 1), length(mnesia:system_info(transactions))],
        element(1, First) ! go,
        B = [receive {'DOWN', M, _, P, R} -> R end || {P, M} <- [First, Second]],
        {A, B, rows(t)}
    end).

%% With so many retries as are allowed.
retries(N) ->
    with([], fun() ->
        Me = self(),
        {Holder, M} = spawn_monitor(fun() -> mnesia:transaction(fun() -> mnesia:write_lock_table(t), Me ! locked, receive go -> ok end end) end),
        receive locked -> ok end,
        {Other, M2} = spawn_monitor(fun() -> exit(mnesia:transaction(fun() -> mnesia:write({t, 1, other}) end, N)) end),
        timer:sleep(20),
        Holder ! go,
        receive {'DOWN', M, _, _, _} -> ok end,
        {receive {'DOWN', M2, _, Other, R} -> R end, mnesia:dirty_read(t, 1)}
    end).

%% Two transactions that lock two records in opposite orders end both.
deadlock(Kind) ->
    with([], fun() ->
        Me = self(),
        Go = fun(A, B) -> spawn_monitor(fun() ->
                                                Me ! {self(), ready}, receive go -> ok end,
                                                exit(mnesia:Kind(fun() -> mnesia:write({t, A, self()}), timer:sleep(5), mnesia:write({t, B, self()}) end))
                                        end) end,
        Pids = [Go(1, 2), Go(2, 1)],
        [receive {P, ready} -> ok end || {P, _} <- Pids],
        [P ! go || {P, _} <- Pids],
        Ends = [receive {'DOWN', M, _, P, R} -> R end || {P, M} <- Pids],
        [{t, 1, X}] = mnesia:dirty_read(t, 1), [{t, 2, Y}] = mnesia:dirty_read(t, 2),
        {Ends, X =:= Y}
    end).

%% Locks of a process that ends are free again.
holder_gone() ->
    with([], fun() ->
        Me = self(),
        {Holder, M} = spawn_monitor(fun() -> mnesia:transaction(fun() -> mnesia:write({t, 1, lost}), Me ! locked, receive never -> ok end end) end),
        receive locked -> ok end,
        exit(Holder, kill),
        R = receive {'DOWN', M, _, _, Why} -> Why end,
        {R, mnesia:transaction(fun() -> mnesia:read(t, 1, write) end), rows(t)}
    end).

killed() ->
    mnesia_kit:in(fun() ->
        table(t, []),
        Monitor = monitor(process, mnesia_tm),
        exit(whereis(mnesia_tm), kill),
        R = receive {'DOWN', Monitor, _, _, Why} -> Why end,
        gone(100),
        {R, mnesia:system_info(is_running), caught(fun() -> mnesia:dirty_read(t, 1) end), mnesia:transaction(fun() -> ok end)}
    end).

gone(0) -> still_there;
gone(N) ->
    case whereis(mnesia_sup) of
        undefined -> ok;
        _ -> timer:sleep(10), gone(N - 1)
    end.

folded() ->
    with([{type, ordered_set}], fun() ->
        Do = fun mnesia_kit:atomic/1,
        [Do(fun() -> mnesia:foldl(fun({t, K, _}, A) -> [K | A] end, [], t) end), Do(fun() -> mnesia:foldr(fun({t, K, _}, A) -> [K | A] end, [], t) end),
         Do(fun() -> mnesia:write({t, 2.5, x}), mnesia:delete({t, 4}), mnesia:foldl(fun({t, K, _}, A) -> [K | A] end, [], t) end), reason(mnesia:transaction(fun() -> mnesia:foldl(fun(_, _) -> throw(out) end, 0, t) end)),
         reason(mnesia:transaction(fun() -> mnesia:foldl(x, 0, none) end)), Do(fun() -> mnesia:foldl(fun({t, K, _}, A) -> mnesia:write({t, K, A}), A + 1 end, 0, t, write) end), rows(t)]
    end).

selected() ->
    with([{type, ordered_set}], fun() ->
        Do = fun(F) -> mnesia:transaction(F) end,
        Spec = [{{t, '$1', '$2'}, [{'>', '$1', 2}], [{{'$1', '$2'}}]}],
        [Do(fun() -> mnesia:select(t, Spec) end), Do(fun() -> mnesia:write({t, 9, new}), mnesia:delete({t, 3}), sorted(mnesia:select(t, Spec)) end), Do(fun() -> mnesia:select(t, Spec, write) end),
         Do(fun() -> parts(mnesia:select(t, Spec, 2, read)) end), Do(fun() -> mnesia:match_object({t, '_', 4}) end), Do(fun() -> mnesia:write({t, x, 4}), sorted(mnesia:match_object(t, {t, '_', 4}, read)) end),
         Do(fun() -> mnesia:match_object({t, 1, '_'}) end), Do(fun() -> sorted(mnesia:all_keys(t)) end), Do(fun() -> mnesia:select(none, Spec) end), Do(fun() -> qlc:e(qlc:sort(mnesia:table(t))) end),
         Do(fun() -> length(qlc:e(mnesia:table(t, [{traverse, {select, Spec}}]))) end)]
    end).

parts('$end_of_table') -> [];
parts({Rows, Rest}) -> Rows ++ parts(mnesia:select(Rest)).

walked() ->
    with([{type, ordered_set}], fun() ->
        mnesia_kit:atomic(fun() ->
            A = [mnesia:first(t), mnesia:last(t), mnesia:next(t, 2), mnesia:prev(t, 2), mnesia:next(t, 5), mnesia:prev(t, 1)],
            mnesia:write({t, 0, new}), mnesia:delete({t, 3}), mnesia:write({t, 7, new}),
            [A, mnesia:first(t), mnesia:last(t), mnesia:next(t, 2), mnesia:prev(t, 4), mnesia:next(t, 5), mnesia:prev(t, 0), mnesia:next(t, 7)]
        end)
    end).

activities(Kind) ->
    with([], fun() ->
        [caught(fun() -> mnesia:activity(Kind, F) end) || F <- [fun() -> [mnesia:write({t, 1, Kind}), mnesia:read(t, 1), mnesia:delete({t, 2}), mnesia:is_transaction(), lists:sort(mnesia:all_keys(t)), mnesia:table_info(t, size)] end,
                                                                fun() -> mnesia:write({t, 3, half}), mnesia:abort(why) end, fun() -> mnesia:write({t, 4, half}), throw(out) end, fun() -> exit(out) end]]
            ++ [caught(fun() -> mnesia:activity(Kind, fun(A, B) -> {A, B} end, [1, 2]) end), caught(fun() -> mnesia:activity(Kind, fun() -> mnesia:lock({table, t}, write) end) end), rows(t)]
    end).

locks(Kind) ->
    with([], fun() ->
        R = mnesia:transaction(fun() ->
            L = case Kind of
                    read_table -> mnesia:read_lock_table(t);
                    write_table -> mnesia:write_lock_table(t);
                    record -> mnesia:lock({record, t, 1}, write);
                    global -> mnesia:lock({global, some_thing, [node()]}, write);
                    sticky -> [mnesia:lock({table, t}, sticky_write), mnesia:s_write({t, 1, sticky})];
                    load -> mnesia:lock({table, t}, load);
                    wrong -> mnesia:lock({table, t}, wrong);
                    wrong_item -> mnesia:lock(wrong, write)
                end,
            {L, [{Item, Mode} || {Item, Mode, _} <- mnesia:system_info(held_locks)]}
        end),
        {R, mnesia:system_info(held_locks), mnesia:system_info(lock_queue)}
    end).

told() ->
    receive
        {Kind, Event} when Kind =:= mnesia_table_event; Kind =:= mnesia_system_event -> [{Kind, steady(Event)} | told()]
    after 30 -> []
    end.

%% Without the identity of the transaction.
steady({What, Record, {tid, _, Pid}}) -> {What, Record, {tid, Pid =:= self()}};
steady({What, Table, New, Old, {tid, _, Pid}}) -> {What, Table, New, Old, {tid, Pid =:= self()}};
steady({What, Record, {dirty, Pid}}) -> {What, Record, {dirty, Pid =:= self()}};
steady({What, Table, New, Old, {dirty, Pid}}) -> {What, Table, New, Old, {dirty, Pid =:= self()}};
steady(Event) -> Event.

events(How) ->
    with([{type, case How of bag -> bag; _ -> set end}], fun() ->
        S = mnesia:subscribe({table, t, case How of detailed -> detailed; bag -> detailed; _ -> simple end}),
        W = [mnesia:transaction(fun() -> mnesia:write({t, 1, new}), mnesia:delete({t, 2}), mnesia:delete_object({t, 3, 9}) end), mnesia:dirty_write({t, 4, dirty}), mnesia:dirty_delete({t, 5}),
             mnesia:transaction(fun() -> mnesia:write({t, 9, never}), mnesia:abort(no) end), mnesia:dirty_update_counter(t, c, 3)],
        %% The events of a transaction come in no promised order.
        A = lists:sort(told()),
        U = mnesia:unsubscribe({table, t, case How of detailed -> detailed; bag -> detailed; _ -> simple end}),
        ok = mnesia:dirty_write({t, 1, unseen}),
        {S, [case X of {aborted, _} -> aborted; _ -> X end || X <- W], A, U, told()}
    end).

system_events() ->
    in(fun() ->
        S = [mnesia:subscribe(system), mnesia:subscribe(system), mnesia:subscribe(activity), mnesia:subscribe(wrong), mnesia:subscribe({table, none, simple}), mnesia:subscribe({table, schema, simple})],
        {atomic, ok} = mnesia:create_table(t, []),
        mnesia:report_event({user, event}),
        {atomic, ok} = mnesia:delete_table(t),
        T = told(),
        {S, [case E of {mnesia_table_event, {K, R, _}} -> {K, element(1, R), element(2, R)}; _ -> E end || E <- T], mnesia:unsubscribe(system), mnesia:unsubscribe(system), mnesia:unsubscribe({table, none, simple})}
    end).

user_events() ->
    in(fun() -> {ok, _} = mnesia:subscribe(system), mnesia:report_event(a), mnesia:report_event({b, "c"}), told() end).

subscribed() ->
    with([], fun() ->
        Me = self(),
        Pid = spawn(fun() -> Me ! mnesia:subscribe({table, t, simple}), receive stop -> ok end end),
        R = receive {ok, _} = Ok -> Ok end,
        A = mnesia:table_info(t, subscribers) =:= [Pid],
        M = monitor(process, Pid),
        Pid ! stop,
        receive {'DOWN', M, _, _, _} -> ok end,
        timer:sleep(30),
        [R, A, mnesia:table_info(t, subscribers), mnesia:system_info(subscribers) =/= x, mnesia:subscribe({table, t}), mnesia:dirty_write({t, 1, a}), told()]
    end).

counter(Kind) ->
    with([], fun() ->
        mnesia:activity(Kind, fun() -> [{t, 1, V}] = mnesia:wread({t, 1}), mnesia:write({t, 1, V + 10}) end),
        ok = mnesia:dirty_write({t, c, 0}),
        %% One after the other: at the same time, erl sometimes loses updates.
        [begin
             {_, M} = spawn_monitor(fun() -> [mnesia:dirty_update_counter(t, c, 1) || _ <- lists:seq(1, 50)] end),
             receive {'DOWN', M, _, _, R} -> R end
         end || _ <- lists:seq(1, 4)] ++ rows(t)
    end).

objects(Type) ->
    in(fun() ->
        table(t, [{type, Type}, {attributes, [k, v]}]),
        Do = fun mnesia_kit:atomic/1,
        [Do(fun() -> [mnesia:write({t, 1, V}) || V <- [c, a, b, a]], sorted(mnesia:read(t, 1)) end), Do(fun() -> mnesia:delete_object({t, 1, a}), mnesia:write({t, 1, d}), sorted(mnesia:read(t, 1)) end),
         Do(fun() -> mnesia:delete({t, 1}), mnesia:write({t, 1, e}), mnesia:read(t, 1) end), Do(fun() -> mnesia:write({t, 1.0, f}), [mnesia:read(t, 1), mnesia:read(t, 1.0)] end), rows(t), mnesia:table_info(t, size)]
    end).

indexed() ->
    with([{index, [3]}], fun() ->
        Do = fun(F) -> mnesia:transaction(F) end,
        [Do(fun() -> mnesia:index_read(t, 4, 3) end), Do(fun() -> mnesia:write({t, new, 4}), mnesia:delete({t, 1}), {sorted(mnesia:index_read(t, 4, val)), mnesia:index_read(t, 1, val)} end),
         Do(fun() -> sorted(mnesia:index_match_object({t, '_', 4}, val)) end), Do(fun() -> mnesia:index_match_object(t, {t, '_', 25}, 3, read) end), Do(fun() -> mnesia:index_match_object({t, '_', '_'}, 3) end),
         Do(fun() -> mnesia:index_read(t, 4, wrong) end), Do(fun() -> mnesia:write({t, new, 5}), [mnesia:index_read(t, 4, 3), mnesia:index_read(t, 5, 3)] end), mnesia:dirty_index_read(t, 5, 3)]
    end).

dirty_inside() ->
    with([], fun() ->
        mnesia:transaction(fun() ->
            mnesia:write({t, 1, inside}),
            A = mnesia:dirty_read(t, 1),
            ok = mnesia:dirty_write({t, 2, dirty}),
            {A, mnesia:read(t, 2), mnesia:read(t, 1), mnesia:dirty_all_keys(t) =/= []}
        end)
    end).

%% Money moves between accounts and none is made or lost.
bank(Kind) ->
    in(fun() ->
        table(account, [{attributes, [owner, money]}]),
        [ok = mnesia:dirty_write({account, N, 100}) || N <- lists:seq(1, 4)],
        Move = fun(From, To, Sum) ->
                       mnesia:Kind(fun() ->
                           [{account, From, A}] = mnesia:read(account, From, write),
                           case A < Sum of true -> mnesia:abort(poor); false -> ok end,
                           [{account, To, B}] = mnesia:read(account, To, write),
                           mnesia:write({account, From, A - Sum}), mnesia:write({account, To, B + Sum})
                       end)
               end,
        Pids = [spawn_monitor(fun() -> [Move(1 + (P + N) rem 4, 1 + (P * N) rem 4, 10 * N) || N <- lists:seq(1, 10), (P + N) rem 4 =/= (P * N) rem 4] end) || P <- lists:seq(1, 4)],
        Ends = [receive {'DOWN', M, _, _, R} -> R end || {_, M} <- Pids],
        {Ends, lists:sum([Money || {account, _, Money} <- rows(account)]), lists:all(fun({account, _, Money}) -> Money >= 0 end, rows(account))}
    end).

%% What is logged when a process with a transaction dies, or mnesia has something to say.
crash(How) ->
    mnesia_kit:reports(error, fun() ->
        table(t, []),
        {_, M} = case How of
                     process -> spawn_monitor(fun() -> mnesia:transaction(fun() -> mnesia:write({t, 1, 2}) end), error(after_it) end);
                     activity -> spawn_monitor(fun() -> mnesia:activity(transaction, fun() -> mnesia:abort(why) end) end);
                     dirty -> spawn_monitor(fun() -> mnesia:dirty_read(none, 1) end);
                     inside -> proc_lib:spawn_opt(fun() -> mnesia:activity(async_dirty, fun() -> error(inside) end) end, [monitor]);
                     outside -> spawn_monitor(fun() -> mnesia:write({t, 1, 2}) end);
                     proc_lib -> proc_lib:spawn_opt(fun() -> {atomic, _} = mnesia:transaction(fun() -> error(inside) end) end, [monitor])
                 end,
        receive {'DOWN', M, _, _, Reason} -> without(Reason) end
    end).

without({{badmatch, {aborted, {Reason, Trace}}}, _}) when is_list(Trace) -> {badmatch, {aborted, Reason}};
without({Reason, Trace}) when is_list(Trace) -> Reason;
without(Reason) -> Reason.
