%% Defines one native record for everybody and one for itself.
-module(op_native_records_owner).
-export([make/1, show/1]).
-export_record([shared]).

-record #shared{x, y = 2, z = none}.
-record #hidden{x = 1, y = 2}.

make(shared) -> #shared{x = 1};
make(big) -> #shared{x = 10, y = ten};
make(hidden) -> #hidden{};
make(none) -> {shared, 1, 2, none}.

show(#shared{x = X, y = Y, z = Z}) -> {shared, X, Y, Z};
show(#hidden{x = X, y = Y}) -> {hidden, X, Y};
show(Other) -> Other.
