%% Runs the other programs in a real erl: a line `Module. Argument. Repeats.` on standard input
%% is answered by the result and the CPU time of all repeats in milliseconds.
-module(bench_driver).
-export([start/0]).

start() ->
    io:setopts([{encoding, latin1}]),
    serve().

serve() ->
    case io:get_line("") of
        eof -> halt(0);
        Line ->
            {ok, Tokens, _} = erl_scan:string(Line),
            {ok, {Module, Argument, Repeats}} = erl_parse:parse_term(Tokens),
            {Result, Milliseconds} = in_own_process(Module, Argument, Repeats),
            io:format("~w ~w~n", [Milliseconds, Result]),
            serve()
    end.

in_own_process(Module, Argument, Repeats) ->
    Self = self(),
    _ = code:ensure_loaded(Module),
    spawn(fun() ->
        {Before, _} = statistics(runtime),
        Result = repeat(Repeats, Module, Argument),
        {After, _} = statistics(runtime),
        Self ! {done, Result, After - Before}
    end),
    receive {done, Result, Milliseconds} -> {Result, Milliseconds} end.

repeat(1, Module, Argument) -> Module:run(Argument);
repeat(Times, Module, Argument) ->
    _ = Module:run(Argument),
    repeat(Times - 1, Module, Argument).
