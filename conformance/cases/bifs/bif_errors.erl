%% Class and reason are returned; a badarg means that the BIF itself was called wrongly.
-module(bif_errors).
-export([run/2, first/2]).

run(Function, Args) ->
    try
        call(Function, Args)
    catch
        Class:Reason -> {Class, Reason}
    end.

%% The same with the first place of the stack trace, without where it stands in the file.
first(Function, Args) ->
    try
        call(Function, Args)
    catch
        Class:Reason:Trace ->
            case Trace of
                [First | _] -> {Class, Reason, setelement(tuple_size(First), First, [])};
                [] -> {Class, Reason}
            end
    end.

call(error, [A]) -> erlang:error(A);
call(error, [A, B]) -> erlang:error(A, B);
call(error, [A, B, C]) -> erlang:error(A, B, C);
call(exit, [A]) -> erlang:exit(A);
call(throw, [A]) -> erlang:throw(A);
call(raise, [A, B, C]) -> erlang:raise(A, B, C);
call(nif_error, [A]) -> erlang:nif_error(A);
call(nif_error, [A, B]) -> erlang:nif_error(A, B).
