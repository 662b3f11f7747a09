%% Which zero is the key of a map whose keys are constants, where both zeros are keys of some map.
-module(found_zero_keys).
-export([first/1, second/1, both/1, pair/1, other_pair/1, inside/1, other_inside/1, computed/2]).

first(X) -> #{0.0 => X}.
second(X) -> #{-0.0 => X}.
both(X) -> #{-0.0 => X, 0.0 => 2}.
pair(X) -> #{a => X, -0.0 => 2}.
other_pair(X) -> #{0.0 => 3, a => X}.
inside(X) -> #{{b, [-0.0]} => X}.
other_inside(X) -> #{{b, [0.0]} => X}.
computed(X, K) -> #{K => X, -0.0 => 1}.
