%% How long stack traces are by erlang:system_flag(backtrace_depth, Depth), for everything that raises.
-module(lang_trace_depth).
-export([raised/2, k/2, id/1]).
id(X) -> X.
k(error, _) -> error(x), ok;
k(error2, _) -> error(x, [a]), ok;
k(div0, N) -> X = '\x{400}' / N, id(X), ok;
k(plus, N) -> X = N + a, id(X), ok;
k(bif, N) -> X = atom_to_list(N), id(X), ok;
k(gbif, N) -> X = hd(N), id(X), ok;
k(badmatch, N) -> a = N, ok;
k(undef, N) -> X = nomod:foo(N), id(X), ok;
k(fc, N) -> X = ?MODULE:k(fcc, fcc, N), id(X), ok;
k(clause, N) -> X = (fun(y) -> 1 end)(N), id(X), ok;
k(badfun, N) -> X = N(), id(X), ok;
k(badarity, _) -> F = fun() -> 1 end, X = F(1), id(X), ok;
k(lists, N) -> X = lists:map(fun(Y) -> Y+N end, [a]), id(X), ok;
k(tail, N) -> atom_to_list(N);
k(ets, N) -> X = ets:lookup(N, 1), id(X), ok;
k(cur, _) -> {current_stacktrace, L} = process_info(self(), current_stacktrace), throw({l, L}), ok.
n({_,F,A,_}) -> {F, if is_list(A) -> length(A); true -> A end}.
%% The functions in the trace of what a kind of mistake raises.
raised(Depth, Kind) ->
    Before = erlang:system_flag(backtrace_depth, Depth),
    try k(Kind, 0)
    catch
        _:{l, List}:Trace -> {[n(Item) || Item <- List], [n(Item) || Item <- Trace]};
        Class:_:Trace -> {Class, [n(Item) || Item <- Trace]}
    after
        erlang:system_flag(backtrace_depth, Before)
    end.
