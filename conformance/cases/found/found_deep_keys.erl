%% Sizes of maps whose keys are nested deeply, and what tables say to a key that is none.
-module(found_deep_keys).
-export([sizes/1, beside/2]).

sizes(Depth) ->
    Term = deep(Depth, #{}),
    Map = #{Term => Term},
    {erts_debug:flat_size(Term), erts_debug:flat_size(Map)}.

deep(0, Term) -> Term;
deep(N, Term) -> deep(N - 1, #{#{k => {[Term]}} => v}).

beside(Kind, Function) ->
    Table = ets:new(table, [Kind]),
    Empty = ask(Function, Table),
    true = ets:insert(Table, {b, 1}),
    {Empty, ask(Function, Table)}.

ask(Function, Table) ->
    try ets:Function(Table, '$end_of_table') catch Class:Reason -> {Class, Reason} end.
