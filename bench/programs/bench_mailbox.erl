%% So many messages are in the mailbox at once, and are received in order; of each thousand one is
%% waited for with a new reference, which skips what was there before (a receive marker).
-module(bench_mailbox).
-export([run/1]).

run(Count) ->
    fill(Count),
    Echo = spawn(fun echo/0),
    call(Count div 1000, Echo),
    Echo ! stop,
    empty(Count, 0).

fill(0) -> ok;
fill(Left) -> self() ! {item, 1}, fill(Left - 1).

call(0, _) -> ok;
call(Left, Echo) ->
    Ref = make_ref(),
    Echo ! {self(), Ref},
    receive {Ref, answer} -> call(Left - 1, Echo) end.

echo() ->
    receive
        {From, Ref} -> From ! {Ref, answer}, echo();
        stop -> ok
    end.

empty(0, Sum) -> Sum;
empty(Left, Sum) -> receive {item, Value} -> empty(Left - 1, Sum + Value) end.
