%% The loader of 23 still knows the instruction, so a module with it is assembled and loaded.
-module(op_context_to_binary).
-export([rest/1, undo/1, no_context/1]).

rest(X) -> call(rest, X).

undo(X) -> call(undo, X).

no_context(X) -> call(no_context, X).

call(Function, X) ->
    Module = op_context_to_binary_made,
    Exports = [{no_context, 1}, {rest, 1}, {undo, 1}],
    {ok, Beam} = beam_asm:module({Module, Exports, [], code(), 9}, [], [], []),
    {module, Module} = erlang:load_module(Module, Beam),
    try
        Module:Function(X)
    catch
        Class:Reason:Trace ->
            %% Raised again before its code is purged: then its place could not be told.
            erlang:raise(Class, Reason, Trace)
    after
        erlang:delete_module(Module),
        %% A machine that runs without OTP's boot has no code purger.
        catch erlang:purge_module(Module)
    end.

code() ->
    Byte = [{x, 0}, {integer, 8}, 1, {field_flags, []}],
    [{function, rest, 1, 2,
      [{label, 1},
       {func_info, {atom, op_context_to_binary_made}, {atom, rest}, 1},
       {label, 2},
       {test, bs_start_match2, {f, 1}, 1, [{x, 0}, 1], {x, 0}},
       {test, bs_skip_bits2, {f, 3}, Byte},
       {bs_save2, {x, 0}, 0},
       {bs_context_to_binary, {x, 0}},
       return,
       {label, 3},
       {bs_context_to_binary, {x, 0}},
       {test_heap, 3, 1},
       {put_tuple2, {x, 0}, {list, [{atom, short}, {x, 0}]}},
       return]},
     {function, undo, 1, 5,
      [{label, 4},
       {func_info, {atom, op_context_to_binary_made}, {atom, undo}, 1},
       {label, 5},
       {test, bs_start_match2, {f, 4}, 1, [{x, 0}, 1], {x, 0}},
       {bs_save2, {x, 0}, 0},
       {test, bs_get_integer2, {f, 6}, 1, Byte, {x, 1}},
       {bs_restore2, {x, 0}, 0},
       {bs_context_to_binary, {x, 0}},
       {test_heap, 3, 2},
       {put_tuple2, {x, 0}, {list, [{x, 1}, {x, 0}]}},
       return,
       {label, 6},
       {bs_context_to_binary, {x, 0}},
       return]},
     {function, no_context, 1, 8,
      [{label, 7},
       {func_info, {atom, op_context_to_binary_made}, {atom, no_context}, 1},
       {label, 8},
       {bs_context_to_binary, {x, 0}},
       return]}].
