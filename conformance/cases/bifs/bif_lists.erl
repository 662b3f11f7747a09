%% Improper lists and other terms are badarg.
-module(bif_lists).
-export([run/2]).

run(Function, Args) ->
    try
        call(Function, Args)
    catch
        Class:Reason -> {Class, Reason}
    end.

call(hd, [A]) -> erlang:hd(A);
call(tl, [A]) -> erlang:tl(A);
call(length, [A]) -> erlang:length(A);
call('++', [A, B]) -> erlang:'++'(A, B);
call('--', [A, B]) -> erlang:'--'(A, B);
call(append, [A, B]) -> erlang:append(A, B);
call(subtract, [A, B]) -> erlang:subtract(A, B);
call(list_to_binary, [A]) -> erlang:list_to_binary(A);
call(iolist_to_binary, [A]) -> erlang:iolist_to_binary(A);
call(iolist_size, [A]) -> erlang:iolist_size(A);
call(list_to_bitstring, [A]) -> erlang:list_to_bitstring(A);
call(bitstring_to_list, [A]) -> erlang:bitstring_to_list(A);
call(binary_to_list, [A]) -> erlang:binary_to_list(A);
call(binary_to_list, [A, B, C]) -> erlang:binary_to_list(A, B, C).
