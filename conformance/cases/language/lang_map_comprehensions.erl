%% Results are maps, or sorted lists of what a map generator gave.
-module(lang_map_comprehensions).
-export([squares/1, swap/1, filter/2, to_list/1, both/2, pattern/1, bad/1, duplicate/1, large/1,
         from_bits/1, to_bits/1]).

squares(List) -> #{X => X * X || X <- List}.

swap(M) -> #{V => K || K := V <- M}.

filter(M, Min) -> #{K => V || K := V <- M, V >= Min}.

to_list(M) -> lists:sort([{K, V} || K := V <- M]).

both(A, B) -> #{{K, X} => V || K := V <- A, X <- B}.

pattern(M) -> lists:sort([{K, X} || K := {ok, X} <- M]).

bad(X) -> [K || K := _ <- X].

duplicate(List) -> #{X rem 3 => X || X <- List}.

large(N) ->
    M = #{K => 2 * K || K <- lists:seq(1, N)},
    {map_size(M), lists:sum([V || _ := V <- M])}.

from_bits(Bin) -> #{K => V || <<K:4, V:4>> <= Bin}.

to_bits(M) -> byte_size(<< <<K, V>> || K := V <- M >>).
