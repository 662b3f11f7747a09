%% Contexts of MD5 after one, two and three updates. Since 29 they are the same every time.
-module(bif_checksums_md5).
-export([contexts/1, sums/1]).

contexts(Which) ->
    [lists:foldl(fun(Data, Context) -> erlang:md5_update(Context, Data) end,
                 erlang:md5_init(), Updates) || Updates <- updates(Which)].

sums(Which) ->
    [erlang:md5_final(Context) || Context <- contexts(Which)].

updates(one) ->
    [[b(Size)] || Size <- [0, 1, 63, 64, 65, 127, 128, 129, 192]];
updates(two) ->
    [[b(A), b(B)] || {A, B} <- [{1, 63}, {1, 64}, {1, 127}, {1, 128}, {64, 1}, {64, 64}, {64, 0},
                                {63, 1}, {63, 2}, {64, 128}]];
updates(three) ->
    [[b(1), b(63), b(64)], [b(64), b(0), b(1)], [b(1), b(62), b(1)]];
updates(lists) ->
    [[[1 | b(63)]], [[1, 2, 3 | b(61)]], [[1 | b(64)]], [[b(64), b(1)]], [[b(32), b(32)]],
     [[b(32), b(32), b(64)]], [lists:duplicate(64, 1)], [lists:duplicate(65, 1)],
     [lists:duplicate(200, 1)], [[[1, 2], [3], b(60), [4]]], [[[], [1 | <<>>]], [b(3) | <<4>>]]].

b(Size) ->
    list_to_binary(lists:duplicate(Size, 7)).
