%% mnesia with a schema in memory, started anew for each call, where OTP may not have been booted.
-module(mnesia_kit).
-export([in/1, in/2, reports/2, caught/1, sorted/1, atomic/1, table/2, rows/1]).

%% The value of a fun that runs while mnesia does, and the end of mnesia.
in(Fun) -> in([], Fun).

in(Settings, Fun) ->
    report_kit:start(),
    [begin {ok, Pid} = Start(), unlink(Pid) end || {Name, Start} <- servers(), whereis(Name) =:= undefined],
    ok = application:load({application, mnesia, [{vsn, "1"}, {registered, []}, {applications, []}, {mod, {mnesia_app, []}}]}),
    [ok = application:set_env(mnesia, Name, Value) || {Name, Value} <- [{dir, "/nonexistent"}, {schema_location, ram} | Settings]],
    try
        ok = mnesia:start(),
        ok = mnesia:wait_for_tables([schema], 5000),
        Fun()
    after
        mnesia:stop(),
        application:unload(mnesia)
    end.

%% As in/1, with what is reported meanwhile.
reports(Level, Fun) ->
    in(fun() -> report_kit:reports(Level, Fun) end).

servers() ->
    [{erl_prim_loader, fun erl_prim_loader:start/0}, {file_server_2, fun file_server:start/0},
     {rex, fun rpc:start/0}, {global_name_server, fun global:start/0}].

caught(Fun) ->
    try Fun() catch Class:Reason -> {Class, Reason} end.

sorted(List) when is_list(List) -> lists:sort(List);
sorted({Result, List}) when is_list(List) -> {Result, lists:sort(List)};
sorted(Other) -> Other.

%% The value of a transaction that must succeed.
atomic(Fun) ->
    {atomic, Value} = mnesia:transaction(Fun),
    Value.

%% A new table in memory.
table(Name, Options) ->
    {atomic, ok} = mnesia:create_table(Name, Options),
    Name.

rows(Table) -> lists:sort(atomic(fun() -> mnesia:match_object(Table, mnesia:table_info(Table, wild_pattern), read) end)).
