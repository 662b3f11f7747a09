%% The compiler keeps float arithmetic in float registers when it knows that operands are floats.
-module(op_floats).
-export([add/2, poly/1, divide/2, negate/1, overflow/1, mixed/2, mean/1, chain/3, guard/1, kept/3]).

add(A, B) when is_float(A), is_float(B) -> A + B.

poly(X) when is_float(X) -> 3.0 * X * X - 2.0 * X + 0.5.

divide(A, B) when is_float(A), is_float(B) -> A / B.

negate(X) when is_float(X) -> -(X * 2.0).

overflow(X) when is_float(X) ->
    try
        X * X * X * 1.0e100
    catch
        error:Reason -> {caught, Reason}
    end.

mixed(A, B) -> float(A) * 2.0 + float(B) - 1.

mean(List) -> mean(List, 0.0, 0).

mean([X | T], Sum, N) -> mean(T, Sum + X, N + 1);
mean([], Sum, N) -> Sum / N.

chain(A, B, C) -> (A / 2.0 + B) * (C - 1.5) / (A * 4.0).

guard(X) when is_float(X), X * 2.0 > 3.0 -> big;
guard(X) when is_float(X), X / 2.0 < 0.0 -> negative;
guard(_) -> other.

%% What is computed next must not be seen in what was kept before.
kept(0, X, Kept) -> [X | Kept];
kept(N, X, Kept) when is_float(X) ->
    Y = X * 1.5 - 0.25,
    Z = (Y + X) * (Y - X) / 3.0,
    kept(N - 1, Y, [Y, {Z, X, -Z} | Kept]).
