%% What PCRE itself decides: errors of expressions and where they are, classes, limits, settings.
-module(re_syntax).
-export([faults/0, settings/0, classes/1, cases/0, limits/0, deep/0, matches/0, unicode/0]).

faults() ->
    [{P, [case re:compile(P, O) of {ok, _} -> ok; Error -> Error end
          || O <- [[], [unicode], [extended]]]}
     || P <- ["\\", "a\\", "\\c", "a{2", "a{3,2}", "a{65536}", "a{1,65536}", "[a", "[]", "[^]",
              "[b-a]", "[\\d-z]", "[a-\\d]", "[[:foo:]]", "[[.a.]]", "[[:alpha:]", "[:alpha:]",
              "*", "+a", "?", "a**", "a+++", "(", ")", "(a", "a)", "((", "(?", "(?)", "(?i", "(?z)",
              "(?<", "(?<a", "(?<>a)", "(?<1>a)", "(?<a>", "(?<a>a)(?<a>b)", "(?P", "(?P<a", "(?Pa)",
              "(?P=a)", "(?P>a)", "(?'a", "(?&a)", "(?1)", "(?+1)", "(?-1)", "(?0)", "(?R", "\\1",
              "\\g", "\\g{", "\\g{1", "\\g{a}", "\\g<1>", "\\k", "\\k<a>", "\\k{a", "(a)\\2", "\\8",
              "\\99", "\\x{", "\\x{110000}", "\\x{100}", "\\x{ffffffff}", "\\o{", "\\o{400}", "\\o8",
              "\\p", "\\p{", "\\p{Foo}", "\\pL", "\\PX", "\\p{Greek}", "\\N{U+41}", "\\N{a}", "\\L",
              "\\l", "\\u", "\\U", "\\i", "\\y", "\\E", "\\Qa", "\\Q", "(?(1)a)", "(?(1)a|b|c)",
              "(?(a", "(?(a)b)", "(?(?=a)b", "(?(R)a)", "(?(R1)a)", "(?(<a>)b)", "(?(DEFINE)a|b)",
              "(?(VERSION>=10)a)", "(?<=a*)b", "(?<=a|bc)d", "(?<=a+)b", "(?<!\\X)b",
              "(?C", "(?C256)", "(?C1", "(?Cx)", "(*", "(*FOO)", "(*ACCEPT", "(*MARK)", "(*MARK:)",
              "(*:a)", "(*PRUNE:a)", "(*COMMIT:a)", "(*F:a)", "(*NO_JIT)", "(*UTF)", "(*UTF8)",
              "(*UCP)", "(*LIMIT_MATCH=a)", "(*LIMIT_MATCH=3)", "(*CRLF", "a(*CRLF)", "(*NUL)a",
              "(?#", "(?#a", "(?|(a)|(b)", "(?|(?<a>a)|(?<b>b))", "(?-", "(?i-s:a", "(?^i:a)",
              "(?xx)a", "(?n)(a)", "(?a)a", "\\K", "(?=a\\K)b", "\\A*", "^*", "$+", "\\b{3}", "(?=a)*",
              "(?=a){2}", "\\G+", "a{,3}", "a{ 1, 3 }", "a{0}", "()", "(|)", "|", "a||b", "[a-]", "[-a]",
              "[\\w-a]", "[]-a]", "[a\\]", "[\\Qa]\\E]", "[[a]", "[a&&b]", "[\\b]", "[\\B]", "[\\R]",
              "[\\X]", "[\\C]", "[\\N]", "[\\h\\v]", "\\h\\v\\R\\X", "(?P<a>b)\\k'a'(?P=a)",
              "(?<aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa>b)", "(?(?{a})b)", "(??{a})", "\\cA\\c[", "\\e\\a\\f",
              "\\08", "\\377", "\\400", "\\777", "\\x", "\\xg", "\\x{g}", "\\x{}", "\\o{}", "(?>a",
              "(?<*a)b", "(*napla:a)b", "(*positive_lookahead:a)", "(*atomic:a)", "(*sr:a)"]].

