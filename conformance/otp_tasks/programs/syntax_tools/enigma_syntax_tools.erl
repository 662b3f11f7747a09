%% Programs as data: read with their remarks, analysed, changed, and printed again.
-module(enigma_syntax_tools).
-export([main/0]).
-compile([nowarn_removed, nowarn_deprecated_function]).
-include_lib("syntax_tools/include/merl.hrl").

main() ->
    printed(),
    analysed(),
    changed(),
    templates(),
    older().

show(What, Do) ->
    Shown = try Do() catch Class:Reason -> {Class, Reason} end,
    io:format("~tp:~n    ~tp~n", [What, Shown]).

%%% Printing

printed() ->
    {ok, Forms} = epp_dodger:parse_file("sample.erl"),
    Remarks = erl_comment_scan:file("sample.erl"),
    show(remarks, fun() -> Remarks end),
    show(types, fun() -> [erl_syntax:type(Form) || Form <- Forms] end),
    Whole = erl_recomment:recomment_forms(erl_syntax:form_list(Forms), Remarks),
    [ok = file:write_file(lists:concat(["sample-", Paper, "-", Ribbon, ".txt"]),
                          unicode:characters_to_binary(erl_prettypr:format(Whole, [{paper, Paper}, {ribbon, Ribbon}])))
     || {Paper, Ribbon} <- [{80, 56}, {40, 30}, {200, 150}]],
    ok = file:write_file("sample-hook.txt", erl_prettypr:format(marked(Whole), [{hook, fun hook/3}])),
    show(quick, fun() -> [erl_syntax:type(Form) || Form <- element(2, epp_dodger:quick_parse_file("sample.erl"))] end),
    show(real, fun() ->
        {ok, Real} = epp_dodger:parse_file("ordsets.erl"),
        Text = erl_prettypr:format(erl_recomment:recomment_forms(Real, erl_comment_scan:file("ordsets.erl"))),
        ok = file:write_file("ordsets-printed.txt", Text),
        {erlang:phash2(Text), length(Text)}
    end),
    show(broken, fun() -> epp_dodger:parse(element(2, file:open("broken.txt", [read]))) end),
    show(layout, fun() ->
        Document = prettypr:sep([prettypr:text(Word) || Word <- string:lexemes("a few words that do not fit on one line", " ")]),
        [prettypr:format(prettypr:nest(2, Document), Width, Width - 5) || Width <- [60, 20, 10]]
    end).

%% Hooks are for what has annotations.
marked(Tree) -> erl_syntax_lib:map(fun(Node) -> erl_syntax:add_ann(marked, Node) end, Tree).

%% Strings in guillemets.
hook(Node, Context, Continue) ->
    case erl_syntax:type(Node) of
        string -> prettypr:beside(prettypr:text("<<"), prettypr:beside(Continue(Node, Context), prettypr:text(">>")));
        _ -> Continue(Node, Context)
    end.

%%% Analysing

