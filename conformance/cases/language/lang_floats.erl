%% There is no infinity and no NaN in Erlang: an operation that would make one is a badarith.
-module(lang_floats).
-export([ops/2, round_all/1, compare/2, to_text/1, negative_zero/0, limits/0, sum/1, int_to_float/1,
         big_to_float/1, math/2, series/1, newton/1, min_max/2, integer_like/1]).

attempt(F) ->
    try
        F()
    catch
        error:R -> R
    end.

ops(A, B) -> [attempt(fun() -> A + B end), attempt(fun() -> A - B end), attempt(fun() -> A * B end),
              attempt(fun() -> A / B end)].

round_all(F) -> {round(F), trunc(F), floor(F), ceil(F)}.

compare(A, B) -> {A < B, A =< B, A == B, A =:= B, A /= B}.

to_text(F) -> {float_to_list(F), float_to_list(F, [{decimals, 3}]),
               float_to_list(F, [{scientific, 5}]), float_to_list(F, [{decimals, 6}, compact]),
               io_lib:format("~w ~p", [F, F])}.

negative_zero() ->
    Z = -1.0 * zero(),
    {Z == 0.0, Z == 0, 1.0 + Z, <<Z/float>>, float_to_list(Z, [{decimals, 1}]), Z < 0.0}.

zero() -> 0.0.

limits() ->
    Max = 1.7976931348623157e308,
    Tiny = 5.0e-324,
    [Max, Tiny, Tiny / 2.0, attempt(fun() -> Max * 2 end), attempt(fun() -> Max + Max end),
     Max + 1.0 == Max, Max > 1 bsl 1023, Max < 1 bsl 1024].

sum(N) -> lists:foldl(fun(X, Acc) -> Acc + 1.0 / X end, 0.0, lists:seq(1, N)).

int_to_float(N) -> {N * 1.0, N + 0.0, N / 1, float(N), trunc(float(N)) - N}.

big_to_float(Bits) -> attempt(fun() -> float(1 bsl Bits) end).

math(F, X) -> attempt(fun() -> math:F(X) end).

series(N) -> series(N, 1, 0.0).

series(0, _, Sum) -> 4.0 * Sum;
series(N, K, Sum) when N rem 2 =:= 0 -> series(N - 1, K + 2, Sum + 1.0 / K);
series(N, K, Sum) -> series(N - 1, K + 2, Sum - 1.0 / K).

newton(X) -> newton(X, X / 2.0, 30).

newton(_, G, 0) -> G;
newton(X, G, N) -> newton(X, (G + X / G) / 2.0, N - 1).

min_max(A, B) -> {min(A, B), max(A, B), lists:min([A, B]), lists:max([A, B])}.

integer_like(F) -> {F == trunc(F), F =:= trunc(F), trunc(F) * 1.0 =:= F}.
