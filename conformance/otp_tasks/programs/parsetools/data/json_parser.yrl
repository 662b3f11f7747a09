Header "%% Made from json_parser.yrl.".
Nonterminals value object members member array elements.
Terminals '{' '}' '[' ']' ',' ':' string number word.
Rootsymbol value.
value -> object : '$1'.
value -> array : '$1'.
value -> string : unicode:characters_to_binary(element(3, '$1')).
value -> number : element(3, '$1').
value -> word : element(3, '$1').
object -> '{' '}' : #{}.
object -> '{' members '}' : maps:from_list('$2').
members -> member : ['$1'].
members -> member ',' members : ['$1' | '$3'].
member -> string ':' value : {unicode:characters_to_binary(element(3, '$1')), '$3'}.
array -> '[' ']' : [].
array -> '[' elements ']' : '$2'.
elements -> value : ['$1'].
elements -> value ',' elements : ['$1' | '$3'].
