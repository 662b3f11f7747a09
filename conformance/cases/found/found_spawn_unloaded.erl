%% Processes that were all made before the first of them loads the module that they begin in.
-module(found_spawn_unloaded).
-export([run/1]).

run(N) ->
    Me = self(),
    Set = gb_set(),
    Tell = fun(Element, Sum) -> Me ! {self(), Element + Sum} end,
    Pids = [spawn(gb_sets, fold, [Tell, K, Set]) || K <- lists:seq(1, N)],
    [receive {Pid, Answer} -> Answer after 2000 -> silent end || Pid <- Pids].

%% As gb_sets:singleton/1 makes it.
gb_set() -> {1, {10, nil, nil}}.
