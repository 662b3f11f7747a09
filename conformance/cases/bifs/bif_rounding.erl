%% Halves are rounded away from zero; big floats give big integers.
-module(bif_rounding).
-export([run/2]).

run(Function, Args) ->
    try
        call(Function, Args)
    catch
        Class:Reason -> {Class, Reason}
    end.

call(round, [A]) -> erlang:round(A);
call(trunc, [A]) -> erlang:trunc(A);
call(floor, [A]) -> erlang:floor(A);
call(ceil, [A]) -> erlang:ceil(A);
call(float, [A]) -> erlang:float(A);
call(sqrt, [A]) -> math:sqrt(A);
call(pow, [A, B]) -> math:pow(A, B);
call(fmod, [A, B]) -> math:fmod(A, B);
call(atan2, [A, B]) -> math:atan2(A, B);
call(pi, []) -> math:pi();
call(floor, [A]) -> math:floor(A);
call(ceil, [A]) -> math:ceil(A);
call(exp, [A]) -> math:exp(A);
call(log, [A]) -> math:log(A);
call(log2, [A]) -> math:log2(A);
call(log10, [A]) -> math:log10(A);
call(sin, [A]) -> math:sin(A);
call(cos, [A]) -> math:cos(A);
call(tan, [A]) -> math:tan(A);
call(asin, [A]) -> math:asin(A);
call(acos, [A]) -> math:acos(A);
call(atan, [A]) -> math:atan(A);
call(sinh, [A]) -> math:sinh(A);
call(cosh, [A]) -> math:cosh(A);
call(tanh, [A]) -> math:tanh(A);
call(asinh, [A]) -> math:asinh(A);
call(erf, [A]) -> math:erf(A);
call(erfc, [A]) -> math:erfc(A).
