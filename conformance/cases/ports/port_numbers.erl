%% After the largest number of a port the numbers begin anew.
-module(port_numbers).
-export([wrap/0]).

wrap() ->
    Was = erts_debug:set_internal_state(available_internal_state, true),
    Before = erts_debug:get_internal_state(next_port),
    erts_debug:set_internal_state(next_port, (1 bsl 28) - 3),
    Ports = [begin P = open_port({spawn, "cat"}, []), P end || _ <- lists:seq(1, 8)],
    After = erts_debug:get_internal_state(next_port),
    Echoes = [begin P ! {self(), {command, "x"}}, receive {P, {data, Data}} -> Data end end || P <- Ports],
    [port_close(P) || P <- Ports],
    erts_debug:set_internal_state(next_port, Before),
    erts_debug:set_internal_state(available_internal_state, Was),
    [After < (1 bsl 28) - 3, Echoes, length(lists:usort(Ports))].
