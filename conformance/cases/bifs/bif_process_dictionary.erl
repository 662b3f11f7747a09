%% The keys are erased again by the calls themselves.
-module(bif_process_dictionary).
-export([run/2]).

run(Function, Args) ->
    try
        call(Function, Args)
    catch
        Class:Reason -> {Class, Reason}
    end.

call(put, [A, B]) -> erlang:put(A, B);
call(get, [A]) -> erlang:get(A);
call(erase, [A]) -> erlang:erase(A);
call(get_keys, [A]) -> erlang:get_keys(A).
