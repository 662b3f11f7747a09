-module(trace_match_specs).
-export([try_it/2, as_table/1, current/0]).

try_it(Arguments, Spec) -> erlang:match_spec_test(Arguments, Spec, trace).

as_table(Form) -> erlang:match_spec_test({a}, [{'_', [], [Form]}], table).

current() ->
    {ok, Trace, [], []} = try_it([a], [{'_', [], [{message, {current_stacktrace}}]}]),
    [{M, F, A} || {M, F, A, _} <- Trace, M =:= ?MODULE].
