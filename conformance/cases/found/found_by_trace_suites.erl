-module(found_by_trace_suites).
-export([landings/0, depths/0, flags_of_sessions/0, tracers_of_sessions/0, landings_of_sessions/0]).
-export([foo/0]).

%% A process that passes trace messages on, and those that it has passed on.
relay(To) -> receive Message -> To ! {relayed, self(), Message}, relay(To) end.

relayed(Tracer) ->
    erlang:trace_delivered(self()),
    receive after 20 -> ok end,
    waiting(Tracer).

waiting(Tracer) ->
    receive {relayed, Tracer, Message} -> [Message | waiting(Tracer)] after 0 -> [] end.

new_relay() ->
    Self = self(),
    spawn_link(fun() -> relay(Self) end).

%% Where an exception returns to that drops traced calls.
landings() ->
    Tracer = new_relay(),
    1 = erlang:trace(self(), true, [call, return_to, arity, {tracer, Tracer}]),
    Found = [begin
                 erlang:trace_pattern({?MODULE, '_', '_'}, false, [local]),
                 [1 = erlang:trace_pattern({?MODULE, Name, 1}, true, [local]) || Name <- Names],
                 [{Names, Way, calls(Way, Tracer)} || Way <- ways()]
             end || Names <- [[bottom], [middle], [middle, bottom]]],
    erlang:trace(self(), false, [all]),
    Found.

%% The same in two sessions at once.
landings_of_sessions() ->
    Tracers = [new_relay(), new_relay()],
    Sessions = [trace:session_create(landings, Tracer, []) || Tracer <- Tracers],
    [1 = trace:process(S, self(), true, [call, return_to, arity]) || S <- Sessions],
    [S1, S2] = Sessions,
    [begin
         [begin
              trace:function(S, {?MODULE, '_', '_'}, false, [local]),
              [1 = trace:function(S, {?MODULE, Name, 1}, true, [local]) || Name <- Names]
          end || {S, Names} <- [{S1, Names1}, {S2, Names2}]],
         [{Names1, Names2, Way, [calls(Way, Tracer) || Tracer <- Tracers]} || Way <- ways()]
     end || {Names1, Names2} <- [{[bottom], [middle]}, {[bottom], [middle, bottom]}]].

calls(Way, Tracer) ->
    top(Way),
    [{What, Name} || {trace, _, What, {_, Name, _}} <- relayed(Tracer)].

ways() -> [[Middle, How] || Middle <- [body, 'catch', tail], How <- [return, exception]].

top(Way) -> [catch middle(Way) | 1].

middle([body | Way]) -> [bottom(Way) | 1];
middle(['catch' | Way]) -> [catch bottom(Way) | 1];
middle([tail | Way]) -> bottom(Way).

bottom([return]) -> ok;
bottom([exception]) -> error(exception).

%% Which depths of stack traces a match specification may ask for.
depths() ->
    [{Depth, try erlang:match_spec_test([], [{'_', [], [{message, {current_stacktrace, Depth}}]}],
                                        trace) of
                 {ok, Found, _, _} -> length(Found) > 0;
                 Other -> Other
             catch error:Reason -> Reason end}
     || Depth <- [-1, 0, 1, 8, 9, 1 bsl 58, 1 bsl 59, -(1 bsl 59), -(1 bsl 60), (1 bsl 32) + 1, 1 bsl 31, a, 1.0]].

foo() -> ok.

%% Flags that a match specification sets in a session which a process is not traced in.
flags_of_sessions() ->
    Other = spawn_link(fun() -> receive stop -> ok end end),
    Sessions = [trace:session_create(flags, Tracer, []) || Tracer <- [new_relay(), self(), undefined]],
    [[begin
          1 = trace:function(S, {?MODULE, foo, 0}, [{'_', [], [Action]}], [meta]),
          foo(),
          [trace:info(S, Who, flags) || Who <- [self(), Other]]
      end || Action <- [{trace, [], [send]}, {trace, [send], []},
                        {enable_trace, send}, {disable_trace, send},
                        {trace, Other, [], ['receive']}, {trace, Other, ['receive'], []},
                        {enable_trace, Other, 'receive'}, {disable_trace, Other, 'receive'}]]
     || S <- Sessions].

%% A match specification cannot name another tracer than that of its session.
tracers_of_sessions() ->
    [First, Second] = [new_relay(), new_relay()],
    S = trace:session_create(tracers, First, []),
    1 = trace:process(S, self(), true, [call]),
    [begin
         1 = trace:function(S, {?MODULE, foo, 0}, [{'_', [], [{message, Action}]}], [local]),
         foo(),
         {[setelement(2, Told, pid) || Told <- relayed(First)], relayed(Second),
          trace:info(S, self(), flags), trace:info(S, self(), tracer) =:= {tracer, First}}
     end || Action <- [{trace, [], {const, [{tracer, Second}, send]}},
                       {trace, {const, [{tracer, Second}, call]}, []},
                       {trace, [], [bad]}]].
