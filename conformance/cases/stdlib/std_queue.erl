%% The whole API of queues on short data, and a long run of in and out.
-module(std_queue).
-export([api/1, run/1, ops/1, errors/1, josephus/2]).

api(List) ->
    Q = queue:from_list(List),
    {queue:to_list(queue:in(x, Q)), queue:to_list(queue:in_r(x, Q)), queue:len(Q),
     queue:is_empty(Q), queue:to_list(queue:reverse(Q)), queue:member(b, Q), queue:peek(Q),
     queue:peek_r(Q), queue:to_list(queue:filter(fun(X) -> X =/= b end, Q)),
     queue:to_list(queue:join(Q, Q))}.

run(N) ->
    Q = lists:foldl(fun queue:in/2, queue:new(), lists:seq(1, N)),
    drain(queue:out(Q), 0, 1).

drain({empty, _}, Sum, _) -> Sum;
drain({{value, X}, Q}, Sum, Weight) -> drain(queue:out(Q), Sum + X * Weight, 3 - Weight).

ops(List) ->
    lists:foldl(fun({in, X}, {Q, Acc}) -> {queue:in(X, Q), Acc};
                   ({in_r, X}, {Q, Acc}) -> {queue:in_r(X, Q), Acc};
                   (out, {Q, Acc}) ->
                        {V, Q2} = queue:out(Q),
                        {Q2, [V | Acc]};
                   (out_r, {Q, Acc}) ->
                        {V, Q2} = queue:out_r(Q),
                        {Q2, [V | Acc]};
                   (list, {Q, Acc}) -> {Q, [queue:to_list(Q) | Acc]}
                end, {queue:new(), []}, List).

errors(What) ->
    try
        case What of
            head -> queue:head(queue:new());
            get -> queue:get_r(queue:new());
            drop -> queue:drop(queue:new());
            bad -> queue:in(1, not_a_queue);
            split -> queue:split(2, queue:from_list([1]));
            from_list -> queue:from_list(x)
        end
    catch
        C:R -> {C, R}
    end.

josephus(N, K) -> josephus(queue:from_list(lists:seq(1, N)), K, K).

josephus(Q, K, Left) ->
    case queue:len(Q) of
        1 -> queue:get(Q);
        _ when Left =:= 1 -> josephus(queue:drop(Q), K, K);
        _ -> josephus(queue:in(queue:get(Q), queue:drop(Q)), K, Left - 1)
    end.
