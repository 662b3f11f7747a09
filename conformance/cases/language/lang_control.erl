%% What has no matching branch raises an error with the value.
-module(lang_control).
-export([case_of/1, if_of/2, match_of/2, andalso_of/2, orelse_of/2, block/1, multi/1, bool/2, scope/1,
         bind_twice/1, string_prefix/1, nested_case/2, unused/1, compound/1, list_ops/2]).

case_of(X) ->
    case X of
        {ok, [H | T]} when T =/= [] -> {more, H};
        {ok, [H]} -> {one, H};
        {ok, _} -> ok;
        <<A, _/binary>> -> {bin, A};
        #{k := V} -> {map, V};
        "abc" ++ Rest -> {abc, Rest};
        1.5 -> float;
        -7 -> negative
    end.

if_of(A, B) ->
    if
        A =:= B -> same;
        A > B, A < 100 -> bigger;
        is_list(A), length(A) =:= B -> length
    end.

match_of(P, X) ->
    case P of
        pair -> {A, B} = X, {B, A};
        same -> {A, A} = X, A;
        list -> [A, B | C] = X, {A, B, C};
        bin -> <<A:16, B/binary>> = X, {A, B};
        map -> #{a := A, b := {B}} = X, {A, B};
        number -> 5 = X, five
    end.

andalso_of(A, B) -> A andalso B.

orelse_of(A, B) -> A orelse B.

block(X) ->
    Y = begin
            Z = X + 1,
            Z * 2
        end,
    {Y, Z}.

multi(X) ->
    A = B = C = {X},
    {A, B, C} = {C, A, B},
    [A, B | _] = [C, {X} | tail],
    {D, E} = F = {A, X},
    {D, E, F}.

bool(A, B) -> {A and B, A or B, A xor B, not A}.

scope(X) ->
    case X of
        1 -> Y = one, Z = 1;
        2 -> Y = two, Z = 2;
        _ -> Y = many, Z = X
    end,
    {Y, Z}.

bind_twice(X) ->
    Y = X,
    Y = 5,
    bound.

string_prefix("GET " ++ Path) -> {get, Path};
string_prefix([$P, $U, $T, $\s | Path]) -> {put, Path};
string_prefix(Other) -> {other, Other}.

nested_case(A, B) ->
    case {A, B} of
        {X, X} -> equal;
        {X, {X}} -> wrapped;
        {{X}, X} -> unwrapped;
        {X, Y} when X > Y -> greater;
        _ -> less
    end.

unused(_X) ->
    _ = self(),
    _Ignored = make_ref(),
    ok.

compound({A, [B, C | _], #{d := D}, <<E:4, F:4>>} = All) -> {A, B, C, D, E, F, tuple_size(All)}.

list_ops(A, B) -> {A ++ B, A -- B, B -- A}.
