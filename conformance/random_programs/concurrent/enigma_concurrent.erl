%% What random concurrent programs are made with: steps, what their processes log, and the end.
%%
%% A program is a module with run(Mode), which calls run/2 here. Each of its processes has a
%% number; 0 is the first. Each operation is a step with a number that no other step of the module
%% has, and logs its result under that number; the next number is that of the logging itself.
%%
%% Before each step and before each logging, a process goes through a gate, which is where a
%% schedule can be had: the mode decides what happens there.
%%
%%   plain           nothing
%%   marked          the number goes into the process dictionary, where a virtual machine that
%%                   watches the process finds it; so does that of the step that starts a timer
%%   {random, N}     in N of 100 cases the process yields, works or sleeps for a while
%%   {plan, Plan}    the process sleeps until its time has come. Plan is {Slots, Milliseconds,
%%                   Timers, All}: the slot of each gate, how long a slot is, how many slots the
%%                   timer of a step runs, and how many slots there are
%%
%% Compiles and runs on OTP 23 and later.
-module(enigma_concurrent).

-export([
    run/2, enter/2, leave/2, pause/2, spawned/4, step/3, attempt/3, timer/3,
    left/1, queue/1, drain/0
]).

%% A process that has nothing left to wait for ends sooner; this is for faults.
-define(MOST_MILLISECONDS, 4000).

%% ---------------------------------------------------------------- the whole of a run

