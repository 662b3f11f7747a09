%% A module whose on_load function fails.
-module(never_loads).
-export([value/0]).
-on_load(init/0).

init() ->
    receive after 5 -> ok end,
    {error, no}.

value() -> loaded.
