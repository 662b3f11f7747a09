%% Positions start at 1.
-module(bif_tuples).
-export([run/2]).

run(Function, Args) ->
    try
        call(Function, Args)
    catch
        Class:Reason -> {Class, Reason}
    end.

call(element, [A, B]) -> erlang:element(A, B);
call(setelement, [A, B, C]) -> erlang:setelement(A, B, C);
call(tuple_size, [A]) -> erlang:tuple_size(A);
call(size, [A]) -> erlang:size(A);
call(make_tuple, [A, B]) -> erlang:make_tuple(A, B);
call(make_tuple, [A, B, C]) -> erlang:make_tuple(A, B, C);
call(tuple_to_list, [A]) -> erlang:tuple_to_list(A);
call(list_to_tuple, [A]) -> erlang:list_to_tuple(A);
call(append_element, [A, B]) -> erlang:append_element(A, B);
call(insert_element, [A, B, C]) -> erlang:insert_element(A, B, C);
call(delete_element, [A, B]) -> erlang:delete_element(A, B).
