%% Each test answers true or false and never raises, is_function/2 and is_record apart.
-module(bif_type_tests).
-export([run/2]).

run(Function, Args) ->
    try
        call(Function, Args)
    catch
        Class:Reason -> {Class, Reason}
    end.

call(is_atom, [A]) -> erlang:is_atom(A);
call(is_binary, [A]) -> erlang:is_binary(A);
call(is_bitstring, [A]) -> erlang:is_bitstring(A);
call(is_boolean, [A]) -> erlang:is_boolean(A);
call(is_float, [A]) -> erlang:is_float(A);
call(is_integer, [A]) -> erlang:is_integer(A);
call(is_list, [A]) -> erlang:is_list(A);
call(is_map, [A]) -> erlang:is_map(A);
call(is_map_key, [A, B]) -> erlang:is_map_key(A, B);
call(is_number, [A]) -> erlang:is_number(A);
call(is_pid, [A]) -> erlang:is_pid(A);
call(is_port, [A]) -> erlang:is_port(A);
call(is_reference, [A]) -> erlang:is_reference(A);
call(is_tuple, [A]) -> erlang:is_tuple(A);
call(is_function, [A]) -> erlang:is_function(A);
call(is_function, [A, B]) -> erlang:is_function(A, B);
call(is_record, [A, B]) -> erlang:is_record(A, B);
call(is_record, [A, B, C]) -> erlang:is_record(A, B, C).
