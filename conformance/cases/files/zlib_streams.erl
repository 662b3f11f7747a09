%% Streams of zlib: what comes out, in which pieces, and what is refused.
-module(zlib_streams).
-export([round/2, pieces/3, inflated/2, safe/2, dictionaries/0, raw_dictionary/0, get_dictionary/0, params/0, reset/0, flushes/0, ends/1, damaged/0, states/0, owner/0,
         hostile/1, bits/0, easy/1, concatenated/1, chunk/1, crc/0, many_parts/1, stash/0, bomb/0, dropped/0]).

caught(F) -> files_folder:caught(F).

%% Data that compresses a little, the same everywhere.
data(Size) -> data(Size, 1, []).

data(0, _, Acc) -> list_to_binary(Acc);
data(N, S, Acc) ->
    Next = (S * 1103515245 + 12345) band 16#7fffffff,
    data(N - 1, Next, [(Next bsr 16) band 31 + $a | Acc]).

%% Data that compresses well.
repeated(Size) -> binary:part(binary:copy(<<"The quick brown fox jumps over the lazy dog. ">>, Size div 45 + 1), 0, Size).

sizes(L) when is_list(L) -> [byte_size(B) || B <- L];
sizes({A, L}) -> {A, sizes(L)};
sizes({A, B, L}) -> {A, B, sizes(L)};
sizes(X) -> X.

content(Kind, Size) -> case Kind of data -> data(Size); repeated -> repeated(Size); zeros -> binary:copy(<<0>>, Size) end.

deflated(Options, Parts) ->
    Z = zlib:open(),
    ok = apply(zlib, deflateInit, [Z | Options]),
    L = [zlib:deflate(Z, P) || P <- Parts],
    Last = zlib:deflate(Z, <<>>, finish),
    ok = zlib:deflateEnd(Z),
    ok = zlib:close(Z),
    L ++ [Last].

round(Kind, Size) ->
    Data = content(Kind, Size),
    [begin
         L = deflated(Options, [Data]),
         Bits = case Options of [_, _, B, _, _] -> B; _ -> 15 end,
         Z = zlib:open(),
         ok = zlib:inflateInit(Z, Bits),
         Out = zlib:inflate(Z, L),
         R = {Options, [sizes(X) || X <- L], erlang:crc32(L), iolist_to_binary(Out) =:= Data, sizes(Out), zlib:inflateEnd(Z)},
         ok = zlib:close(Z),
         R
     end || Options <- [[], [none], [best_speed], [best_compression], [default], [0], [5], [default, deflated, 15, 8, huffman_only], [default, deflated, 9, 1, filtered],
                        [default, deflated, -15, 9, rle], [default, deflated, 31, 8, default]]].

%% How input in parts comes out.
pieces(Kind, Size, Part) ->
    Data = content(Kind, Size),
    Parts = parts(Data, Part),
    L = deflated([], Parts),
    All = iolist_to_binary(L),
    Z = zlib:open(),
    ok = zlib:inflateInit(Z),
    Out = [zlib:inflate(Z, P) || P <- parts(All, Part)],
    {[sizes(X) || X <- L], erlang:crc32(All), [sizes(X) || X <- Out], iolist_to_binary(Out) =:= Data, zlib:inflateEnd(Z)}.

parts(<<>>, _) -> [];
parts(B, N) when byte_size(B) =< N -> [B];
parts(B, N) -> {A, C} = split_binary(B, N), [A | parts(C, N)].

inflated(Kind, Size) ->
    Z = zlib:open(),
    ok = zlib:inflateInit(Z),
    {sizes(zlib:inflate(Z, zlib:compress(content(Kind, Size)))), zlib:inflateEnd(Z)}.

safe(Kind, Size) ->
    Z = zlib:open(),
    ok = zlib:inflateInit(Z),
    L = safe_loop(Z, zlib:safeInflate(Z, zlib:compress(content(Kind, Size)))),
    {L, zlib:inflateEnd(Z)}.

