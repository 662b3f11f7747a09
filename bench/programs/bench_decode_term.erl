%% A term of about that many bytes is decoded.
-module(bench_decode_term).
-export([run/1]).

run(Size) ->
    Key = {?MODULE, Size},
    case persistent_term:get(Key, none) of
        none ->
            Items = [{N, <<"name">>, [N, 1.5 | a]} || N <- lists:seq(1, Size div 38)],
            persistent_term:put(Key, term_to_binary(Items)),
            run(Size);
        Data ->
            byte_size(Data) + length(binary_to_term(Data))
    end.
