%% Documents: read as trees and as events, asked with paths, checked against a schema, written.
-module(enigma_xmerl).
-export([main/0]).
-include_lib("xmerl/include/xmerl.hrl").

main() ->
    %% What is logged comes from another process, and so anywhere between what is shown.
    ok = logger:remove_handler(default),
    Library = document("library.xml"),
    Names = document("names.xml"),
    trees(Library, Names),
    paths(Library, Names),
    written(Library, Names),
    events(),
    wrong(),
    schema().

show(What, Do) ->
    Shown = try Do() catch Class:Reason -> {Class, Reason} end,
    io:format("~tp:~n    ~tp~n", [What, Shown]).

document(Name) ->
    {Root, []} = xmerl_scan:file(Name, [{namespace_conformant, Name =:= "names.xml"} | entities()]),
    Root.

%% Later releases take entities only from whoever asks for them; earlier ones know no such option.
entities() ->
    Option = [{allow_entities, true}],
    try xmerl_scan:string("<a/>", Option) of _ -> Option catch error:function_clause -> [] end.

%%% Trees

trees(Library, Names) ->
    show(library, fun() -> Library end),
    show(names, fun() -> Names end),
    show(simple, fun() -> xmerl_lib:simplify_element(Names) end),
    show(clean, fun() -> xmerl_lib:simplify_content(xmerl_lib:remove_whitespace(Library#xmlElement.content)) end),
    [show({options, Options}, fun() ->
         {Root, _} = xmerl_scan:file("library.xml", entities() ++ Options),
         erlang:phash2(xmerl_lib:simplify_element(Root))
     end) || Options <- [[{validation, dtd}], [{space, normalize}], [{comments, false}],
                         [{document, false}, {encoding, 'utf-8'}], [{quiet, true}, {acc_fun, fun once/3}]]],
    show(document, fun() ->
        {#xmlDocument{content = Content}, _} = xmerl_scan:file("library.xml", [{document, true}]),
        [element(1, Part) || Part <- Content]
    end),
    show(events, fun() ->
        put(seen, []),
        Note = fun(#xmerl_event{event = Event, data = Data}, State) when is_tuple(Data) ->
                       put(seen, [{Event, element(1, Data)} | get(seen)]), State;
                  (#xmerl_event{event = Event}, State) -> put(seen, [Event | get(seen)]), State
               end,
        xmerl_scan:file("names.xml", [{event_fun, Note}]),
        lists:reverse(erase(seen))
    end).

once(#xmlText{value = Text}, Acc, State) -> {[#xmlText{value = string:trim(Text)} | Acc], State};
once(Part, Acc, State) -> {[Part | Acc], State}.

%%% Paths

paths(Library, Names) ->
    Paths = [
        "/library/shelf/book", "//book[@isbn]/@isbn", "//title/text()", "//shelf[2]/*[1]", "//book[last()]",
        "//book[position() = 1]/title", "//*[@lang = 'sv']", "count(//book)", "sum(//price)",
        "string(//author[2])", "//price[number(.) > 10]", "//book[author and not(price)]",
        "name(//shelf[1]/*[1])", "concat('a', string(//price[1]), 'b')", "contains('abc', 'b')",
        "starts-with('abc', 'b')", "substring('12345', 2, 3)", "string-length('räk')", "normalize-space('  a  b ')",
        "translate('bar', 'abc', 'ABC')", "boolean(//nothing)", "floor(2.6) + ceiling(2.1) * round(-1.5)",
        "7 mod 3 - 8 div 2", "//book | //journal", "//em/parent::title", "//em/ancestor::*", "//author/..",
        "//shelf/following-sibling::*", "//shelf[2]/preceding-sibling::shelf/@id", "//book/descendant::em",
        "//comment()", "//processing-instruction()", "id('s2')/@topic", "//book[@lang='en'][2]/title",
        "descendant-or-self::note", "//note/following::*", "/library/@owner", "//book[price/@currency='kr']",
        "//[", "unknown()", "//book[1", "1 + "
    ],
    [show({path, Path}, fun() -> found(xmerl_xpath:string(Path, Library)) end) || Path <- Paths],
    Spaces = [{namespace, [{"f", "urn:feed"}, {"x", "urn:x"}, {"o", "urn:other"}]}],
    [show({spaces, Path}, fun() -> found(xmerl_xpath:string(Path, Names, Spaces)) end)
     || Path <- ["//x:entry", "/f:feed/o:entry", "//@x:id", "//f:content", "//entry", "namespace-uri(//x:entry)"]].

found(List) when is_list(List) -> [found(One) || One <- List];
found(#xmlElement{name = Name, pos = Pos, parents = Parents}) -> {Name, Pos, Parents};
found(#xmlAttribute{name = Name, value = Value, parents = Parents}) -> {'@', Name, Value, Parents};
found(#xmlText{value = Value}) -> {text, Value};
found(#xmlObj{type = Type, value = Value}) -> {Type, Value};
found(Other) -> Other.

%%% Writing

written(Library, Names) ->
    [show({export, Callback}, fun() ->
         Text = unicode:characters_to_binary(xmerl:export([Root], Callback)),
         ok = file:write_file(lists:concat([Callback, "-", Name, ".txt"]), Text),
         byte_size(Text)
     end) || Callback <- [xmerl_xml, xmerl_text, xmerl_html, xmerl_sgml, xmerl_xml_indent, no_such],
             {Name, Root} <- [{library, Library}, {names, Names}]],
    Simple = [{table, [{width, "10"}], [{tr, [{td, ["1 < 2 & \"3\""]}, {td, [{class, "x'y"}], []}]}]}, "text"],
    show(simple, fun() -> unicode:characters_to_binary(xmerl:export_simple(Simple, xmerl_xml)) end),
    show(prolog, fun() ->
        unicode:characters_to_binary(xmerl:export_simple(Simple, xmerl_xml, [{prolog, "<?xml version=\"1.1\"?>"}]))
    end),
    show(styled, fun() -> unicode:characters_to_binary(style(Library)) end),
    show(selected, fun() -> [xmerl_xs:value_of(Part) || Part <- xmerl_xs:select("//author", Library)] end).

%% A small style sheet.
style(#xmlElement{name = library} = Element) -> ["<ul>", xmerl_xs:xslapply(fun style/1, xmerl_xs:select("shelf/*", Element)), "</ul>"];
style(#xmlElement{name = book} = Element) -> ["<li>", xmerl_xs:value_of(xmerl_xs:select("title", Element)), "</li>"];
style(Other) -> xmerl_xs:built_in_rules(fun style/1, Other).

%%% Events

events() ->
    [show({sax, Name}, fun() -> sax(file, Name, []) end) || Name <- ["library.xml", "names.xml", "none.xml"]],
    {ok, Text} = file:read_file("names.xml"),
    [show({sax, Encoding}, fun() ->
         Bytes = unicode:characters_to_binary([unicode:encoding_to_bom(Encoding), Text], utf8, Encoding),
         erlang:phash2(sax(stream, Bytes, []))
     end) || Encoding <- [utf8, {utf16, big}, {utf16, little}, {utf32, big}]],
    show(in_pieces, fun() ->
        <<First:40/binary, Rest/binary>> = Text,
        More = fun([]) -> {<<>>, []}; ([Piece | Pieces]) -> {Piece, Pieces} end,
        erlang:phash2(sax(stream, First, [{continuation_fun, More}, {continuation_state, [Piece || <<Piece:7/binary>> <= <<Rest/binary, "      ">>]}]))
    end),
    show(text, fun() -> sax(stream, "<a>\x{e4}\x{20ac}</a>", []) end).

sax(Function, Input, Options) ->
    Note = fun(Event, _Location, Seen) -> [Event | Seen] end,
    case xmerl_sax_parser:Function(Input, [{event_fun, Note}, {event_state, []} | Options]) of
        {ok, Seen, Rest} -> {lists:reverse(Seen), Rest};
        {Kind, Where, Why, Tags, Seen} -> {Kind, Where, Why, Tags, length(Seen)};
        Other -> Other
    end.

%%% What is no document

wrong() ->
    [begin
         show({scan, Text}, fun() -> element(1, xmerl_scan:string(Text, [{quiet, true}])) end),
         show({sax, Text}, fun() -> sax(stream, list_to_binary(Text), []) end)
     end || Text <- ["", "<a>", "<a></b>", "<a b=1/>", "<a b='1' b='2'/>", "<a>&unknown;</a>", "<a>&#0;</a>",
                     "<a/><b/>", "<a><![CDATA[</a>", "<1/>", "<a <b/>", "<?xml version='3.0'?><a/>",
                     "<!DOCTYPE a [<!ENTITY e '&e;'>]><a>&e;</a>", "text", "<a>--></a>", "<x:a/>"]],
    show(invalid, fun() ->
        xmerl_scan:string("<!DOCTYPE a [<!ELEMENT a (b)><!ELEMENT b EMPTY>]><a><c/></a>", [{validation, dtd}, {quiet, true}])
    end).

%%% A schema

schema() ->
    {ok, Schema} = xmerl_xsd:process_schema("order.xsd"),
    Orders = [
        "<order number='7' date='2024-02-29'><customer>Ann</customer><item count='2' price='1.50'>AB-123</item></order>",
        "<order number='7' state='sent'><customer/><item count='1'>AB-123</item><gift>true</gift></order>",
        "<order number='0'><customer>Ann</customer><item count='2'>AB-123</item></order>",
        "<order number='7' date='2023-02-29'><customer>Ann</customer><item count='2'>AB-123</item></order>",
        "<order number='7'><customer>Ann</customer></order>",
        "<order number='7'><customer>Ann</customer><item count='100'>AB-123</item></order>",
        "<order number='7'><customer>Ann</customer><item count='2'>ab-123</item></order>",
        "<order number='7' state='lost'><customer>Ann</customer><item>AB-123</item></order>",
        "<order><item count='2'>AB-123</item><customer>Ann</customer><note>n</note></order>",
        "<order number='7'><customer>A</customer><item count='1'>AB-123</item><gift>perhaps</gift><extra/></order>",
        "<other/>"
    ],
    [show({order, Text}, fun() ->
         {Root, _} = xmerl_scan:string(Text),
         case xmerl_xsd:validate(Root, Schema) of
             {error, Why} -> {error, Why};
             {Valid, _} -> xmerl_lib:simplify_element(Valid)
         end
     end) || Text <- Orders],
    show(no_schema, fun() -> xmerl_xsd:process_schema("none.xsd") end),
    show(no_type, fun() ->
        file:write_file("bad.xsd", "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'><xs:element name='a' type='nowhere'/></xs:schema>"),
        xmerl_xsd:process_schema("bad.xsd")
    end).
