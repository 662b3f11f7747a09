%% The grammar of Erlang itself: the parser made from it, compiled, and used on a module of stdlib.
-module(enigma_yecc).
-export([main/0]).

main() ->
    show(made, yecc:file("erl_parse.yrl", [{parserfile, "own_parse.erl"}, {verbose, true}, return])),
    show(compiled, compile:file("own_parse", [deterministic, return_errors])),
    {module, own_parse} = code:load_abs(filename:absname("own_parse")),
    {ok, Source} = file:read_file("ordsets.erl"),
    show(parsed, [erlang:phash2(Form) || Form <- forms(binary_to_list(Source), 1, [])]).

show(What, Value) -> io:format("~tp:~n    ~tp~n", [What, Value]).

%% Directives that the preprocessor would take are forms for the parser, too.
forms(Text, Line, Forms) ->
    case erl_scan:tokens([], Text, Line) of
        {done, {ok, Tokens, Next}, Rest} -> forms(Rest, Next, [own_parse:parse_form(Tokens) | Forms]);
        {done, {eof, _}, _} -> lists:reverse(Forms);
        {more, _} -> lists:reverse(Forms)
    end.
