-module(bif_display).
-export([display/1, nl/0, text/1, text/2, native/1]).

display(Term) -> erlang:display(Term).

nl() -> erlang:display_nl().

text(Text) -> caught(fun() -> erlang:display_string(Text) end).

text(Device, Text) -> caught(fun() -> erlang:display_string(Device, Text) end).

native(Module) -> caught(fun() -> code:is_module_native(Module) end).

caught(Fun) -> try Fun() catch Class:Reason -> {Class, Reason} end.
