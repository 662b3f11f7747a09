%% The compiler of this release marks a receive that waits for a reference made just before.
-module(op_recv_mark_23).
-export([call/2, timeout/1]).

call(Backlog, Request) ->
    [self() ! {noise, K} || K <- lists:seq(1, Backlog)],
    Server = spawn(fun server/0),
    Reply = ask(Server, Request),
    {Reply, flush(0)}.

server() ->
    receive
        {From, Ref, Request} -> From ! {Ref, {reply, Request}}
    end.

ask(Server, Request) ->
    Ref = make_ref(),
    Server ! {self(), Ref, Request},
    receive
        {Ref, Answer} -> Answer
    end.

flush(Count) ->
    receive
        {noise, _} -> flush(Count + 1)
    after 0 -> Count
    end.

timeout(Backlog) ->
    [self() ! {noise, K} || K <- lists:seq(1, Backlog)],
    Ref = monitor(process, self()),
    Result = receive
                 {'DOWN', Ref, _, _, _} -> strange
             after 5 -> timeout
             end,
    {Result, flush(0)}.
