%% A filter that is no boolean and a generator that is no list raise.
-module(lang_comprehensions).
-export([squares/1, pairs/2, pythagoras/1, pattern/1, filters/2, nested/1, bits/1, bad_filter/1,
         bad_generator/1, strings/1, transpose/1, primes/1, binary_patterns/1, into_binary/1, guards/1,
         sieve/1, perms/1, queens/1, shadow/2, side_effects/1]).

squares(List) -> [X * X || X <- List].

pairs(A, B) -> [{X, Y} || X <- A, Y <- B, X =/= Y].

pythagoras(N) ->
    [{A, B, C} || A <- lists:seq(1, N), B <- lists:seq(A, N), C <- lists:seq(B, N),
                  A * A + B * B =:= C * C].

pattern(List) -> [{K, V} || {K, [V | _]} <- List, is_atom(K)].

filters(List, Max) -> [X || X <- List, is_integer(X), X < Max, X rem 2 =:= 0].

nested(Lists) -> [[Y + 1 || Y <- X] || X <- Lists, X =/= []].

bits(Bin) -> [{A, B} || <<A:3, B:5>> <= Bin, A > 0].

bad_filter(X) -> [Y || Y <- [1, 2], X].

bad_generator(X) -> [Y || Y <- X].

strings(Text) -> [C - 32 || C <- Text, C >= $a, C =< $z].

transpose([[] | _]) -> [];
transpose(Rows) -> [[hd(R) || R <- Rows] | transpose([tl(R) || R <- Rows])].

primes(N) -> [P || P <- lists:seq(2, N), [] =:= [D || D <- lists:seq(2, P - 1), P rem D =:= 0]].

binary_patterns(Bin) -> [X || <<1:1, X:7>> <= Bin].

into_binary(List) -> << <<(length(L)), (list_to_binary(L))/binary>> || L <- List, is_list(L) >>.

guards(List) -> [case X of _ when X > 2, X < 5; X =:= 9 -> {in, X}; _ -> {out, X} end || X <- List].

sieve([P | Rest]) -> [P | sieve([X || X <- Rest, X rem P =/= 0])];
sieve([]) -> [].

perms([]) -> [[]];
perms(List) -> [[X | P] || X <- List, P <- perms(List -- [X])].

queens(N) -> length(queens(N, N)).

queens(0, _) -> [[]];
queens(K, N) -> [[Q | Qs] || Qs <- queens(K - 1, N), Q <- lists:seq(1, N), safe(Q, 1, Qs)].

safe(_, _, []) -> true;
safe(Q, D, [H | T]) -> Q =/= H andalso abs(Q - H) =/= D andalso safe(Q, D + 1, T).

shadow(X, List) -> {[X || X <- List], X}.

side_effects(List) ->
    put(seen, []),
    Seen = fun(What, Value) -> put(seen, [What | get(seen)]), Value end,
    Result = [Seen(X, X) || X <- List, Seen({f, X}, X > 1)],
    {Result, erase(seen)}.
