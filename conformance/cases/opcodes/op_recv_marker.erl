%% The reference is made and waited for in one function; many unrelated messages come first.
-module(op_recv_marker).
-export([call/2, timeout/1, several/1, monitor_down/1, not_ours/0]).

call(Backlog, Request) ->
    fill(Backlog),
    Server = spawn(fun server/0),
    Reply = ask(Server, Request),
    {Reply, flush(0)}.

server() ->
    receive
        {From, Ref, Request} ->
            From ! {Ref, {reply, Request}},
            server()
    end.

ask(Server, Request) ->
    Ref = make_ref(),
    Server ! {self(), Ref, Request},
    receive
        {Ref, Answer} -> Answer
    end.

fill(N) -> [self() ! {noise, K} || K <- lists:seq(1, N)].

flush(Count) ->
    receive
        {noise, _} -> flush(Count + 1)
    after 0 -> Count
    end.

timeout(Backlog) ->
    fill(Backlog),
    {ask_nobody(self()), flush(0)}.

ask_nobody(Server) ->
    Ref = make_ref(),
    Server ! {noise, Ref},
    receive
        {Ref, Answer} -> {strange, Answer}
    after 5 -> timeout
    end.

several(N) ->
    Server = spawn(fun server/0),
    [ask(Server, K) || K <- lists:seq(1, N)].

monitor_down(Reason) ->
    fill(3),
    {Pid, Ref} = spawn_monitor(fun() -> exit(Reason) end),
    Result = receive
                 {'DOWN', Ref, process, Pid, Why} -> {down, Why}
             end,
    {Result, flush(0)}.

%% A message with the reference that was sent before the marker could matter.
not_ours() ->
    Ref = make_ref(),
    self() ! {other, Ref},
    self() ! {Ref, mine},
    {mine(Ref), other(Ref)}.

mine(Ref) ->
    receive
        {Ref, X} -> X
    end.

other(Ref) ->
    receive
        {other, Ref} -> also
    after 0 -> lost
    end.
