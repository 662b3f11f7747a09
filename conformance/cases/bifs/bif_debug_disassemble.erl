%% What is told of instructions in memory: nothing by runtimes with native code, whatever they are asked.
-module(bif_debug_disassemble).
-export([functions/0, addresses/0, others/0]).

functions() -> asked([{lists, none, 1}, {none, f, 1}, {lists, reverse, -1}, {lists, reverse, 300}]).

addresses() -> asked([0, 1, -1, 1 bsl 70]).

others() -> asked([foo, {a, b}, {1, 2, 3}, {a, 1, 2}, {a, b, c}, 1.5, <<"a">>, []]).

asked(All) -> [try erts_debug:disassemble(What) catch Class:Reason -> {Class, Reason} end || What <- All].
