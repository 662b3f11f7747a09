%% Fields with and without defaults; a missing field and a wrong term are errors of their own.
-module(op_native_records).
-export([make/2, defaults/0, update/2, x/1, read/1, match/1, guard/1, type/1, anonymous/1, missing/0,
         wrong_update/1, chain/1, compare/2, nested/1, loop/1, any/1, of_kind/1, fields/1]).

-record #point{x = 0, y = 0}.
-record #line{from, to, label = "none"}.
-record #empty{}.

show(#point{x = X, y = Y}) -> {point, X, Y};
show(#line{from = F, to = T, label = L}) -> {line, show(F), show(T), L};
show(#empty{}) -> empty;
show(List) when is_list(List) -> [show(X) || X <- List];
show(Other) -> Other.

value({point, X, Y}) -> #point{x = X, y = Y};
value({line, A, B}) -> #line{from = value(A), to = value(B)};
value({line, A, B, L}) -> #line{from = value(A), to = value(B), label = L};
value(empty) -> #empty{};
value(Other) -> Other.

make(X, Y) ->
    P = #point{x = X, y = Y},
    {show(P), is_tuple(P), is_map(P)}.

defaults() -> [show(#point{}), show(#point{y = 1}), show(#line{from = a, to = b}), show(#empty{})].

update(V, X) ->
    P = value(V),
    show([P#point{x = X}, P#point{x = X, y = {X}}, P]).

x(V) -> (value(V))#point.x.

read(V) ->
    L = value(V),
    {L#line.label, show(L#line.from), show(L#line.to)}.

match(V) ->
    case value(V) of
        #point{x = 0, y = 0} -> origin;
        #point{x = X, y = X} -> {diagonal, X};
        #point{x = X} -> {x, X};
        #line{from = #point{x = X}, to = #point{x = X}} -> {vertical, X};
        #line{label = L} -> {line, L};
        #empty{} -> empty;
        Other -> {other, Other}
    end.

guard(V) -> guarded(value(V)).

guarded(P) when P#point.x > 10 -> far;
guarded(P) when is_record(P, point), P#point.y =:= 0 -> on_axis;
guarded(P) when is_record(P, point) -> point;
guarded(_) -> none.

type(V) ->
    T = value(V),
    [N || {N, true} <- [{point, is_record(T, point)}, {line, is_record(T, line)},
                        {here, is_record(T, op_native_records, point)},
                        {elsewhere, is_record(T, other_module, point)},
                        {any, is_record(T)}]].

anonymous(V) ->
    case value(V) of
        #_{x = X, y = Y} -> {xy, X, Y};
        #_{label = L} -> {labelled, L};
        #_{} -> some_record;
        _ -> no_record
    end.

missing() -> show(#op_native_records:line{from = 1}).

wrong_update(V) ->
    T = value(V),
    show(T#line{label = "new"}).

chain(X) ->
    P = #point{x = X},
    L = #line{from = P, to = P#point{y = X}},
    M = L#line{label = X, from = L#line.to},
    show([L, M]).

compare(A, B) ->
    X = value(A),
    Y = value(B),
    {X =:= Y, X == Y, X < Y, X > Y}.

nested(V) ->
    #line{from = #point{x = X}, to = To} = value(V),
    {X, show(To)}.

loop(N) -> show(loop(N, #point{})).

loop(0, P) -> P;
loop(N, #point{x = X, y = Y} = P) -> loop(N - 1, P#point{x = X + N, y = Y - N}).

any(V) ->
    case value(V) of
        R when is_record(R) -> record;
        _ -> no_record
    end.

of_kind(V) ->
    R = value(V),
    {R#_.x, R#_.y}.

fields(V) ->
    R = value(V),
    {records:get_module(R), records:get_name(R), records:get_field_names(R), records:is_exported(R)}.
