%% Missing functions are undef errors.
-module(bif_apply).
-export([run/2]).

run(Function, Args) ->
    [a] = lists:duplicate(1, a),  % so that lists is loaded, wherever this runs
    try
        call(Function, Args)
    catch
        Class:Reason -> {Class, Reason}
    end.

call(apply, [A, B, C]) -> erlang:apply(A, B, C);
call(apply, [A, B]) -> erlang:apply(A, B);
call(function_exported, [A, B, C]) -> erlang:function_exported(A, B, C);
call(is_builtin, [A, B, C]) -> erlang:is_builtin(A, B, C);
call(make_fun, [A, B, C]) -> erlang:make_fun(A, B, C).
