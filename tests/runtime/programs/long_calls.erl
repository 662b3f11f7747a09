%% How often others run while a call of a built-in function takes long.
-module(long_calls).
-export([turns/1, delete_meanwhile/0, kill_meanwhile/0]).

turns(What) ->
    Input = input(What),
    Self = self(),
    spawn(fun() -> Self ! {done, result(What, Input)} end),
    count(0).

count(Turns) ->
    receive
        {done, Result} -> {Turns, Result}
    after 0 ->
        erlang:yield(),
        count(Turns + 1)
    end.

input(term_to_binary) -> lists:duplicate(200_000, {a});
input(term_to_iovec) -> lists:duplicate(200_000, {a});
input(binary_to_term) -> term_to_binary(lists:duplicate(200_000, {a}));
input(matches) -> binary:copy(<<"ab">>, 200_000);
input(split) -> binary:copy(<<"ab">>, 200_000);
input(_) -> table(30_000).

table(Size) ->
    Table = ets:new(table, [public]),
    ets:insert(Table, [{N, N rem 2} || N <- lists:seq(1, Size)]),
    Table.

result(term_to_binary, Term) -> byte_size(term_to_binary(Term));
result(term_to_iovec, Term) -> iolist_size(term_to_iovec(Term));
result(binary_to_term, Binary) -> length(binary_to_term(Binary));
result(matches, Binary) -> length(binary:matches(Binary, <<"b">>));
result(split, Binary) -> length(binary:split(Binary, <<"b">>, [global]));
result(select, Table) -> length(ets:select(Table, [{{'$1', 1}, [], ['$1']}]));
result(select_reverse, Table) -> length(ets:select_reverse(Table, [{{'$1', 1}, [], ['$1']}]));
result(match, Table) -> length(ets:match(Table, {'$1', 1}));
result(match_object, Table) -> length(ets:match_object(Table, {'_', 1}));
result(select_count, Table) -> ets:select_count(Table, [{{'_', 1}, [], [true]}]);
result(select_delete, Table) -> {ets:select_delete(Table, [{{'_', 1}, [], [true]}]), ets:info(Table, size)};
result(select_replace, Table) ->
    ets:select_replace(Table, [{{'$1', 1}, [], [{{'$1', 2}}]}]).

%% The table goes while it is searched.
delete_meanwhile() ->
    Table = table(30_000),
    Self = self(),
    spawn(fun() ->
        Self ! started,
        Self ! try ets:select(Table, [{{'$1', 1}, [], ['$1']}]) of Found -> length(Found)
               catch Class:Reason -> {Class, Reason} end
    end),
    receive started -> ets:delete(Table) end,
    receive Answer -> Answer end.

%% Who works is killed, and another process does the same work after it.
kill_meanwhile() ->
    Term = lists:duplicate(200_000, a),
    Self = self(),
    Pid = spawn(fun() -> Self ! started, Self ! byte_size(term_to_binary(Term)) end),
    receive started -> exit(Pid, kill) end,
    {is_process_alive(Pid), byte_size(term_to_binary(Term)),
     receive Size -> Size after 0 -> nothing end}.
