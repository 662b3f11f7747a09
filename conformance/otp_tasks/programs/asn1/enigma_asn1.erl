%% Grammars compiled for all encoding rules; what is generated is compiled, and encodes and decodes
%% as far as that takes no native code.
-module(enigma_asn1).
-export([main/0]).

main() ->
    [compiled(Rules) || Rules <- [ber, per, uper, jer]],
    [attempt({Name, Options}, fun() -> asn1ct:compile(Name, Options) end)
     || {Name, Options} <- [{"Telemetry", [der, noobj, undec_rest]}, {"Telemetry", [ber, noobj, maps, {macro_name_prefix, "TM_"}]},
                            {"ELDAPv3", [ber, noobj]}, {"Wrong", [noobj]}, {"Broken", [noobj]}, {"None", [noobj]}]],
    [database(File) || File <- filelib:wildcard("*.asn1db")],
    ok.

%% What a grammar leaves for those that import it: a table as a file, with the time in it.
database(File) ->
    {ok, Table} = ets:file2tab(File),
    show({database, File}, [{element(1, One), erlang:phash2(One)} || One <- lists:sort(ets:tab2list(Table))]),
    true = ets:delete(Table),
    ok = file:delete(File).

show(What, Value) -> io:format("~tp:~n    ~tp~n", [What, Value]).

attempt(What, Do) -> show(What, try Do() catch Class:Reason -> {Class, Reason} end).

compiled(Rules) ->
    Result = asn1ct:compile("Telemetry", [Rules, verbose, deterministic]),
    show({compile, Rules}, Result),
    case Result of
        ok ->
            used(Rules),
            [ok = file:rename("Telemetry" ++ End, lists:concat(["Telemetry-", Rules, End]))
             || End <- [".erl", ".hrl", ".beam"]],
            database("Telemetry.asn1db"),
            code:purge('Telemetry'),
            code:delete('Telemetry');
        _ -> ok
    end.

%%% The generated module

used(Rules) ->
    {module, 'Telemetry'} = code:load_abs(filename:absname("Telemetry")),
    show(info, [{Key, Value} || {Key, Value} <- 'Telemetry':info(), Key =/= vsn]),
    show(values, ['Telemetry':limit(), 'Telemetry':origin(), 'Telemetry':weather(), 'Telemetry':empty()]),
    [attempt({Rules, Type, Value}, fun() -> used(Rules, Type, Value) end) || {Type, Value} <- values()].

%% Decoding BER, and encoding aligned PER, take native code; the rest is Erlang.
used(ber, Type, Value) ->
    case 'Telemetry':encode(Type, Value) of
        {ok, Bytes} ->
            {Tlv, <<>>} = tlv(Bytes),
            Decode = list_to_atom("dec_" ++ atom_to_list(Type)),
            {Bytes, 'Telemetry':Decode(Tlv, tags(Type))};
        {error, {asn1, Why}} -> refused(Why)
    end;
used(uper, Type, Value) ->
    case 'Telemetry':encode(Type, Value) of
        {ok, Bytes} -> {Bytes, decoded(Type, Bytes), decoded(Type, binary:part(Bytes, 0, byte_size(Bytes) - 1))};
        {error, {asn1, Why}} -> refused(Why)
    end;
used(per, Type, _) ->
    [decoded(Type, Bytes)
     || Bytes <- [<<0>>, <<5:16>>, <<0, 1, 0, 7, 1, 2, 3, 4, 5, 6, 7, 8>>, binary:copy(<<170>>, 40)]];
used(jer, Type, Value) ->
    case 'Telemetry':encode(Type, Value) of
        {error, {asn1, Why}} -> refused(Why);
        Encoded -> Encoded
    end.

decoded(Type, Bytes) ->
    case 'Telemetry':decode(Type, Bytes) of
        {error, {asn1, Why}} -> refused(Why);
        Decoded -> Decoded
    end.

%% Without the way to it.
refused({Why, [{Module, Function, _, _} | _]}) -> {refused, Why, Module, Function};
refused(Why) -> {refused, Why}.

tags('StationId') -> [];
tags('Kind') -> [10];
tags('Flags') -> [3];
tags('Ping') -> [(1 bsl 16) + 5, 17];
tags(_) -> [16].

%% In a file, so that their atoms are made by the compiler of grammars, and in the order there.
values() ->
    {ok, Values} = file:consult("values.terms"),
    Values.

%% Tags, lengths and values as the generated code takes them.
tlv(<<Class:2, Form:1, Number:5, Rest/binary>>) ->
    {Length, Content} = size_of(Rest),
    <<Value:Length/binary, More/binary>> = Content,
    Tag = (Class bsl 16) + Number,
    case Form of
        0 -> {{Tag, Value}, More};
        1 -> {{Tag, parts(Value)}, More}
    end.

size_of(<<0:1, Length:7, Rest/binary>>) -> {Length, Rest};
size_of(<<1:1, Bytes:7, Rest/binary>>) ->
    <<Length:Bytes/unit:8, More/binary>> = Rest,
    {Length, More}.

parts(<<>>) -> [];
parts(Bytes) ->
    {Part, Rest} = tlv(Bytes),
    [Part | parts(Rest)].
