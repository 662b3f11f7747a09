%% Runs random concurrent programs many times, for enigma_random.erl.
%%
%% A job is {Module, Beam, [{Count, Mode}]} with modes as enigma_concurrent.erl has them. Its
%% answer is {ok, [{Outcome, Count}]}, each outcome in its normal form as an external term, or
%% {unloadable, Text}. All jobs run at the same time, the runs of one after each other, since its
%% processes and tables have names. Compiles and runs on OTP 23 and later.
-module(enigma_concurrent_runs).

-export([jobs/1, normal/1]).

jobs(Jobs) ->
    Running = [spawn_monitor(fun() -> exit({done, job(Job)}) end) || Job <- Jobs],
    [
        receive
            {'DOWN', Ref, process, Pid, {done, Answer}} -> Answer
        end
     || {Pid, Ref} <- Running
    ].

job({Module, Beam, Modes}) ->
    case code:load_binary(Module, "random", Beam) of
        {module, Module} ->
            Counts = lists:foldl(
                fun({Count, Mode}, Seen) -> runs(Module, Mode, Count, Seen) end, #{}, Modes
            ),
            true = code:delete(Module),
            _ = code:purge(Module),
            {ok, maps:to_list(Counts)};
        {error, Reason} ->
            {unloadable, unicode:characters_to_binary(io_lib:format("~0tp", [Reason]))}
    end.

runs(_, _, 0, Seen) ->
    Seen;
runs(Module, Mode, Count, Seen) ->
    {Pid, Ref} = spawn_monitor(fun() -> exit({done, Module:run(Mode)}) end),
    Outcome =
        receive
            {'DOWN', Ref, process, Pid, {done, Result}} -> Result;
            {'DOWN', Ref, process, Pid, Reason} -> {failed, Reason}
        end,
    Key = term_to_binary(normal(Outcome)),
    Now = maps:update_with(Key, fun(N) -> N + 1 end, 1, Seen),
    case Outcome of
        late ->
            %% One that does not end is not run any more in this mode: it would take too long.
            end_all(Pid),
            Now;
        _ ->
            runs(Module, Mode, Count - 1, Now)
    end.

end_all(Leader) ->
    [
        exit(Pid, kill)
     || Pid <- processes(), process_info(Pid, group_leader) =:= {group_leader, Leader}
    ].

%% As conformance/normalise.py does it with the rule exit_traces.
normal(Term) ->
    {Normal, _} = number(without_traces(Term), #{}),
    Normal.

without_traces({Reason, [{M, F, A, L} | _]}) when is_atom(M), is_atom(F), is_list(L) ->
    Arity = if is_list(A) -> length(A); true -> A end,
    {without_traces(Reason), [{M, F, Arity}]};
without_traces([Head | Tail]) ->
    [without_traces(Head) | without_traces(Tail)];
without_traces(Tuple) when is_tuple(Tuple) ->
    list_to_tuple(without_traces(tuple_to_list(Tuple)));
without_traces(Other) ->
    Other.

number(Pid, Seen) when is_pid(Pid) -> numbered('$pid', Pid, Seen);
number(Ref, Seen) when is_reference(Ref) -> numbered('$ref', Ref, Seen);
number([Head | Tail], Seen) ->
    {First, Then} = number(Head, Seen),
    {Rest, Last} = number(Tail, Then),
    {[First | Rest], Last};
number(Tuple, Seen) when is_tuple(Tuple) ->
    {Items, Last} = number(tuple_to_list(Tuple), Seen),
    {list_to_tuple(Items), Last};
number(Other, Seen) ->
    {Other, Seen}.

numbered(Kind, Identity, Seen) ->
    case Seen of
        #{Identity := Number} ->
            {{Kind, Number}, Seen};
        _ ->
            Number = maps:get(Kind, Seen, 0) + 1,
            {{Kind, Number}, Seen#{Kind => Number, Identity => Number}}
    end.
