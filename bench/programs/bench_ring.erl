%% A ring of 1,000 processes passes on so many messages.
-module(bench_ring).
-export([run/1]).

run(Messages) ->
    Self = self(),
    First = spawn(fun() -> member(ring(999, self(), Self), Self) end),
    First ! Messages,
    receive {done, Left} -> Left end.

ring(0, Next, _) -> Next;
ring(Left, Next, Asker) -> ring(Left - 1, spawn(fun() -> member(Next, Asker) end), Asker).

member(Next, Asker) ->
    receive
        0 ->
            Asker ! {done, 0},
            Next ! stop;
        stop ->
            Next ! stop;
        Left ->
            Next ! Left - 1,
            member(Next, Asker)
    end.
