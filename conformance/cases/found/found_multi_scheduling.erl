-module(found_multi_scheduling).
-export([flags/1, ended/0, dirty/1]).

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

%% Which dirty schedulers may run after a change, and after it is taken back.
dirty({Change, Back}) ->
    erlang:system_flag(multi_scheduling, Change),
    Blocked = dirty_schedulers(),
    erlang:system_flag(multi_scheduling, Back),
    {Blocked, dirty_schedulers()}.

dirty_schedulers() ->
    %% They notice it a little later.
    timer:sleep(300),
    [{Kind, Total >= Online, if Active =:= Online -> all; true -> Active end}
     || {Kind, Total, Online, Active} <- erlang:system_info(all_schedulers_state), Kind =/= normal].
