%% Stack traces where catches are nested deeply and what they catch is raised again and again, from
%% the same and from other functions, on frames that stay and on frames that are new.
-module(lang_nested_catches).
-export([again/1, other/1, grown/1, depths/1, mutual/1]).

%% Each catch catches and raises anew.
again(N) -> collected(fun() -> tried(N, []) end).

tried(0, Traces) -> raised(0, Traces);
tried(N, Traces) ->
    {_, Caught} = try tried(N - 1, Traces), x catch throw:T:S -> {T, caught(T, S)} end,
    raised(N rem 4, Caught).

%% By functions that call each other: no two return addresses in a row are equal.
mutual(N) -> collected(fun() -> even(N, []) end).

even(0, Traces) -> raised(1, Traces);
even(N, Traces) ->
    C = try odd(N - 1, Traces), x catch throw:T:S -> caught(T, S) end,
    raised(N rem 3, C).

odd(N, Traces) -> {x, even(N, Traces)}.

%% The same catch catches several times, with other functions above it.
other(N) -> collected(fun() -> several(N, []) end).

several(0, Traces) -> raised(0, Traces);
several(N, Traces) ->
    C1 = try several(N - 1, Traces), x catch throw:T1:S1 -> caught(T1, S1) end,
    C2 = try first(N rem 7, C1), x catch throw:T2:S2 -> caught(T2, S2) end,
    C3 = try second(N rem 5, C2), x catch throw:T3:S3 -> caught(T3, S3) end,
    raised(N rem 2, C3).

first(0, Traces) -> second(3, Traces);
first(N, Traces) -> [first(N - 1, Traces)].

second(0, Traces) -> raised(2, Traces);
second(N, Traces) ->
    C = try second(N - 1, Traces), x catch throw:T:S -> caught(T, S) end,
    raised(0, C).

%% What was there goes away, and others come.
grown(N) -> collected(fun() -> grow(N, []) end).

grow(0, Traces) -> raised(0, Traces);
grow(N, Traces) ->
    C1 = try returning(N, Traces) catch throw:T1:S1 -> caught(T1, S1) end,
    C2 = try plain(N, C1) catch throw:T2:S2 -> caught(T2, S2) end,
    grow(N div 2, C2).

returning(0, Traces) ->
    try raised(1, Traces) catch throw:T:S -> caught(T, S) end;
returning(N, Traces) ->
    try [] ++ returning(N - 1, Traces) catch throw:T:S -> caught(T, S) end.

plain(0, Traces) -> raised(1, Traces);
plain(N, Traces) -> [] ++ returning(N rem 20, plain(N - 1, Traces)).

%% How many places a trace has changes in the middle of it.
depths(N) ->
    Old = erlang:system_flag(backtrace_depth, 3),
    try
        collected(fun() -> deeper(N, []) end)
    after
        erlang:system_flag(backtrace_depth, Old)
    end.

deeper(0, Traces) -> raised(0, Traces);
deeper(N, Traces) ->
    C = try odd_deeper(N - 1, Traces), x catch throw:T:S -> caught(T, S) end,
    erlang:system_flag(backtrace_depth, N rem 7 + 2),
    raised(N rem 4, C).

odd_deeper(N, Traces) -> [deeper(N, Traces)].

raised(0, Traces) -> throw(Traces);
raised(N, Traces) -> [raised(N - 1, Traces)].

caught(Traces, Stack) -> [[{F, A} || {?MODULE, F, A, _} <- Stack] | Traces].

%% How many there are, the different ones, and a number that tells their order.
collected(Run) ->
    Traces = try Run() catch throw:T:S -> caught(T, S) end,
    {length(Traces), lists:usort(Traces), erlang:phash2(Traces)}.
