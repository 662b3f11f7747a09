-module(user_of_helper).
-export([run/0]).
-import(lists, [reverse/1]).

run() -> helper:first(reverse([3, 2, helper:shared()])), local().

local() -> apply(helper, first, [[]]).
