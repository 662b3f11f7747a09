%% Results of whole bytes and of odd bits; several generators; errors while building.
-module(op_bin_comprehension).
-export([from_list/1, from_bits/1, pairs/2, filtered/1, sizes/1, nested/1, to_list/1, big/1]).

from_list(List) -> << <<X>> || X <- List >>.

from_bits(Bin) -> << <<(1 - B):1>> || <<B:1>> <= Bin >>.

pairs(A, B) -> << <<X, Y>> || X <- A, <<Y>> <= B >>.

filtered(Bin) -> << <<X:16>> || <<X>> <= Bin, X rem 2 =:= 0 >>.

sizes(List) -> << <<X:N>> || {X, N} <- List >>.

nested(Lists) -> << << <<X:4>> || X <- L >> || L <- Lists >>.

to_list(Bin) -> [X || <<X:5/signed>> <= Bin].

big(N) ->
    B = << <<X:16>> || X <- lists:seq(1, N) >>,
    {byte_size(B), binary:part(B, byte_size(B), -4)}.
