-module(otp_hello).
-export([run/0]).

%% Runs hello:hello/1 in a process of its own, as the first process of a system would be.
run() ->
    %% hello.erl tries the NIFs of prim_file only where there is no code_server.
    Mine = stand_in(whereis(code_server)),
    {Pid, Ref} = spawn_monitor(fun() -> hello:hello([<<"-root">>, <<"--">>]) end),
    Result = receive {'DOWN', Ref, process, Pid, Reason} -> Reason end,
    Mine ! stop,
    Result.

stand_in(undefined) ->
    Pid = spawn(fun() -> receive stop -> ok end end),
    register(code_server, Pid),
    Pid;
stand_in(_) ->
    spawn(fun() -> receive stop -> ok end end).
