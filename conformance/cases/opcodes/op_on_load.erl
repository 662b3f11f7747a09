%% The function succeeds, so that the module's other functions can be called.
-module(op_on_load).
-export([loaded/0, answer/1]).
-on_load(init/0).

init() ->
    put(op_on_load_was_here, true),
    ok.

loaded() -> erlang:function_exported(op_on_load, answer, 1).

answer(X) -> {answer, X + 1}.
