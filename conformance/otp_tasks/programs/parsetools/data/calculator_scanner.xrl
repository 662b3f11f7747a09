% Sums, as people write them.
Definitions.
D = [0-9]
L = [A-Za-z_]
Rules.
{D}+ : {token, {integer, TokenLine, list_to_integer(TokenChars)}}.
{D}+\.{D}+((E|e)(\+|\-)?{D}+)? : {token, {float, TokenLine, list_to_float(TokenChars)}}.
{L}({L}|{D})* : {token, word(TokenChars, TokenLine)}.
[-+*/^(),=;] : {token, {list_to_atom(TokenChars), TokenLine}}.
<=|>=|<>|<|> : {token, {compare, TokenLine, TokenChars}}.
%.* : skip_token.
[\s\t\r\n]+ : skip_token.
"(\\.|[^"\\])*" : {error, "no texts: " ++ lists:sublist(TokenChars, 2, TokenLen - 2)}.
end\. : {end_token, {'$end', TokenLine}}.
Erlang code.
word("let", Line) -> {'let', Line};
word(Chars, Line) -> {name, Line, Chars}.
