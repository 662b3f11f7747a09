%% Signals of the operating system as messages.
-module(os_signals).
-export([choose/2, handled/2]).

choose(Signal, Action) ->
    R = os:set_signal(Signal, Action),
    catch os:set_signal(Signal, default),
    R.

%% The process that kernel starts for signals steps aside for a while.
handled(Signal, Short) ->
    ports_folder:shell(),
    Server = whereis(erl_signal_server),
    Server =:= undefined orelse unregister(erl_signal_server),
    register(erl_signal_server, self()),
    try
        ok = os:set_signal(Signal, handle),
        [begin
             os:cmd("kill -" ++ Short ++ " " ++ os:getpid()),
             receive M -> M after 3000 -> nothing end
         end || _ <- [1, 2]]
    after
        os:set_signal(Signal, ignore),
        unregister(erl_signal_server),
        Server =:= undefined orelse register(erl_signal_server, Server)
    end.
