-module(found_multi_scheduling).
-export([flags/1, ended/0]).

%% What each change gives, and what is told after it.
flags(Changes) ->
    Told = [{erlang:system_flag(multi_scheduling, Change), erlang:system_info(multi_scheduling)}
            || Change <- Changes],
    [erlang:system_flag(multi_scheduling, U) || _ <- Changes, U <- [unblock, unblock_normal]],
    {Told, erlang:system_info(multi_scheduling)}.

%% The blocks of a process end with it.
ended() ->
    {P, Ref} = spawn_monitor(fun() -> exit(erlang:system_flag(multi_scheduling, block)) end),
    receive {'DOWN', Ref, process, P, Reason} -> ok end,
    timer:sleep(20),
    {Reason, erlang:system_info(multi_scheduling)}.
