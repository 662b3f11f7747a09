%% The stack trace is looked at only for the functions of this module.
-module(op_exceptions).
-export([caught/1, tried/1, after_block/1, match/1, pick/1, iffy/1, try_pick/1, trace/1, reraise/1,
         erlang_raise/1, nested/1, of_part/1]).

fail(error) -> error(reason);
fail(throw) -> throw(reason);
fail(exit) -> exit(reason);
fail(arith) -> 1 / zero();
fail(match) -> {a, _} = zero();
fail(X) -> X.

zero() -> 0.

caught(X) ->
    case catch fail(X) of
        {'EXIT', {Reason, Trace}} when is_list(Trace) -> {exit_with_trace, Reason};
        Other -> {value, Other}
    end.

tried(X) ->
    try fail(X) of
        Value -> {value, Value}
    catch
        throw:Term -> {thrown, Term};
        error:Reason -> {error, Reason};
        exit:Reason -> {exit, Reason}
    end.

after_block(X) ->
    put(trail, []),
    Result = (catch try
                        put(trail, [body | get(trail)]),
                        fail(X)
                    after
                        put(trail, [cleanup | get(trail)])
                    end),
    Trail = erase(trail),
    case Result of
        {'EXIT', {Reason, _}} -> {Trail, 'EXIT', Reason};
        _ -> {Trail, Result}
    end.

match(X) ->
    {ok, Y} = X,
    Y.

pick(X) ->
    case X of
        1 -> one;
        {two, Y} -> Y
    end.

iffy(X) ->
    if
        X > 10 -> big;
        X < 0 -> negative
    end.

try_pick(X) ->
    try fail(X) of
        1 -> one;
        2 -> two
    catch
        throw:reason -> thrown
    end.

trace(X) ->
    try
        fail(X)
    catch
        Class:Reason:Stack ->
            {Class, Reason, [{F, A} || {op_exceptions, F, A, _} <- Stack]}
    end.

reraise(X) ->
    try
        try
            fail(X)
        catch
            throw:T:S -> erlang:raise(exit, {was_throw, T}, S);
            error:E -> error({was_error, E})
        end
    catch
        Class:Reason:Stack ->
            {Class, Reason, [F || {op_exceptions, F, _, _} <- Stack]}
    end.

erlang_raise(Class) ->
    try
        erlang:raise(Class, why, [{somewhere, f, 1, []}])
    catch
        C:R:S -> {C, R, S}
    end.

nested(X) ->
    try
        try
            try
                fail(X)
            catch
                throw:_ -> inner_throw
            end
        catch
            error:R -> fail_again(R)
        end
    catch
        exit:R2 -> {outer_exit, R2}
    end.

fail_again(badarith) -> exit(from_badarith);
fail_again(R) -> {handled, R}.

of_part(X) ->
    try
        X + 1
    of
        2 -> two;
        N when N > 10 -> throw(too_big);
        N -> N
    catch
        throw:_ -> never_here;
        error:badarith -> no_number
    end.
