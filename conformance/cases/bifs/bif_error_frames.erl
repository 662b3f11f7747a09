%% Which functions the traces of errors show, in all ways to call.
-module(bif_error_frames).
-export([trace/1, go/1, tail/3, tail2/2, fun0/0, boom/1, deep/1, callfun/2, tailfun/2, tailapply/3, local_tail/2, nclause/1, hib/0, hib2/1]).

%% How a call ends, with its trace down to this function; without the names of files.
trace(What) ->
    try go(What) of
        Value -> {ok, norm(Value)}
    catch
        Class:Reason:Trace ->
            Own = lists:takewhile(fun(Item) -> element(2, Item) =/= trace end, Trace),
            {Class, norm(Reason), norm(Own)}
    end.

norm(T) when is_pid(T) -> '<pid>';
norm(T) when is_reference(T) -> '<ref>';
norm(T) when is_function(T) -> {'<fun>', element(2, erlang:fun_info(T, arity))};
norm([H | T]) -> [norm(H) | norm(T)];
norm({file, _}) -> {file, x};
norm(T) when is_tuple(T) -> list_to_tuple(norm(tuple_to_list(T)));
norm(T) when is_map(T) -> maps:from_list(norm(maps:to_list(T)));
norm(T) -> T.

tail(M, F, A) -> apply(M, F, A).
tail2(F, A) -> apply(F, A).
t2(F, X, Y) -> F(X, Y).
tailapply3(M, F, [A, B, C]) -> M:F(A, B, C).
callfun(F, X) -> {F(X)}.
tailfun(F, X) -> F(X).
tailapply(M, F, X) -> M:F(X).
local_tail(M, X) -> M:error(X, [X, X, X]).
boom(X) -> {element(X, {})}.
deep(0) -> erlang:error(deep);
deep(N) -> 1 + deep(N - 1).
nclause(a) -> ok.
fun0() -> erlang:error(fun0).
hib() -> erlang:hibernate(?MODULE, fun0, []).
hib2(X) -> erlang:hibernate(?MODULE, X, []).

in(F) ->
    {P, M} = spawn_opt(F, [monitor]),
    receive {'DOWN', M, _, P, R} -> {down, R} end.
inm(Mo, F, A) ->
    {P, M} = spawn_opt(Mo, F, A, [monitor]),
    receive {'DOWN', M, _, P, R} -> {down, R} end.
wake(F, A) ->
    {P, M} = spawn_opt(?MODULE, F, A, [monitor]),
    P ! wake,
    receive {'DOWN', M, _, P, R} -> {down, R} end.

