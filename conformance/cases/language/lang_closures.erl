%% What a fun sees is fixed when it is made.
-module(lang_closures).
-export([make_counter/1, shadow/1, nested/2, fold_funs/1, list_of_funs/1, y/1, info/1, remote_info/0,
         equality/1, call_through/2, map_of_funs/2, partial/2, church/1, memo/1, local_name/1, refs/1]).

make_counter(N) ->
    Step = fun(State) -> {State, State + N} end,
    {A, S1} = Step(0),
    {B, S2} = Step(S1),
    {C, _} = Step(S2),
    [A, B, C].

shadow(X) ->
    F = fun(X1) -> G = fun(X2) -> {X, X1, X2} end, G(X1 * 2) end,
    F(X + 1).

nested(A, B) ->
    F = fun(C) ->
                fun(D) ->
                        fun(E) -> [A, B, C, D, E] end
                end
        end,
    ((F(3))(4))(5).

fold_funs(X) ->
    Funs = [fun(Y) -> Y + 1 end, fun(Y) -> Y * 10 end, fun(Y) -> Y - 3 end],
    lists:foldl(fun(F, Acc) -> F(Acc) end, X, Funs).

list_of_funs(N) ->
    Funs = [fun() -> K * K end || K <- lists:seq(1, N)],
    [F() || F <- Funs].

y(N) ->
    Fix = fun(F) -> G = fun(H, X) -> F(fun(Z) -> H(H, Z) end, X) end, fun(X) -> G(G, X) end end,
    Fact = Fix(fun(Self, K) -> if K =:= 0 -> 1; true -> K * Self(K - 1) end end),
    Fact(N).

info(X) ->
    F = fun(_, _) -> X end,
    [erlang:fun_info(F, Item) || Item <- [arity, env, module, type]].

remote_info() ->
    F = fun lists:map/2,
    [erlang:fun_info(F, Item) || Item <- [arity, env, module, name, type]].

equality(X) ->
    F = fun() -> X end,
    G = F,
    {F =:= G, F == G, fun lists:map/2 =:= fun lists:map/2, fun lists:map/2 =:= fun lists:foldl/3,
     fun lists:map/2 < fun lists:zip/2}.

call_through(F, X) ->
    Table = #{inc => fun(Y) -> Y + 1 end, local => fun helper/1, remote => fun erlang:abs/1,
              made => erlang:make_fun(lists, reverse, 1)},
    case Table of
        #{F := Fun} -> Fun(X);
        #{} -> apply(erlang, F, [X])
    end.

helper(X) -> {helped, X}.

map_of_funs(Ops, X) ->
    Impl = #{add => fun(A) -> A + 1 end, dbl => fun(A) -> A * 2 end, neg => fun erlang:'-'/1},
    lists:foldl(fun(Op, Acc) -> (maps:get(Op, Impl))(Acc) end, X, Ops).

partial(A, List) -> lists:map(fun(B) -> {A, B} end, List).

church(N) ->
    Zero = fun(_) -> fun(X) -> X end end,
    Succ = fun(C) -> fun(F) -> fun(X) -> F((C(F))(X)) end end end,
    Number = lists:foldl(fun(_, C) -> Succ(C) end, Zero, lists:seq(1, N)),
    (Number(fun(X) -> X + 1 end))(0).

memo(N) ->
    Fib = fun Fib(K, Seen) ->
                  case Seen of
                      #{K := V} -> {V, Seen};
                      #{} ->
                          {A, S1} = Fib(K - 1, Seen),
                          {B, S2} = Fib(K - 2, S1),
                          {A + B, S2#{K => A + B}}
                  end
          end,
    element(1, Fib(N, #{0 => 0, 1 => 1})).

local_name(X) ->
    F = fun helper/1,
    {F(X), erlang:fun_info(F, arity), is_function(F, 1)}.

refs(List) ->
    lists:filtermap(fun(X) when X > 2 -> {true, -X};
                       (2) -> true;
                       (_) -> false
                    end, List).
