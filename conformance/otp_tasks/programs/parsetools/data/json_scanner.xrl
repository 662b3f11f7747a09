Definitions.
Int = -?(0|[1-9][0-9]*)
Frac = \.[0-9]+
Exp = [eE][+-]?[0-9]+
Hex = [0-9A-Fa-f]
Rules.
[\[\]{},:] : {token, {list_to_atom(TokenChars), TokenLine}}.
true|false|null : {token, {word, TokenLine, list_to_atom(TokenChars)}}.
{Int} : {token, {number, TokenLine, list_to_integer(TokenChars)}}.
{Int}{Frac}{Exp}? : {token, {number, TokenLine, list_to_float(TokenChars)}}.
{Int}{Exp} : {token, {number, TokenLine, exponent(TokenChars)}}.
"([^"\\\x00-\x1f]|\\["\\/bfnrt]|\\u{Hex}{Hex}{Hex}{Hex})*" :
    {token, {string, TokenLine, unescape(lists:sublist(TokenChars, 2, TokenLen - 2))}}.
[\s\t\n\r]+ : skip_token.
Erlang code.
-export([exponent/1]).

exponent(Chars) ->
    {Digits, Exponent} = lists:splitwith(fun(C) -> C =/= $e andalso C =/= $E end, Chars),
    list_to_float(Digits ++ ".0" ++ Exponent).

unescape("\\u" ++ [A, B, C, D | Rest]) -> [list_to_integer([A, B, C, D], 16) | unescape(Rest)];
unescape([$\\, C | Rest]) -> [proplists:get_value(C, [{$b, $\b}, {$f, $\f}, {$n, $\n}, {$r, $\r}, {$t, $\t}], C) | unescape(Rest)];
unescape([C | Rest]) -> [C | unescape(Rest)];
unescape([]) -> [].
