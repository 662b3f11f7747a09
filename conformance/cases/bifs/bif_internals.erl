%% What OTP's own modules ask of the runtime.
-module(bif_internals).
-export([reductions/1, nodes_of/1, nodes_of/2, keys/0, preloaded/0, halted/2, nif/0, nif/1, persistent/0, persistent_info/0, task/0, bad_task/4, 
         facts/0, counters/0, counters_bad/0, collector/0, copied/1, copied/2, same/0, hashed/1, types/0, compared/2]).

caught(F) -> try F() catch C:R -> {C, R} end.

reductions(N) ->
    {_, A} = process_info(self(), reductions),
    R = caught(fun() -> erlang:bump_reductions(N) end),
    {_, B} = process_info(self(), reductions),
    [R, is_integer(N) andalso B - A >= min(N, 2000), is_integer(N) andalso B - A < N + 1000].

nodes_of(What) -> mine(caught(fun() -> erlang:nodes(What) end)).
nodes_of(What, Options) -> mine(caught(fun() -> erlang:nodes(What, Options) end)).

%% Which other nodes are known depends on what was called before.
mine(Nodes) when is_list(Nodes) -> [Node || Node <- Nodes, Node =:= node() orelse (is_tuple(Node) andalso element(1, Node) =:= node())];
mine(Other) -> Other.

keys() ->
    erase(),
    A = get_keys(),
    put(b, 1), put("c", 2), put({d}, b),
    B = lists:sort(get_keys()),
    erase(b),
    [A, B, lists:sort(get_keys()), get_keys(2), get_keys(x), erase() =/= [], get_keys()].

preloaded() ->
    L = erlang:pre_loaded(),
    [lists:all(fun is_atom/1, L), [lists:member(M, L) || M <- [erlang, erts_internal, init, prim_file, zlib, lists]], lists:usort(L) =:= lists:sort(L)].

%% With arguments that it does not take; with others it ends.
halted(Status, Options) -> caught(fun() -> erlang:halt(Status, Options) end).

nif() ->
    {error, {Reason, Text}} = erlang:load_nif("/nonexistent/library", 0),
    [Reason, is_list(Text)].

nif(Path) -> case caught(fun() -> erlang:load_nif(Path, 0) end) of {error, {Reason, Text}} when is_list(Text) -> {error, Reason}; Other -> Other end.

persistent() ->
    Saved = persistent_term:get(),
    persistent_term:put({?MODULE, key}, value),
    A = [is_list(Saved), lists:member({{?MODULE, key}, value}, persistent_term:get())],
    R = erts_internal:erase_persistent_terms(),
    B = [persistent_term:get(), persistent_term:get({?MODULE, key}, gone), maps:get(count, persistent_term:info())],
    [persistent_term:put(K, V) || {K, V} <- Saved],
    [A, R, B, lists:sort(persistent_term:get()) =:= lists:sort(Saved)].

persistent_info() ->
    #{count := C, memory := M} = persistent_term:info(),
    persistent_term:put(?MODULE, lists:seq(1, 100)),
    #{count := C2, memory := M2} = I = persistent_term:info(),
    persistent_term:erase(?MODULE),
    [C2 - C, M2 > M, lists:sort(maps:keys(I)), C2 =:= length(persistent_term:get()) + 1].

task() ->
    Me = self(),
    {Pid, M} = spawn_monitor(fun() -> receive stop -> ok end end),
    R = [erts_internal:request_system_task(Me, Pid, normal, {garbage_collect, id, major}), receive X -> X after 1000 -> none end],
    Other = spawn_monitor(fun() -> receive Y -> exit(Y) end end),
    R2 = [erts_internal:request_system_task(element(1, Other), Pid, low, {garbage_collect, id2, minor}), receive {'DOWN', _, _, P, Y} when P =:= element(1, Other) -> Y after 1000 -> none end],
    R3 = [erts_internal:request_system_task(Me, Pid, high, {check_process_code, id3, ?MODULE}), receive Z -> Z after 1000 -> none end],
    Pid ! stop,
    receive {'DOWN', M, _, _, _} -> ok end,
    [R, R2, R3, erts_internal:request_system_task(Me, Pid, normal, {garbage_collect, late, major}), receive W -> W after 1000 -> none end].