safe_loop(Z, {continue, L}) -> [{continue, sizes(L)} | safe_loop(Z, zlib:safeInflate(Z, []))];
safe_loop(_, {finished, L}) -> [{finished, sizes(L)}].

bomb() ->
    B = zlib:compress(binary:copy(<<0>>, 10000000)),
    Z = zlib:open(),
    ok = zlib:inflateInit(Z),
    [sizes(zlib:safeInflate(Z, B)), sizes(zlib:safeInflate(Z, [])), caught(fun() -> zlib:inflateEnd(Z) end), byte_size(B)].

dictionaries() ->
    Dictionary = <<"The quick brown fox jumps over the lazy dog">>,
    Z = zlib:open(),
    ok = zlib:deflateInit(Z),
    Checksum = zlib:deflateSetDictionary(Z, Dictionary),
    C = zlib:deflate(Z, <<"quick brown dog">>, finish),
    Late = caught(fun() -> zlib:deflateSetDictionary(Z, Dictionary) end),
    ok = zlib:deflateEnd(Z),
    I = fun(F) -> Y = zlib:open(), ok = zlib:inflateInit(Y), R = caught(fun() -> F(Y) end), zlib:close(Y), R end,
    High = begin Y = zlib:open(), ok = zlib:deflateInit(Y), X = zlib:deflateSetDictionary(Y, binary:copy(<<255>>, 30000)), D = iolist_to_binary(zlib:deflate(Y, <<255, 255>>, finish)), {X, D} end,
    [Checksum, C, Late, High,
     I(fun(Y) -> zlib:inflate(Y, C) end),
     I(fun(Y) -> zlib:inflate(Y, C, [{exception_on_need_dict, false}]) end),
     I(fun(Y) -> zlib:safeInflate(Y, C) end),
     I(fun(Y) -> [caught(fun() -> zlib:inflate(Y, C) end), zlib:inflateSetDictionary(Y, Dictionary), zlib:inflate(Y, []), zlib:inflateEnd(Y)] end),
     I(fun(Y) -> [zlib:safeInflate(Y, C), zlib:inflateSetDictionary(Y, ["The quick", <<" brown fox jumps over the lazy dog">>]), zlib:safeInflate(Y, [])] end),
     I(fun(Y) -> [caught(fun() -> zlib:inflate(Y, C) end), caught(fun() -> zlib:inflateSetDictionary(Y, <<"wrong">>) end), caught(fun() -> zlib:inflate(Y, []) end)] end),
     I(fun(Y) -> zlib:inflateSetDictionary(Y, Dictionary) end),
     I(fun(Y) -> [caught(fun() -> zlib:inflate(Y, element(2, High)) end)] end)].

raw_dictionary() ->
    D = <<"abcdefghijklmnopqrstuvwxyz">>,
    Z = zlib:open(),
    ok = zlib:deflateInit(Z, default, deflated, -15, 8, default),
    Checksum = zlib:deflateSetDictionary(Z, D),
    C = zlib:deflate(Z, <<"defghijkl">>, finish),
    Y = zlib:open(),
    ok = zlib:inflateInit(Y, -15),
    [Checksum, C, zlib:inflateSetDictionary(Y, D), zlib:inflate(Y, C), zlib:inflateEnd(Y)].

get_dictionary() ->
    Z = zlib:open(),
    R0 = caught(fun() -> zlib:inflateGetDictionary(Z) end),
    ok = zlib:inflateInit(Z),
    R1 = caught(fun() -> zlib:inflateGetDictionary(Z) end),
    _ = zlib:inflate(Z, zlib:compress(<<"hello">>)),
    R2 = zlib:inflateGetDictionary(Z),
    ok = zlib:inflateReset(Z),
    R3 = zlib:inflateGetDictionary(Z),
    _ = zlib:inflate(Z, zlib:compress(data(100000))),
    D = zlib:inflateGetDictionary(Z),
    [R0, R1, R2, R3, byte_size(D), D =:= binary:part(data(100000), 100000, -byte_size(D))].

