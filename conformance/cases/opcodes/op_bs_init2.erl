%% Leaf functions only, so that nothing else in them is obsolete on later releases.
-module(op_bs_init2).
-export([fixed/2, sized/2, float/1, utf8/1, text/1]).

fixed(A, B) -> <<A:16, B:32/little>>.

sized(X, N) -> <<X:N/unit:8, N:8>>.

float(X) -> <<X/float>>.

utf8(C) -> <<"->", C/utf8>>.

text(X) -> <<"head ", X, " tail">>.
