%% inets: its parsers, and a request of httpc to httpd.
-module(http_probe).
-export([tests/0]).

tests() ->
    [{request, fun() -> parsed(httpd_request, [[{max_uri, 1000}, {max_header, 1000}, {max_version, 1000}, {max_method, 10}, {max_content_length, 1000}, {customize, httpd_custom}], <<"GET /x?y HTTP/1.1\r\nHost: h\r\nA: b\r\n\r\n">>]) end},
     {response, fun() -> parsed(httpc_response, [[1000, true], <<"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc">>]) end},
     {chunked, fun() ->
          case http_chunk:decode(<<"3\r\nabc\r\n2\r\nde\r\n0\r\nX: y\r\n\r\n">>, 1000, 1000) of
              {ok, Result} -> Result;
              Other -> element(1, Other)
          end
      end},
     {date, fun() -> [httpd_util:rfc1123_date({{2024, 2, 29}, {1, 2, 3}}), httpd_util:month(2), http_util:convert_netscapecookie_date("Thu, 01-Jan-1970 00:00:00 GMT")] end},
     {server, fun server/0}].

parsed(Module, [Options, Bytes]) ->
    case catch Module:parse([Bytes, Options]) of
        {ok, Result} -> Result;
        _ -> case catch Module:parse([Bytes | Options]) of {ok, Result} -> Result; Other -> element(1, Other) end
    end.

server() ->
    Folder = "/tmp/enigma_http_" ++ os:getpid(), ok = filelib:ensure_dir(Folder ++ "/x"),
    ok = file:write_file(Folder ++ "/hello.txt", "hello there"), ok = file:write_file(Folder ++ "/large", binary:copy(<<"0123456789">>, 20000)),
    {ok, _} = application:ensure_all_started(inets),
    {ok, Pid} = inets:start(httpd, [{port, 0}, {bind_address, {127, 0, 0, 1}}, {server_name, "test"}, {server_root, Folder}, {document_root, Folder}]),
    [{port, P}] = httpd:info(Pid, [port]),
    Url = fun(Path) -> "http://127.0.0.1:" ++ integer_to_list(P) ++ Path end,
    %% httpd may close a kept connection just as the next request goes out on it, in erl too: one asks again.
    Get = fun Ask(Method, Request, Options) ->
              case httpc:request(Method, Request, [{timeout, 5000}, {ssl, []}], Options) of
                  {ok, {{V, S, T}, Headers, Body}} ->
                      {V, S, T, [H || {K, _} = H <- Headers, lists:member(K, ["content-length", "content-type"])],
                       case iolist_size(Body) > 300 of true -> iolist_size(Body); false -> Body end};
                  {error, socket_closed_remotely} -> Ask(Method, Request, Options);
                  Other -> Other
              end
          end,
    R = [Get(get, {Url("/hello.txt"), []}, []), Get(get, {Url("/hello.txt"), []}, [{body_format, binary}]), Get(head, {Url("/hello.txt"), []}, []),
         element(2, Get(get, {Url("/none"), []}, [])), Get(get, {Url("/large"), []}, []), Get(get, {Url("/hello.txt"), [{"Range", "bytes=0-4"}]}, []),
         element(2, Get(post, {Url("/hello.txt"), [], "text/plain", "body"}, [])),
         [Get(get, {Url("/hello.txt"), [{"Connection", "close"}]}, []) || _ <- [1, 2]]],
    ok = inets:stop(httpd, Pid),
    %% Of the default profile, a connection may be left that is just being closed.
    {ok, _} = inets:start(httpc, [{profile, fresh}]),
    Gone = case httpc:request(get, {Url("/hello.txt"), []}, [{timeout, 1000}, {ssl, []}], [], fresh) of {error, {failed_connect, [_, {inet, [inet], E}]}} -> E; O -> O end,
    _ = [file:delete(Folder ++ F) || F <- ["/hello.txt", "/large"]], _ = file:del_dir(Folder),
    R ++ [Gone].
