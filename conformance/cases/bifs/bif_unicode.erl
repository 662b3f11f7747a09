%% Wrong and incomplete input is told apart.
-module(bif_unicode).
-export([run/2]).

run(Function, Args) ->
    try
        call(Function, Args)
    catch
        Class:Reason -> {Class, Reason}
    end.

call(characters_to_binary, [A]) -> unicode:characters_to_binary(A);
call(characters_to_binary, [A, B]) -> unicode:characters_to_binary(A, B);
call(characters_to_list, [A]) -> unicode:characters_to_list(A);
call(characters_to_list, [A, B]) -> unicode:characters_to_list(A, B).
