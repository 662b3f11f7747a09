%% The frames of this module are returned with their lines; those of OTP without.
-module(lang_stacktrace).
-export([body/1, tail/1, deep/2, in_lib/1, badfun/1, undef/1, clause/1, raised/1, in_fun/1, guard/1,
         bif_args/1, rethrown/1, inside_catch/1, args_of/1]).

trace(Stack) -> [frame(F) || F <- Stack, wanted(F)].

wanted({M, _, _, _}) -> lists:member(M, [?MODULE, erlang, lists, maps]).

frame({?MODULE, F, A, Info}) -> {F, arity(A), proplists:get_value(line, Info)};
frame({M, F, A, _}) -> {M, F, arity(A)}.

arity(A) when is_list(A) -> {args, length(A)};
arity(A) -> A.

run(Fun) ->
    try
        Fun()
    catch
        Class:Reason:Stack -> {Class, Reason, lists:sublist(trace(Stack), 4)}
    end.

body(X) -> run(fun() -> {inner(X), body} end).

inner(X) ->
    Y = 1 / X,
    {Y, X}.

tail(X) -> run(fun() -> tail_1(X) end).

tail_1(X) -> tail_2(X).

tail_2(X) -> hd(X).

deep(N, X) -> run(fun() -> [count(N, X)] end).

count(0, X) -> X + 1;
count(N, X) -> 1 + count(N - 1, X).

in_lib(X) -> run(fun() -> [lists:map(fun(Y) -> Y * 2 end, X)] end).

badfun(X) -> run(fun() -> [X(1)] end).

undef(M) -> run(fun() -> [M:no_such_function(1, 2)] end).

clause(X) -> run(fun() -> [only_atoms(X)] end).

only_atoms(X) when is_atom(X) -> X.

raised(Class) -> run(fun() -> [erlang:raise(Class, because, [{lang_stacktrace, made_up, 7, []}])] end).

in_fun(X) ->
    F = fun(Y) ->
                Z = Y + 1,
                [Z]
        end,
    run(fun() -> [F(X)] end).

guard(X) ->
    run(fun() ->
                case X of
                    1 -> one;
                    Y when Y > 5 -> more
                end
        end).

bif_args(X) -> run(fun() -> [atom_to_list(X)] end).

rethrown(X) ->
    run(fun() ->
                try
                    [inner(X)]
                catch
                    error:badarith:S -> erlang:raise(throw, again, S)
                end
        end).

inside_catch(X) ->
    case catch inner(X) of
        {'EXIT', {Reason, Stack}} -> {Reason, lists:sublist(trace(Stack), 2)};
        Value -> Value
    end.

args_of(X) ->
    try
        only_atoms(X)
    catch
        error:function_clause:Stack ->
            [{M, F, Args, _} | _] = Stack,
            {M, F, Args}
    end.
