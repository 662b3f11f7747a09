%% Negative numbers behave as if they had endless sign bits.
-module(bif_bit_ops).
-export([run/2]).

run(Function, Args) ->
    try
        call(Function, Args)
    catch
        Class:Reason -> {Class, Reason}
    end.

call('band', [A, B]) -> erlang:'band'(A, B);
call('bor', [A, B]) -> erlang:'bor'(A, B);
call('bxor', [A, B]) -> erlang:'bxor'(A, B);
call('bnot', [A]) -> erlang:'bnot'(A);
call('bsl', [A, B]) -> erlang:'bsl'(A, B);
call('bsr', [A, B]) -> erlang:'bsr'(A, B).
