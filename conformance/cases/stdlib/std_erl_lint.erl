%% Only the kinds of the messages are returned, with their lines.
-module(std_erl_lint).
-export([check/1, types/1]).

check(Forms) ->
    case erl_lint:module([form(F) || F <- Forms], "text") of
        {ok, Warnings} -> {ok, plain(Warnings)};
        {error, Errors, Warnings} -> {error, plain(Errors), plain(Warnings)}
    end.

form(Text) ->
    {ok, Tokens, _} = erl_scan:string(Text),
    {ok, Form} = erl_parse:parse_form(Tokens),
    Form.

plain(List) ->
    [{Line, lists:flatten(erl_lint:format_error(What))}
     || {_, Items} <- List, {Line, erl_lint, What} <- Items].

types(Expr) ->
    {ok, Tokens, _} = erl_scan:string(Expr),
    {ok, [E]} = erl_parse:parse_exprs(Tokens),
    {erl_lint:is_guard_test(E), erl_lint:is_pattern_expr(E)}.
