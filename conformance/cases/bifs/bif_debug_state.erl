%% What OTP's own tests ask of an emulator.
-module(bif_debug_state).
-export([emulator/0, shown/1, lock_counting/0, checked/1, off/0, on/0, asked/1, changed/2]).

caught(F) -> try F() catch C:R -> {C, R} end.

%% The state is there for others only while it is asked for.
in(F) ->
    Was = erts_debug:set_internal_state(available_internal_state, true),
    try F() after erts_debug:set_internal_state(available_internal_state, Was) end.

emulator() ->
    L = erts_debug:instructions(),
    [L =/= [], lists:all(fun is_list/1, L), erts_debug:interpreter_size() >= 0].

shown(T) -> erts_debug:display(T).

lock_counting() -> [caught(F) || F <- [fun() -> erts_debug:lcnt_clear() end, fun() -> erts_debug:lcnt_collect() end, fun() -> erts_debug:lcnt_control(mask) end, fun() -> erts_debug:lcnt_control(copy_save) end, fun() -> erts_debug:lcnt_control(x) end, fun() -> erts_debug:lcnt_control(mask, []) end, fun() -> erts_debug:lcnt_control(copy_save, true) end]].

checked(What) -> caught(fun() -> erts_internal:system_check(What) end).

off() -> [caught(F) || F <- [fun() -> erts_debug:get_internal_state(available_internal_state) end, fun() -> erts_debug:get_internal_state(x) end, fun() -> erts_debug:set_internal_state(available_internal_state, x) end, fun() -> erts_debug:set_internal_state(reds_left, 1) end, fun() -> erts_debug:set_internal_state(1, 1) end]].

on() -> [erts_debug:set_internal_state(available_internal_state, V) || V <- [true, true, false, false]].

asked(What) -> in(fun() -> caught(fun() -> erts_debug:get_internal_state(What) end) end).
changed(What, Value) -> in(fun() -> caught(fun() -> erts_debug:set_internal_state(What, Value) end) end).
