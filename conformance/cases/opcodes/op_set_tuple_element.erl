%% A record with several fields changed at once copies the tuple once and then writes in place.
-module(op_set_tuple_element).
-export([three/1, again/2, chain/1]).

-record(state, {a = 1, b = 2, c = 3, d = 4, e = 5}).

three(X) ->
    S = #state{a = X},
    T = update(S, X),
    {S, T}.

update(#state{} = S, X) -> S#state{a = [X], c = {X}, e = X}.

again(X, Y) ->
    S = update(#state{}, X),
    update(S#state{b = Y, d = Y}, Y).

chain(Tuple) -> setelement(1, setelement(2, setelement(3, Tuple, c), b), a).
