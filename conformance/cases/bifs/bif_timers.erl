%% Only the order of events is returned, never a time.
-module(bif_timers).
-export([send_after/1, start/1, cancel/1, ordered/1, errors/1, read/0, to_dead/0, async/0]).

send_after(T) ->
    Ref = erlang:send_after(T, self(), {timer, T}),
    {is_reference(Ref), receive {timer, T} -> fired after 5000 -> late end}.

start(T) ->
    Ref = erlang:start_timer(T, self(), [message]),
    receive {timeout, Ref, M} -> {fired, M} after 5000 -> late end.

cancel(T) ->
    Ref = erlang:send_after(T, self(), never),
    Left = erlang:cancel_timer(Ref),
    {is_integer(Left) andalso Left =< T andalso Left > T - 5000, erlang:cancel_timer(Ref),
     receive never -> fired after 1 -> silent end}.

ordered(Times) ->
    [erlang:send_after(T, self(), {t, T}) || T <- Times],
    [receive {t, T} -> T end || _ <- Times].

errors(What) ->
    try
        case What of
            negative -> erlang:send_after(-1, self(), x);
            float -> erlang:send_after(1.0, self(), x);
            huge -> erlang:send_after(1 bsl 70, self(), x);
            to -> erlang:send_after(1, "pid", x);
            cancel -> erlang:cancel_timer(not_a_ref);
            read -> erlang:read_timer(5);
            option -> erlang:cancel_timer(make_ref(), [bad]);
            unknown -> {erlang:cancel_timer(make_ref()), erlang:read_timer(make_ref())}
        end
    catch
        C:R -> {C, R}
    end.

read() ->
    Ref = erlang:start_timer(60000, self(), x),
    Left = erlang:read_timer(Ref),
    erlang:cancel_timer(Ref),
    {Left > 50000, Left =< 60000, erlang:read_timer(Ref)}.

to_dead() ->
    Ref = erlang:send_after(1, no_process_with_this_name, x),
    receive after 10 -> erlang:read_timer(Ref) end.

async() ->
    Ref = erlang:send_after(60000, self(), x),
    A = erlang:cancel_timer(Ref, [{async, true}]),
    B = receive {cancel_timer, Ref, Left} -> is_integer(Left) after 1000 -> none end,
    C = erlang:cancel_timer(Ref, [{info, false}]),
    {A, B, C}.
