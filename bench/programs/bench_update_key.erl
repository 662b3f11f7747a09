%% One key of a map of that many is updated 100,000 times.
-module(bench_update_key).
-export([run/1]).

run(Keys) ->
    Key = {?MODULE, Keys},
    case persistent_term:get(Key, none) of
        none ->
            persistent_term:put(Key, maps:from_list([{N, N} || N <- lists:seq(1, Keys)])),
            run(Keys);
        Map ->
            maps:get(Keys div 2, update(100000, Keys div 2, Map))
    end.

update(0, _, Map) -> Map;
update(Left, Key, Map) -> update(Left - 1, Key, Map#{Key := Left}).
