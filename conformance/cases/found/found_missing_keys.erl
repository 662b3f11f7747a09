%% Which of several keys that are missing an update names: loaders sort constant keys, integers
%% before floats, and the compiler sorts them otherwise.
-module(found_missing_keys).
-export([run/1]).

run(integer_and_float) -> (map())#{0 := 0, -0.5 := 0};
run(many_kinds) -> (map())#{"a" := 3, <<"b">> := 0, {1} := 0, 1.5 := 0, a := 1, -1 := 2};
run(floats_first) -> (map())#{-2.5 := 0, -0.5 := 1, -1 := 0};
run(one_is_there) -> (map())#{-7 := 0, 7.0 := 1, 3 := 2};
run(large) -> (large())#{-2.5 := 0, -0.5 := 1, -1 := 0};
run(large_with_atom) -> (large())#{z := 0, 1000 := 1}.

map() -> id(#{-7 => x}).
large() -> id(maps:from_list([{X, X} || X <- lists:seq(1, 100)])).
id(Term) -> Term.
