%% update_record copies or reuses; a term that is not the record is a badrecord error.
-module(op_update_record).
-export([one/2, many/2, chain/1, in_place/1, read/1, same/1, set/3, loop/1]).

-record(state, {a = 1, b = two, c = [], d, e = {}}).

one(S, X) -> S#state{b = X}.

many(S, X) -> S#state{a = X, c = [X], e = {X}}.

chain(X) ->
    S = #state{d = X},
    T = S#state{a = 2},
    U = T#state{b = T, e = 5},
    {S, T, U}.

in_place(N) ->
    S = lists:foldl(fun(K, Acc) -> Acc#state{a = K, c = [K | Acc#state.c]} end, #state{},
                    lists:seq(1, N)),
    {S#state.a, length(S#state.c), S#state.d}.

read(S) -> {S#state.a, S#state.e}.

%% Writing the value that is there already.
same(X) ->
    S = #state{a = X},
    S#state{a = X} =:= S.

set(T, X, Y) -> setelement(1, setelement(3, T, X), Y).

loop(N) -> loop(N, #state{a = 0, d = 0}).

loop(0, S) -> S;
loop(N, #state{a = A, d = D} = S) -> loop(N - 1, S#state{a = A + N, d = D - N}).
