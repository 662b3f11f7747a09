%% What a client of HTTP does besides talking to the network: addresses, answers that come in
%% pieces, headers, cookies, forms, and types of files.
-module(enigma_inets).
-export([main/0]).
%% Some releases do not have them any more, and say so.
-compile(nowarn_removed).

main() ->
    %% What is logged comes from another process, and so anywhere between what is shown.
    ok = logger:remove_handler(default),
    addresses(),
    answers(),
    chunks(),
    headers(),
    words(),
    cookies(),
    types().

show(What, Do) ->
    Shown = try Do() catch Class:Reason -> {Class, Reason} end,
    io:format("~tp:~n    ~tp~n", [What, ordered(Shown)]).

%% From 26 on, keys that are atoms are printed in the order of the emulator's table of atoms.
ordered(Map) when is_map(Map) -> {map, lists:sort(maps:to_list(Map))};
ordered(Other) -> Other.

%%% Addresses

addresses() ->
    Addresses = [
        "http://www.example.org:8080/a/./b/../c?x=1&y=%20z#part",
        "HTTP://User:Secret@EXAMPLE.org/%7Euser/",
        "https://[2001:db8::7]:443/c=GB?objectClass?one",
        "mailto:John.Doe@example.com", "urn:oasis:names:specification:docbook:dtd:xml:4.1.2",
        "file:///etc/fstab", "//relative/authority", "?only=query", "#only", "", "a b", "1http://x",
        "http://exa mple/", "http://x:port/", "http://[::1/", "http://x/%zz",
        <<"http://räksmörgås.example/å?ö=ä"/utf8>>, "http://x/å"
    ],
    [begin
         show({parse, Address}, fun() -> uri_string:parse(Address) end),
         show({normalize, Address}, fun() -> uri_string:normalize(Address) end),
         show({round, Address}, fun() -> uri_string:recompose(uri_string:parse(Address)) end),
         show({resolve, Address}, fun() -> uri_string:resolve(Address, "http://a/b/c/d;p?q") end),
         show({old, Address}, fun() -> http_uri:parse(Address) end)
     end || Address <- Addresses],
    [show({resolve, Part}, fun() -> uri_string:resolve(Part, "http://a/b/c/d;p?q") end)
     || Part <- ["g:h", "g", "./g", "g/", "/g", "//g", "g?y", "g#s", ";x", "..", "../../../g", "g/../h"]],
    Fields = [{"name", "J. Doe & Söhne"}, {"empty", ""}, {"flag", true}, {<<"b">>, <<"=&%">>}],
    [show({form, Options}, fun() -> uri_string:compose_query(Fields, Options) end)
     || Options <- [[], [{encoding, latin1}], [{encoding, unicode}], [{encoding, wrong}]]],
    [show({dissect, Text}, fun() -> uri_string:dissect_query(Text) end)
     || Text <- ["a=1&b=%C3%B6&c", "a=%GG", "&&&", "a=1;b=2", <<"x=%F6">>, "a+b=c+d"]],
    show(quote, fun() -> uri_string:quote("a/b c?é") end),
    show(unquote, fun() -> uri_string:unquote(<<"a%2Fb%20c">>) end),
    show(transcode, fun() ->
        uri_string:transcode(<<"foo%00%00%00%F6bar"/utf8>>, [{in_encoding, utf32}, {out_encoding, utf8}])
    end).

%%% Answers, in pieces of every length

answers() ->
    Answers = [
        <<"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello and more">>,
        <<"HTTP/1.0 301 Moved Permanently\r\nLocation: http://other/\r\n\r\n">>,
        <<"\r\n\r\nHTTP/1.1 404\r\nX-Folded: a,\r\n\tb\r\n\r\n">>,
        <<"HTTP/1.1 204 No Content\n\n">>,
        <<"ICY 200 OK\r\nicy-name:Radio\r\n\r\n">>,
        <<"HTTP/1.1 99999999999 Many\r\n\r\n">>,
        <<"HTTP/1.1 2x0 OK\r\n\r\n">>,
        <<"HTTP/1.1 200 OK\r\nno colon here\r\n\r\n">>,
        <<"HTTP/1.1 200 OK\r\nSet-Cookie: a=1; Path=/\r\nSet-Cookie: b=2\r\nServer: x\r\n\r\nbody">>
    ],
    [show({answer, Answer, Size, Relaxed}, fun() -> parse(Answer, Size, Relaxed) end)
     || Answer <- Answers, Size <- [1, 7, 1000], Relaxed <- [true, false]],
    show(too_long, fun() -> httpc_response:parse([hd(Answers), 20, false]) end),
    show(body, fun() -> body(httpc_response:whole_body(<<"ab">>, 5), [<<"c">>, <<"de">>]) end),
    show(no_body, fun() -> httpc_response:whole_body(<<"ab">>, -1) end).

