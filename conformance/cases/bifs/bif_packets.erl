%% Packets of every type, off the front of binaries.
-module(bif_packets).
-export([run/3, cut/3, sizes/1]).

run(Type, Bin, Options) ->
    try
        erlang:decode_packet(Type, Bin, Options)
    catch
        Class:Reason -> {Class, Reason}
    end.

%% What is answered while the bytes come in one by one.
cut(Type, Bin, Options) ->
    [run(Type, binary:part(Bin, 0, Size), Options) || Size <- lists:seq(0, byte_size(Bin))].

%% Packets one after the other, until no more can be cut off.
sizes({Type, Bin}) ->
    case run(Type, Bin, []) of
        {ok, Packet, Rest} -> [Packet | sizes({Type, Rest})];
        Other -> [Other]
    end.
