-module(gen_event_quiet).
-export([init/1, handle_event/2, handle_call/2]).

init(State) -> {ok, State}.
handle_event(_, State) -> {ok, State}.
handle_call(_, State) -> {ok, ok, State}.