parse(Answer, Size, Relaxed) ->
    [First | Rest] = pieces(Answer, Size),
    feed(httpc_response:parse([First, 200, Relaxed]), Rest).

feed({ok, {Version, Code, Phrase, Headers, Rest}}, More) ->
    {Version, Code, Phrase, http_response:header_list(Headers), iolist_to_binary([Rest | More])};
feed({Module, Function, Arguments}, [Piece | More]) ->
    feed(Module:Function([Piece | Arguments]), More);
feed({_Module, Function, _}, []) ->
    {incomplete, Function};
feed(Other, _) ->
    Other.

body({Module, Function, Arguments}, [Piece | More]) -> body(Module:Function([Piece | Arguments]), More);
body(Done, _) -> Done.

pieces(Binary, Size) when byte_size(Binary) =< Size -> [Binary];
pieces(Binary, Size) ->
    <<Piece:Size/binary, Rest/binary>> = Binary,
    [Piece | pieces(Rest, Size)].

chunks() ->
    Bodies = [
        <<"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n">>,
        <<"A;name=value\r\n0123456789\r\n0\r\nTrailer: yes\r\n\r\n">>,
        <<"0\r\n\r\nnext">>,
        <<"5 \r\nhello\r\n0\r\n\r\n">>,
        <<"zz\r\nhello\r\n0\r\n\r\n">>,
        <<"FFFFFFFFF\r\nhello">>
    ],
    [show({chunks, Body, Size}, fun() -> decode(Body, Size) end) || Body <- Bodies, Size <- [1, 4, 100]],
    show(encode, fun() ->
        [iolist_to_binary(http_chunk:encode(Data)) || Data <- [<<"some data">>, "list of 15 ch.."]]
        ++ [iolist_to_binary(http_chunk:encode_last())]
    end),
    show(encode_last, fun() -> iolist_to_binary(http_chunk:encode_last([{"x-trailer", "1"}])) end),
    show(trailer, fun() ->
        http_chunk:handle_headers([{"transfer-encoding", "chunked"}, {"a", "b"}], [{"c", "d"}])
    end).

decode(Body, Size) ->
    [First | Rest] = pieces(Body, Size),
    decoded(http_chunk:decode(First, 1000, 1000), Rest).

decoded({Module, Function, Arguments}, [Piece | More]) ->
    decoded(Module:Function([Piece | Arguments]), More);
decoded({_Module, Function, _}, []) ->
    {incomplete, Function};
decoded({ok, {Headers, Data}}, _) ->
    {Headers, iolist_to_binary(Data)};
decoded(Other, _) ->
    Other.

%%% Headers and small words

headers() ->
    Lines = ["content-type: text/html; charset=utf-8", "Content-Length:  42 ", "Connection: close",
             "X-Own: 1", "x-own: 2", "Accept-Ranges: none", "ETag: \"e\"", "Date: today"],
    show(http_response_headers, fun() ->
        Record = lists:foldl(fun http_response:headers/2, empty_headers(), [{L, V} || L <- Lines, V <- [L]]),
        http_response:header_list(Record)
    end),
    show(headers, fun() -> http_response:header_list(http_response:headers(Lines, empty_headers())) end),
    show(key_value, fun() -> [http_request:key_value(Line) || Line <- ["A: b", "A:b:c", "nothing", ""]] end),
    show(key_value_str, fun() -> [http_request:key_value(K, V) || {K, V} <- [{"A", " b "}, {"", ""}]] end),
    show(is_absolut, fun() -> [http_request:is_absolut_uri(U) || U <- ["http://x", "https://x", "/x"]] end).

%% The record of headers of an answer, as an answer without any has it.
empty_headers() ->
    {ok, {_, _, _, Headers, _}} = httpc_response:parse([<<"HTTP/1.1 200 OK\r\n\r\n">>, 200, false]),
    Headers.