go(spawn_error) -> in(fun() -> erlang:error(x) end);
go(spawn_bif) -> in(fun() -> hd(id([])) end);
go(spawn_env) -> X = id(5), in(fun() -> {element(X, {})} end);
go(spawn_nested) -> in(fun() -> {boom(3)} end);
go(spawn_arity) -> in(id(fun(_) -> ok end));
go(spawn_mfa) -> inm(?MODULE, boom, [3]);
go(spawn_undef) -> inm(?MODULE, nope, [3]);
go(spawn_nomod) -> inm(nomod, nope, [3]);
go(spawn_bif_mfa) -> inm(erlang, hd, [[]]);
go(spawn_lists) -> inm(lists, map, [x, [1]]);
go(spawn_clause) -> inm(?MODULE, nclause, [b]);
go(spawn_throw) -> in(fun() -> throw(x) end);
go(spawn_exit) -> in(fun() -> exit(x) end);
go(spawn_ext) -> in(id(fun erlang:now_/0));
go(spawn_exto) -> in(id(fun erlang:node/0));
go(spawn_call) -> in(fun() -> lists:map(fun(X) -> X + a end, [1]) end);
go(hib) -> wake(hib, []);
go(hib_undef) -> wake(hib2, [nope]);
go(hib_bad) -> wake(hib2, [1]);
go(hib_here) -> {erlang:hibernate(a, b, c)};
go(hib_here_tail) -> erlang:hibernate(a, b, c);
go(apply_bad) -> {tail(a, b, c)};
go(apply_bad2) -> {tail2(id(fun fun0/0), c)};
go(apply_badfun) -> {tail2(x, [1])};
go(apply_arity) -> {tail2(id(fun fun0/0), [1])};
go(apply_undef) -> {tail(?MODULE, nope, [1])};
go(apply_nomod) -> {tail(nomod, nope, [1])};
go(apply_bif) -> {tail(erlang, hd, [[]])};
go(apply_error) -> {tail(erlang, error, [a])};
go(apply_error2) -> {tail(erlang, error, [a, [b]])};
go(apply_error3) -> {tail(erlang, error, [a, [b], [{error_info, #{x => y}}]])};
go(apply_error3n) -> {tail(erlang, error, [a, none, [{error_info, #{x => y}}]])};
go(apply_exit) -> {tail(erlang, exit, [a])};
go(apply_throw) -> {tail(erlang, throw, [a])};
go(apply_nif) -> {tail(erlang, nif_error, [a])};
go(apply_raise) -> {tail(erlang, raise, [error, a, []])};
go(apply_raise2) -> {tail(erlang, raise, [x, a, []])};
go(apply_apply) -> {tail(erlang, apply, [erlang, apply, [a, b, c]])};
go(apply_apply2) -> {tail(erlang, apply, [erlang, hd, [x]])};
go(apply_hib) -> {tail(erlang, hibernate, [a, b, c])};
go(apply_spawn) -> {tail(erlang, spawn, [a, b, c])};
go(apply_send) -> {tail(erlang, send, [a_b_c, b])};
go(apply_plus) -> {tail(erlang, '+', [a, b])};
go(apply_lists) -> {tail(lists, reverse, [a])};
go(apply_here) -> {apply(id(erlang), id(hd), id([[]]))};
go(apply_here3) -> {(id(erlang)):(id(hd))([])};
go(apply_here_error) -> {(id(erlang)):(id(error))(x)};
go(apply_here_error2) -> {(id(erlang)):(id(error))(x, [y])};
go(apply_tail_error2) -> {local_tail(erlang, q)};
go(apply_mod_bad) -> {tailapply(1, x, y)};
go(apply_mod_undef) -> {tailapply(nomod, x, y)};
go(apply_mod_bif) -> {tailapply(erlang, hd, y)};
go(fun_bad) -> {callfun(x, 1)};
go(fun_arity) -> {callfun(id(fun() -> 1 end), 1)};
go(fun_arity_ext) -> {callfun(fun lists:map/2, 1)};
go(fun_undef_ext) -> {callfun(id(fun ?MODULE:nope/1), 1)};
go(fun_bif_ext) -> {callfun(id(fun erlang:hd/1), 1)};
go(fun_error_ext) -> {callfun(id(fun erlang:error/1), 1)};
go(fun_error_ext2) -> {(id(fun erlang:error/2))(1, [2])};
go(tfun_bad) -> {tailfun(x, 1)};
go(tfun_arity) -> {tailfun(id(fun() -> 1 end), 1)};
go(tfun_bif_ext) -> {tailfun(id(fun erlang:hd/1), 1)};
go(tfun_error_ext) -> {tailfun(id(fun erlang:error/1), 1)};
go(tfun_error_ext2) -> {t2(id(fun erlang:error/2), 1, [2])};
go(tfun_error_ext3) -> (id(fun erlang:error/2))(1, [2]);
go(apply_f_error2) -> {tail2(id(fun erlang:error/2), [1, [2]])};
go(apply_apply2fun) -> {tail2(fun erlang:apply/2, [x, [2]])};
go(apply_apply_m) -> {tailapply3(erlang, apply, [1, y, z])};
go(apply_apply_m2) -> {tailapply3(erlang, apply, [erlang, hd, [z]])};
go(apply_apply_m3) -> {tailapply3(erlang, apply, [erlang, error, [z]])};
go(apply_apply_32) -> {tail(erlang, apply, [fun erlang:error/1, [z]])};
go(tfun_undef_ext) -> {tailfun(id(fun ?MODULE:nope/1), 1)};
go(map_error) -> lists:map(fun erlang:error/1, [1]);
go(map_hd) -> lists:map(fun erlang:hd/1, [1]);
go(map_badfun) -> lists:map(x, [1]);
go(map_arity) -> lists:map(fun(_, _) -> 1 end, [1]);
go(map_fun) -> lists:map(fun(X) -> {element(X, {})} end, [1]);
go(foldl_fun) -> lists:foldl(fun(X, A) -> X + A end, b, [1]);
go(deep) -> {deep(20)};
go(nocatch) -> inm(erlang, throw, [x]);
go(raise_frames) -> try boom(3) catch C:R:S -> erlang:raise(C, {R, again}, S) end;
go(raise_own) -> {erlang:raise(error, x, [{a, b, 1, []}])};
go(raise_bad) -> {erlang:raise(error, x, y)};
go(raise_badc) -> {erlang:raise(y, x, [])};
go(try_after) -> try {boom(3)} after ok end;
go(error2) -> {erlang:error(x, [y])};
go(error2none) -> {erlang:error(x, none)};
go(error3) -> {erlang:error(x, [y], [{error_info, #{cause => z}}])};
go(error3none) -> {erlang:error(x, none, [{error_info, #{cause => z}}])};
go(error2_tail) -> erlang:error(x, [y]);
go(error_tail) -> erlang:error(x);
go(hd_tail) -> hd(id([]));
go(badmatch) -> {a, _} = id(b);
go(case_clause) -> case id(b) of a -> ok end;
go(if_clause) -> B = id(b), if B -> ok end;
go(fclause) -> nclause(id(z));
go(fun_clause) -> (id(fun(a) -> ok end))(b);
go(fun_clause_env) -> E = id(e), (id(fun(a) -> E end))(b);
go(try_clause) -> try id(b) of a -> ok catch _:_ -> no end;
go(bad_generator) -> [X || X <- id(x)];
go(bad_bgenerator) -> [X || <<X>> <= id(x)];
go(bad_filter) -> [X || X <- [1], id(x)];
go(badmap) -> {(id(x))#{a => 1}};
go(badkey) -> {(id(#{}))#{a := 1}};
go(mapget) -> {map_get(id(a), id(#{}))};
go(mapget2) -> {maps:get(id(a), id(#{}))};
go(mapsize) -> {map_size(id(a))};
go(plus) -> {id(a) + 1};
go(plus2) -> {id(a) + id(b)};
go(minus) -> {- id(a)};
go(minus1) -> {id(a) - 1};
go(mul) -> {id(a) * 2};
go(bnot_) -> {bnot id(a)};
go(bsl_) -> {id(a) bsl 2};
go(div_) -> {id(1) div id(0)};
go(fdiv) -> {id(1) / id(0)};
go(and_) -> {id(a) and id(b)};
go(andalso_) -> {id(a) andalso id(b)};
go(not_) -> {not id(a)};
go(length_) -> {length(id(a))};
go(size_) -> {size(id(a))};
go(send_) -> {id(not_registered_x) ! y};
go(send_1) -> {id(1) ! y};
go(send2) -> {erlang:send(id(not_registered_x), y)};
go(setelement_) -> {setelement(id(3), id({}), 1)};
go(selfcall) -> {?MODULE:nope()};
go(undef) -> {nomod:nope(1)};
go(undef_tail) -> nomod:nope(1);
go(recursive_error) -> {(id(erlang)):error(x)}.

id(X) -> X.
