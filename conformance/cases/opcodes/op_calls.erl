%% Every form of a static call, with live values kept across some of them.
-module(op_calls).
-export([body/1, tail/2, drop/1, ext_body/1, ext_drop/2, ext_only/2, undefined_function/1,
         undefined_module/1, no_clause/1, mutual/1, nine/9, depth/1]).

body(N) ->
    A = double(N),
    B = double(A),
    {N, A, B}.

double(N) -> N + N.

tail(0, Acc) -> {done, Acc};
tail(N, Acc) -> tail(N - 1, [N | Acc]).

drop(N) ->
    A = double(N),
    B = double(N + 1),
    pair(A, B).

pair(A, B) -> {pair, A, B}.

ext_body(List) ->
    Reversed = lists:reverse(List),
    {List, Reversed, length(Reversed)}.

ext_drop(List, Tail) ->
    Sorted = lists:sort(List),
    lists:reverse(Sorted, Tail).

ext_only(A, B) -> lists:append(A, B).

undefined_function(X) -> op_calls:no_such_function(X).

undefined_module(X) -> no_such_module_at_all:f(X, X).

no_clause(one) -> 1;
no_clause({two, X}) when is_integer(X) -> X.

mutual(N) when N >= 0 -> even(N).

even(0) -> even;
even(N) -> odd(N - 1).

odd(0) -> odd;
odd(N) -> even(N - 1).

nine(A, B, C, D, E, F, G, H, I) -> nine_back(I, H, G, F, E, D, C, B, A).

nine_back(A, B, C, D, E, F, G, H, I) -> {[A, B, C], [D, E, F], [G, H, I]}.

depth(0) -> 0;
depth(N) -> 1 + depth(N - 1).
