%% Scanners and parsers made from grammars, compiled, and used.
-module(enigma_parsetools).
-export([main/0]).

main() ->
    [show({leex, Name}, leex:file(Name ++ ".xrl", [return]))
     || Name <- ["calculator_scanner", "json_scanner", "broken_scanner"]],
    [show({yecc, Name}, yecc:file(Name ++ ".yrl", [{verbose, true}, return]))
     || Name <- ["calculator_parser", "json_parser", "ambiguous_parser", "broken_parser"]],
    show(graph, leex:file("calculator_scanner.xrl", [dfa_graph, {scannerfile, "graphed.erl"}, return])),
    show(missing, {leex:file("none.xrl", [return]), yecc:file("none.yrl", [return])}),
    [compiled(Module) || Module <- [calculator_scanner, calculator_parser, json_scanner, json_parser]],
    calculate(),
    read().

show(What, Value) -> io:format("~tp:~n    ~tp~n", [What, Value]).

compiled(Module) ->
    show({compiled, Module}, compile:file(Module, [deterministic, debug_info, return])),
    {module, Module} = code:load_abs(filename:absname(atom_to_list(Module))).

calculate() ->
    Sums = ["1 + 2 * 3 - 4", "2 ^ 3 ^ 2", "-2 ^ 2", "(1 + 2) * -3 % words", "let x = 4; f(x, 1.5e3, g())",
            "1 < 2 < 3", "1 +", "\"text\"", "x = 1", "1\n+\n\n*", "nothing", "a <= b; c <> d", "1 $ 2", ""],
    [show({sum, Sum}, case calculator_scanner:string(Sum) of
                          {ok, Tokens, End} -> {End, parsed(calculator_parser:parse(Tokens ++ [{'$end', End}]))};
                          {error, {Line, Module, Why}, End} ->
                              {error, Line, lists:flatten(Module:format_error(Why)), End}
                      end) || Sum <- Sums],
    show(continued, pieces([], ["1 + ", "2 e", "nd.", "rest"])),
    {ok, Device} = file:open("sums.txt", [read]),
    show(io, [io:request(Device, {get_until, unicode, prompt, calculator_scanner, tokens, [1]}) || _ <- lists:seq(1, 4)]),
    ok = file:close(Device).

parsed({ok, Value}) -> Value;
parsed({error, {Line, Module, Why}}) -> {error, Line, lists:flatten(Module:format_error(Why))}.

pieces(State, [Piece | Pieces]) ->
    case calculator_scanner:tokens(State, Piece, 1) of
        {more, Next} -> pieces(Next, Pieces);
        {done, Result, Rest} -> {Result, Rest, Pieces}
    end.

read() ->
    Texts = ["{\"a\": [1, -2.5e3, 1E2, true, null], \"b\\u00e5\\n\": {}}", "[]", "[[[[\"\\\"\"]]]]", "{\"a\" 1}",
             "[1,]", "01", "\"\t\"", "nul", "[1] 2", "\"r\x{e4}k \x{1F35E}\""],
    [show({json, Text}, case json_scanner:string(Text) of
                            {ok, Tokens, _} -> parsed(json_parser:parse(Tokens));
                            {error, {Line, Module, Why}, _} -> {error, Line, lists:flatten(Module:format_error(Why))}
                        end) || Text <- Texts].
