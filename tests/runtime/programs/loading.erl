%% Processes that call modules while they are loaded.
-module(loading).
-export([together/1, seen/0, twice/0, system/1]).

%% What several processes get that call a module at once.
together(Module) ->
    Me = self(),
    Pids = [spawn(fun() -> Me ! {self(), value(Module)} end) || _ <- [1, 2, 3]],
    [receive {Pid, Value} -> Value end || Pid <- Pids].

value(Module) ->
    try Module:value()
    catch error:undef:Trace -> {undef, element(1, hd(Trace))}
    end.

seen() ->
    loaded = slow_load:value(),
    slow_load:seen().

twice() -> [value(never_loads), value(never_loads)].

%% The end of a process of the runtime itself.
system(Reason) ->
    exit(whereis(erts_code_purger), Reason),
    receive after 100 -> alive end.
