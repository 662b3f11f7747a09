%% A hook of common_test: notes when cases and what is around them begin, and leaves out what has a
%% verdict already. `skip` are cases as {Path, Case, Count}; `only`, unless it is `all`, are the
%% cases to run, as {Path, Case} or Case; `blocked` are the paths of groups to leave out. `left_out` is what
%% OTP itself leaves out, which is a verdict.
-module(enigma_suites_hook).

-export([id/1, init/2, pre_init_per_suite/3, pre_init_per_group/4, pre_init_per_testcase/4]).
-export([post_init_per_group/5, post_end_per_group/5]).

id(_) -> ?MODULE.

init(_, Job) ->
    #{journal := Journal, skip := Skip, only := Only, blocked := Blocked, left_out := LeftOut} = Job,
    {ok, #{
        journal => Journal,
        left_out => LeftOut,
        skip => sets:from_list(Skip),
        only => Only,
        blocked => Blocked,
        counts => #{},
        bare => #{}
    }}.

%% Config is something else than a list when another hook has left it out, or failed.
pre_init_per_suite(_Suite, Config, State) when not is_list(Config) ->
    {Config, State};
pre_init_per_suite(_Suite, Config, #{journal := Journal} = State) ->
    case left_out(suite, State) of
        {skip, _} = Skip ->
            {Skip, State};
        none ->
            enigma_suites:note(Journal, {begin_conf, init_per_suite, [], now_ms()}),
            {Config, State}
    end.

pre_init_per_group(_Suite, _Group, Config, State) when not is_list(Config) ->
    {Config, State};
pre_init_per_group(_Suite, Group, Config, #{journal := Journal, blocked := Blocked} = State) ->
    Path = path(Config),
    case {lists:member(Path, Blocked), left_out({group, Group}, State)} of
        {true, _} ->
            {{skip, enigma_left_out}, State};
        {false, {skip, _} = Skip} ->
            {Skip, State};
        {false, none} ->
            enigma_suites:note(Journal, {begin_conf, {init_per_group, Group}, Path, now_ms()}),
            {Config, State}
    end.

%% What a group begins with that gives back neither a configuration nor why it is left out is the
%% configuration around it, which does not name the group: `bare` tells which one that is.
post_init_per_group(_Suite, _Group, Config, ok, #{bare := Bare} = State) when is_list(Config) ->
    case path(Config) of
        [] -> {ok, State};
        Path -> {ok, State#{bare := Bare#{lists:droplast(Path) => Path}}}
    end;
post_init_per_group(_Suite, _Group, _Config, Return, State) ->
    {Return, State}.

post_end_per_group(_Suite, Group, _Config, Return, #{bare := Bare} = State) ->
    {Return, State#{bare := maps:filter(fun(_, Path) -> lists:last(Path) =/= Group end, Bare)}}.

pre_init_per_testcase(_Suite, _Case, Config, State) when not is_list(Config) ->
    {Config, State};
pre_init_per_testcase(_Suite, Case, Config, #{journal := Journal, counts := Counts} = State) ->
    #{bare := Bare} = State,
    Around = path(Config),
    Path = maps:get(Around, Bare, Around),
    Count = maps:get({Path, Case}, Counts, 0) + 1,
    Next = State#{counts := Counts#{{Path, Case} => Count}},
    case {wanted(Path, Case, Count, State), left_out({testcase, Case}, State)} of
        {true, none} ->
            enigma_suites:note(Journal, {start, Path, Case, Count, now_ms()}),
            {Config, Next};
        {true, Skip} ->
            {Skip, Next};
        {false, _} ->
            {{skip, enigma_left_out}, Next}
    end.

%% Whether OTP's own specification of tests leaves it out.
left_out(What, #{left_out := LeftOut}) ->
    case lists:keyfind(What, 1, LeftOut) of
        {_, Why} -> {skip, Why};
        false -> none
    end.

wanted(Path, Case, Count, #{skip := Skip, only := Only}) ->
    (Only =:= all orelse lists:member({Path, Case}, Only) orelse lists:member(Case, Only)) andalso
        not sets:is_element({Path, Case, Count}, Skip).

%% The names of the groups that a case or a group is in, outermost first.
path(Config) ->
    Own = proplists:get_value(tc_group_properties, Config, []),
    Around = proplists:get_value(tc_group_path, Config, []),
    [Name || Properties <- lists:reverse([Own | Around]), {name, Name} <- Properties].

now_ms() -> erlang:monotonic_time(millisecond).