analysed() ->
    {ok, Forms} = epp:parse_file("helper.erl", []),
    show(forms, fun() -> erl_syntax_lib:analyze_forms(Forms) end),
    {ok, Sample} = epp_dodger:parse_file("sample.erl"),
    show(sample, fun() -> erl_syntax_lib:analyze_forms(Sample) end),
    show(each, fun() -> [try erl_syntax_lib:analyze_form(Form) catch throw:Why -> Why end || Form <- Sample] end),
    Functions = [Form || Form <- Sample, erl_syntax:type(Form) =:= function],
    show(variables, fun() -> [ordsets:from_list(sets:to_list(erl_syntax_lib:variables(Form))) || Form <- Functions] end),
    show(bindings, fun() ->
        [begin
             Annotated = erl_syntax_lib:annotate_bindings(Form, ordsets:new()),
             [erl_syntax:get_ann(Clause) || Clause <- erl_syntax:function_clauses(Annotated)]
         end || Form <- Functions]
    end),
    show(atoms, fun() ->
        erl_syntax_lib:fold(fun(Node, Seen) ->
                                case erl_syntax:type(Node) of
                                    atom -> ordsets:add_element(erl_syntax:atom_value(Node), Seen);
                                    _ -> Seen
                                end
                            end, [], erl_syntax:form_list(Sample))
    end),
    show(counts, fun() ->
        lists:sort(maps:to_list(erl_syntax_lib:fold(
            fun(Node, Counts) -> maps:update_with(erl_syntax:type(Node), fun(N) -> N + 1 end, 1, Counts) end,
            #{}, erl_syntax:form_list(Sample))))
    end).

%%% Changing

changed() ->
    {ok, Forms} = epp:parse_file("helper.erl", []),
    Renamed = erl_syntax_lib:map(
        fun(Node) ->
            case erl_syntax:type(Node) =:= atom andalso erl_syntax:atom_value(Node) of
                local -> erl_syntax:copy_attrs(Node, erl_syntax:atom(renamed));
                _ -> Node
            end
        end, erl_syntax:form_list(Forms)),
    show(renamed, fun() -> lists:flatten(erl_prettypr:format(Renamed)) end),
    show(reverted, fun() -> erl_syntax:revert_forms(Renamed) end),
    show(compiled, fun() ->
        {ok, helper, Code} = compile:forms(erl_syntax:revert_forms(Renamed), []),
        {module, helper} = code:load_binary(helper, "helper", Code),
        {helper:first([7]), helper:first([]), helper:shared()}
    end),
    show(abstract, fun() ->
        Term = {a, "text", [1, 2.5 | tail], <<1, 2:4>>, #{key => 'Odd atom'}},
        Tree = erl_syntax:abstract(Term),
        {lists:flatten(erl_prettypr:format(Tree)), erl_syntax:is_literal(Tree), erl_syntax:concrete(Tree) =:= Term}
    end).

%%% Templates of merl

templates() ->
    Body = ?Q("lists:map(fun (_@x) -> _@value end, [_@@list])",
              [{x, merl:var('Element')}, {value, merl:quote("Element * 2")}, {list, [merl:term(N) || N <- [1, 2, 3]]}]),
    show(body, fun() -> lists:flatten(erl_prettypr:format(Body)) end),
    show(matched, fun() ->
        case merl:quote("foo(1, bar(X), {tail, []})") of
            ?Q("foo(_@First, bar(_@Second), {tail, _@Third})") ->
                [lists:flatten(erl_prettypr:format(Part)) || Part <- [First, Second, Third]]
        end
    end),
    show(many, fun() ->
        [case merl:quote(Text) of
             ?Q("case _@E of _@@Clauses -> _@_ end") when true -> {'case', merl:print(E), length(Clauses)};
             ?Q("[_@Head | _@Tail]") -> {cons, merl:show(Head), merl:show(Tail)};
             ?Q("_@F(_@@As)") -> {call, erl_prettypr:format(F), length(As)};
             _ -> none
         end || Text <- ["[1 | X]", "f(1, 2)", "g()", "{a}"]]
    end),
    show(module, fun() ->
        Forms = merl:quote(["-module(made). -export([twice/1, list/0]). twice(X) -> ", "_@body. list() -> [twice(N) || N <- [1, 2]]."]),
        Filled = merl:subst(Forms, [{body, merl:quote("X + X")}]),
        {ok, _} = merl:compile_and_load(Filled),
        {made:twice(21), made:list(), [lists:flatten(erl_prettypr:format(Form)) || Form <- Filled]}
    end),
    show(variables, fun() -> lists:sort(merl:template_vars(merl:template(merl:quote("f(_@a, _@@b, 'c')")))) end),
    show(alpha, fun() -> lists:flatten(erl_prettypr:format(merl:alpha(merl:quote("fun (_@x) -> _@x end"), [{x, y}]))) end),
    show(errors, fun() -> [try merl:quote(Text) catch throw:Why -> Why; error:Why -> {error, Why} end || Text <- ["f(", "1 2", ""]] end).

%%% What only older releases have

older() ->
    show(tidy, fun() ->
        {ok, _} = file:copy("sample.erl", "tidy.erl"),
        erl_tidy:file("tidy.erl", [{backups, false}, {keep_unused, false}, {idem, true}, verbose])
    end),
    show(igor, fun() -> igor:merge(merged, ["helper", "user_of_helper"], [{printer, fun(T, O) -> erl_prettypr:format(T, O) end}, {stubs, []}, {backups, false}]) end).
