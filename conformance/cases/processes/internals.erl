-module(internals).
-export([scheduler_wall_time/1, switch/0, variables/0]).

%% What it was before, for each setting in turn.
scheduler_wall_time(Settings) ->
    erts_internal:scheduler_wall_time(false),
    Were = [erts_internal:scheduler_wall_time(Setting) || Setting <- Settings],
    erts_internal:scheduler_wall_time(false),
    Were.

%% Only for a process of the runtime.
switch() -> erts_internal:release_literal_area_switch().

variables() ->
    true = os:putenv("ENIGMA_INTERNALS", "x"),
    [Value || {"ENIGMA_INTERNALS", Value} <- os:list_env_vars()].
