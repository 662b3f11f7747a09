%% Pieces of iodata.
-module(bif_binary_iovecs).
-export([sizes/1, many/1, odd/1, run/1, direct/1, applied/1, long/1, referenced/1, adler/0]).

sizes(Sizes) ->
    pieces([a(Size) || Size <- Sizes]).

many({Size, Times}) ->
    pieces(lists:duplicate(Times, a(Size))).

pieces(List) ->
    Pieces = erlang:iolist_to_iovec(List),
    true = iolist_to_binary(Pieces) =:= iolist_to_binary(List),
    [byte_size(Piece) || Piece <- Pieces].

%% Sub-binaries that start within a byte, and one that does not.
odd(Size) ->
    Bin = a(Size + 2),
    <<_:4, Odd:Size/binary, _/bits>> = Bin,
    <<_:8, Even:Size/binary, _/bits>> = Bin,
    [pieces(List)
     || List <- [[Odd], [Odd, 1], [Odd | Odd], [<<1>> | Odd], [Odd, Even, Odd], [Even, Odd, 1, Even]]].

%% Which call fails.
direct(Data) ->
    frame(fun() -> {erlang:iolist_to_iovec(Data)} end).

applied(Data) ->
    frame(fun() -> {apply(erlang, a_name(), [Data])} end).

a_name() ->
    list_to_atom("iolist_to_" ++ "iovec").

long(Count) ->
    {Module, Name, [[_ | _]]} = direct(lists:duplicate(Count, $a) ++ b),
    {Module, Name}.

frame(Fun) ->
    try
        Fun()
    catch
        error:badarg:Stack ->
            {Module, Name, Arguments, _} = hd(Stack),
            {Module, Name, Arguments}
    end.

run(Data) ->
    try
        erlang:iolist_to_iovec(Data)
    catch
        Class:Reason -> {Class, Reason}
    end.

a(Size) ->
    list_to_binary(lists:duplicate(Size, $a)).

%% Of a binary, and of parts of it.
referenced(Size) ->
    Bin = a(Size),
    <<Start:10/binary, _/binary>> = Bin,
    [binary:referenced_byte_size(B)
     || B <- [Bin, Start, binary:part(Bin, 3, 5), binary:copy(Bin), element(1, split_binary(Bin, 7))]].

%% zlib is not asked about lists without binaries.
adler() ->
    [erlang:adler32(16#ffffffff, Data) || Data <- [[], <<>>, [<<>>], [[]], [[] | <<>>], [1]]].
