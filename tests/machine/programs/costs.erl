%% How many reductions built-in functions take off for arguments of some size.
-module(costs).
-export([costs/1]).

costs(N) ->
    List = seq(N, []),
    Pairs = [{I, I} || I <- List],
    Tuple = list_to_tuple(List),
    Map = maps:from_list(Pairs),
    Binary = list_to_binary([$a || _ <- List]),
    [
        {reverse, cost(fun () -> lists:reverse(List, []) end)},
        {append, cost(fun () -> List ++ [a] end)},
        {subtract, cost(fun () -> List -- [a] end)},
        {member, cost(fun () -> lists:member(a, List) end)},
        {found, cost(fun () -> lists:member(N, List) end)},
        {keyfind, cost(fun () -> lists:keyfind(a, 1, Pairs) end)},
        {keymember, cost(fun () -> lists:keymember(N, 1, Pairs) end)},
        {length, cost(fun () -> length(List) end)},
        {list_to_tuple, cost(fun () -> list_to_tuple(List) end)},
        {tuple_to_list, cost(fun () -> tuple_to_list(Tuple) end)},
        {setelement, cost(fun () -> setelement(1, Tuple, a) end)},
        {binary_to_list, cost(fun () -> binary_to_list(Binary) end)},
        {from_list, cost(fun () -> maps:from_list(Pairs) end)},
        {from_keys, cost(fun () -> maps:from_keys(List, a) end)},
        {keys, cost(fun () -> maps:keys(Map) end)},
        {values, cost(fun () -> maps:values(Map) end)},
        {map_next, cost(fun () -> erts_internal:map_next(0, Map, []) end)},
        {merge, cost(fun () -> maps:merge(Map, #{a => 1}) end)}
    ].

seq(0, List) -> List;
seq(N, List) -> seq(N - 1, [N | List]).

cost(Function) ->
    {reductions, Before} = process_info(self(), reductions),
    Function(),
    {reductions, After} = process_info(self(), reductions),
    After - Before.
