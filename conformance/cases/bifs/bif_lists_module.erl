%% These are implemented by the runtime system itself.
-module(bif_lists_module).
-export([run/2]).

run(Function, Args) ->
    try
        call(Function, Args)
    catch
        Class:Reason -> {Class, Reason}
    end.

call(reverse, [A]) -> lists:reverse(A);
call(reverse, [A, B]) -> lists:reverse(A, B);
call(member, [A, B]) -> lists:member(A, B);
call(keyfind, [A, B, C]) -> lists:keyfind(A, B, C);
call(keymember, [A, B, C]) -> lists:keymember(A, B, C);
call(keysearch, [A, B, C]) -> lists:keysearch(A, B, C).
