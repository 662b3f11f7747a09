%% Keys are sorted by the test where a map has more than one.
-module(std_json).
-export([encode/1, decode/1, round_trip/1, callbacks/1, encode_custom/1, stream/1]).

encode(Term) ->
    try
        iolist_to_binary(json:encode(Term))
    catch
        C:R -> {C, R}
    end.

decode(Text) ->
    try
        json:decode(Text)
    catch
        C:R -> {C, R}
    end.

round_trip(Term) -> json:decode(iolist_to_binary(json:encode(Term))) =:= Term.

callbacks(Text) ->
    json:decode(Text, ok, #{object_push => fun(K, V, Acc) -> [{K, V} | Acc] end,
                            integer => fun(B) -> {int, B} end,
                            null => nil}).

encode_custom(Term) ->
    Encoder = fun({K, V}, E) -> json:encode_value([K, V], E);
                 (Other, E) -> json:encode_value(Other, E)
              end,
    iolist_to_binary(json:encode(Term, Encoder)).

stream(Parts) -> feed(Parts, start).

feed([Part | Rest], start) -> next(json:decode_start(Part, ok, #{}), Rest);
feed([Part | Rest], State) -> next(json:decode_continue(Part, State), Rest).

next({continue, State}, []) -> element(1, json:decode_continue(end_of_input, State));
next({continue, State}, Rest) -> feed(Rest, State);
next({Value, ok, Left}, _) -> {Value, Left}.
