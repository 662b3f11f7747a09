%% Good and bad arguments.
-module(std_binary).
-export([run/2, compiled/2, long/1]).

run(F, Args) ->
    try
        apply(binary, F, Args)
    catch
        C:R -> {C, R}
    end.

compiled(Patterns, Bin) ->
    P = binary:compile_pattern(Patterns),
    {binary:match(Bin, P), binary:matches(Bin, P), binary:split(Bin, P, [global]),
     binary:replace(Bin, P, <<"-">>, [global])}.

long(N) ->
    Bin = binary:copy(<<"abcdefghij">>, N),
    {byte_size(Bin), length(binary:matches(Bin, <<"ija">>)), binary:match(Bin, <<"jab">>),
     binary:longest_common_prefix([Bin, <<Bin/binary, "x">>, binary:part(Bin, 0, 15)])}.