settings() ->
    [{P, case re:compile(P) of
             {ok, M} -> {element(4, M), [re:run(S, M) || S <- ["xaaab\na\0b\r\na", "\r\na", "ab\r"]]};
             Error -> Error
         end}
     || P <- [<<"a", 0, "b">>, <<"\\Qa", 0, "b">>, <<"[a", 0, "]+">>, <<"(*CRLF)^a">>, <<"(*ANY)a$">>,
              <<"(*LF)a">>, <<"(*CR)(?m)^a">>, <<"(*LIMIT_MATCH=1)a+b">>, <<"(*LIMIT_RECURSION=1)a+b">>,
              <<"(*LIMIT_DEPTH=1)(a)+b">>, <<"(*BSR_ANYCRLF)\\R">>, <<"(*BSR_UNICODE)\\R">>,
              <<"(*UTF)a">>, <<"(*UTF8)a">>, <<"(*UCP)\\w+">>, <<"(*NO_START_OPT)a">>,
              <<"(*NO_AUTO_POSSESS)a+b">>, <<"(?C1)a">>, <<"a(*MARK:x)b">>, <<"a(*ACCEPT)b">>,
              <<"a(*:x)">>, <<"a+(*COMMIT)c">>, <<"a+(*PRUNE)c">>, <<"a+(*SKIP)c">>, <<"a(*THEN)c|a">>,
              <<"(*NOTEMPTY)a*">>, <<"(*NOTEMPTY_ATSTART)a*">>, <<"(*ANYCRLF)a$">>,
              %% One byte, whatever it is.
              <<"a\\Cb">>, <<"(?<=a\\C)b">>, <<"\\C\\C(">>, <<"\\C)">>, <<"(\\C{2})\\C*">>, <<"a\\C[">>]].

classes(Options) ->
    [{C, [I || I <- lists:seq(0, 255), re:run(<<I>>, C, Options) =/= nomatch]}
     || C <- ["\\w", "\\d", "\\s", "\\h", "\\v", "\\R", ".", "\\N", "[[:alpha:]]", "[[:alnum:]]",
              "[[:ascii:]]", "[[:lower:]]", "[[:upper:]]", "[[:punct:]]", "[[:print:]]", "[[:graph:]]",
              "[[:cntrl:]]", "[[:space:]]", "[[:blank:]]", "[[:xdigit:]]", "[[:digit:]]", "[[:word:]]",
              "[^[:alpha:]]", "\\bx|\\W"]].

cases() ->
    [{I, J} || I <- lists:seq(0, 255), J <- lists:seq(0, 255), I =/= J,
               re:run(<<I>>, [$\\, $x, ${, io_lib:format("~.16b", [J]), $}], [caseless]) =/= nomatch].

