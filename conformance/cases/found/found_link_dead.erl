-module(found_link_dead).
-export([link_dead/1]).

%% Linking to a process that is gone: an error, or an exit signal for who traps exits.
link_dead(Trap) ->
    {Gone, Ref} = spawn_monitor(fun() -> ok end),
    receive {'DOWN', Ref, process, Gone, normal} -> ok end,
    process_flag(trap_exit, Trap),
    Linked = try link(Gone) catch Class:Reason -> {Class, Reason} end,
    Signal = receive {'EXIT', Gone, Why} -> Why after 20 -> none end,
    {Linked, Signal}.
