-module(supervisors_bridge).
-behaviour(supervisor_bridge).
-export([init/1, terminate/2]).

init(Owner) ->
    Pid = spawn_link(fun() -> receive never -> ok end end),
    Owner ! {bridged, Pid},
    {ok, Pid, Owner}.

terminate(Reason, Owner) -> Owner ! {terminated, Reason}.
