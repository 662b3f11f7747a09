-module(found_exports_order).
-export([fresh/0, third/1, first/0, second/2, calls_itself/0, unknown/0, functions/0]).

%% Found by eunit, which runs the tests of a module in the order of its exports.
fresh() -> order([first, second, third, unknown]).

%% A module that calls itself from outside makes no difference.
calls_itself() -> {?MODULE:first(), order([third, first])}.

order(Names) -> [{Name, Arity} || {Name, Arity} <- ?MODULE:module_info(exports), lists:member(Name, Names)].

functions() -> [Name || {Name, _} <- ?MODULE:module_info(functions), Name =/= module_info].

first() -> ok.

second(_, _) -> ?MODULE:third(1).

third(_) -> ok.

unknown() -> exports_of_nobody:nothing().
