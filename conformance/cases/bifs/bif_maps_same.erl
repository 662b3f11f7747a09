%% Which operations give the very map back when they change nothing of it.
-module(bif_maps_same).
-export([small/0, large/0]).

small() -> all(#{a => value(), b => 1, c => value(), n => 300}).

large() -> all((maps:from_list([{I, I} || I <- lists:seq(1, 200)]))#{a => value(), b => 1, c => value(), n => 300}).

value() -> {lists:seq(1, 3)}.

number() -> list_to_integer("300").

all(Map) ->
    #{a := Value} = Map,
    Part = maps:with([a, b], Map),
    Same = fun (Other) -> erts_debug:same(Other, Map) end,
    [{put, [Same(maps:put(a, Value, Map)), Same(maps:put(b, 1, Map)), Same(maps:put(a, value(), Map)), Same(maps:put(b, 2, Map)), Same(maps:put(z, 1, Map))]},
     {assoc, [Same(Map#{a => Value}), Same(Map#{a => Value, b => 1}), Same(Map#{a => Value, b => 2}), Same(Map#{a => Value, z => 1}), Same(Map#{a => value()})]},
     {exact, [Same(Map#{a := Value}), Same(Map#{a := Value, b := 1}), Same(Map#{a := Value, b := 2}), Same(Map#{a := value()})]},
     {update, [Same(maps:update(a, Value, Map)), Same(maps:update(b, 1, Map)), Same(maps:update(b, 2, Map)), Same(maps:update(a, value(), Map))]},
     {merge, [Same(maps:merge(Map, Map)), Same(maps:merge(Part, Map)), Same(maps:merge(Map, Part)), Same(maps:merge(#{}, Map)), Same(maps:merge(Map, #{})), Same(maps:merge(Map, #{b => 2})), Same(maps:merge(#{b => 2}, Map)), Same(maps:merge(#{z => 2}, Map))]},
     {integers, [Same(maps:put(n, number(), Map)), Same(maps:update(n, number(), Map)), Same(Map#{n => number()}), Same(Map#{n := number()})]},
     {remove, [Same(maps:remove(z, Map)), Same(maps:remove(a, Map))]}].
