%% Appending twice to one binary must not change either result.
-module(op_bin_heap).
-export([fork/1, twice/2, keep/1, sub/2, bits/1, loop/2]).

fork(Bin) ->
    A = <<Bin/binary, 1>>,
    B = <<Bin/binary, 2>>,
    C = <<A/binary, 3>>,
    D = <<A/binary, 4>>,
    {Bin, A, B, C, D}.

twice(Bin, X) ->
    A = <<Bin/bitstring, X:3>>,
    B = <<A/bitstring, X:5>>,
    C = <<A/bitstring, X:7>>,
    {A, B, C}.

keep(N) -> keep(N, <<"start">>, []).

keep(0, Bin, Acc) -> {Bin, lists:reverse(Acc)};
keep(N, Bin, Acc) -> keep(N - 1, <<Bin/binary, (N + 64)>>, [Bin | Acc]).

sub(Bin, N) ->
    <<A:N/binary, _/binary>> = Bin,
    B = <<A/binary, "new">>,
    {A, B, Bin}.

bits(N) -> bits(N, <<>>).

bits(0, Acc) -> Acc;
bits(N, Acc) -> bits(N - 1, <<Acc/bitstring, N:N>>).

loop(Bin, N) when N > 0 -> loop(<<Bin/binary, Bin/binary>>, N - 1);
loop(Bin, 0) -> byte_size(Bin).
