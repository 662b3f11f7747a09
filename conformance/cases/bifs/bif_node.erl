%% The node is not distributed.
-module(bif_node).
-export([node_info/0, of_term/1, info/1, bad_info/1, statistics/1, processes/0]).

node_info() -> {node(), node(self()), node(make_ref()), nodes(), is_alive(), erlang:get_cookie()}.

of_term(X) ->
    try
        node(X)
    catch
        C:R -> {C, R}
    end.

info(wordsize) -> erlang:system_info(wordsize);
info(endian) -> erlang:system_info(endian);
info(types) ->
    {is_list(erlang:system_info(otp_release)), is_list(erlang:system_info(version)),
     is_integer(erlang:system_info(process_count)), is_integer(erlang:system_info(atom_limit))};
info(process_limit) -> erlang:system_info(process_limit) >= 1024;
info(machine) -> erlang:system_info(machine).

bad_info(X) ->
    try
        erlang:system_info(X)
    catch
        C:R -> {C, R}
    end.

statistics(X) ->
    try erlang:statistics(X) of
        {A, B} when is_integer(A), is_integer(B) -> pair_of_integers;
        N when is_integer(N) -> integer;
        {{_, _}, {_, _}} -> io;
        _ -> other
    catch
        C:R -> {C, R}
    end.

processes() ->
    Pids = erlang:processes(),
    {lists:member(self(), Pids), lists:all(fun is_pid/1, Pids)}.
