%% A process that outgrows its limit ends when somebody asks it to collect its garbage.
-module(heap_limits).
-export([asked/2, forgiven/0]).

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
