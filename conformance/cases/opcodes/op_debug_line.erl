%% The option switches most optimisations off and keeps variables in registers.
-module(op_debug_line).
-export([fact/1, swap/1, sum/2]).

fact(0) ->
    1;
fact(N) ->
    M = N - 1,
    N * fact(M).

swap({A, B}) ->
    C = {B, A},
    C.

sum([H | T], Acc) ->
    Next = Acc + H,
    sum(T, Next);
sum([], Acc) ->
    Acc.