%% The least limits with which a search comes to its end.
limits() ->
    [{P, L, least(S, P, L, 0)}
     || {S, P} <- [{"xaaaaab", "(a+)*b"}, {"aaaaaaaaaaaaaaaaac", "(?:a|b)*?c"},
                   {"abcabcabd", "(abc|ab)+d"}, {"foobar", "o.*r"}, {"aaa", "a{2,3}"}, {"xyz", ""},
                   {"aaaaaaaaaa", "(a+a+)+y"}, {"((()))", "\\((?R)*\\)"}, {"abab", "(?:(a)|b)*+$"}],
        L <- [match_limit, match_limit_recursion]]
        ++ [re:run("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "(a+a+)+y", O)
            || O <- [[], [report_errors], [{capture, none}], [report_errors, global]]].

least(_, _, _, 5000) -> none;
least(S, P, L, N) ->
    case re:run(S, P, [report_errors, {L, N}]) of
        {error, L} -> least(S, P, L, N + 1);
        Found -> {N, Found}
    end.

%% Searches that recurse as deep as the subject is long.
deep() ->
    Long = binary:copy(<<"ab">>, 50000),
    [re:run(Long, P, [report_errors, {capture, first}])
     || P <- ["(a|b)*", "(?:a|b)*$", "(a|b)*+$", "(?:ab)*", "(.)*"]]
        ++ [re:run(Long, "(a|b)*", [report_errors, {match_limit_recursion, 30000}]),
            length(element(2, re:run(Long, "(a|b){2}", [global])))].

matches() ->
    [{S, P, re:run(S, P, [{capture, all, list}])}
     || {S, P} <- [{"foobarbaz", "(?<=bar)baz"}, {"aXbXc", "^(.*?)X"}, {"2024-01-31", "(\\d+)-(\\d+)-(\\d+)"},
                   {"abcabc", "(?:(abc)|x)\\1"}, {"aa", "(a)(?1)"}, {"(a(b)c)", "\\((?:[^()]++|(?R))*\\)"},
                   {"racecar", "^((.)(?1)\\2|.?)$"}, {"aab", "(?>a+)ab"}, {"ab", "(?|(a)b|(b)a)"},
                   {"foo.bar", "\\Qo.b\\E"}, {"a b\tc", "\\s+"}, {"line1\nline2", "(?m)^line\\d$"},
                   {"ABC", "(?i:b)c"}, {"abC", "(?i)ABc"}, {"ab", "a(?#comment)b"}, {"a b", "(?x) a \\ b # c"},
                   {"xyz", "(?(?=x)xy|z)"}, {"aba", "(a)?b(?(1)a|c)"}, {"cb", "(a)?b(?(1)a|c)"},
                   {"aaab", "a*+b"}, {"aaa", "a{2}?"}, {"foobar", "foo\\Kbar"}, {"", "^$"}, {"\n", "^$"},
                   {"a\n", "a\\Z"}, {"a\n", "a\\z"}, {[0, 1, 255], "\\x00\\x01\\xff"}, {"tel", "\\Btel|\\btel"},
                   {"aaaa", "^(a(?1)?){2}$"}, {"abcdef", "(?<a>.)(?<b>.)\\k<b>|c"}, {[228], "[[:^ascii:]]"},
                   {[225, 193], "(?i)\\xe1+"}, {"xx", "[^]x]|x"}, {"]", "[]]"}, {"a]", "a[^]b]|]"},
                   {"foobar", "(?<word>o+)(?<rest>.*)"}, {"aaabbb", "^(a(?1)?b)$"},
                   {"wow", "^(?:((.)(?1)\\2|)|((.)(?3)\\4|.))$"}, {"baaac", "(?=(a+))a*b\\1|c"}]].

unicode() ->
    [{S, P, O, re:run(S, P, [unicode, {capture, all, list} | O]), re:run(S, P, [unicode | O])}
     || {S, P} <- [{[1024, 1040], "."}, {[1024], [1104]}, {[$e, 769, $x], "\\X"}, {[228, 196], [228]},
                   {[16#1F600], "."}, {[16#1F468, 16#200D, 16#1F469], "\\X"}, {[13, 10], "\\X"},
                   {[16#1100, 16#1161], "\\X"}, {[223], "\\w"}, {[1632], "\\d"}, {[8232], "\\R"},
                   {[160], "\\s"}, {[955], "\\p{Greek}"}, {[955], "\\p{Lu}"}, {[923], "\\p{L&}"},
                   {[383], "s"}, {[8490], "k"}, {[$a, 1024, $b], "(a)(.)(b)"}, {[1024], "[^a]"},
                   {[1024], "[\\x{400}-\\x{410}]"}, {[1024, 1024], "\\x{400}{2}"}, {[304], "i"}, {[7838], [223]},
                   {[$x, 1024], "\\bx\\b"}, {[16#10FFFF], "\\x{10ffff}"}, {[181], [956]}],
        O <- [[], [caseless], [ucp], [ucp, caseless], [global]]].
