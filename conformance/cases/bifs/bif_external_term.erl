%% Only forms that do not depend on the release are shown as bytes.
-module(bif_external_term).
-export([run/2]).

run(Function, Args) ->
    try
        call(Function, Args)
    catch
        Class:Reason -> {Class, Reason}
    end.

call(binary_to_term, [A]) -> erlang:binary_to_term(A);
call(binary_to_term, [A, B]) -> erlang:binary_to_term(A, B);
call(term_to_binary, [A]) -> erlang:term_to_binary(A);
call(term_to_binary, [A, B]) -> erlang:term_to_binary(A, B);
call(external_size, [A]) -> erlang:external_size(A);
call(external_size, [A, B]) -> erlang:external_size(A, B).
