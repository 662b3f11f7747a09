%% Classic algorithms whose results are easy to check by hand.
-module(std_algorithms).
-export([caesar/2, roman/1, life/2, dijkstra/2, huffman/1, lzw/1, matrix/2, levenshtein/2, rpn/1,
         wrap/2, knapsack/2, brackets/1, luhn/1, primes_map/1, crc16/1, run_length/1, hanoi/1,
         permutations_count/1, base_convert/2, mandelbrot/2]).

caesar(N, Text) -> [shift(C, N) || C <- Text].

shift(C, N) when C >= $a, C =< $z -> (C - $a + N + 26) rem 26 + $a;
shift(C, N) when C >= $A, C =< $Z -> (C - $A + N + 26) rem 26 + $A;
shift(C, _) -> C.

roman(N) -> roman(N, [{1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"},
                      {40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"}]).

roman(0, _) -> "";
roman(N, [{V, S} | _] = Table) when N >= V -> S ++ roman(N - V, Table);
roman(N, [_ | Rest]) -> roman(N, Rest).

life(Cells, 0) -> lists:sort(Cells);
life(Cells, N) ->
    Alive = maps:from_list([{C, true} || C <- Cells]),
    Counts = lists:foldl(fun(C, M) -> maps:update_with(C, fun(K) -> K + 1 end, 1, M) end, #{},
                         [{X + DX, Y + DY} || {X, Y} <- Cells, DX <- [-1, 0, 1], DY <- [-1, 0, 1],
                                              {DX, DY} =/= {0, 0}]),
    life([C || {C, K} <- maps:to_list(Counts),
               K =:= 3 orelse (K =:= 2 andalso maps:is_key(C, Alive))], N - 1).

dijkstra(Edges, Start) ->
    search(gb_sets:singleton({0, Start}), #{}, Edges).

search(Queue, Done, Edges) ->
    case gb_sets:is_empty(Queue) of
        true -> lists:sort(maps:to_list(Done));
        false ->
            {{D, V}, Rest} = gb_sets:take_smallest(Queue),
            case Done of
                #{V := _} -> search(Rest, Done, Edges);
                _ ->
                    Next = [{D + W, B} || {A, B, W} <- Edges, A =:= V],
                    search(lists:foldl(fun gb_sets:add/2, Rest, Next), Done#{V => D}, Edges)
            end
    end.

huffman(Text) ->
    Counts = lists:foldl(fun(C, M) -> maps:put(C, maps:get(C, M, 0) + 1, M) end, #{}, Text),
    Tree = build(lists:sort([{N, C} || {C, N} <- maps:to_list(Counts)])),
    Codes = maps:from_list(codes(Tree, <<>>)),
    Bits = << <<(maps:get(C, Codes))/bitstring>> || C <- Text >>,
    {bit_size(Bits), decode(Bits, Tree, Tree) =:= Text}.

build([{_, Tree}]) -> Tree;
build([{N, A}, {M, B} | Rest]) -> build(lists:sort([{N + M, {A, B}} | Rest])).

codes({A, B}, Prefix) -> codes(A, <<Prefix/bitstring, 0:1>>) ++ codes(B, <<Prefix/bitstring, 1:1>>);
codes(C, Prefix) -> [{C, Prefix}].

decode(<<0:1, Rest/bitstring>>, {A, _}, Tree) -> step(A, Rest, Tree);
decode(<<1:1, Rest/bitstring>>, {_, B}, Tree) -> step(B, Rest, Tree);
decode(<<>>, _, _) -> [].

step({_, _} = Node, Rest, Tree) -> decode(Rest, Node, Tree);
step(C, Rest, Tree) -> [C | decode(Rest, Tree, Tree)].

lzw(Text) -> lzw(Text, [], maps:from_list([{[C], C} || C <- lists:seq(0, 255)])).

lzw([], W, Table) -> [maps:get(W, Table)];
lzw([C | T], W, Table) ->
    WC = W ++ [C],
    case Table of
        #{WC := _} -> lzw(T, WC, Table);
        _ -> [maps:get(W, Table) | lzw(T, [C], Table#{WC => map_size(Table)})]
    end.

matrix(A, B) ->
    Columns = transpose(B),
    [[lists:sum(lists:zipwith(fun(X, Y) -> X * Y end, Row, Col)) || Col <- Columns] || Row <- A].

transpose([[] | _]) -> [];
transpose(Rows) -> [[hd(R) || R <- Rows] | transpose([tl(R) || R <- Rows])].

levenshtein(A, B) ->
    First = lists:seq(0, length(B)),
    lists:last(lists:foldl(fun(C, [P | _] = Row) -> row(C, B, Row, [P + 1]) end, First, A)).

row(_, [], _, Acc) -> lists:reverse(Acc);
row(C, [D | T], [Diagonal, Up | Row], [Left | _] = Acc) ->
    Cost = if C =:= D -> 0; true -> 1 end,
    row(C, T, [Up | Row], [lists:min([Left + 1, Up + 1, Diagonal + Cost]) | Acc]).

rpn(Text) -> lists:foldl(fun token/2, [], string:lexemes(Text, " ")).

token("+", [B, A | S]) -> [A + B | S];
token("-", [B, A | S]) -> [A - B | S];
token("*", [B, A | S]) -> [A * B | S];
token("/", [B, A | S]) -> [A / B | S];
token(Number, S) -> [list_to_integer(Number) | S].

wrap(Text, Width) -> wrap(string:lexemes(Text, " "), Width, [], []).

wrap([], _, [], Lines) -> lists:reverse(Lines);
wrap([], _, Line, Lines) -> lists:reverse([Line | Lines]);
wrap([W | T], Width, [], Lines) -> wrap(T, Width, W, Lines);
wrap([W | T], Width, Line, Lines) when length(Line) + length(W) < Width ->
    wrap(T, Width, Line ++ " " ++ W, Lines);
wrap([W | T], Width, Line, Lines) -> wrap(T, Width, W, [Line | Lines]).

knapsack(Items, Capacity) ->
    Best = lists:foldl(fun({V, W}, Row) ->
                               maps:map(fun(C, Old) when C >= W -> max(Old, V + maps:get(C - W, Row));
                                           (_, Old) -> Old
                                        end, Row)
                       end, maps:from_list([{C, 0} || C <- lists:seq(0, Capacity)]), Items),
    maps:get(Capacity, Best).

brackets(Text) -> brackets(Text, []).

brackets([C | T], S) when C =:= $(; C =:= $[; C =:= ${ -> brackets(T, [C | S]);
brackets([$) | T], [$( | S]) -> brackets(T, S);
brackets([$] | T], [$[ | S]) -> brackets(T, S);
brackets([$} | T], [${ | S]) -> brackets(T, S);
brackets([C | _], _) when C =:= $); C =:= $]; C =:= $} -> {unexpected, C};
brackets([_ | T], S) -> brackets(T, S);
brackets([], []) -> balanced;
brackets([], S) -> {open, S}.

luhn(Text) ->
    {Sum, _} = lists:foldr(fun(C, {S, Double}) when Double ->
                                   D = (C - $0) * 2,
                                   {S + D div 10 + D rem 10, false};
                              (C, {S, _}) -> {S + C - $0, true}
                           end, {0, false}, Text),
    Sum rem 10 =:= 0.

primes_map(N) -> primes_map(2, N, #{}, []).

primes_map(K, N, _, Acc) when K > N -> lists:reverse(Acc);
primes_map(K, N, M, Acc) ->
    case maps:take(K, M) of
        error -> primes_map(K + 1, N, add(K * K, K, M), [K | Acc]);
        {Ps, M2} -> primes_map(K + 1, N, lists:foldl(fun(P, A) -> add(K + P, P, A) end, M2, Ps), Acc)
    end.

add(K, P, M) -> maps:update_with(K, fun(L) -> [P | L] end, [P], M).

crc16(Bin) -> crc16(Bin, 16#ffff).

crc16(<<B, Rest/binary>>, Crc) -> crc16(Rest, bits(8, Crc bxor B));
crc16(<<>>, Crc) -> Crc.

bits(0, Crc) -> Crc;
bits(N, Crc) when Crc band 1 =:= 1 -> bits(N - 1, (Crc bsr 1) bxor 16#a001);
bits(N, Crc) -> bits(N - 1, Crc bsr 1).

run_length([]) -> [];
run_length([H | T]) ->
    {Same, Rest} = lists:splitwith(fun(X) -> X =:= H end, T),
    [{H, length(Same) + 1} | run_length(Rest)].

hanoi(N) ->
    Moves = hanoi(N, a, b, c, []),
    {length(Moves), lists:sublist(lists:reverse(Moves), 5)}.

hanoi(0, _, _, _, Acc) -> Acc;
hanoi(N, A, B, C, Acc) -> hanoi(N - 1, C, B, A, [{A, B} | hanoi(N - 1, A, C, B, Acc)]).

permutations_count(List) -> length(lists:usort(perms(List))).

perms([]) -> [[]];
perms(L) -> [[H | T] || H <- L, T <- perms(L -- [H])].

base_convert(N, Base) -> {integer_to_list(N, Base), list_to_integer(integer_to_list(N, Base), Base)}.

mandelbrot(W, H) ->
    [[escape(X * 3.0 / W - 2.0, Y * 2.0 / H - 1.0, 0.0, 0.0, 0) || X <- lists:seq(0, W - 1)]
     || Y <- lists:seq(0, H - 1)].

escape(_, _, _, _, 30) -> $#;
escape(_, _, A, B, N) when A * A + B * B > 4.0 -> $0 + N rem 10;
escape(Cx, Cy, A, B, N) -> escape(Cx, Cy, A * A - B * B + Cx, 2.0 * A * B + Cy, N + 1).
