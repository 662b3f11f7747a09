%% Defines native records for generated calls, where the release has them.
-module(enigma_owner).

-export([make/2]).
-export_record([open]).

-record #open{x, y = 2, z = none}.
-record #closed{x = 1, y = 2}.

make(open, X) -> #open{x = X};
make(closed, X) -> #closed{x = X}.
