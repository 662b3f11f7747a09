%% Options of spawn_opt, and what a process looks like that was made with them.
-module(spawn_options).
-export([item/2, bad/1, monitored/1, linked/0, both/0, functions/0, f/1]).

f(X) -> X.

item(Options, Items) ->
    Me = self(),
    Started = spawn_opt(fun() -> Me ! {info, process_info(self(), Items)} end, Options),
    Pid = case Started of {P, R} when is_reference(R) -> P; P -> P end,
    receive {info, Info} -> {is_pid(Pid), Info} end.

bad(Options) ->
    try spawn_opt(?MODULE, f, [1], Options) of
        {P, R} -> {is_pid(P), is_reference(R)};
        P -> is_pid(P)
    catch
        C:R:Trace -> {C, R, setelement(4, hd(Trace), place)}
    end.

monitored(Options) ->
    {Pid, Ref} = spawn_opt(fun() -> exit(bye) end, [{monitor, Options}]),
    receive {Tag, Ref, process, Pid, Reason} -> {Tag, Reason} end.

linked() ->
    process_flag(trap_exit, true),
    Pid = spawn_opt(fun() -> exit(bye) end, [link]),
    receive {'EXIT', Pid, Reason} -> Reason end.

both() ->
    process_flag(trap_exit, true),
    {Pid, Ref} = spawn_opt(fun() -> exit(bye) end, [link, monitor]),
    A = receive {'EXIT', Pid, R1} -> R1 end,
    B = receive {'DOWN', Ref, process, Pid, R2} -> R2 end,
    {A, B}.

functions() ->
    Me = self(),
    [
        is_pid(spawn_opt(fun() -> Me ! x end, [])),
        is_pid(spawn_opt(node(), fun() -> Me ! x end, [])),
        is_pid(spawn_opt(node(), erlang, send, [Me, x], [])),
        receive x -> x end, receive x -> x end, receive x -> x end
    ].
