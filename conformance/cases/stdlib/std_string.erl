%% Grapheme clusters matter: a letter and its combining accent are one.
-module(std_string).
-export([run/2, cases/1, splits/2, pads/3, trims/1, searching/2, numbers/1, clusters/1, replace/3,
         compare/2, lexemes/2, walk/1]).

run(F, Args) -> apply(string, F, Args).

cases(S) -> {string:uppercase(S), string:lowercase(S), string:titlecase(S), string:casefold(S)}.

splits(S, Sep) ->
    {string:split(S, Sep), string:split(S, Sep, trailing), string:split(S, Sep, all)}.

pads(S, N, Where) -> lists:flatten(string:pad(S, N, Where, $*)).

trims(S) -> {string:trim(S), string:trim(S, leading), string:trim(S, trailing), string:trim(S, both, "xy"),
             string:chomp(S)}.

searching(S, Pattern) ->
    {string:find(S, Pattern), string:find(S, Pattern, trailing), string:prefix(S, Pattern),
     string:equal(S, Pattern), string:equal(S, Pattern, true)}.

numbers(S) -> {string:to_integer(S), string:to_float(S)}.

clusters(S) -> {string:length(S), string:to_graphemes(S), string:reverse(S), string:slice(S, 1, 2)}.

replace(S, From, To) ->
    {unicode:characters_to_list(string:replace(S, From, To)),
     unicode:characters_to_list(string:replace(S, From, To, all))}.

compare(A, B) -> {string:equal(A, B), string:equal(A, B, true), string:equal(A, B, true, nfc)}.

lexemes(S, Seps) -> {string:lexemes(S, Seps), string:nth_lexeme(S, 1, Seps)}.

walk(S) ->
    case string:next_grapheme(S) of
        [G | Rest] -> [G | walk(Rest)];
        [] -> [];
        {error, Rest} -> [{error, Rest}]
    end.