params() ->
    Z = zlib:open(),
    ok = zlib:deflateInit(Z, none),
    A = zlib:deflate(Z, repeated(10000)),
    P1 = zlib:deflateParams(Z, best_compression, default),
    B = zlib:deflate(Z, repeated(10000)),
    P2 = zlib:deflateParams(Z, 1, huffman_only),
    C = zlib:deflate(Z, repeated(10000), finish),
    P3 = [caught(fun() -> zlib:deflateParams(Z, L, S) end) || {L, S} <- [{10, default}, {1, foo}, {x, default}]],
    All = [A, B, C],
    [P1, P2, P3, [sizes(X) || X <- All], iolist_size(All), iolist_to_binary(zlib:uncompress(iolist_to_binary(All))) =:= repeated(30000) orelse other,
     binary:part(iolist_to_binary(zlib:uncompress(iolist_to_binary(All))), 9990, 20)].

reset() ->
    Z = zlib:open(),
    ok = zlib:deflateInit(Z),
    _ = zlib:deflate(Z, <<"forgotten">>),
    R1 = zlib:deflateReset(Z),
    C = zlib:deflate(Z, <<"kept">>, finish),
    R2 = zlib:deflateReset(Z),
    C2 = zlib:deflate(Z, <<"kept">>, finish),
    Y = zlib:open(),
    ok = zlib:inflateInit(Y),
    _ = zlib:inflate(Y, binary:part(iolist_to_binary(C), 0, 5)),
    R3 = zlib:inflateReset(Y),
    [R1, R2, R3, C =:= C2, zlib:inflate(Y, C), zlib:inflate(Y, C), zlib:inflateReset(Y), zlib:inflate(Y, C), zlib:inflateEnd(Y), zlib:deflateEnd(Z)].

flushes() ->
    Z = zlib:open(),
    ok = zlib:deflateInit(Z),
    L = [[F, iolist_to_binary(zlib:deflate(Z, D, F))] || {D, F} <- [{<<"a">>, none}, {<<"b">>, sync}, {<<>>, sync}, {<<"c">>, full}, {<<>>, full}, {<<"d">>, none}, {<<>>, finish}]],
    After = [caught(fun() -> zlib:deflate(Z, <<"more">>, F) end) || F <- [none, finish, bad, x]],
    {L, After, caught(fun() -> zlib:deflateEnd(Z) end)}.

%% Input behind the end of the compressed data.
ends(Behaviour) ->
    C = zlib:compress(<<"one">>),
    Z = zlib:open(),
    ok = zlib:inflateInit(Z, 15, Behaviour),
    [caught(fun() -> zlib:inflate(Z, [C, C]) end), caught(fun() -> zlib:inflate(Z, C) end), caught(fun() -> zlib:inflate(Z, <<>>) end), caught(fun() -> zlib:inflate(Z, <<"junk">>) end),
     caught(fun() -> zlib:inflateEnd(Z) end)].

damaged() ->
    C = zlib:compress(data(1000)),
    Size = byte_size(C),
    [begin
         B = case What of
             {cut, N} -> binary:part(C, 0, N);
             {flip, N} -> <<A:N/binary, X, R/binary>> = C, <<A/binary, (X bxor 255), R/binary>>;
             {add, T} -> <<C/binary, T/binary>>
         end,
         Z = zlib:open(),
         ok = zlib:inflateInit(Z),
         R1 = caught(fun() -> sizes(zlib:inflate(Z, B)) end),
         {What, R1, caught(fun() -> zlib:inflateEnd(Z) end), caught(fun() -> byte_size(zlib:uncompress(B)) end)}
     end || What <- [{cut, 0}, {cut, 1}, {cut, 2}, {cut, 100}, {cut, Size - 1}, {cut, Size - 4}, {flip, 0}, {flip, 1}, {flip, 2}, {flip, 50}, {flip, Size - 1}, {add, <<"x">>}]].

