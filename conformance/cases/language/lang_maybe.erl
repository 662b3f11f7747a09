%% A ?= match that fails gives its value to else, or is the value of the whole.
-module(lang_maybe).
-feature(maybe_expr, enable).
-export([plain/2, with_else/2, nested/1, scope/1, no_clause/1]).

plain(A, B) ->
    maybe
        {ok, X} ?= A,
        {ok, Y} ?= B,
        {X, Y}
    end.

with_else(A, B) ->
    maybe
        {ok, X} ?= A,
        true = is_integer(X),
        {ok, Y} ?= B,
        X + Y
    else
        {error, Reason} -> {failed, Reason};
        error -> failed
    end.

nested(X) ->
    maybe
        {ok, Y} ?= maybe {inner, Z} ?= X, {ok, Z} end,
        {outer, Y}
    else
        Other -> {not_inner, Other}
    end.

scope(L) ->
    maybe
        [_ | _] ?= L,
        N = length(L),
        true ?= N > 2,
        {long, N}
    end.

no_clause(X) ->
    maybe
        ok ?= X
    else
        never -> never
    end.
