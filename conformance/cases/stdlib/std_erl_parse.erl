%% Text is scanned and parsed here; errors keep their line and message.
-module(std_erl_parse).
-export([exprs/1, term/1, form/1, normalise/1, abstract/1, pretty/1, eval/1, operators/0]).

tokens(Text) ->
    {ok, Tokens, _} = erl_scan:string(Text),
    Tokens.

exprs(Text) -> readable(erl_parse:parse_exprs(tokens(Text))).

term(Text) -> readable(erl_parse:parse_term(tokens(Text))).

form(Text) -> readable(erl_parse:parse_form(tokens(Text))).

readable({ok, X}) -> X;
readable({error, {Line, Module, Message}}) -> {error, Line, lists:flatten(Module:format_error(Message))}.

normalise(Text) ->
    {ok, [E]} = erl_parse:parse_exprs(tokens(Text)),
    try
        erl_parse:normalise(E)
    catch
        C:R -> {C, R}
    end.

abstract(Term) -> erl_parse:abstract(Term).

pretty(Text) ->
    case erl_parse:parse_form(tokens(Text)) of
        {ok, Form} -> lists:flatten(erl_pp:form(Form));
        {error, _} ->
            {ok, Exprs} = erl_parse:parse_exprs(tokens(Text)),
            lists:flatten(erl_pp:exprs(Exprs))
    end.

eval(Text) ->
    {ok, Exprs} = erl_parse:parse_exprs(tokens(Text)),
    try
        {value, V, Bindings} = erl_eval:exprs(Exprs, []),
        {V, lists:sort([B || {_, X} = B <- Bindings, not is_function(X)])}
    catch
        C:R -> {C, R}
    end.

operators() ->
    [{Op, erl_parse:inop_prec(Op)} || Op <- ['=', '+', '*', '++', '==', 'andalso', 'bsl', '!']].
