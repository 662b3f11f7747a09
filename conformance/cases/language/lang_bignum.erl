%% border/1 tries every operation on the neighbours of a power of two.
-module(lang_bignum).
-export([border/1, negative_border/1, power/2, factorial/1, divide/2, division_law/2, shifts/2,
         bits/2, gcd/2, fib/1, square_root/1, digits/1, mixed/2, compare/1, mod_power/3, isqrt_sum/1]).

border(Bits) ->
    P = 1 bsl Bits,
    [[X + 1, X - 1, -X, X * 2, X div 3, X rem 1000, X band 255, X bor 1, X bxor (P - 1), bnot X,
      X bsr 1]
     || X <- [P - 1, P, P + 1]].

negative_border(Bits) ->
    P = -(1 bsl Bits),
    [[X + 1, X - 1, -X, X * -1, X div 7, X rem 7, X band 65535, X bor -256, X bxor P, bnot X, X bsr 3,
      X bsl 1, abs(X)]
     || X <- [P - 1, P, P + 1]].

power(_, 0) -> 1;
power(B, N) when N rem 2 =:= 0 -> power(B * B, N div 2);
power(B, N) -> B * power(B, N - 1).

factorial(0) -> 1;
factorial(N) -> N * factorial(N - 1).

divide(A, B) -> {A div B, A rem B}.

division_law(A, B) ->
    Q = A div B,
    R = A rem B,
    {Q * B + R =:= A, abs(R) < abs(B), R =:= 0 orelse (R < 0) =:= (A < 0)}.

shifts(X, N) -> {X bsl N, X bsr N, X bsl -N, (X bsl N) bsr N =:= X}.

bits(A, B) -> {A band B, A bor B, A bxor B, A band bnot B, bnot (A bor B)}.

gcd(A, 0) -> abs(A);
gcd(A, B) -> gcd(B, A rem B).

fib(N) -> fib(N, 0, 1).

fib(0, A, _) -> A;
fib(N, A, B) -> fib(N - 1, B, A + B).

square_root(N) -> newton(N, N).

newton(N, X) ->
    case (X + N div X) div 2 of
        Y when Y >= X -> X;
        Y -> newton(N, Y)
    end.

digits(0) -> [];
digits(N) -> digits(N div 10) ++ [N rem 10].

mixed(A, F) -> {A + F, A * F, A - F, A / F, F / A, A > F, A == F}.

compare(Bits) ->
    P = 1 bsl Bits,
    [P > P - 1, P =:= P, -P < P, P == float(P), P + 1 > float(P), P > a, P < [], lists:max([P, -P, 1])].

mod_power(_, 0, _) -> 1;
mod_power(B, E, M) when E band 1 =:= 1 -> B * mod_power(B, E - 1, M) rem M;
mod_power(B, E, M) ->
    H = mod_power(B, E bsr 1, M),
    H * H rem M.

isqrt_sum(N) -> lists:sum([square_root(X * X * X) || X <- lists:seq(1, N)]).
