%% What is given back of a match: which groups, as what, once and for all matches.
-module(re_capture).
-export([values/1, subjects/0, unset/0, names/0, global/0, retained/0]).

answer(F) ->
    try F()
    catch
        Class:Reason:Trace ->
            {M, F1, A, Info} = hd(Trace),
            {Class, Reason, {M, F1, arity(A), [I || I <- Info, element(1, I) =/= line]}}
    end.

arity(A) when is_list(A) -> length(A);
arity(A) -> A.

patterns() ->
    [{S, element(2, re:compile(P, O))}
     || {S, P, O} <- [{<<"xabd">>, "a(?<x>b)(c)?(?<y>d)?", []}, {<<"xabd">>, "ab", []},
                      {<<"xxb">>, "(?<n>a)|(?<n>b)|(?<m>c)", [dupnames]},
                      {<<"xxc">>, "(?<n>a)|(?<n>b)|(?<m>c)", [dupnames]},
                      {"xabd", "a(?<x>b)(c)?(?<y>d)?", [unicode]},
                      {<<"xx">>, "a", []},
                      {<<"xabd">>, "(?J)(?<x>a)(?<x>b)(?<x>d)", []}]].

wanted() ->
    [all, all_but_first, all_names, first, none, [], [1], [3, 2, 1, 0], ["x", "y", "zz"],
     [x, y, zz, '1'], [<<"x">>, <<"y">>], [n], [n, m], [m, n, m], [9], [-1], [1, foo, bar], [1.0],
     foo, [1 | 2], ["x" | y], [[$x, []]], [[300]], [[233]], [1 bsl 31], [1 bsl 31 - 1],
     [1 bsl 40], [1 bsl 70], {1}, <<"x">>, 1, [[$x, 0, $y]], [<<"x", 0>>], [<<1:3>>], [''], [{}],
     [all], [none]].

values(Type) ->
    [[{V, G, answer(fun() -> re:run(S, P, G ++ [{capture, V, Type}]) end)}
      || V <- wanted(), G <- [[], [global]]]
     || {S, P} <- patterns()].

subjects() ->
    [{S, O, T, G, answer(fun() -> re:run(S, "(.)(x)?(b|.)?", G ++ O ++ [{capture, all, T}]) end)}
     || S <- [<<"abc">>, "abc", [[], "a", <<"bc">>], [228, 98], [228 | <<"b">>],
              <<228/utf8, 98>>],
        O <- [[], [unicode]], T <- [index, list, binary, other], G <- [[], [global]]].

unset() ->
    [{P, [re:run(<<"abcabc">>, P, [{capture, all, T}]) || T <- [index, list, binary]],
      re:run(<<"abcabc">>, P, [global])}
     || P <- ["(x)?abc", "abc(x)?", "(x)?abc(y)?", "(x)?(a)(y)?(b)(z)?", "(x|a)(y)?|(b)",
              "a(?:(x)|(b))(c)?", "()", "(|a)", "(?:)", "(a)|b", "(?|(a)|(b))c?"]].

names() ->
    [{P, O, case re:compile(P, O) of
                {ok, M} ->
                    {re:inspect(M, namelist),
                     [re:run(<<"abc">>, M, [{capture, C, binary}])
                      || C <- [all_names, [z], [a], ["a", z, 1]]],
                     re:run(<<"abcabc">>, M, [global, {capture, all_names, list}])};
                Error -> Error
            end}
     || {P, O} <- [{"abc", []}, {"(?<z>a)(?<a>b)", []}, {"(?P<z>a)(?'a'b)", []},
                   {"(?<z>x)?(?<z>a)(?<a>b)", [dupnames]}, {"(?<z>x)?(?<z>a)", []},
                   {"(?<a>x)|(?<a>y)|(?<a>b)", [dupnames]},
                   {"(?|(?<a>x)|(?<a>a))(?<z>b)", []},
                   {"(?<", []}, {"(?<1a>x)", []}, {"(?<a", []}, {"(?<a>", []},
                   {"(?<a_b9>a)", []},
                   {"(?<abcdefghijklmnopqrstuvwxyzabcdefg>a)", []}]].

global() ->
    [{S, P, O, answer(fun() -> re:run(S, P, [global | O]) end)}
     || {S, P} <- [{"abcabc", "b"}, {"abcabc", "x"}, {"", "x*"}, {"abc", ""}, {"abc", "x*"},
                   {"aabaa", "a*"}, {"aabaa", "a*?"}, {"aabaa", "(?:a|())"}, {"aab", "(a)|(b)"},
                   {"a\r\nb\r\n", "^"}, {"a\r\nb\r\n", "$"}, {"a\r\nb", "(?m)$"}, {"a\r\n\r\nb", "x*"},
                   {"abc", "(?=b)"}, {"abc", "(?<=b)"}, {"abc", "\\b"}, {"ab cd", "\\b\\w*"},
                   {"aaa", "a\\Ka"}, {"abab", "(?=(ab))"}, {"abc", "|b"}, {"abc", "b|"},
                   {"foobar", "o*?"}, {"xaax", "^|a"}, {"aaa", "\\Ga"}, {"aXaa", "\\Ga"}],
        O <- [[], [{newline, crlf}], [{newline, anycrlf}], [multiline], [notempty], [anchored],
              [{offset, 1}], [{offset, 2}, {capture, first, list}], [{offset, 99}],
              [{offset, 99}, {capture, foo}], [{capture, none}], [unicode], [ungreedy]]].

%% Parts of a large binary do not depend on what becomes of it.
retained() ->
    Large = binary:copy(<<"0123456789">>, 1000),
    {match, [[A] | Rest]} = re:run(Large, "34.", [global, {capture, all, binary}]),
    {match, [B]} = re:run(Large, "9$", [{capture, all, binary}]),
    <<_:3/binary, Part/binary>> = Large,
    {A, B, length(Rest), re:run(Part, "^3")}.
