%% The mailbox is filled by the process itself, and what is left at the end is part of the answer.
-module(lang_receive).
-export([order/1, pick/2, priority/1, after_zero/1, timeouts/1, guard/1, nested/1, bound/2, leave/1,
         timer_and_message/0, loop_with_state/1, infinity/0, in_function/1, matching_map/1,
         literal_order/0, catch_in_receive/1]).

fill(List) -> [self() ! X || X <- List].

rest() -> receive X -> [X | rest()] after 0 -> [] end.

order(List) ->
    fill(List),
    rest().

pick(Wanted, List) ->
    fill(List),
    First = receive Wanted -> {found, Wanted} after 0 -> missing end,
    {First, rest()}.

priority(List) ->
    fill(List),
    Take = fun Take() ->
                   receive
                       {high, X} -> [{high, X} | Take()]
                   after 0 ->
                           receive
                               {low, X} -> [{low, X} | Take()]
                           after 0 -> []
                           end
                   end
           end,
    {Take(), rest()}.

after_zero(List) ->
    fill(List),
    A = receive {a, X} -> X after 0 -> none end,
    B = receive {a, Y} -> Y after 0 -> none end,
    {A, B, rest()}.

timeouts(List) -> [receive never -> never after T -> {after_, T} end || T <- List].

guard(List) ->
    fill(List),
    A = receive X when is_integer(X), X > 10 -> X after 0 -> none end,
    B = receive Y when hd(Y) =:= 1 -> Y after 0 -> none end,
    {A, B, rest()}.

nested(List) ->
    fill(List),
    R = receive
            {outer, K} ->
                receive
                    {inner, K, V} -> {K, V}
                after 0 -> {no_inner, K}
                end
        after 0 -> no_outer
        end,
    {R, rest()}.

bound(Tag, List) ->
    fill(List),
    A = receive {Tag, V} -> V after 0 -> none end,
    B = receive {Tag, A, Z} -> Z after 0 -> none end,
    {A, B, rest()}.

leave(N) ->
    fill(lists:seq(1, N)),
    receive N -> ok end,
    {length(rest()), element(2, process_info(self(), message_queue_len))}.

timer_and_message() ->
    Parent = self(),
    Ref = erlang:send_after(30, Parent, late),
    self() ! early,
    A = receive late -> late after 1 -> timeout end,
    B = receive early -> early after 0 -> none end,
    C = receive late -> late after 5000 -> none end,
    {A, B, C, erlang:cancel_timer(Ref)}.

loop_with_state(List) ->
    Pid = spawn(fun() -> account(0) end),
    [Pid ! X || X <- List],
    Pid ! {get, self()},
    receive {balance, B} -> B end.

account(Balance) ->
    receive
        {in, X} -> account(Balance + X);
        {out, X} when X =< Balance -> account(Balance - X);
        {out, _} -> account(Balance);
        {get, From} -> From ! {balance, Balance}
    end.

infinity() ->
    self() ! now,
    receive now -> got_it after infinity -> never end.

in_function(X) ->
    self() ! {value, X},
    lists:map(fun(Y) -> receive {value, Z} -> self() ! {value, Z + 1}, {Y, Z} end end, [a, b, c]) ++ rest().

matching_map(Maps) ->
    fill(Maps),
    A = receive #{id := 2} = M -> M after 0 -> none end,
    {A, rest()}.

literal_order() ->
    fill([1, 1.0, one, "one", <<"one">>]),
    A = receive 1.0 -> float after 0 -> none end,
    B = receive <<"one">> -> binary after 0 -> none end,
    {A, B, rest()}.

catch_in_receive(X) ->
    self() ! {do, X},
    R = try receive {do, Y} -> 10 div Y end catch error:E -> E end,
    {R, rest()}.
