%% In 25 the error is made by a call, later by an instruction of its own.
-module(op_badrecord_body).
-export([get_x/1, set_x/2, guard/1, match/1]).

-record(point, {x, y}).

get_x(P) -> P#point.x.

set_x(P, X) -> P#point{x = X}.

guard(P) when P#point.x > 0 -> positive;
guard(P) when is_record(P, point) -> point;
guard(_) -> none.

match(#point{x = X, y = X}) -> {same, X};
match(#point{x = X}) -> {x, X}.
