%% Dates and times by what must hold of them, and conversions between them.
-module(bif_wall_times).
-compile(nowarn_deprecated_function).
-export([shapes/0, agree/0, ordered/0, offset/0, unique_now/0, local/1, universal/1, posix/1, universal_seconds/1, daylight/2, both/1, os_times/0, perf/0]).

valid({{Y, M, D}, {H, Mi, S}}) -> Y > 2000 andalso lists:member(M, lists:seq(1, 12)) andalso D > 0 andalso D < 32 andalso H < 24 andalso Mi < 60 andalso S < 61.
microseconds({Mega, S, Micro}) when Micro < 1000000, S < 1000000 -> (Mega * 1000000 + S) * 1000000 + Micro.
seconds(DateTime) -> calendar:datetime_to_gregorian_seconds(DateTime) - calendar:datetime_to_gregorian_seconds({{1970, 1, 1}, {0, 0, 0}}).

shapes() ->
    [valid({date(), time()}), valid(erlang:localtime()), valid(erlang:universaltime()), microseconds(erlang:now()) > 0, microseconds(erlang:timestamp()) > 0, microseconds(os:timestamp()) > 0,
     is_integer(erlang:time_offset()), is_integer(os:system_time()), is_integer(os:perf_counter())].

near(A, B, Limit) -> abs(A - B) =< Limit.

agree() ->
    System = erlang:system_time(second),
    [near(seconds(erlang:universaltime()), System, 2), near(microseconds(erlang:timestamp()) div 1000000, System, 2), near(microseconds(os:timestamp()) div 1000000, System, 2),
     near(microseconds(erlang:now()) div 1000000, System, 2), near(os:system_time(second), System, 2), near(seconds(erlang:localtime_to_universaltime(erlang:localtime())), System, 2),
     near(seconds({date(), time()}), seconds(erlang:localtime()), 2), near(erlang:monotonic_time(second) + erlang:time_offset(second), System, 2), near(erlang:universaltime_to_posixtime(erlang:universaltime()), System, 2)].

ordered() ->
    A = [{erlang:timestamp(), erlang:monotonic_time(), os:perf_counter(), {date(), time()}, erlang:localtime()} || _ <- lists:seq(1, 50)],
    [lists:sort(L) =:= L || L <- [[element(N, X) || X <- A] || N <- [1, 2, 3, 4, 5]]].

unique_now() ->
    L = [erlang:now() || _ <- lists:seq(1, 200)],
    [lists:usort(L) =:= L, length(lists:usort(L))].

offset() ->
    [near(erlang:time_offset(U), erlang:convert_time_unit(erlang:time_offset(), native, U), 1 + erlang:convert_time_unit(1, second, U)) || U <- [second, millisecond, microsecond, nanosecond, native, perf_counter, 1, 7, 1000]]
        ++ [caught(fun() -> erlang:time_offset(U) end) || U <- [0, -1, wrong, 1.0, "s"]].

caught(F) -> try F() catch C:R -> {C, R} end.

local(T) -> caught(fun() -> erlang:localtime_to_universaltime(T) end).
daylight(T, D) -> caught(fun() -> erlang:localtime_to_universaltime(T, D) end).
universal(T) -> caught(fun() -> erlang:universaltime_to_localtime(T) end).
posix(T) -> caught(fun() -> erlang:universaltime_to_posixtime(T) end).
universal_seconds(N) -> caught(fun() -> erlang:posixtime_to_universaltime(N) end).

%% There and back.
both(N) -> [erlang:universaltime_to_posixtime(erlang:posixtime_to_universaltime(N)) =:= N, erlang:localtime_to_universaltime(erlang:universaltime_to_localtime(erlang:posixtime_to_universaltime(N))) =:= erlang:posixtime_to_universaltime(N)].

os_times() -> [caught(fun() -> is_integer(os:system_time(U)) end) || U <- [second, native, 10, 0, wrong]] ++ [near(os:system_time(millisecond), erlang:system_time(millisecond), 2000)].

perf() -> [erts_internal:perf_counter_unit() > 0, erts_internal:time_unit() > 0, os:perf_counter(second) =< os:perf_counter(millisecond), erlang:convert_time_unit(erts_internal:perf_counter_unit(), perf_counter, second)].
