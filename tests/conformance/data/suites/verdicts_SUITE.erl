%% A case for everything that can come of one.
-module(verdicts_SUITE).

-compile([export_all, nowarn_export_all]).

suite() -> [{timetrap, {seconds, 60}}].

all() ->
    [
        passes,
        fails,
        left_out,
        hangs,
        halts,
        ends_common_test,
        {group, outer},
        {group, together},
        {group, broken},
        {group, stuck},
        {group, around},
        starts_node,
        loads_library,
        passes
    ].

groups() ->
    [
        {outer, [], [passes, {group, inner}]},
        {inner, [], [passes, fails]},
        {together, [parallel], [halts_soon, waits, waits_too]},
        {broken, [], [never]},
        {stuck, [], [never]},
        {around, [], [passes, {group, bare}, fails]},
        {bare, [], [passes, {group, inside}]},
        {inside, [], [passes]}
    ].

init_per_suite(Config) -> Config.
end_per_suite(_) -> ok.

init_per_group(broken, _) -> error(broken);
init_per_group(stuck, _) -> receive never -> ok end;
init_per_group(bare, _) -> ok;
init_per_group(_, Config) -> Config.

end_per_group(_, _) -> ok.

%% Whatever the guards ask besides, only the cases that they name start a node.
init_per_testcase(Case, Config) when prepared =:= Case; Case == prepared_too, is_list(Config) ->
    [a_node() | Config];
init_per_testcase(Case, Config) when is_list(Config) andalso (Case == prepared_as_well orelse Case == never) ->
    [a_node() | Config];
init_per_testcase(_, Config) -> Config.
end_per_testcase(_, _) -> ok.

passes(_) -> ok.
fails(_) -> error(no_good).
left_out(_) -> {skip, "not today"}.
hangs(_) -> receive never -> ok end.
halts(_) -> halt(7).

ends_common_test(_) ->
    exit(whereis(test_server_ctrl), kill),
    receive never -> ok end.

halts_soon(_) ->
    timer:sleep(300),
    halt(8).

waits(_) -> timer:sleep(600).
waits_too(_) -> timer:sleep(600).

never(_) -> ok.

starts_node(_) -> start(fun() -> a_node() end).

start(Fun) ->
    case os:getenv("NO SUCH VARIABLE") of
        false -> ok;
        _ -> Fun()
    end.

a_node() -> peer:start(#{}).

loads_library(Config) ->
    case os:getenv("NO SUCH VARIABLE") of
        false -> ok;
        _ -> spawn(?MODULE, load, [Config])
    end.

load(Config) -> erlang:load_nif(proplists:get_value(data_dir, Config), 0).

%% Not in all(): nothing but what they need is looked at.
prepared(_) -> ok.
prepared_too(_) -> ok.
prepared_as_well(_) -> ok.

starts_program(Config) -> open_port({spawn, proplists:get_value(data_dir, Config)}, []).
