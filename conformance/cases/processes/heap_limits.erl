%% A process that outgrows its limit ends when somebody asks it to collect its garbage.
-module(heap_limits).
-export([asked/2, forgiven/0, unsaid/2]).

limited(Options) ->
    {Pid, Ref} = spawn_opt(fun() -> receive never -> ok end end, [monitor | Options]),
    [Pid ! lists:duplicate(I, I) || I <- lists:seq(1, 100)],
    process_info(Pid, messages),
    erlang:garbage_collect(Pid),
    End = receive {'DOWN', Ref, process, Pid, Reason} -> Reason after 200 -> alive end,
    exit(Pid, kill),
    End.

asked(Size, Queue) -> limited([{max_heap_size, Size}, {message_queue_data, Queue}]).

forgiven() -> limited([{max_heap_size, #{size => 1024, kill => false, error_logger => false}}]).

%% What a limit does not say is as for all new processes: of a process that is made with it, and of
%% the caller.
unsaid(System, Limit) ->
    Before = erlang:system_info(max_heap_size),
    try
        Old = erlang:system_flag(max_heap_size, System),
        {_, Ref} = spawn_opt(fun() -> exit(mine()) end, [monitor, {max_heap_size, Limit}]),
        Made = receive {'DOWN', Ref, process, _, What} -> What end,
        process_flag(max_heap_size, Limit),
        {shown(Old), shown(erlang:system_info(max_heap_size)), Made, mine()}
    after
        erlang:system_flag(max_heap_size, Before)
    end.

mine() ->
    {max_heap_size, Limit} = process_info(self(), max_heap_size),
    shown(Limit).

shown(#{size := Size, kill := Kill, error_logger := Logs}) -> {Size, Kill, Logs}.
