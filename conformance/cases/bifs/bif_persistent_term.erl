%% Keys are erased again.
-module(bif_persistent_term).
-export([term/2, counter/2, atomic/1, errors/1, wrap/1]).

term(K, V) ->
    Key = {bif_persistent_term, K},
    A = persistent_term:get(Key, none),
    persistent_term:put(Key, V),
    B = persistent_term:get(Key),
    C = persistent_term:erase(Key),
    {A, B, C, persistent_term:erase(Key), try persistent_term:get(Key) catch E:R -> {E, R} end}.

counter(Size, Ops) ->
    Ref = counters:new(Size, []),
    [case Op of
         {add, I, N} -> counters:add(Ref, I, N);
         {sub, I, N} -> counters:sub(Ref, I, N);
         {put, I, N} -> counters:put(Ref, I, N)
     end || Op <- Ops],
    {[counters:get(Ref, I) || I <- lists:seq(1, Size)], maps:get(size, counters:info(Ref))}.

atomic(Start) ->
    Ref = atomics:new(2, [{signed, true}]),
    atomics:put(Ref, 1, Start),
    A = atomics:add_get(Ref, 1, 5),
    B = atomics:sub_get(Ref, 1, 2),
    C = atomics:exchange(Ref, 1, 100),
    D = atomics:compare_exchange(Ref, 1, 99, 7),
    E = atomics:compare_exchange(Ref, 1, 100, 7),
    {A, B, C, D, E, atomics:get(Ref, 1), atomics:get(Ref, 2)}.

errors(What) ->
    Ref = atomics:new(1, []),
    try
        case What of
            size -> counters:new(0, []);
            index -> atomics:get(Ref, 2);
            zero -> atomics:get(Ref, 0);
            value -> atomics:put(Ref, 1, a);
            big -> atomics:put(Ref, 1, 1 bsl 64);
            ref -> atomics:get(make_ref(), 1);
            option -> atomics:new(1, [bad])
        end
    catch
        C:R -> {C, R}
    end.

wrap(Signed) ->
    Ref = atomics:new(1, [{signed, Signed}]),
    Max = maps:get(max, atomics:info(Ref)),
    atomics:put(Ref, 1, Max),
    atomics:add(Ref, 1, 1),
    {Max, atomics:get(Ref, 1), maps:get(min, atomics:info(Ref))}.
