%% Some loops run through apply and funs; the counts are large enough to notice a leak.
-module(lang_tail_calls).
-export([local/1, external/2, mutual/1, dynamic/2, by_fun/1, state_machine/1, accumulate/1,
         with_try/1, collatz/2, gcd/2, ackermann/2]).

local(0) -> done;
local(N) -> local(N - 1).

external(0, Acc) -> Acc;
external(N, Acc) -> lang_tail_calls:external(N - 1, Acc + N).

mutual(N) -> ping(N, 0).

ping(0, Acc) -> {ping, Acc};
ping(N, Acc) -> pong(N - 1, Acc + 1).

pong(0, Acc) -> {pong, Acc};
pong(N, Acc) -> ping(N - 1, Acc + 2).

dynamic(0, M) -> {done, M};
dynamic(N, M) -> M:dynamic(N - 1, M).

by_fun(N) ->
    F = fun Loop(0, Acc) -> Acc;
            Loop(K, Acc) -> Loop(K - 1, K bxor Acc)
        end,
    F(N, 0).

state_machine(Input) -> start(Input, []).

start([$a | T], Acc) -> in_a(T, [a | Acc]);
start([_ | T], Acc) -> start(T, Acc);
start([], Acc) -> lists:reverse(Acc).

in_a([$b | T], Acc) -> in_b(T, [ab | Acc]);
in_a(T, Acc) -> start(T, Acc).

in_b([$c | T], Acc) -> start(T, [abc | Acc]);
in_b(T, Acc) -> start(T, Acc).

accumulate(N) -> accumulate(N, []).

accumulate(0, Acc) -> {length(Acc), hd(Acc)};
accumulate(N, Acc) -> accumulate(N - 1, [N * N | Acc]).

with_try(N) -> with_try(N, 0).

with_try(0, Errors) -> Errors;
with_try(N, Errors) ->
    Error = try 100 div (N rem 3) of
                _ -> 0
            catch
                error:badarith -> 1
            end,
    with_try(N - 1, Errors + Error).

collatz(1, Steps) -> Steps;
collatz(N, Steps) when N rem 2 =:= 0 -> collatz(N div 2, Steps + 1);
collatz(N, Steps) -> collatz(3 * N + 1, Steps + 1).

gcd(A, 0) -> A;
gcd(A, B) -> gcd(B, A rem B).

ackermann(0, N) -> N + 1;
ackermann(M, 0) -> ackermann(M - 1, 1);
ackermann(M, N) -> ackermann(M - 1, ackermann(M, N - 1)).
