%% The same seed gives the same numbers on every machine.
-module(std_rand).
-export([ints/3, floats/3, jump/2, export/1, shuffle/2, normal/2, bytes/2, process/1, ranges/2, fast/1]).

ints(Alg, Seed, N) -> draw(rand:seed_s(Alg, Seed), N, fun(S) -> rand:uniform_s(1000000, S) end).

floats(Alg, Seed, N) -> draw(rand:seed_s(Alg, Seed), N, fun rand:uniform_s/1).

draw(_, 0, _) -> [];
draw(S, N, F) ->
    {X, S2} = F(S),
    [X | draw(S2, N - 1, F)].

jump(Alg, Seed) ->
    try
        draw(rand:jump(rand:seed_s(Alg, Seed)), 3, fun(S) -> rand:uniform_s(1000, S) end)
    catch
        C:R -> {C, R}
    end.

export(Seed) ->
    S = rand:seed_s(exsss, Seed),
    {_, S2} = rand:uniform_s(S),
    E = rand:export_seed_s(S2),
    {E, draw(rand:seed_s(E), 2, fun(X) -> rand:uniform_s(100, X) end)}.

shuffle(List, Seed) ->
    {Tagged, _} = lists:mapfoldl(fun(X, S) ->
                                         {R, S2} = rand:uniform_s(S),
                                         {{R, X}, S2}
                                 end, rand:seed_s(exrop, Seed), List),
    [X || {_, X} <- lists:sort(Tagged)].

normal(Seed, N) -> draw(rand:seed_s(exsss, Seed), N, fun rand:normal_s/1).

bytes(Seed, N) -> element(1, rand:bytes_s(N, rand:seed_s(exsss, Seed))).

process(Seed) ->
    rand:seed(exsss, Seed),
    [rand:uniform(10) || _ <- lists:seq(1, 5)] ++ [rand:uniform() < 1.0].

ranges(Seed, Limits) ->
    {L, _} = lists:mapfoldl(fun(Max, S) -> rand:uniform_s(Max, S) end, rand:seed_s(exsss, Seed), Limits),
    L.

fast(Seed) ->
    S1 = rand:mwc59(Seed),
    S2 = rand:mwc59(S1),
    {S1, S2, rand:mwc59_value(S2), rand:mwc59_value32(S2), rand:splitmix64_next(Seed)}.
