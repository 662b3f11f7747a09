%% Subjects, expressions and compiled expressions of every kind, right and wrong.
-module(re_terms).
-export([subjects/1, expressions/1, compile/0, offsets/0, late_offsets/0, compiled/0, changed/0,
         inspect/0, internal_run/0, kept/0, exported/0, imported/0, deep/0, parts/0, explained/0]).

answer(F) ->
    try F() of
        {ok, {re_pattern, A, B, C, _}} -> {ok, A, B, C};
        Value -> Value
    catch
        Class:Reason:Trace ->
            {M, F1, A, Info} = hd(Trace),
            {Class, Reason, {M, F1, arity(A), [I || I <- Info, element(1, I) =/= line]}}
    end.

arity(A) when is_list(A) -> length(A);
arity(A) -> A.

modes() ->
    [[], [unicode], [global], [unicode, global], [unicode, {capture, all, list}],
     [unicode, {capture, all, binary}], [unicode, global, {capture, all, list}],
     [{capture, all, list}], [unicode, report_errors], [report_errors, global]].

subjects(Expression) ->
    [{S, O, answer(fun() -> re:run(S, Expression, O) end)}
     || S <- [<<"abc">>, "abc", [<<"a">>, [$b | <<"c">>]], abc, 1, 1.5, {}, #{}, [], <<>>, [[]],
              [256], [$a, 1024, $b], [<<233>>, 1024], <<1:3>>, [<<1:3>>], [$a | b], [a], [-1],
              <<255>>, <<"a", 255>>, <<16#e2, 16#82>>, [<<16#e2, 16#82>>, <<16#ac>>], [55296],
              [16#10ffff], [16#110000], <<237, 160, 128>>, <<244, 144, 128, 128>>, <<192, 128>>],
        O <- modes()].

expressions(Subject) ->
    [{P, O, answer(fun() -> re:run(Subject, P, O) end)}
     || P <- [abc, 1, {}, #{}, [256], [$a, 1024], <<1:3>>, [$a | b], [a], <<255>>,
              [<<"a">>, [$b | <<"c">>]], {a}, {re_pattern, 1, 2, 3, 4}, {re_pattern, 1, 0, 0, <<>>},
              {re_pattern, 1, 0, 0, <<"abcdefgh">>},
              {re_pattern, a, 0, 0, <<"ERCP">>}, {re_pattern, 1, 0, 0}, {re_pattern},
              {re_pattern, 1 bsl 70, 0, 0, <<"ERCPabcde">>}, "(", [], <<>>, [[]], "[", "a**"],
        O <- modes()].

compile() ->
    [{P, O, answer(fun() -> re:compile(P, O) end)}
     || P <- ["a", <<"a">>, a, 1, <<1:3>>, [256], [$a | b], ["a" | <<"b">>], <<255>>, [255],
              <<16#e2, 16#82>>, [<<16#e2, 16#82>>, <<16#ac>>], [1024], "(", {}, [], [55296],
              <<237, 160, 128>>, <<"a", 0, "(">>],
        O <- [[], [unicode], [a], foo, [unicode | a], [unicode, never_utf], [ucp, unicode]]].

offsets() ->
    [{O, S, G, answer(fun() -> re:run(S, P, [{offset, O} | G]) end)}
     || O <- [0, 1, 2, 3, -1, 1 bsl 31, 1 bsl 40, 1 bsl 70, a, 1.0],
        {S, P} <- [{<<"aXa">>, "a"}, {<<"aé"/utf8>>, <<"b*">>}],
        G <- [[], [global], [report_errors], [{capture, none}]]]
        ++ [{O, G, answer(fun() -> re:run(<<"é€"/utf8>>, ".?", [unicode, {offset, O} | G]) end)}
            || O <- [0, 2, 5, 1, 3, 4], G <- [[], [global]]].

%% Before 28 an offset behind the end ends the process with internal_error.
late_offsets() ->
    [{O, S, G, answer(fun() -> re:run(S, "a*", [{offset, O} | G]) end)}
     || O <- [1, 4, 100], S <- ["", <<>>, <<"abc">>],
        G <- [[], [global], [unicode], [unicode, global], [report_errors]], O > iolist_size(S)].

mp(P, O) ->
    {ok, Compiled} = re:compile(P, O),
    Compiled.

compiled() ->
    [{P, O, [element(N, mp(P, O)) || N <- [1, 2, 3, 4]]}
     || {P, O} <- [{"a", []}, {"(a)(b)", []}, {"(a)(b)", [unicode]}, {"a", [{newline, crlf}]},
                   {"(*CRLF)a", []}, {"(*ANY)(a)", []}, {"(*ANYCRLF)(a)", []}, {"(*LF)(a)", []},
                   {"(*UTF)(a)", []}, {"(*LF)a", [{newline, crlf}]}, {"(a)(?:b)(?<c>d)", []},
                   {"(a)(?:b)(?<c>d)", [no_auto_capture]}]].

%% What becomes of a compiled expression whose numbers were changed.
changed() ->
    MP = mp("a(b)(c)(d)", []),
    [{N, V, G, answer(fun() -> re:run(<<"xabcd">>, setelement(N, MP, V), G) end),
      answer(fun() -> re:run("xabcd", setelement(N, MP, V), G) end)}
     || {N, V} <- [{2, 0}, {2, 1}, {2, 2}, {2, 3}, {2, 100}, {2, -1}, {2, a}, {3, 1}, {3, 7},
                   {3, a}, {4, 1}, {4, a}, {1, a}],
        G <- [[], [global], [{capture, all, list}]]].

inspect() ->
    [{answer(fun() -> re:inspect(M, X) end)}
     || M <- [mp("(?<b>a)(?<a>b)", []), mp("a", []), mp("(?<n>a)|(?<n>b)", [dupnames, unicode]),
              {re_pattern, 0, 0, 0, <<>>}, {re_pattern, 0, 0, 0, <<"abcd">>}, foo, "abc", {}],
        X <- [namelist, foo, "namelist"]].

internal_run() ->
    [{F, O, answer(fun() -> re:internal_run(S, mp("a(b)?", []), O, F) end)}
     || F <- [true, false, foo, 1], S <- [<<"xabd">>, "a"],
        O <- [[], [global], [unicode], [{offset, 1}], [caseless], foo]].

%% A compiled expression may be sent and stored.
kept() ->
    MP = mp("a(b)", [caseless]),
    Parent = self(),
    spawn(fun() -> receive {go, P} -> Parent ! {done, re:run("xAB", P)} end end) ! {go, MP},
    Sent = receive {done, R} -> R end,
    T = ets:new(t, []),
    ets:insert(T, {k, MP}),
    [{k, Stored}] = ets:lookup(T, k),
    put(k, MP),
    {Sent, re:run("xAB", Stored), re:run("xAB", get(k)), re:run("xAB", maps:get(k, #{k => MP})),
     re:run("xAB", binary_to_term(term_to_binary(MP)), [global])}.

exported() ->
    [begin
         {ok, E} = re:compile(P, [export | O]),
         MP = re:import(E),
         Again = re:import(binary_to_term(term_to_binary(E))),
         {re_exported_pattern, Head, Text, Options, Code} = E,
         {binary:part(Head, 0, 8), binary:part(Head, 12, 2), byte_size(Head), Text, Options,
          erlang:crc32(Code) =:= binary:decode_unsigned(binary:part(Head, 8, 4)),
          [element(N, MP) || N <- [1, 2, 3, 4]],
          [re:run(S, M) || S <- ["xABab", [1024 | "ab"]], M <- [MP, Again]]}
     end
     || {P, O} <- [{"a(b)", []}, {<<"a(b)">>, [caseless]}, {[1024 | "a"], [unicode]},
                   {["a", <<"b">>], [{newline, crlf}]}]].

imported() ->
    {ok, E} = re:compile("a(b)", [export, caseless]),
    Zero = <<"re-PCRE2", 0, 0, 0, 0, 1, 0>>,
    Other = <<"re-PCRE2", 0, 0, 0, 0, 2, 0>>,
    [{Changes, answer(fun() ->
                          M = re:import(lists:foldl(fun({N, V}, T) -> setelement(N, T, V) end,
                                                    E, Changes)),
                          {re:run("xABab", M), re:run("yab", M)}
                      end)}
     || Changes <- [[], [{4, []}], [{4, foo}], [{4, [foo]}], [{3, <<"y">>}], [{3, "y"}], [{3, foo}],
                    [{2, <<"y">>}], [{2, Zero}], [{2, Zero}, {3, "y"}], [{2, Zero}, {5, <<>>}],
                    [{2, Zero}, {5, <<>>}, {3, <<"(">>}], [{2, Zero}, {5, <<>>}, {4, [foo]}],
                    [{2, Zero}, {5, <<>>}, {4, foo}], [{2, Zero}, {5, <<>>}, {4, [caseless]}],
                    [{2, Zero}, {5, <<>>}, {4, []}, {3, <<"y">>}],
                    [{2, Zero}, {5, <<>>}, {4, [notbol]}], [{2, Zero}, {5, <<>>}, {3, "y"}],
                    [{2, Zero}, {5, <<>>}, {3, ["y"]}], [{2, Zero}, {5, <<>>}, {3, foo}],
                    [{2, Zero}, {5, foo}], [{2, Other}], [{2, Other}, {3, <<"y">>}],
                    [{2, Other}, {4, []}], [{2, Other}, {3, <<"(">>}], [{2, Other}, {4, [foo]}],
                    [{2, Other}, {4, [unicode]}], [{2, Other}, {5, foo}], [{2, Other}, {3, "y"}],
                    [{2, Other}, {3, foo}], [{2, Other}, {3, ["y"]}], [{2, Other}, {4, foo}],
                    [{2, Other}, {4, [notbol]}], [{2, Other}, {3, [1024]}, {4, [unicode]}],
                    [{2, Other}, {4, [export]}], [{2, Zero}, {5, <<>>}, {4, [export, notbol]}],
                    [{2, Zero}, {5, <<"abc">>}],
                    [{2, <<"re-PCRE2", 0, 0, 0, 0, 1, 1>>}], [{2, <<"re-PCRE2", 0, 0, 0, 0, 1>>}],
                    [{2, <<"re-PCRE3", 0, 0, 0, 0, 2, 0>>}], [{2, "re-PCRE2"}], [{5, <<"y">>}],
                    [{5, foo}], [{1, foo}]]]
        ++ [answer(fun() -> re:import(X) end) || X <- [foo, {}, {re_exported_pattern, 1, 2, 3}]]
        ++ [answer(fun() -> re:run("ab", E) end), answer(fun() -> re:inspect(E, namelist) end)].

%% Lists nested as deep as can be.
deep() ->
    Deep = lists:foldl(fun(_, D) -> [D] end, "b", lists:seq(1, 100000)),
    {re:run(Deep, "b"), re:run("abc", Deep), re:run(Deep, "b", [unicode]),
     re:run("abc", Deep, [unicode, global])}.

%% Binaries that begin in the middle of others, and inside of bytes; those that grow.
parts() ->
    <<_:3, Unaligned:5/binary, _/bitstring>> = <<1:3, "hello world">>,
    <<_:2/binary, Part:6/binary, _/binary>> = <<"hello world, how are you">>,
    Grown = lists:foldl(fun(N, B) -> {match, _} = re:run(<<B/binary, "x">>, "x$"),
                                     <<B/binary, (N rem 26 + $a)>> end,
                        <<>>, lists:seq(1, 300)),
    {re:run(Unaligned, "l+", [{capture, all, binary}]),
     re:run(Unaligned, "l", [global, {capture, all, list}]),
     re:run(Part, "^l+", [{capture, all, binary}]), re:run(Part, "\\w+$", [global]),
     re:run(Grown, "z", [global]), byte_size(Grown)}.

%% How OTP explains the errors.
explained() ->
    [try Call()
     catch
         error:R:Trace -> {R, erl_stdlib_errors:format_error(R, Trace)}
     end
     || Call <- [fun() -> re:run("a", "b", [foo]) end, fun() -> re:compile("a", [foo]) end,
                 fun() -> re:run("a", "(") end, fun() -> re:run(a, "b") end,
                 fun() -> re:run("a", b) end, fun() -> re:run(a, b, []) end,
                 fun() -> re:compile(a) end, fun() -> re:compile(a, []) end,
                 fun() -> re:compile(a, [unicode]) end, fun() -> re:inspect(a, namelist) end,
                 fun() -> re:inspect(mp("a", []), foo) end, fun() -> re:run("a", "b", foo) end,
                 fun() -> re:replace("a", "(", "b") end, fun() -> re:replace(a, "a", "b") end,
                 fun() -> re:replace("a", "a", "b", [foo]) end,
                 fun() -> re:split("a", "(") end, fun() -> re:split("a", "a", [global]) end]].
