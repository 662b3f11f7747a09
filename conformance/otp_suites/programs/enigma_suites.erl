%% Runs one test suite under common_test and keeps a journal of what comes out.
%%
%% The journal is a file of lines, each the external form of a term in base64, appended as things
%% happen, so that whoever reads it knows what was going on when the system ends or hangs:
%%
%%   {plan, [{Path, Case}]}            what all/0 and groups/0 tell, outermost group first
%%   {no_plan, Reason}                 the suite cannot tell
%%   {start, Path, Case, Count, Ms}    a case begins, for the Count-th time
%%   {done, Case, Group, Outcome, Ms}  a case has ended; Group is the innermost one or `none`
%%   {begin_conf, What, Path, Ms}      init_per_suite or init_per_group begins
%%   {conf, What, Group, Outcome, Ms}  a function around cases has ended
%%   {finished, Result}                common_test has returned
%%
%% Outcome is `ok` or {skipped | auto_skipped | failed, Text}.
-module(enigma_suites).

-export([main/1, note/2, outcome/1]).

-define(REASON_DEPTH, 40).
-define(REASON_LENGTH, 4000).

%% main([File]): run what the file tells, a map in external form.
main([File]) ->
    {ok, Bytes} = file:read_file(File),
    #{suite := Suite, folder := Folder, logs := Logs, journal := Journal, multiply := Multiply} =
        Job = binary_to_term(Bytes),
    note(Journal, plan(Suite)),
    Result =
        ct:run_test([
            {dir, unicode:characters_to_list(Folder)},
            {suite, Suite},
            {logdir, unicode:characters_to_list(Logs)},
            {auto_compile, false},
            {basic_html, true},
            {create_priv_dir, auto_per_tc},
            {multiply_timetraps, Multiply},
            {event_handler, [{enigma_suites_events, [Journal]}]},
            %% After other hooks, which do not expect that somebody leaves out a case.
            {ct_hooks, [{enigma_suites_hook, Job#{left_out => left_out(Job)}, ctlast}]}
        ]),
    note(Journal, {finished, text(Result)}),
    erlang:halt(0, [{flush, false}]).

%% What OTP's own specification of the application's tests leaves out (benchmarks, mostly), with its
%% reasons: of this suite `suite`, groups, or cases.
left_out(#{suite := Suite, folder := Folder, application := Application}) ->
    File = filename:join(Folder, <<Application/binary, ".spec">>),
    case file:consult(unicode:characters_to_list(File)) of
        {ok, Terms} -> lists:append([left_out(Suite, Term) || Term <- Terms]);
        {error, _} -> []
    end.

left_out(Suite, {skip_suites, _, Suites, Why}) ->
    [{suite, Why} || lists:member(Suite, list(Suites))];
left_out(Suite, {skip_groups, _, Suite, Groups, Why}) ->
    [{{group, Group}, Why} || Group <- list(Groups)];
left_out(Suite, {skip_cases, _, Suite, Cases, Why}) ->
    [{{testcase, Case}, Why} || Case <- list(Cases)];
left_out(_, _) ->
    [].

list(Names) when is_list(Names) -> Names;
list(Name) -> [Name].

%% Append a term to the journal. A raw file: neither the file server nor the group leader, which
%% tests replace and stop, has a part in it.
note(Journal, Term) ->
    {ok, File} = file:open(Journal, [append, raw, binary]),
    ok = file:write(File, [base64:encode(term_to_binary(Term)), $\n]),
    ok = file:close(File).

%% What common_test tells about the end of a case, for the journal.
outcome(ok) -> ok;
outcome({Kind, Reason}) when Kind =:= skipped; Kind =:= auto_skipped; Kind =:= failed ->
    {Kind, text(Reason)};
outcome(Other) ->
    {failed, text(Other)}.

text(Term) ->
    Text =
        try
            case io_lib:printable_unicode_list(Term) of
                true -> Term;
                false -> io_lib:format("~0tP", [Term, ?REASON_DEPTH])
            end
        catch
            _:_ -> "a reason that cannot be printed"
        end,
    unicode:characters_to_binary(string:slice(Text, 0, ?REASON_LENGTH)).

%% ---------------------------------------------------------------------------------------------
%% The cases of a suite with the groups around them

plan(Suite) ->
    try
        Groups =
            case erlang:function_exported(Suite, groups, 0) orelse has_groups(Suite) of
                true -> Suite:groups();
                false -> []
            end,
        {plan, cases(Suite:all(), [], Groups)}
    catch
        Class:Reason -> {no_plan, text({Class, Reason})}
    end.

has_groups(Suite) ->
    {module, Suite} = code:ensure_loaded(Suite),
    erlang:function_exported(Suite, groups, 0).

cases({skip, _}, _, _) -> [];
cases(List, Path, Groups) -> lists:append([entry(One, Path, Groups) || One <- List]).

entry({group, Name}, Path, Groups) -> group(Name, Path, Groups);
entry({group, Name, _}, Path, Groups) -> group(Name, Path, Groups);
entry({group, Name, _, _}, Path, Groups) -> group(Name, Path, Groups);
entry({testcase, Case, _}, Path, _) -> [{lists:reverse(Path), Case}];
entry({Name, Inner}, Path, Groups) when is_list(Inner) -> cases(Inner, [Name | Path], Groups);
entry({Name, _, Inner}, Path, Groups) -> cases(Inner, [Name | Path], Groups);
entry(Case, Path, _) when is_atom(Case) -> [{lists:reverse(Path), Case}];
entry(_, _, _) -> [].

group(Name, Path, Groups) ->
    Inner =
        case lists:keyfind(Name, 1, Groups) of
            {_, _, Some} -> Some;
            {_, Some} -> Some;
            false -> []
        end,
    cases(Inner, [Name | Path], Groups).