words() ->
    [show({F, A}, fun() -> apply(http_util, F, A) end) || {F, A} <- [
        {to_upper, ["mixed Case ä"]}, {to_lower, ["MIXED Case Ä"]},
        {convert_month, ["Feb"]}, {convert_month, ["Foo"]},
        {convert_netscapecookie_date, ["Sun, 06-Nov-1994 08:49:37 GMT"]},
        {convert_netscapecookie_date, ["Sun Nov  6 08:49:37 1994"]},
        {convert_netscapecookie_date, ["nonsense"]},
        {hexlist_to_integer, ["FFff"]}, {hexlist_to_integer, ["xyz"]},
        {integer_to_hexlist, [48879]}, {integer_to_hexlist, [-1]},
        {html_encode, ["<a href=\"x\">&'</a>"]},
        {maybe_add_brackets, ["::1", true]}, {maybe_add_brackets, [<<"host">>, true]}
    ]],
    [show({F, A}, fun() -> apply(httpd_util, F, A) end) || {F, A} <- [
        {rfc1123_date, [{{1994, 11, 6}, {8, 49, 37}}]},
        {rfc1123_date, [{{2024, 2, 29}, {23, 59, 59}}]},
        {convert_request_date, ["Sunday, 06-Nov-94 08:49:37 GMT"]},
        {convert_request_date, ["Sun Nov  6 08:49:37 1994"]},
        {decode_hex, ["a%20b%3Cc%2"]}, {split, ["a, b;c", "[,;] *", 3]}, {split, ["abc", "x", 2]},
        {split_path, ["/a/b.html?x=1"]}, {split_path, ["/a/b"]},
        {split_script_path, ["/cgi-bin/x/y?z"]}, {strip, ["  both  "]}, {suffix, ["a/b.c.d"]},
        {day, [1]}, {month, [12]}, {flatlength, [["a", [<<"bc">>, "d"]]]},
        {hexlist_to_integer, ["1f"]}, {integer_to_hexlist, [31]}, {key1search, [[{a, 1}], b, no]},
        {message, [304, "http://x", undefined]}, {message, [404, "/a<b>", undefined]}
    ]],
    show(phrases, fun() -> [{Code, httpd_util:reason_phrase(Code)} || Code <- lists:seq(100, 510)] end).

%%% Cookies and the client without a network

cookies() ->
    show(start, fun() -> inets:start() end),
    show(services, fun() -> length(inets:services()) end),
    show(options, fun() -> httpc:set_options([{cookies, enabled}, {proxy, {{"proxy", 3128}, ["localhost"]}}]) end),
    show(get_options, fun() -> httpc:get_options([cookies, proxy, max_sessions, timeout]) end),
    Set = ["a=1; Path=/docs", "b=2; Version=1; Domain=.example.org; Path=/", "c=3; Secure",
           "d=; Max-Age=0", "nothing", "e=\"quoted; text\"; Comment=words"],
    show(store, fun() ->
        httpc:store_cookies([{"set-cookie", One} || One <- Set], "http://www.example.org/docs/index.html")
    end),
    show(which, fun() -> [{Kind, lists:sort(Some)} || {Kind, Some} <- httpc:which_cookies()] end),
    [show({cookie_header, Url}, fun() -> httpc:cookie_header(Url) end)
     || Url <- ["http://www.example.org/docs/x", "http://www.example.org/", "https://www.example.org/docs/",
                "http://other.org/"]],
    show(reset, fun() -> {httpc:reset_cookies(), httpc:which_cookies()} end),
    %% Other requests would look for certificates, which takes crypto, or for a network.
    [show({request, Request}, fun() -> apply(httpc, request, Request) end)
     || Request <- [["no address"], [get, {"http://x/", wrong}, [], []], [nomethod, {"http://x/", []}, [], []]]],
    show(info, fun() -> [Key || {Key, _} <- httpc:info()] end),
    show(stop, fun() -> inets:stop() end).

types() ->
    show(types, fun() -> httpd_conf:load_mime_types("mime.types") end),
    show(bad_types, fun() -> httpd_conf:load_mime_types("missing.types") end),
    show(defaults, fun() -> [httpd_conf:clean(Text) || Text <- ["  x  # y", "\"quoted\"", ""]] end).
