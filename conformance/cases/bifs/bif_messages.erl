%% Every answer is a plain term; processes are compared with the ones that were made.
-module(bif_messages).
-export([send/1, bang/1, monitor_name/1, demonitor/1, demonitored/1, link_self/0, alias/1,
         big_message/1, pid_text/0, same_ref/0, exit_signal/2]).

send(X) ->
    A = (self() ! X),
    B = erlang:send(self(), X),
    [receive Y -> Y end || _ <- [A, B]] ++ [A =:= B].

bang(To) ->
    try
        To ! message
    catch
        C:R -> {C, R}
    end.

monitor_name(Name) ->
    Ref = monitor(process, Name),
    receive {'DOWN', Ref, process, {Name, Node}, Reason} -> {Node =:= node(), Reason} end.

demonitor(Options) ->
    {Pid, Ref} = spawn_monitor(fun() -> receive stop -> ok end end),
    R = try erlang:demonitor(Ref, Options) catch C:E -> {C, E} end,
    Pid ! stop,
    {R, receive {'DOWN', Ref, _, _, Why} -> {down, Why} after 20 -> silent end}.

demonitored(What) ->
    {Pid, Ref} = spawn_monitor(fun() -> receive stop -> ok end end),
    R = try erlang:demonitor(case What of mine -> Ref; other -> make_ref(); _ -> What end)
        catch C:E -> {C, E}
        end,
    Pid ! stop,
    {R, receive {'DOWN', Ref, _, _, Why} -> {down, Why} after 20 -> silent end}.

%% Reason is sent to a process that traps exits, or does not.
exit_signal(Traps, Reason) ->
    Me = self(),
    {Pid, Ref} = spawn_monitor(fun() ->
                                       process_flag(trap_exit, Traps),
                                       Me ! ready,
                                       receive {'EXIT', Me, Got} -> exit({got, Got}) after 50 -> ok end
                               end),
    receive ready -> ok end,
    true = exit(Pid, Reason),
    receive {'DOWN', Ref, process, Pid, Why} -> Why end.

link_self() ->
    Before = process_info(self(), links),
    {link(self()), unlink(self()), process_info(self(), links) =:= Before}.

alias(Option) ->
    try
        A = erlang:alias([Option]),
        A ! one,
        R1 = receive one -> got after 0 -> none end,
        A ! two,
        R2 = receive two -> got after 5 -> none end,
        {R1, R2, erlang:unalias(A), begin A ! three, receive three -> got after 5 -> none end end}
    catch
        C:R -> {C, R}
    end.

big_message(N) ->
    Parent = self(),
    Term = [{K, <<K:32>>, #{K => [K]}} || K <- lists:seq(1, N)],
    Pid = spawn(fun() -> receive {term, T} -> Parent ! {self(), T} end end),
    Pid ! {term, Term},
    receive {Pid, Back} -> {Back =:= Term, length(Back)} end.

pid_text() ->
    Text = pid_to_list(self()),
    {hd(Text), lists:last(Text), list_to_pid(Text) =:= self(), length(string:lexemes(Text, "<.>")),
     try list_to_pid("nonsense") catch C:R -> {C, R} end}.

same_ref() ->
    R = make_ref(),
    Text = erlang:ref_to_list(R),
    {lists:prefix("#Ref<", Text), R =:= binary_to_term(term_to_binary(R)),
     self() =:= binary_to_term(term_to_binary(self()))}.
