%% A module that takes its time to load.
-module(slow_load).
-export([value/0, seen/0]).
-on_load(init/0).

init() ->
    receive after 20 -> ok end,
    persistent_term:put(slow_load, try slow_load:value() catch error:undef -> undef end),
    ok.

value() -> loaded.

%% What the on_load function got from a call into its own module.
seen() -> persistent_term:get(slow_load).
