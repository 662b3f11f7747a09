%% A map in the place of the key: until 25 taken for the key itself when it holds no variables.
-module(found_map_keys_in_tables).
-export([run/3]).

run(Kind, Pattern, Limit) ->
    Table = ets:new(table, [Kind]),
    Keys = [#{}, #{a => 1}, #{a => 2}, 1, {#{a => 1}}],
    true = ets:insert(Table, [{Key, 0} || Key <- Keys]),
    {lists:sort(ets:match_object(Table, {Pattern, '_'})), some(Table, Pattern, Limit)}.

some(Table, Pattern, Limit) ->
    case ets:match_object(Table, {Pattern, '_'}, Limit) of
        {Objects, '$end_of_table'} -> {length(Objects), at_end};
        {Objects, _} -> {length(Objects), goes_on};
        '$end_of_table' -> none
    end.
