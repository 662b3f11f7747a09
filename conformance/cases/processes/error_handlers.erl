%% What a process names as its error handler: undefined functions and funs, and breakpoints.
-module(error_handlers).
-export([run/1, run/2, undefined_function/3, undefined_lambda/3, breakpoint/3, stopped/2]).

undefined_function(Module, Name, Arguments) -> {Module, Name, Arguments}.
undefined_lambda(Module, Fun, Arguments) -> {Module, is_function(Fun), Arguments}.
breakpoint(Module, Name, Arguments) -> {Module, Name, Arguments}.

%% A fun of a module that there is none of, with {1,2,3} in it.
missing() ->
    binary_to_term(<<131,112,0,0,0,84,3,109,96,69,208,5,175,207,75,36,93,112,218,232,222,22,251,0,0,0,0,0,0,0,1,100,0,11,
                     102,111,111,98,97,114,98,108,117,114,102,97,0,98,5,244,197,144,103,100,0,13,110,111,110,111,100,101,
                     64,110,111,104,111,115,116,0,0,0,46,0,0,0,0,0,104,3,97,1,97,2,97,3>>).

stopped(_, _) -> not_stopped.

alone(Handler, F) ->
    {Pid, Ref} = spawn_monitor(fun() -> process_flag(error_handler, Handler), exit({result, F()}) end),
    receive {'DOWN', Ref, process, Pid, {result, Result}} -> Result; {'DOWN', Ref, process, Pid, Why} -> {ended, Why} end.

run(What) -> run(What, ?MODULE).

run(function, Handler) -> alone(Handler, fun() -> no_such_module_here:f(1, [x], {y}) end);
run(applied, Handler) -> alone(Handler, fun() -> apply(no_such_module_here, f, [1, 2]) end);
run('fun', Handler) -> alone(Handler, fun() -> F = missing(), [F(a, [b], {c}), apply(F, [1, 2, 3])] end);
run(tail, Handler) -> alone(Handler, missing_in_tail());
run(env, Handler) -> alone(Handler, fun() -> F = missing(), F(1, 2, 3), erlang:fun_info(F, env) end);
run(raised, Handler) -> alone(Handler, fun() -> F = missing(), try F(1, 2, 3) catch C:R -> {C, R} end end);
run(breakpoint, Handler) ->
    MFA = {?MODULE, stopped, 2},
    Set = erts_debug:breakpoint(MFA, true),
    Result = alone(Handler, fun() -> [stopped(1, [2]), ?MODULE:stopped(3, 4)] end),
    [Set, Result, erts_debug:breakpoint(MFA, false), stopped(1, 2)].

missing_in_tail() -> F = missing(), fun() -> F({1}, 2, x) end.
