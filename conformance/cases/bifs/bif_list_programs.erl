%% Bubble sort in a tuple, a table of counters in a tuple, and lists as sets.
-module(bif_list_programs).
-export([tuple_sort/1, histogram/2, as_set/2, rotate/2, zip_tuples/1, split_join/2, flatten/1, pascal/1]).

tuple_sort(List) -> tuple_to_list(sort(list_to_tuple(List), 1, length(List))).

sort(T, I, N) when I >= N -> T;
sort(T, I, N) -> sort(bubble(T, 1, N - I), I + 1, N).

bubble(T, J, Last) when J > Last -> T;
bubble(T, J, Last) when element(J, T) > element(J + 1, T) ->
    bubble(setelement(J, setelement(J + 1, T, element(J, T)), element(J + 1, T)), J + 1, Last);
bubble(T, J, Last) -> bubble(T, J + 1, Last).

histogram(N, List) ->
    lists:foldl(fun(X, T) ->
                        K = X rem N + 1,
                        setelement(K, T, element(K, T) + 1)
                end, erlang:make_tuple(N, 0), List).

as_set(A, B) -> {A ++ (B -- A), A -- B, A -- (A -- B), length(A ++ B)}.

rotate(0, L) -> L;
rotate(N, [H | T]) when N > 0 -> rotate(N - 1, T ++ [H]);
rotate(N, L) -> rotate(N + 1, [lists:last(L) | lists:droplast(L)]).

zip_tuples(Tuples) ->
    Size = lists:min([tuple_size(T) || T <- Tuples]),
    [list_to_tuple([element(I, T) || T <- Tuples]) || I <- lists:seq(1, Size)].

split_join(Bin, N) when byte_size(Bin) =< N -> [Bin];
split_join(Bin, N) ->
    {A, B} = split_binary(Bin, N),
    [A | split_join(B, N)].

flatten([H | T]) when is_list(H) -> flatten(H) ++ flatten(T);
flatten([H | T]) -> [H | flatten(T)];
flatten([]) -> [].

pascal(1) -> [[1]];
pascal(N) ->
    [Row | _] = Rows = pascal(N - 1),
    [lists:zipwith(fun(A, B) -> A + B end, [0 | Row], Row ++ [0]) | Rows].