bad_task(R, P, Prio, Request) ->
    At = fun(self) -> self(); (X) -> X end,
    caught(fun() -> erts_internal:request_system_task(At(R), At(P), Prio, Request) end).

facts() -> [caught(fun() -> erts_internal:no_aux_work_threads() > 0 end), caught(fun() -> erts_internal:get_creation() end), erts_internal:perf_counter_unit() > 0, is_binary(re:version())].

counters() ->
    C = erts_internal:counters_new(3),
    [erts_internal:counters_get(C, 1), erts_internal:counters_add(C, 1, 5), erts_internal:counters_get(C, 1), erts_internal:counters_put(C, 2, -7), erts_internal:counters_get(C, 2), erts_internal:counters_add(C, 2, -1), erts_internal:counters_get(C, 2), erts_internal:counters_add(C, 3, (1 bsl 63) - 1),
     erts_internal:counters_add(C, 3, 1), erts_internal:counters_get(C, 3), maps:get(size, erts_internal:counters_info(C)), maps:get(memory, erts_internal:counters_info(C)) > 0, lists:sort(maps:keys(erts_internal:counters_info(C))), is_reference(C)].

counters_bad() ->
    C = erts_internal:counters_new(2),
    [caught(F) || F <- [fun() -> erts_internal:counters_new(0) end, fun() -> erts_internal:counters_new(x) end, fun() -> erts_internal:counters_new(-1) end, fun() -> erts_internal:counters_get(C, 0) end, fun() -> erts_internal:counters_get(C, 3) end, fun() -> erts_internal:counters_get(x, 1) end,
                        fun() -> erts_internal:counters_add(C, 1, x) end, fun() -> erts_internal:counters_add(C, 1, 1 bsl 64) end, fun() -> erts_internal:counters_put(C, 1, 1.0) end, fun() -> erts_internal:counters_put(C, 5, 1) end, fun() -> erts_internal:counters_info(make_ref()) end, fun() -> erts_internal:counters_put(C, 1, 1 bsl 63) end]].

collector() -> [caught(fun() -> erts_literal_area_collector:release_area_switch() end), caught(fun() -> erts_literal_area_collector:send_copy_request(self(), tag, init) end), caught(fun() -> erts_literal_area_collector:send_copy_request(x, tag, y) end)].

copied(T) -> [erts_debug:copy_shared(T) =:= T, erts_debug:copy_shared([T, T]) =:= [T, T], caught(fun() -> erts_debug:copy_shared(T, true) =:= T end), caught(fun() -> erts_debug:copy_shared(T, false) =:= T end)].
copied(T, Options) -> caught(fun() -> erts_debug:copy_shared(T, Options) =:= T end).

same() ->
    A = {list_to_atom("a"), "text", self()},
    B = {list_to_atom("a"), "text", self()},
    [erts_debug:same(A, A), erts_debug:same(A, B), erts_debug:same(1, 1), erts_debug:same(a, b), erts_debug:same([], []), erts_debug:same(self(), self()), erts_debug:same(1 bsl 80, lists:last([1 bsl 80])), erts_debug:same([1 | lists:seq(1, 2)], [1 | lists:seq(1, 2)])].

hashed(T) -> [erlang:phash2(T), erlang:phash2([T]), erlang:phash2(T) =:= erlang:phash2(T, 1 bsl 27)].

types() ->
    [{erts_internal:term_type(T)} || T <- [a, 1, 1 bsl 59, 1 bsl 70, -(1 bsl 59), -(1 bsl 59) - 1, 1.5, [], [1], {}, {1}, #{}, maps:from_list([{N, N} || N <- lists:seq(1, 50)]), self(), make_ref(), fun types/0, fun erlang:abs/1, fun() -> x end, <<>>, <<1>>, <<1:3>>, list_to_binary(lists:duplicate(100, 1))]].

compared(A, B) -> [erts_internal:cmp_term(A, B), erts_internal:cmp_term(B, A), erts_internal:cmp_term([A], [B])].
