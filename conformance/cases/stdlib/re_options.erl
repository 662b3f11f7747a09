%% Every option at every place: compiling, searching with text and with a compiled expression,
%% once and for all matches, replacing, splitting.
-module(re_options).
-export([compile/0, run_text/0, run_compiled/0, all_text/0, all_compiled/0, unicode/0,
         unicode_compiled/0, replace/0, split/0, lists/0, newlines/0, both/0, effects/0]).

options() ->
    [unicode, anchored, caseless, dollar_endonly, dotall, extended, firstline, multiline,
     no_auto_capture, dupnames, ungreedy, bsr_anycrlf, bsr_unicode, no_start_optimize, ucp,
     never_utf, {newline, cr}, {newline, lf}, {newline, crlf}, {newline, nul}, {newline, any},
     {newline, anycrlf}, {newline, foo}, {newline, 1}, notbol, noteol, notempty,
     notempty_atstart, {offset, 1}, global, report_errors, {capture, all}, {capture, all, index},
     {match_limit, 1}, {match_limit_recursion, 1}, foo, {foo, 1}, {capture, 1, 2, 3}, export].

answer(F) ->
    try F() of
        {ok, {re_pattern, A, B, C, D}} -> {A, B, C, is_binary(D), is_reference(D)};
        {ok, Exported} -> {element(1, Exported), element(3, Exported), element(4, Exported)};
        Value -> Value
    catch
        error:{case_clause, _}:Trace -> {case_clause, top(Trace)};
        Class:Reason:Trace -> {Class, Reason, top(Trace)}
    end.

top([{M, F, A, Info} | _]) when is_list(A) -> {M, F, length(A), without_line(Info)};
top([{M, F, A, Info} | _]) -> {M, F, A, without_line(Info)}.

without_line(Info) -> [Item || Item <- Info, element(1, Item) =/= line].

each(F) -> [{Option, answer(fun() -> F(Option) end)} || Option <- options()].

compiled(Options) ->
    {ok, Pattern} = re:compile("a(b)", Options),
    Pattern.

compile() -> each(fun(O) -> re:compile("a(b)", [O]) end).
run_text() -> each(fun(O) -> re:run("xab", "a(b)", [O]) end).
run_compiled() -> each(fun(O) -> re:run("xab", compiled([]), [O]) end).
all_text() -> each(fun(O) -> re:run("xabab", "a(b)", [global, O]) end).
all_compiled() -> each(fun(O) -> re:run("xabab", compiled([]), [O, global]) end).
unicode() -> each(fun(O) -> re:run([1024 | "ab"], "a(b)", [unicode, O]) end).
unicode_compiled() -> each(fun(O) -> re:run([1024 | "ab"], compiled([unicode]), [O]) end).
replace() -> each(fun(O) -> re:replace("xab", "a(b)", "[&]", [O]) end).
split() -> each(fun(O) -> re:split("xab", "a(b)", [O]) end).

lists() ->
    [{O, answer(fun() -> re:run("abc", "b", O) end), answer(fun() -> re:compile("b", O) end)}
     || O <- [a, {}, [{}], [a | b], [global | b], [caseless | b], [{a}], [{capture}], [1],
              [{offset, 0} | x], [{capture, all, index, x}], [{capture, all}, {capture, none}],
              [{capture, none}, {capture, all}], [{capture, none, list}, {capture, all}],
              [global, {capture, none}, {capture, all, list}],
              [global, {capture, none, list}, {capture, all}],
              [unicode, {capture, none, list}, {capture, all}],
              [{offset, 0}, {offset, 2}], [global, {offset, 2}, {offset, 0}],
              [{match_limit, -1}], [{match_limit, a}], [{match_limit, 1 bsl 32}],
              [{match_limit, 1 bsl 31}], [{match_limit, 1 bsl 31 - 1}], [{match_limit, 1 bsl 70}],
              [{match_limit, 1.0}], [{match_limit_recursion, 1 bsl 31 - 1}],
              [{match_limit_recursion, 1 bsl 31}], [{match_limit_recursion, []}],
              [{1, 2}], [{"a", 2}], [caseless, caseless], [foo, caseless], [{newline, "lf"}]]].

