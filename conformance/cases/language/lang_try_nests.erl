%% Each block notes its name in the process dictionary; the trail is part of the answer.
-module(lang_try_nests).
-export([after_order/1, catch_in_catch/1, after_raises/1, of_raises/1, through_function/1,
         value_lost/1, in_after/1, deep_after/1, old_catch/1, catch_all/1, in_comprehension/1,
         return_from_loop/1, class_match/2, nested_value/1]).

note(X) -> put(trail, [X | trail()]).

trail() ->
    case get(trail) of
        undefined -> [];
        List -> List
    end.

done(Result) ->
    Trail = lists:reverse(trail()),
    erase(trail),
    {Result, Trail}.

do(error) -> error(an_error);
do(exit) -> exit(an_exit);
do(throw) -> throw(a_throw);
do({error, X}) -> error(X);
do(badmatch) -> {ok, _} = hd([1]);
do(X) -> X.

outcome(F) ->
    try F() of
        V -> {value, V}
    catch
        C:R -> {C, R}
    end.

after_order(What) ->
    done(outcome(fun() ->
                         try
                             note(a),
                             try
                                 note(b),
                                 do(What)
                             after
                                 note(c)
                             end
                         after
                             note(d)
                         end
                 end)).

catch_in_catch(What) ->
    done(outcome(fun() ->
                         try
                             do(What)
                         catch
                             error:R ->
                                 note({first, R}),
                                 try
                                     exit({second, R})
                                 catch
                                     exit:{second, Q} -> note({inner, Q}), {both, R, Q}
                                 end;
                             throw:T ->
                                 note({thrown, T}),
                                 throw({again, T})
                         end
                 end)).

after_raises(What) ->
    done(outcome(fun() ->
                         try
                             do(What)
                         after
                             note(before_raise),
                             do(throw)
                         end
                 end)).

of_raises(What) ->
    done(outcome(fun() ->
                         try do(What) of
                             1 -> do(error);
                             2 -> note(two), two
                         catch
                             error:R -> note({caught, R}), caught
                         after
                             note(cleanup)
                         end
                 end)).

through_function(What) ->
    done(outcome(fun() -> note(enter), level(3, What) end)).

level(0, What) -> do(What);
level(N, What) ->
    try
        note({down, N}),
        {N, level(N - 1, What)}
    after
        note({up, N})
    end.

value_lost(What) ->
    done(outcome(fun() ->
                         try do(What)
                         after
                             _ = {this, value, is, lost}
                         end
                 end)).

in_after(What) ->
    done(outcome(fun() ->
                         try
                             note(body)
                         after
                             try do(What)
                             catch Class:Reason -> note({Class, Reason})
                             end
                         end,
                         finished
                 end)).

deep_after(N) -> done(outcome(fun() -> unwind(N) end)).

unwind(0) -> throw(bottom);
unwind(N) ->
    try
        unwind(N - 1)
    after
        note(N)
    end.

old_catch(What) ->
    A = (catch do(What)),
    B = case A of
            {'EXIT', {Reason, Stack}} when is_list(Stack) -> {'EXIT', Reason, is_list(Stack)};
            Other -> Other
        end,
    {B, catch catch throw(twice)}.

catch_all(What) ->
    try
        do(What)
    catch
        _:_ -> anything
    end.

in_comprehension(List) ->
    [try do(X) catch C:R -> {C, R} end || X <- List].

return_from_loop(List) ->
    try
        [case X of
             stop -> throw({stopped_before, length(List)});
             _ -> X * X
         end || X <- List]
    catch
        throw:{stopped_before, N} -> {stopped, N}
    end.

class_match(Class, Reason) ->
    try
        erlang:raise(Class, Reason, [])
    catch
        Class:{x, Y} -> {same_class, Y};
        exit:Y when is_integer(Y) -> {exit_integer, Y};
        C:Y when is_list(Y), length(Y) > 1 -> {C, list, Y}
    end.

nested_value(X) ->
    A = try X + 1 catch error:_ -> 0 end,
    B = try A / (A - 2) catch error:_ -> infinity end,
    C = try element(A, {a, b, c}) catch error:badarg -> none end,
    [A, B, C].
