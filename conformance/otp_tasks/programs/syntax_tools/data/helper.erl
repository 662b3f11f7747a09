-module(helper).
-export([first/1, shared/0]).

%% The first one.
first([X | _]) -> X;
first([]) -> local().

shared() -> helper:first([1]).

local() -> none.
