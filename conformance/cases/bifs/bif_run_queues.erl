%% How many processes wait for a processor: at least those that there are more of than processors.
-module(bif_run_queues).
-export([busy/1, idle/1, sums/0]).

loop() -> loop().

hogs(F) ->
    Old = process_flag(priority, high),
    Hogs = [spawn_opt(fun loop/0, [{priority, low}]) || _ <- lists:seq(1, 200)],
    receive after 20 -> ok end,
    Result = F(),
    Refs = [monitor(process, P) || P <- Hogs],
    [exit(P, kill) || P <- Hogs],
    [receive {'DOWN', R, _, _, _} -> ok end || R <- Refs],
    process_flag(priority, Old),
    Result.

total(Item) ->
    case statistics(Item) of
        N when is_integer(N) -> N;
        L when is_list(L) -> lists:sum(L);
        T when is_tuple(T) -> lists:sum(tuple_to_list(T))
    end.

busy(Item) -> hogs(fun() -> N = total(Item), N > 100 andalso N < 1000 end).
idle(Item) -> total(Item) < 100.

%% The list for all has a queue more than the other one.
sums() -> [length(statistics(All)) - length(statistics(Some))
           || {Some, All} <- [{run_queue_lengths, run_queue_lengths_all}, {active_tasks, active_tasks_all}]].
