-module(gen_statem_other).
-export([callback_mode/0, handle_event/4]).

callback_mode() -> handle_event_function.

handle_event(info, pop, _, Data) -> {keep_state, [popped | Data], [pop_callback_module]};
handle_event(Type, Content, State, Data) -> {keep_state, [{other, Type, Content, State} | Data]}.
