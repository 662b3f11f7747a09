%% Nothing here returns a value that differs between runs.
-module(bif_unique).
-export([refs/1, integers/2, without_options/1, monotonic/1, system/0, convert/3, time_types/0, bad/1]).

refs(N) ->
    Refs = [make_ref() || _ <- lists:seq(1, N)],
    {length(lists:usort(Refs)), lists:all(fun is_reference/1, Refs)}.

integers(N, Options) ->
    try
        L = [erlang:unique_integer(Options) || _ <- lists:seq(1, N)],
        {length(lists:usort(L)), L =:= lists:sort(L) orelse not lists:member(monotonic, Options),
         lists:all(fun(X) -> X > 0 end, L) orelse not lists:member(positive, Options)}
    catch
        C:R -> {C, R}
    end.

without_options(N) ->
    L = [erlang:unique_integer() || _ <- lists:seq(1, N)],
    {length(lists:usort(L)), lists:all(fun is_integer/1, L)}.

monotonic(N) ->
    L = [erlang:monotonic_time() || _ <- lists:seq(1, N)],
    {L =:= lists:sort(L), is_integer(hd(L)), is_integer(erlang:monotonic_time(millisecond))}.

system() ->
    Seconds = erlang:system_time(second),
    Native = erlang:system_time(),
    {Seconds > 1600000000, abs(erlang:convert_time_unit(Native, native, second) - Seconds) =< 1,
     is_integer(erlang:time_offset()), abs(os:system_time(second) - Seconds) < 100}.

convert(T, From, To) ->
    try
        erlang:convert_time_unit(T, From, To)
    catch
        C:R -> {C, R}
    end.

time_types() ->
    {A, B, C} = erlang:timestamp(),
    {{Y, Mo, D}, {H, Mi, S}} = erlang:universaltime(),
    {lists:all(fun is_integer/1, [A, B, C]), Y > 2000, within(Mo, 1, 12), within(D, 1, 31), within(H, 0, 23),
     within(Mi, 0, 59), within(S, 0, 60)}.

within(X, Low, High) -> X >= Low andalso X =< High.

bad(What) ->
    try
        case What of
            unit -> erlang:monotonic_time(fortnight);
            negative -> erlang:system_time(-1);
            zero -> erlang:system_time(0);
            option -> erlang:unique_integer([no_such]);
            list -> erlang:unique_integer(x)
        end
    catch
        C:R -> {C, R}
    end.
