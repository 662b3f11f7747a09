%% A program whose environment is too large ends at once, with the number of the error as its status.
-module(port_large_environment).
-export([start/1]).

start(How) ->
    Env = [{"x", lists:duplicate(200000, $x)}],
    What = case How of command -> {spawn, "ls"}; executable -> {spawn_executable, "/bin/ls"} end,
    Port = open_port(What, [exit_status, {env, Env}]),
    receive {Port, {exit_status, Status}} -> Status after 10000 -> none end.
