%% Code as people leave it: remarks everywhere, macros, odd spacing.
-module(sample).
-export([start/1,loop/2 , area/1]).
-include("none.hrl").
-define(LIMIT, 10).
-define(twice(X), (X)*2).
-record(point,{x=0 :: integer(),y}). % a place
-type shape() :: {circle, float()} | #point{}.
-spec area(shape()) -> number().
-callback handle(Term :: term()) -> ok | {error, Reason :: atom()}.
-ifdef(TEST).
-compile(export_all).
-endif.

%%% Areas

area({circle,R}) when R>0,R<?LIMIT;R=:=100 -> 3.14*R*R; % round
%% a rectangle
area(#point{x=X,y=Y}=P) ->
   case P of
    #point{x=0} -> 0; #point{} when X > Y -> X*Y;
        _ -> ?twice(Y)
   end;
area(_) -> throw({bad,"shape", $a, 16#ff, 1.0e3, <<"bin":3/binary, 1:4/little-signed>>}).

start(Args) -> spawn(fun() -> loop(Args,[]) end), fun area/1, fun lists:map/2.

loop([], Acc) -> lists:reverse(Acc);
loop([H|T], Acc) ->
    X = try area(H) of V when is_number(V) -> V catch throw:_ -> 0; error:E:S -> {E,S} after ok end,
    Y = [A || {A,_} <- Acc, A > 1, <<B>> <= <<1,2>>, B =/= A],
    Z = #{key => X, "other" := Y},
    receive {msg, M} -> M; _ -> ok after 1000 -> timeout end,
    if X > 1, Y =:= []; true -> begin loop(T, [Z#{key := 1} | Acc]) end end,
    catch not (X andalso Y), - X + bnot 3 bsl 2 div 4.
%% the end
