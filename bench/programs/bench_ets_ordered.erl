%% An ordered table of so many rows: each is inserted, looked up and deleted.
-module(bench_ets_ordered).
-export([run/1]).

run(Rows) -> rows(ets:new(?MODULE, [ordered_set]), Rows).

rows(Table, Rows) ->
    insert(Table, Rows),
    Rows = ets:info(Table, size),
    Sum = lookup(Table, Rows, 0),
    delete(Table, Rows),
    0 = ets:info(Table, size),
    ets:delete(Table),
    Sum.

insert(_, 0) -> ok;
insert(Table, Key) ->
    ets:insert(Table, {Key, 1}),
    insert(Table, Key - 1).

lookup(_, 0, Sum) -> Sum;
lookup(Table, Key, Sum) ->
    [{_, Value}] = ets:lookup(Table, Key),
    lookup(Table, Key - 1, Sum + Value).

delete(_, 0) -> ok;
delete(Table, Key) ->
    ets:delete(Table, Key),
    delete(Table, Key - 1).