states() ->
    Calls = [{deflateInit, []}, {inflateInit, []}, {deflate, [<<"x">>]}, {inflate, [<<"x">>]}, {deflateEnd, []}, {inflateEnd, []}, {deflateReset, []}, {inflateReset, []},
             {deflateParams, [1, default]}, {deflateSetDictionary, [<<"x">>]}, {inflateSetDictionary, [<<"x">>]}, {inflateGetDictionary, []}, {safeInflate, [<<"x">>]},
             {deflateSetDictionary, [x]}, {inflateSetDictionary, [x]}, {close, []}, {deflate, [x]}, {inflate, [x]}],
    [[{Start, F, caught(fun() ->
          Z = zlib:open(),
          case Start of
              none -> ok;
              closed -> zlib:close(Z);
              _ -> zlib:Start(Z)
          end,
          apply(zlib, F, [Z | As])
      end)} || Start <- [none, deflateInit, inflateInit, closed]] || {F, As} <- Calls].

owner() ->
    Z = zlib:open(),
    ok = zlib:deflateInit(Z),
    Me = self(),
    In = fun(F) -> spawn(fun() -> Me ! {r, caught(F)} end), receive {r, R} -> R end end,
    R1 = [In(F) || F <- [fun() -> zlib:deflate(Z, <<"x">>) end, fun() -> zlib:close(Z) end, fun() -> zlib:deflateEnd(Z) end, fun() -> zlib:set_controlling_process(Z, self()) end,
                         fun() -> zlib:deflateSetDictionary(Z, <<"x">>) end, fun() -> zlib:deflateInit(Z) end, fun() -> zlib:deflateReset(Z) end]],
    Pid = spawn(fun() -> receive go -> Me ! {r, caught(fun() -> zlib:deflate(Z, <<"x">>, finish) end)} end end),
    R2 = zlib:set_controlling_process(Z, Pid),
    R3 = caught(fun() -> zlib:deflate(Z, <<"y">>) end),
    Pid ! go,
    R4 = receive {r, R} -> R end,
    {R1, R2, R3, R4, [caught(fun() -> zlib:set_controlling_process(zlib:open(), X) end) || X <- [x, 1, make_ref()]] =:= lists:duplicate(3, {error, badarg})}.

