%% A tail that is kept and matched on: its match context goes on where the tail begins.
-module(found_tails).

-export([bits/2, kept/1, first/2, whole/2, built/2, twice/1, skipped/1, literal/1, choices/1]).
-export([comprehension/1]).

bits(<<H:5, T/bitstring>>, L) ->
    bits(T, [{H, T} | L]);
bits(R, L) ->
    {R, L}.

kept(<<A:4, T/bitstring>>) ->
    next(T, [A, T]).

next(<<B:4, _/bitstring>>, L) ->
    [B | L];
next(_, L) ->
    [none | L].

first(<<A, T/binary>>, L) when A < 100 ->
    first(T, [T | L]);
first(<<A, T/binary>>, L) ->
    {A, byte_size(T), next(T, L)};
first(R, L) ->
    {R, L}.

whole(<<A:8, T/binary>> = Whole, L) when A < 100 ->
    whole(T, [T, Whole | L]);
whole(R, L) ->
    {R, L}.

built(<<A:8, T/binary>>, N) ->
    B = <<T/binary, A>>,
    case T of
        <<C:8, _/binary>> -> {N, B, C, T};
        _ -> {N, B, T}
    end.

twice(<<_:8, T/binary>>) ->
    case T of
        <<1, R/binary>> -> {one, R, T};
        <<2, 3, R/binary>> -> {two, R, T};
        <<X:16/little-signed, R/binary>> -> {X, R, T};
        <<>> -> {empty, T};
        _ -> {other, T}
    end.

skipped(<<N:3, _:N, T/bitstring>>) ->
    {N, T, skipped(T), bit_size(T)};
skipped(T) ->
    {end_of, T}.

literal(<<"ab", T/binary>>) ->
    {T, literal(T)};
literal(<<"c", T/binary>> = B) ->
    {B, T, literal(T)};
literal(T) ->
    T.

choices(<<K, T/binary>>) ->
    case K of
        0 -> {zero, T, choices(T)};
        1 -> <<L, V:L/binary, R/binary>> = T, {V, T, choices(R)};
        _ -> try <<_:64, R/binary>> = T, {long, R} catch error:{badmatch, T} -> {short, T} end
    end;
choices(T) ->
    T.

comprehension(B) ->
    [{A, C} || <<A:7, C:9/bitstring>> <= B, <<1:1, _/bitstring>> <- [C]].
