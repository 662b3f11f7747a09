%% What the emulator tells of the files that it waits for, and of its stack.
-module(bif_debug_watching).
-export([files/0, sets/0, stack/0, hashes/0, deep/0, shared/0, broken/0, waits/0]).

asked(What) ->
    Was = erts_debug:set_internal_state(available_internal_state, true),
    try erts_debug:get_internal_state(What) after erts_debug:set_internal_state(available_internal_state, Was) end.

%% No errors, and nothing waited for by native functions.
files() ->
    {Errors, Files, ByDrivers, ByNifs} = asked(check_io_debug),
    [Errors, is_integer(Files), is_integer(ByDrivers), ByNifs].

%% Some thread looks at the files, and which items are told of them.
sets() ->
    Sets = erlang:system_info(check_io),
    [lists:any(fun(Set) -> proplists:get_value(poll_threads, Set) > 0 end, Sets),
     lists:usort([[Name || {Name, _} <- Set] || Set <- Sets])].

stack() -> Size = asked(stack_check), is_integer(Size) andalso Size > 100000.

%% Equal terms have equal hashes, of 32 bits at least.
hashes() ->
    Terms = [1, 1 bsl 100, a, "abc", <<1, 2, 3>>, {a, [b | c]}, #{a => 1, "b" => 2.5}, self()],
    [asked({internal_hash, T}) =:= asked({internal_hash, binary_to_term(term_to_binary(T))}) || T <- Terms]
        ++ [length(lists:usort([asked({internal_hash, I}) || I <- lists:seq(1, 1000)])) > 990].

deep() ->
    is_integer(asked({internal_hash, lists:foldl(fun(_, Deep) -> {Deep} end, a, lists:seq(1, 1000000))})).

%% The parts of a term that are the same are counted each time.
shared() -> erts_debug:flat_size(lists:foldl(fun(_, Part) -> [Part | Part] end, a, lists:seq(1, 22))).

%% A tuple that is broken until it is given back, at once.
broken() ->
    Was = erts_debug:set_internal_state(available_internal_state, true),
    Result = erts_debug:set_internal_state(inconsistent_heap, erts_debug:set_internal_state(inconsistent_heap, start)),
    erts_debug:set_internal_state(available_internal_state, Was),
    Result.

%% Others run while the emulator's own work is waited for.
waits() ->
    Was = erts_debug:set_internal_state(available_internal_state, true),
    Me = self(),
    spawn(fun() -> Me ! ran end),
    Done = [erts_debug:set_internal_state(wait, W) || W <- [timer_cancellations, deallocations, timer_cancellations]],
    erts_debug:set_internal_state(available_internal_state, Was),
    [Done, receive ran -> ran after 1000 -> late end].