hostile(Function) -> [{X, caught(fun() -> hostile(Function, X) end)} || X <- [x, 1, -1, 1.0, [], [x], <<1:3>>, [<<1:3>>], [256], [1 | 2], #{}, {}, "list", [[<<"a">>], $b | <<"c">>]]].

hostile(stream, X) -> [caught(fun() -> zlib:F(X) end) || F <- [close, deflateInit, inflateInit, deflateEnd, inflateEnd, deflateReset, inflateGetDictionary]];
hostile(deflate, X) -> Z = zlib:open(), ok = zlib:deflateInit(Z), iolist_to_binary([zlib:deflate(Z, X), zlib:deflate(Z, [], finish)]);
hostile(inflate, X) -> Z = zlib:open(), ok = zlib:inflateInit(Z), zlib:inflate(Z, X);
hostile(level, X) -> zlib:deflateInit(zlib:open(), X);
hostile(bits, X) -> zlib:inflateInit(zlib:open(), X);
hostile(memory, X) -> zlib:deflateInit(zlib:open(), default, deflated, 15, X, default);
hostile(strategy, X) -> zlib:deflateInit(zlib:open(), default, deflated, 15, 8, X);
hostile(dictionary, X) -> Z = zlib:open(), ok = zlib:deflateInit(Z), zlib:deflateSetDictionary(Z, X);
hostile(end_behaviour, X) -> zlib:inflateInit(zlib:open(), 15, X);
hostile(easy, X) -> [caught(fun() -> zlib:F(X) end) || F <- [compress, uncompress, zip, unzip, gunzip]].

bits() ->
    [{B, caught(fun() -> Z = zlib:open(), R = zlib:deflateInit(Z, default, deflated, B, 8, default), C = iolist_to_binary(zlib:deflate(Z, <<"hello hello">>, finish)), {R, C} end),
      caught(fun() -> zlib:inflateInit(zlib:open(), B) end)} || B <- [0, 7, 8, 9, 15, 16, 24, 25, 31, 32, 40, 47, 48, -7, -8, -9, -15, -16, 1 bsl 31, 1 bsl 40]].

easy(Size) ->
    D = data(Size),
    G = zlib:gzip(D),
    [zlib:uncompress(zlib:compress(D)) =:= D, zlib:unzip(zlib:zip(D)) =:= D, zlib:gunzip(G) =:= D, erlang:crc32(zlib:compress(D)), erlang:crc32(zlib:zip(D)), erlang:crc32(G),
     zlib:gunzip([G, G]) =:= <<D/binary, D/binary>>, caught(fun() -> zlib:gunzip(zlib:compress(D)) end), caught(fun() -> zlib:gunzip([G, "junk"]) end), caught(fun() -> zlib:uncompress(<<>>) end)].

concatenated(Behaviour) ->
    G = zlib:gzip(repeated(50000)),
    Z = zlib:open(),
    ok = zlib:inflateInit(Z, 31, Behaviour),
    caught(fun() -> R = zlib:inflate(Z, [G, G, G]), {sizes(R), iolist_size(R)} end).

chunk(Size) ->
    Z = zlib:open(),
    ok = zlib:inflateInit(Z),
    R = [zlib:getBufSize(Z), caught(fun() -> zlib:setBufSize(Z, Size) end), zlib:getBufSize(Z)],
    {R, all_chunks(Z, caught(fun() -> zlib:inflateChunk(Z, zlib:compress(repeated(3000))) end))}.

all_chunks(Z, {more, L}) -> [{more, sizes(L)} | all_chunks(Z, caught(fun() -> zlib:inflateChunk(Z) end))];
all_chunks(_, L) -> [sizes(L)].

crc() ->
    Z = zlib:open(),
    R0 = caught(fun() -> zlib:crc32(Z) end),
    ok = zlib:deflateInit(Z, default, deflated, -15, 8, default),
    A = zlib:crc32(Z),
    C = zlib:deflate(Z, <<"some data">>, finish),
    B = zlib:crc32(Z),
    Y = zlib:open(),
    ok = zlib:inflateInit(Y, -15),
    _ = zlib:inflate(Y, C),
    X = zlib:open(),
    ok = zlib:deflateInit(X),
    _ = zlib:deflate(X, <<"some data">>, sync),
    [R0, A, B, zlib:crc32(Y), erlang:crc32(<<"some data">>), zlib:crc32(X), zlib:deflateReset(Z), zlib:crc32(Z)].

%% More parts than are put in at once.
many_parts(N) ->
    Parts = [<<(I rem 251):8, I:16>> || I <- lists:seq(1, N)],
    C = zlib:compress(Parts),
    {byte_size(C), erlang:crc32(C), zlib:uncompress([<<B>> || <<B>> <= C]) =:= iolist_to_binary(Parts)}.

stash() ->
    Z = zlib:open(),
    ok = zlib:deflateInit(Z),
    A = zlib:deflateParams(Z, 9, default),
    B = zlib:deflate(Z, <<"x">>, finish),
    [A, iolist_to_binary(B), caught(fun() -> zlib:deflateParams(Z, 1, default) end)].

%% Nobody closes it.
dropped() ->
    [begin Z = zlib:open(), ok = zlib:deflateInit(Z), zlib:deflate(Z, <<"x">>), ok end || _ <- lists:seq(1, 100)],
    erlang:garbage_collect(),
    ok.
