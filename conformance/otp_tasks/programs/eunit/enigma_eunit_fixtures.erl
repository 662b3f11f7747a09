-module(enigma_eunit_fixtures).
-include_lib("eunit/include/eunit.hrl").

setup_test_() ->
    {setup, fun() -> ets:new(fixture, [public]) end, fun(Table) -> true = ets:delete(Table) end,
     fun(Table) -> [?_assert(ets:insert(Table, {a, 1})), ?_assertEqual([{a, 1}], ets:lookup(Table, a))] end}.

foreach_test_() ->
    {foreach, fun() -> put(count, 0), 7 end, fun(_) -> erase(count) end,
     [fun(Seven) -> {"sees", ?_assertEqual(7, Seven)} end, fun(Seven) -> ?_assertEqual(8, Seven) end]}.

foreachx_test_() ->
    {foreachx, fun(X) -> X * 2 end, fun(_, _) -> ok end,
     [{1, fun(X, Y) -> ?_assertEqual({1, 2}, {X, Y}) end}, {2, fun(X, Y) -> ?_assertEqual({2, 5}, {X, Y}) end}]}.

bad_setup_test_() -> {setup, fun() -> error(no_setup) end, fun(_) -> ok end, fun(_) -> [?_assert(true)] end}.

bad_cleanup_test_() -> {setup, fun() -> ok end, fun(_) -> exit(no_cleanup) end, [?_assert(true)]}.

spawned_test_() -> {spawn, {"elsewhere", ?_assert(is_pid(self()))}}.

parallel_test_() -> {inparallel, 2, [{integer_to_list(N), fun() -> timer:sleep(5), N end} || N <- lists:seq(1, 4)]}.

ordered_test_() -> {inorder, [{"first", ?_test(ok)}, {"second", ?_assertThrow(x, throw(x))}]}.

killed_test_() -> {"killed", {spawn, fun() -> exit(self(), kill), timer:sleep(100) end}}.

bad_generator_test_() -> error(no_tests).

bad_descriptor_test_() -> {unknown, thing}.

with_test_() -> {with, [1, 2], [fun([A, B]) -> ?assertEqual(3, A + B) end]}.

