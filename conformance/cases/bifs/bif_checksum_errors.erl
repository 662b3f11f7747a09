%% Which call fails when a checksum of long data finds an error late, and with which arguments.
-module(bif_checksum_errors).
-export([item/2, item/3, md5_item/1, md5_update_item/1]).

item(Name, Shape) ->
    Data = data(Shape, 100000),
    frame(fun() -> {erlang:Name(Data)} end).

item(Name, Old, Shape) ->
    Data = data(Shape, 100000),
    frame(fun() -> {erlang:Name(Old, Data)} end).

%% The first part fills the block of the context.
md5_item(Shape) ->
    Data = data(Shape, 300),
    frame(fun() -> {erlang:md5(Data)} end).

md5_update_item(Shape) ->
    Data = data(Shape, 300),
    Context = erlang:md5_update(erlang:md5_init(), binary:copy(<<"0123456789">>, 10)),
    frame(fun() -> {erlang:md5_update(Context, Data)} end).

data(Shape, Size) ->
    Bin = binary:copy(<<"abc">>, Size),
    <<_:4, Odd:(2 * Size)/binary, _/bits>> = Bin,
    Exact = binary:part(Bin, 0, (Size * 2 div 5)),
    case Shape of
        tail -> [Bin | a];
        atom -> [Bin, a];
        number -> [Bin, 256];
        bits -> [Bin | <<0:5>>];
        odd -> [Odd | a];
        two -> [[Bin], [Bin | a]];
        deep -> [[[[Bin] | Bin], 3], y];
        empty -> [[[], Bin], [], [[Bin | Bin], 1], -1];
        exact -> [Exact | a];
        exact_inside -> [[Exact] | a];
        behind -> [[1, [Exact, 3], 4], 2 | a];
        bytes -> [binary_to_list(Exact), [], 1, [2], [] | a];
        long -> [[0 | binary_to_list(Bin)] | a];
        short -> [<<1, 2, 3>>, b];
        no_list -> c
    end.

frame(Fun) ->
    try Fun() of
        Value -> Value
    catch
        error:badarg:Stack ->
            [{Module, Name, Arguments, _} | _] = Stack,
            {Module, Name, [sum(A) || A <- Arguments]}
    end.

sum(Bin) when byte_size(Bin) > 100 -> {byte_size(Bin), erlang:crc32(Bin)};
sum([Head | Tail]) when length(Tail) > 100 -> [Head, {length, length(Tail)}];
sum([Head | Tail]) -> [sum(Head) | sum(Tail)];
sum(Term) -> Term.
