%% Incomplete and wrong input give tuples that say so.
-module(std_unicode).
-export([run/2, convert/3, bom/1, forms/1, widths/1]).

run(F, Args) -> apply(unicode, F, Args).

convert(Text, From, To) -> unicode:characters_to_binary(Text, From, To).

bom(Bin) -> unicode:bom_to_encoding(Bin).

forms(Text) ->
    {unicode:characters_to_nfc_list(Text), unicode:characters_to_nfd_list(Text),
     unicode:characters_to_nfkc_list(Text), unicode:characters_to_nfkd_list(Text)}.

widths(Text) -> [byte_size(unicode:characters_to_binary(Text, unicode, E)) || E <- [utf8, utf16, utf32]].
