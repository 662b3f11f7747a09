%% The result is always a flat list of code points.
-module(std_io_lib).
-export([format/2, write/1, print/1, fread/2, tests/1, depth/2, columns/2, long/1]).

format(Format, Args) ->
    try
        lists:flatten(io_lib:format(Format, Args))
    catch
        C:R -> {C, R}
    end.

write(Term) -> lists:flatten(io_lib:write(Term)).

print(Term) -> lists:flatten(io_lib:print(Term)).

fread(Format, Text) -> io_lib:fread(Format, Text).

tests(X) ->
    {io_lib:char_list(X), io_lib:printable_list(X), io_lib:latin1_char_list(X),
     io_lib:printable_unicode_list(X), io_lib:deep_char_list(X)}.

depth(Term, D) ->
    {lists:flatten(io_lib:format("~P", [Term, D])), lists:flatten(io_lib:format("~W", [Term, D]))}.

columns(Term, N) -> lists:flatten(io_lib:format("~" ++ integer_to_list(N) ++ "p", [Term])).

long(N) -> lists:flatten(io_lib:format("~p", [[{item, K, "name", #{key => K}} || K <- lists:seq(1, N)]])).
