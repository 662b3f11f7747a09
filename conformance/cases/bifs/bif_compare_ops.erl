%% Any terms may be compared; only booleans may be combined.
-module(bif_compare_ops).
-export([run/2]).

run(Function, Args) ->
    try
        call(Function, Args)
    catch
        Class:Reason -> {Class, Reason}
    end.

call('<', [A, B]) -> erlang:'<'(A, B);
call('>', [A, B]) -> erlang:'>'(A, B);
call('=<', [A, B]) -> erlang:'=<'(A, B);
call('>=', [A, B]) -> erlang:'>='(A, B);
call('==', [A, B]) -> erlang:'=='(A, B);
call('/=', [A, B]) -> erlang:'/='(A, B);
call('=:=', [A, B]) -> erlang:'=:='(A, B);
call('=/=', [A, B]) -> erlang:'=/='(A, B);
call('and', [A, B]) -> erlang:'and'(A, B);
call('or', [A, B]) -> erlang:'or'(A, B);
call('xor', [A, B]) -> erlang:'xor'(A, B);
call('not', [A]) -> erlang:'not'(A).
