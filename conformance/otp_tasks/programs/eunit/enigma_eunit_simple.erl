-module(enigma_eunit_simple).
-include_lib("eunit/include/eunit.hrl").

adds_test() -> ?assertEqual(3, 1 + 2).

fails_test() -> ?assertEqual([1, 2], lists:reverse([1, 2])).

matches_test() -> ?assertMatch({ok, _}, {error, "text"}).

raises_test() -> ?assertError(badarg, list_to_atom(self())).

raises_other_test() -> ?assertException(throw, {ball, _}, erlang:error({ball, 1})).

not_true_test() -> ?assertNot(is_list([])).

says_test() ->
    io:format("said by a test: ~p~n", [self() =:= self()]),
    error({unexpected, #{deep => [<<"binary">>, 1.5]}}).

throws_test() -> throw(ball).

exits_test() -> exit(shutdown).

command_test() -> ?assertCmdOutput("hello\n", "echo hello").

list_test_() -> [?_assert(true), ?_assert(1 =:= 2), {"named", ?_assertEqual(a, a)}, ?_test(ok)].

lines_test_() -> {?LINE, fun() -> ok end}.

deep_test_() -> {"outer", [{"inner", [{"innermost", fun() -> error(deep) end}]}]}.