newlines() ->
    Kinds = [cr, lf, crlf, any, anycrlf],
    [{A, B, answer(fun() -> lines([{newline, A}, {newline, B}]) end)} || A <- Kinds, B <- Kinds]
        ++ [{O, answer(fun() -> ends(O) end)}
            || O <- [[], [bsr_unicode], [bsr_anycrlf], [bsr_unicode, bsr_anycrlf],
                     [bsr_anycrlf, bsr_unicode]]].

lines(Options) ->
    case re:compile("(?m)^a", Options) of
        {ok, Pattern} ->
            [element(4, Pattern)
             | [re:run(S, Pattern) || S <- ["x\ra", "x\na", "x\r\na", [$x, 0, $a], [$x, 133, $a]]]];
        Error -> Error
    end.

ends(Options) ->
    case re:compile("\\R", Options) of
        {ok, Pattern} -> [re:run(S, Pattern) || S <- ["\r", "\n", "\r\n", [133], [11], [12], ""]];
        Error -> Error
    end.

%% Newlines of the search, not of the expression: only releases up to 27 take them.
both() ->
    {ok, Pattern} = re:compile("(?m)^a$"),
    [{A, answer(fun() -> re:run("a\ra\r\na\na", Pattern, [global, {newline, A}]) end),
      answer(fun() -> re:run("b\ra\r\n", Pattern, [{newline, A}]) end)}
     || A <- [cr, lf, crlf, any, anycrlf]].

effects() ->
    [{P, O, answer(fun() -> re:run(S, P, O) end)}
     || {S, P, O} <-
            [{"ABC", "b", []}, {"ABC", "b", [caseless]}, {"ab\n", "b$", []},
             {"ab\n", "b$", [dollar_endonly]}, {"a\nb", "a.b", []}, {"a\nb", "a.b", [dotall]},
             {"ab", "a b #c", [extended]}, {"ab", "a b", []}, {"x\nab", "ab", [firstline]},
             {"xab\n", "ab", [firstline]}, {"x\nab", "^ab", [multiline]}, {"x\nab", "^ab", []},
             {"ab", "(a)(?<n>b)", [no_auto_capture]}, {"aaa", "a+", [ungreedy]},
             {"aaa", "a+?", [ungreedy]}, {"ab", "(?<n>a)|(?<n>b)", []},
             {"ba", "(?<n>a)|(?<n>b)", [dupnames, {capture, [n], list}]},
             {"ab", "^a", [notbol]}, {"ab", "b$", [noteol]}, {"ab", "a*", [notempty]},
             {"b", "a*", [notempty]}, {"ba", "a*", [notempty_atstart]}, {"ba", "a*", [notempty]},
             {"bab", "a", [anchored]}, {"bab", "a", [anchored, {offset, 1}]},
             {"bab", "^a", [{offset, 1}]}, {"bab", "\\Ga", [{offset, 1}]},
             {"bab", "(?<=b)a", [{offset, 1}]}, {[233], "\\w", []}, {[233], "\\w", [unicode]},
             {[233], "\\w", [unicode, ucp]}, {[1024], "\\w", [unicode, ucp]},
             {[1024], "\\x{450}", [unicode, caseless]}, {[201], [233], [caseless]},
             {[201], [233], [unicode, caseless]}, {"a", "(*UTF)a", [never_utf]},
             {"a", "(*UTF8)a", [never_utf, report_errors]}, {"ac", "(?:(*COMMIT)b|c)", []},
             {"ac", "(?:(*COMMIT)b|c)", [no_start_optimize]}, {"abc", "(*COMMIT)b", []},
             {"abc", "(*COMMIT)b", [no_start_optimize]}]].
