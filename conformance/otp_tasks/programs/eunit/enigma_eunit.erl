%% Tests that pass, fail, are skipped and take too long; what is told of them on the terminal and
%% in the files that other tools read.
-module(enigma_eunit).
-export([main/0]).

main() ->
    run(enigma_eunit_simple, []),
    run(enigma_eunit_simple, [verbose]),
    run(enigma_eunit_fixtures, [verbose]),
    run({"timeouts", [{timeout, 0.05, {"sleeper", fun() -> timer:sleep(3000) end}},
                      {timeout, 5, {"quick", fun() -> ok end}}]}, [verbose]),
    run({inorder, [fun() -> ok end, {enigma_eunit_simple, adds_test}, {"title", 7, fun() -> ok end}]}, [verbose]),
    run([], []),
    run(enigma_no_such_module, []),
    run({application, no_such_application}, []),
    run({wrong, "descriptor"}, [verbose]),
    run(enigma_eunit_fixtures, [{report, {eunit_surefire, [{dir, "."}]}}, no_tty]),
    run({with, 5, [fun(X) -> 5 = X end, fun(X) -> 6 = X end]}, [verbose]),
    run({generator, fun() -> [fun() -> ok end, fun() -> error(generated) end] end}, [verbose]),
    io:format("~p~n", [eunit:test({enigma_eunit_simple, fails_test}, [{exact_execution, true}])]),
    io:format("~p~n", [enigma_eunit_simple:test()]).

run(Tests, Options) ->
    io:format("=== ~p~n", [Options]),
    io:format("~p~n", [eunit:test(Tests, Options)]).
