%% Messages: two processes send a number back and forth.
-module(bench_sends).
-export([run/1]).

run(N) ->
    Self = self(),
    Other = spawn(fun() -> answer(Self) end),
    ask(N, Other, 0).

ask(0, Other, Sum) ->
    Other ! stop,
    Sum;
ask(N, Other, Sum) ->
    Other ! {ask, N},
    receive
        {answer, Answer} -> ask(N - 1, Other, Sum + Answer)
    end.

answer(Asker) ->
    receive
        {ask, N} ->
            Asker ! {answer, N + 1},
            answer(Asker);
        stop -> ok
    end.
