%% Numbers of schedulers online, set to what they are, and to what they cannot be.
-module(bif_scheduler_flags).
-export([same/1, wrong/1]).

same(Flag) ->
    Old = erlang:system_info(Flag),
    {erlang:system_flag(Flag, Old) =:= Old, erlang:system_info(Flag) =:= Old}.

wrong(Flag) ->
    Old = erlang:system_info(Flag),
    Values = [0, -1, 100000, 1 bsl 70, a, 1.0, [], {1}],
    {[try erlang:system_flag(Flag, Value) catch Class:Reason -> {Class, Reason} end || Value <- Values],
     erlang:system_info(Flag) =:= Old}.
