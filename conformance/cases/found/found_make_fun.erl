%% Without optimisation compilers write `fun M:F/A` as a call of erlang:make_fun/3.
-module(found_make_fun).

-export([constant/0, inside/1, called/1]).

constant() ->
    fun lists:sum/1.

inside(F) ->
    {F, [fun erlang:is_atom/1], #{key => fun no:such/2}}.

called(List) ->
    (fun lists:sum/1)(List).
