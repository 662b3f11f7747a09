%% Length limits and encodings.
-module(bif_atom_text).
-export([run/2]).

run(Function, Args) ->
    try
        call(Function, Args)
    catch
        Class:Reason -> {Class, Reason}
    end.

call(atom_to_list, [A]) -> erlang:atom_to_list(A);
call(atom_to_binary, [A]) -> erlang:atom_to_binary(A);
call(atom_to_binary, [A, B]) -> erlang:atom_to_binary(A, B);
call(list_to_atom, [A]) -> erlang:list_to_atom(A);
call(list_to_existing_atom, [A]) -> erlang:list_to_existing_atom(A);
call(binary_to_atom, [A]) -> erlang:binary_to_atom(A);
call(binary_to_atom, [A, B]) -> erlang:binary_to_atom(A, B);
call(binary_to_existing_atom, [A]) -> erlang:binary_to_existing_atom(A);
call(binary_to_existing_atom, [A, B]) -> erlang:binary_to_existing_atom(A, B).
