%% Match specifications tried on a term, and on the objects of tables.
-module(bif_match_specs).
-export([test/2, replace/3]).

test(Subject, Spec) ->
    try erlang:match_spec_test(Subject, Spec, table) of
        {ok, Value, _, _} -> {ok, Value};
        {error, Problems} -> {error, [lists:flatten(Text) || {_, Text} <- Problems]}
    catch
        Class:Reason -> {Class, Reason}
    end.

replace(Kind, Objects, Spec) ->
    Table = ets:new(t, [Kind]),
    true = ets:insert(Table, Objects),
    Count = try ets:select_replace(Table, Spec) catch Class:Reason -> {Class, Reason} end,
    {Count, lists:sort(ets:tab2list(Table))}.
