%% The shortest text that reads back as the same float.
-module(bif_float_text).
-export([run/2]).

run(Function, Args) ->
    try
        call(Function, Args)
    catch
        Class:Reason -> {Class, Reason}
    end.

call(float_to_list, [A]) -> erlang:float_to_list(A);
call(float_to_list, [A, B]) -> erlang:float_to_list(A, B);
call(float_to_binary, [A]) -> erlang:float_to_binary(A);
call(float_to_binary, [A, B]) -> erlang:float_to_binary(A, B);
call(list_to_float, [A]) -> erlang:list_to_float(A);
call(binary_to_float, [A]) -> erlang:binary_to_float(A);
call(to_float, [A]) -> string:to_float(A).
