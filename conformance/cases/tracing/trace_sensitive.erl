%% What is told of a process while it is sensitive: nothing.
-module(trace_sensitive).
-export([processes/0, messages/0, calls/1, called/1, back/0, running/0, collections/0, tokens/0, counts/0]).

off() -> process_flag(sensitive, true).
on() -> process_flag(sensitive, false).

flagged(Flags, Work) ->
    tracing_kit:traced(fun(Pid) -> 1 = erlang:trace(Pid, true, Flags) end, Work).

%% Only what kind of messages these are, as pids differ.
kinds(Messages) -> [setelement(2, M, pid) || M <- Messages, element(1, M) =:= trace].

processes() ->
    Told = flagged([procs], fun() -> off(), register(hidden, self()), unregister(hidden), on(), register(seen, self()) end),
    kinds(Told).

messages() ->
    Told = flagged([send, 'receive'],
                   fun() -> Self = self(),
                            off(), Self ! hidden, receive hidden -> ok end,
                            on(), Self ! seen, receive seen -> ok end
                   end),
    [{Kind, Message} || {trace, _, Kind, Message} <- Told] ++ [{Kind, Message} || {trace, _, Kind, Message, _} <- Told].

called(A) -> {called, A}.
back() -> off(), back.

calls(Kind) ->
    kinds(tracing_kit:calls([{{?MODULE, called, 1}, [{'_', [], [{return_trace}]}], [Kind]}, {{?MODULE, back, 0}, [{'_', [], [{return_trace}]}], [Kind]}],
                            [call],
                            fun() -> off(), ?MODULE:called(hidden), on(), ?MODULE:called(seen), ?MODULE:back(), on(), ?MODULE:called(again) end)).

counts() ->
    erlang:trace_pattern({?MODULE, called, 1}, true, [call_count]),
    off(), ?MODULE:called(1), on(), ?MODULE:called(2),
    Count = erlang:trace_info({?MODULE, called, 1}, call_count),
    erlang:trace_pattern({?MODULE, called, 1}, false, [call_count]),
    Count.

running() ->
    Told = flagged([running], fun() -> off(), receive after 5 -> ok end, erlang:yield(), off() end),
    [Kind || {trace, _, Kind, _} <- Told].

collections() ->
    Told = flagged([garbage_collection], fun() -> off(), erlang:garbage_collect(), on(), erlang:garbage_collect() end),
    [Kind || {trace, _, Kind, _} <- Told].

%% Sequential tracing goes on, and is not told of.
tokens() ->
    Old = seq_trace:set_system_tracer(self()),
    Me = self(),
    {Pid, Ref} = spawn_monitor(
                   fun() ->
                           Echo = spawn(fun() -> receive {From, M} -> From ! {back, M} end end),
                           off(),
                           seq_trace:set_token(label, 17),
                           [seq_trace:set_token(F, true) || F <- [send, 'receive', print]],
                           seq_trace:print(17, "hidden"),
                           Echo ! {self(), hello},
                           receive {back, hello} -> ok end,
                           on(),
                           seq_trace:print(17, "seen"),
                           seq_trace:set_token([]),
                           Me ! done
                   end),
    receive done -> ok end,
    receive {'DOWN', Ref, process, Pid, _} -> ok end,
    seq_trace:set_system_tracer(Old),
    [{L, element(1, E), element(2, E)} || {seq_trace, L, E} <- tracing_kit:flush()].
