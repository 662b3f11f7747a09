%% Sorting a mixed list, and every pair of a fixed set of values.
-module(lang_term_order).
-export([sorted/0, pair/2, usort/1, matrix/1, keyed/0, deep/0, min_max/0, map_order/0, bits_order/0]).

sorted() ->
    Pid = self(),
    Ref = make_ref(),
    Fun = fun() -> ok end,
    Values = [<<"b">>, [], {}, #{}, 1, 1.5, a, Pid, Ref, Fun, [1], {1}, #{a => 1}, <<>>, "text", -1,
              'Z', <<1:1>>, 100000000000000000000, -1.0e30, {a, b}, {1, 2, 3}, [a | b], true],
    [kind(V, Pid, Ref, Fun) || V <- lists:sort(Values)].

kind(Pid, Pid, _, _) -> pid;
kind(Ref, _, Ref, _) -> reference;
kind(Fun, _, _, Fun) -> 'fun';
kind(V, _, _, _) -> V.

pair(A, B) -> [A < B, A =< B, A > B, A >= B, A == B, A /= B, A =:= B, A =/= B].

usort(List) -> {lists:sort(List), lists:usort(List)}.

matrix(Values) -> [[sign(A, B) || B <- Values] || A <- Values].

sign(A, B) when A < B -> $<;
sign(A, B) when A > B -> $>;
sign(A, B) when A =:= B -> $=;
sign(_, _) -> $~.

keyed() ->
    L = [{1, a}, {1.0, b}, {2, c}, {1, d}],
    {lists:keyfind(1.0, 1, L), lists:keymember(2.0, 1, L), lists:keysort(1, L), lists:ukeysort(1, L),
     lists:member(1.0, [1]), [1, 2] -- [1.0], proplists:get_value(1.0, L)}.

deep() ->
    A = {[1, 2, {3}], #{k => [4.0]}, <<5>>},
    B = {[1, 2, {3}], #{k => [4]}, <<5>>},
    C = {[1, 2, {3}], #{k => [4.0]}, <<5, 0:1>>},
    {A == B, A =:= B, A < C, C > B, A =:= {[1, 2, {3}], #{k => [4.0]}, <<5>>}}.

min_max() ->
    {lists:min([b, 1, {}]), lists:max([b, 1, {}]), erlang:min(1, 1.0), erlang:max(1, 1.0),
     lists:max([[], "", #{}])}.

map_order() ->
    {#{a => 1} < #{a => 2}, #{b => 1} > #{a => 9}, #{a => 1, b => 1} > #{z => 1},
     #{1 => x} == #{1.0 => x}, #{1 => x} < #{1.0 => x}, #{a => 1} == #{a => 1.0}, #{} < #{1 => 1},
     #{2.0 => a} > #{1 => a}, #{1.0 => a, 2 => b} < #{1 => a, 2 => b}}.

bits_order() ->
    {<<1>> < <<2>>, <<1, 2>> > <<1>>, <<1:1>> > <<1:2>>, <<128>> == <<1:1, 0:7>>, <<3:2>> > <<255:7>>,
     <<>> < <<0:1>>}.
