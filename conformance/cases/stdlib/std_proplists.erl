%% An atom stands for a pair with true.
-module(std_proplists).
-export([run/2, api/2, normalise/1]).

run(F, Args) ->
    try
        apply(proplists, F, Args)
    catch
        C:R -> {C, R}
    end.

api(K, List) ->
    {proplists:get_value(K, List), proplists:get_value(K, List, default), proplists:get_all_values(K, List),
     proplists:lookup(K, List), proplists:lookup_all(K, List), proplists:is_defined(K, List),
     proplists:delete(K, List), proplists:append_values(K, List), proplists:get_keys([K])}.

normalise(List) ->
    {proplists:unfold(List), proplists:compact(proplists:unfold(List)),
     proplists:substitute_aliases([{color, colour}], List),
     proplists:substitute_negations([{no_b, b}], List),
     proplists:expand([{a, [x, {y, 1}]}], List),
     proplists:normalize(List, [{negations, [{no_b, b}]}])}.
