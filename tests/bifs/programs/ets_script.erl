%% Runs steps on tables, so that two runtimes can be told to do the same.
-module(ets_script).
-export([run/1, other/1]).

run(Steps) ->
    {_, Results} = elsewhere(fun() -> run_here(Steps) end),
    Results.

run_here(Steps) ->
    put(tables, #{}),
    [try step(Step) of Value -> {ok, hide(Value)} catch Class:Reason -> {Class, hide(Reason)} end
     || Step <- Steps].

%% {new, N, Name, Options}: a table that later steps call {table, N}.
step({new, N, Name, Options}) ->
    T = ets:new(Name, Options),
    put(tables, maps:put(N, T, get(tables))),
    T;
step({sort, F, Args}) -> sort(call(F, Args));
%% Chunk by chunk: the sizes, and everything.
step({chunks, F, Args}) -> chunks(F, call(F, Args), [], []);
step({sorted_chunks, F, Args}) -> {Sizes, All} = chunks(F, call(F, Args), [], []), {Sizes, sort(All)};
%% From key to key.
step({walk, First, Next, T}) -> walk(Next, T, call(First, [T]), []);
step({sorted_walk, First, Next, T}) -> sort(walk(Next, T, call(First, [T]), []));
step({other, F, Args}) ->
    %% In another process, which ends afterwards.
    Tables = get(tables),
    {_, Result} = elsewhere(fun() ->
                                    put(tables, Tables),
                                    try {ok, call(F, Args)} catch C:R -> {C, R} end
                            end),
    Result;
step({heir, N, Name, Options}) ->
    %% A table of a process that ends: what becomes of it.
    Self = self(),
    {Pid, T} = elsewhere(fun() -> ets:new(Name, [{heir, Self, gift} | Options]) end),
    put(tables, maps:put(N, T, get(tables))),
    receive {'ETS-TRANSFER', T, Pid, Data} -> {got, Data, ets:info(T, owner) =:= Self}
    after 0 -> {nothing, ets:info(T)}
    end;
step({F, Args}) -> call(F, Args).

%% What a fun returns in a process that ends with it.
elsewhere(F) ->
    Pid = spawn(?MODULE, other, [F]),
    Ref = monitor(process, Pid),
    Pid ! go,
    receive {'DOWN', Ref, process, Pid, Result} -> {Pid, Result} end.

other(F) ->
    receive go -> exit(F()) end.

%% 1 and 1.0 in one order too.
sort(List) -> [T || {T, _} <- lists:sort([{T, term_to_binary(T)} || T <- List])].

call(F, Args) -> apply(ets, F, [argument(A) || A <- Args]).

argument({table, N}) -> maps:get(N, get(tables));
argument({self}) -> self();
argument(A) -> A.

chunks(_, '$end_of_table', Sizes, All) -> {lists:reverse(Sizes), lists:append(lists:reverse(All))};
chunks(F, {Some, Continuation}, Sizes, All) ->
    chunks(F, ets:F(Continuation), [length(Some) | Sizes], [Some | All]).

walk(_, _, '$end_of_table', Keys) -> lists:reverse(Keys);
walk(Next, T, Key, Keys) -> walk(Next, T, call(Next, [T, Key]), [Key | Keys]).

hide(T) when is_reference(T) ->
    case [N || {N, Known} <- maps:to_list(get(tables)), Known =:= T] of
        [N] -> {table, N};
        _ -> reference
    end;
hide(P) when is_pid(P) -> pid;
hide(T) when is_tuple(T) -> list_to_tuple(hide(tuple_to_list(T)));
hide([H | T]) -> [hide(H) | hide(T)];
hide(Other) -> Other.
