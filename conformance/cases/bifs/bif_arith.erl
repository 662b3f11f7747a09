%% Every operator with small, big, mixed and wrong operands.
-module(bif_arith).
-export([run/2]).

run(Function, Args) ->
    try
        call(Function, Args)
    catch
        Class:Reason -> {Class, Reason}
    end.

call('+', [A, B]) -> erlang:'+'(A, B);
call('+', [A]) -> erlang:'+'(A);
call('-', [A, B]) -> erlang:'-'(A, B);
call('-', [A]) -> erlang:'-'(A);
call('*', [A, B]) -> erlang:'*'(A, B);
call('/', [A, B]) -> erlang:'/'(A, B);
call('div', [A, B]) -> erlang:'div'(A, B);
call('rem', [A, B]) -> erlang:'rem'(A, B);
call(abs, [A]) -> erlang:abs(A);
call(min, [A, B]) -> erlang:min(A, B);
call(max, [A, B]) -> erlang:max(A, B).