%% Run the processes of a program until all have ended: {Pids, [{Number, Reason, Log}]} in the
%% order of their numbers, where Log has {Step, Result} in the order of steps. The atom unseen
%% instead when a process ended before it could be watched, and late when some did not end.
run(Mode, Main) ->
    %% All processes of the program have this one as group leader: so it finds them.
    true = group_leader(self(), self()),
    Log = ets:new(enigma_log, [public, ordered_set]),
    Timer = deadline(Mode),
    Context = {Log, self(), started(Mode)},
    spawn(fun() -> Main(Context) end),
    Ended = watch(Log, Timer, #{coming => #{0 => none}, alive => #{}, waiting => [], ended => #{}}),
    is_reference(Timer) andalso erlang:cancel_timer(Timer),
    outcome(Log, Ended).

%% A virtual machine that watches sees by itself when nothing can happen any more.
deadline(marked) -> none;
deadline(_) -> erlang:start_timer(?MOST_MILLISECONDS, self(), late).

started({plan, Plan}) -> {plan, Plan, erlang:monotonic_time(millisecond) + 3};
started(Mode) -> Mode.

outcome(_, late) ->
    late;
outcome(Log, Ended) ->
    Numbers = [
        {Number, Pid, Reason, Entries}
     || {Number, {Pid, Reason, Made}} <- lists:sort(maps:to_list(Ended)),
        Entries <- [entries(Log, Number)],
        Entries =/= [] orelse was_made(Log, Made)
    ],
    case [Number || {Number, _, noproc, []} <- Numbers] of
        [] -> {[P || {_, P, _, _} <- Numbers], [{N, R, Es} || {N, _, R, Es} <- Numbers]};
        _ -> unseen
    end.

entries(Log, Number) ->
    [{Step, Result} || [Step, Result] <- ets:match(Log, {{step, Number, '$1'}, '$2'})].

%% A process that did nothing counts when the one that made it knew of it.
was_made(_, none) -> true;
was_made(Log, {Number, Step}) -> ets:member(Log, {step, Number, Step}).

%% `coming` has the processes that are about to be made, with who makes them in which step; `alive`
%% those that are watched; `waiting` who wants to know when a process is; `ended` all others.
watch(_, _, #{coming := Coming, alive := Alive, ended := Ended}) when
    map_size(Coming) =:= 0, map_size(Alive) =:= 0
->
    Ended;
watch(Log, Timer, #{coming := Coming, alive := Alive, waiting := Waiting, ended := Ended} = State) ->
    receive
        {enigma_spawns, Number, Made} ->
            watch(Log, Timer, State#{coming := Coming#{Number => Made}});
        {enigma_enter, Number, Pid} ->
            {Made, Others} = maps:take(Number, Coming),
            Ref = erlang:monitor(process, Pid),
            true = ets:insert(Log, {{pid, Pid}, Number}),
            Pid ! enigma_go,
            [Parent ! {enigma_entered, Number} || {One, Parent} <- Waiting, One =:= Number],
            watch(Log, Timer, State#{coming := Others, alive := Alive#{Ref => {Number, Pid, Made}}});
        {enigma_spawned, Number, Parent} when is_map_key(Number, Coming) ->
            watch(Log, Timer, State#{waiting := [{Number, Parent} | Waiting]});
        {enigma_spawned, Number, Parent} ->
            Parent ! {enigma_entered, Number},
            watch(Log, Timer, State);
        {'DOWN', Ref, process, Pid, Reason} ->
            {{Number, Pid, Made}, Rest} = maps:take(Ref, Alive),
            Dead = Ended#{Number => {Pid, Reason, Made}},
            watch(Log, Timer, State#{alive := Rest, ended := Dead});
        {timeout, Timer, late} ->
            late
    after patience(Alive) ->
        case is_anybody_there() of
            true -> watch(Log, Timer, State);
            false -> Ended
        end
    end.

%% Who was about to make a process may have been ended before it did.
patience(Alive) when map_size(Alive) =:= 0 -> 1;
patience(_) -> infinity.

is_anybody_there() ->
    Self = self(),
    Leader = {group_leader, Self},
    lists:any(
        fun(Pid) -> Pid =/= Self andalso erlang:process_info(Pid, group_leader) =:= Leader end,
        processes()
    ).

%% ---------------------------------------------------------------- for processes of a program

%% The first thing that a process does: wait until its end will be noticed. Its pid.
enter({_, Watcher, Mode}, Number) ->
    Watcher ! {enigma_enter, Number, self()},
    receive enigma_go -> ok end,
    put('$enigma', Number),
    prepare(Mode),
    self().

prepare({random, _}) ->
    _ = process_flag(priority, lists:nth(rand:uniform(4), [low, normal, normal, high])),
    ok;
prepare(_) ->
    ok.

%% The last thing that a process does.
leave(Context, Step) ->
    pause(Context, Step).

%% A gate within a step, before something else that concerns other processes.
pause({_, _, Mode}, Step) ->
    gate(Mode, Step).

%% A step that makes the process Number: Make gives its pid or {Pid, Monitor}. It goes on when the
%% new process is ready.
spawned({_, Watcher, _} = Context, Step, Number, Make) ->
    step(Context, Step, fun() ->
        Watcher ! {enigma_spawns, Number, {get('$enigma'), Step}},
        Made = Make(),
        Watcher ! {enigma_spawned, Number, self()},
        receive {enigma_entered, Number} -> Made end
    end).

%% A step: do it, log its value, and give that.
step({Log, _, Mode}, Step, Do) ->
    gate(Mode, Step),
    Value = Do(),
    gate(Mode, Step + 1),
    true = ets:insert(Log, {{step, get('$enigma'), Step}, Value}),
    Value.

%% As step/3; an exception is {Class, Reason}.
attempt(Context, Step, Do) ->
    step(Context, Step, fun() ->
        try
            Do()
        catch
            Class:Reason -> {Class, Reason}
        end
    end).

%% How many milliseconds a timer of a step runs.
timer({_, _, {plan, {_, Milliseconds, Timers, All}, _}}, Step, _) ->
    maps:get(Step, Timers, All) * Milliseconds;
timer({_, _, marked}, Step, Milliseconds) ->
    _ = put('$timer', Step),
    Milliseconds;
timer(_, _, Milliseconds) ->
    Milliseconds.

%% What cancel_timer and read_timer say, without the time itself.
left(Milliseconds) when is_integer(Milliseconds) -> left;
left(Other) -> Other.

%% The messages in the queue of a process, without those that are for us.
queue(Pid) ->
    case process_info(Pid, messages) of
        {messages, Messages} -> [Message || Message <- Messages, not is_ours(Message)];
        undefined -> undefined
    end.

is_ours({enigma_entered, _}) -> true;
is_ours(Message) -> Message =:= enigma_go.

%% All messages, in the order of the queue.
drain() ->
    receive
        Message -> [Message | drain()]
    after 0 -> []
    end.

%% ---------------------------------------------------------------- gates

gate(plain, _) ->
    ok;
gate(marked, Step) ->
    _ = put('$step', Step),
    ok;
gate({random, Percent}, _) ->
    case rand:uniform(100) =< Percent of
        true -> disturb(rand:uniform(6));
        false -> ok
    end;
gate({plan, {Slots, Milliseconds, _, All}, Start}, Step) ->
    sleep_until(Start + maps:get(Step, Slots, All) * Milliseconds).

disturb(1) -> erlang:yield();
disturb(2) -> [erlang:yield() || _ <- lists:seq(1, 5)];
disturb(3) -> work(1000);
disturb(4) -> work(20000);
disturb(5) -> receive after 1 -> ok end;
disturb(6) -> receive after rand:uniform(3) -> ok end.

work(0) -> ok;
work(N) -> work(N - 1).

%% In short sleeps: those of a suspended process stand still, from OTP 28 on.
sleep_until(Time) ->
    case Time - erlang:monotonic_time(millisecond) of
        Left when Left > 0 ->
            receive after 1 -> ok end,
            sleep_until(Time);
        _ ->
            ok
    end.
