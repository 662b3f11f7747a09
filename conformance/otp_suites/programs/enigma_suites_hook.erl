%% A hook of common_test: notes when cases and what is around them begin, and leaves out what has a
%% verdict already. `skip` are cases as {Path, Case, Count}; `only`, unless it is `all`, are the
%% cases to run, as {Path, Case} or Case; `blocked` are the paths of groups to leave out.
-module(enigma_suites_hook).

-export([id/1, init/2, pre_init_per_suite/3, pre_init_per_group/4, pre_init_per_testcase/4]).

id(_) -> ?MODULE.

init(_, Job) ->
    #{journal := Journal, skip := Skip, only := Only, blocked := Blocked} = Job,
    {ok, #{
        journal => Journal,
        skip => sets:from_list(Skip),
        only => Only,
        blocked => Blocked,
        counts => #{}
    }}.

pre_init_per_suite(_Suite, Config, #{journal := Journal} = State) ->
    enigma_suites:note(Journal, {begin_conf, init_per_suite, [], now_ms()}),
    {Config, State}.

pre_init_per_group(_Suite, Group, Config, #{journal := Journal, blocked := Blocked} = State) ->
    Path = path(Config),
    case lists:member(Path, Blocked) of
        true ->
            {{skip, enigma_left_out}, State};
        false ->
            enigma_suites:note(Journal, {begin_conf, {init_per_group, Group}, Path, now_ms()}),
            {Config, State}
    end.

pre_init_per_testcase(_Suite, Case, Config, #{journal := Journal, counts := Counts} = State) ->
    Path = path(Config),
    Count = maps:get({Path, Case}, Counts, 0) + 1,
    Next = State#{counts := Counts#{{Path, Case} => Count}},
    case wanted(Path, Case, Count, State) of
        true ->
            enigma_suites:note(Journal, {start, Path, Case, Count, now_ms()}),
            {Config, Next};
        false ->
            {{skip, enigma_left_out}, Next}
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
