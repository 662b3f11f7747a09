%% Processes that call built-in functions with long arguments over and over leave time to others.
-module(found_long_lists).
-export([lists/0, others/0, limited/0]).

lists() ->
    List = lists:seq(1, 20000),
    Pairs = [{I, I} || I <- List],
    Tuple = list_to_tuple(List),
    Binary = binary:copy(<<"abcdefgh">>, 2500),
    others_run([
        fun () -> lists:reverse(List) end,
        fun () -> List ++ [a] end,
        fun () -> List -- [x] end,
        fun () -> lists:member(x, List) end,
        fun () -> lists:keyfind(x, 1, Pairs) end,
        fun () -> lists:keymember(x, 1, Pairs) end,
        fun () -> length(List) end,
        fun () -> list_to_tuple(List) end,
        fun () -> tuple_to_list(Tuple) end,
        fun () -> binary_to_list(Binary) end
    ]).

others() ->
    List = lists:seq(1, 20000),
    Pairs = [{I, I} || I <- List],
    Map = maps:from_list(Pairs),
    Binary = binary:copy(<<"abcdefgh">>, 2500),
    Bytes = binary_to_list(Binary),
    Table = ets:new(table, [public]),
    others_run([
        fun () -> maps:from_list(Pairs) end,
        fun () -> maps:keys(Map) end,
        fun () -> maps:values(Map) end,
        fun () -> maps:to_list(Map) end,
        fun () -> maps:merge(Map, #{a => 1}) end,
        fun () -> list_to_binary(Bytes) end,
        fun () -> iolist_size([Bytes | Binary]) end,
        fun () -> unicode:characters_to_list(Bytes) end,
        fun () -> unicode:characters_to_binary(Bytes) end,
        fun () -> erlang:phash2(Pairs) end,
        fun () -> term_to_binary(Pairs) end,
        fun () -> erlang:md5(Bytes) end,
        fun () -> ets:insert(Table, Pairs) end
    ]).

%% A process that may not hold everything has to be looked at now and then.
limited() ->
    Pairs = [{I, I} || I <- lists:seq(1, 300000)],
    Limit = #{size => 30000000, kill => true, error_logger => false},
    Pid = spawn_opt(fun () -> holds(Pairs, 0) end, [{max_heap_size, Limit}]),
    Late = [element(1, timer:tc(fun () -> receive after 20 -> ok end end)) || _ <- lists:seq(1, 20)],
    Alive = is_process_alive(Pid),
    exit(Pid, kill),
    {Alive, lists:sum(Late) < 10000000}.

holds(Pairs, N) -> holds(Pairs, N + 1).

others_run(Functions) -> [runs(Function) || Function <- Functions].

runs(Function) ->
    Pid = spawn(fun () -> again(Function) end),
    Late = [element(1, timer:tc(fun () -> receive after 5 -> ok end end)) || _ <- [1, 2, 3]],
    exit(Pid, kill),
    case lists:max(Late) of
        Short when Short < 1000000 -> in_time;
        Long -> Long
    end.

again(Function) ->
    Function(),
    again(Function).
