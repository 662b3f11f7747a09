-module(trace_dbg).
-include_lib("stdlib/include/ms_transform.hrl").
-compile([export_all, nowarn_export_all]).

f(X) -> g(X) + 1.
g(X) -> X * 2.
works() -> receive go -> f(3), ?MODULE:f(4), ok end.

%% A session of dbg with a process of its own as the tracer's handler.
session(Flags, Patterns) ->
    Me = self(),
    {ok, _} = dbg:tracer(process, {fun(Message, N) -> Me ! {seen, N, Message}, N + 1 end, 0}),
    Pid = spawn(?MODULE, works, []),
    Started = dbg:p(Pid, Flags),
    Set = Patterns(),
    Monitor = monitor(process, Pid),
    Pid ! go,
    receive {'DOWN', Monitor, _, _, _} -> ok end,
    Seen = seen(),
    Cleared = [dbg:ctp(?MODULE, f), dbg:ctpl(?MODULE, g)],
    Server = whereis(dbg),
    Watch = monitor(process, Server),
    Stopped = dbg:stop(),
    receive {'DOWN', Watch, _, _, _} -> ok end,
    {Started, Set, Seen, Cleared, Stopped, whereis(dbg)}.

seen() -> receive {seen, _, _} = Message -> [Message | seen()] after 100 -> [] end.

specs() ->
    session([c, m, p],
            fun() ->
                    [dbg:tp(?MODULE, f, dbg:fun2ms(fun([X]) when X > 3 -> return_trace(), message({x, X}) end)),
                     dbg:tpl(?MODULE, g, '_', []), dbg:tpl(?MODULE, g, 1, x)]
            end).

built_in_specs() ->
    session(call, fun() -> [dbg:tpl(?MODULE, g, cx), dbg:tp(?MODULE, f, c)] end).

nothing_started() -> [tracing_kit:probe(fun() -> dbg:p(self(), [c]) end), dbg:stop(), dbg:get_tracer()].

flags() -> [dbg:transform_flags(Flags) || Flags <- [[s, r], [m], [p, c], [sos], [sofs], [sol], [sofl], [all], [clear], [foo]]].

fun2ms() ->
    [dbg:fun2ms(fun([A, B]) when A > B -> message({A, B}) end),
     dbg:fun2ms(fun(_) -> exception_trace() end),
     dbg:fun2ms(fun([{A, _}]) when is_atom(A) -> true; (_) -> silent(true) end)].
