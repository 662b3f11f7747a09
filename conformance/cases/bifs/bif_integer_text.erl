%% Bad text is a badarg.
-module(bif_integer_text).
-export([run/2]).

run(Function, Args) ->
    try
        call(Function, Args)
    catch
        Class:Reason -> {Class, Reason}
    end.

call(integer_to_list, [A]) -> erlang:integer_to_list(A);
call(integer_to_list, [A, B]) -> erlang:integer_to_list(A, B);
call(integer_to_binary, [A]) -> erlang:integer_to_binary(A);
call(integer_to_binary, [A, B]) -> erlang:integer_to_binary(A, B);
call(list_to_integer, [A]) -> erlang:list_to_integer(A);
call(list_to_integer, [A, B]) -> erlang:list_to_integer(A, B);
call(binary_to_integer, [A]) -> erlang:binary_to_integer(A);
call(binary_to_integer, [A, B]) -> erlang:binary_to_integer(A, B);
call(to_integer, [A]) -> string:to_integer(A).
