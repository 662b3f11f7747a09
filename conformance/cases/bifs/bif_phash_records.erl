%% Hashes of native records that have one field at most, which are the same on every node.
-module(bif_phash_records).
-export([hashes/4]).

hashes(Module, Name, Fields, Exported) ->
    Record = records:create(Module, Name, Fields, #{is_exported => Exported}),
    [{erlang:phash2(Term), erlang:phash2(Term, 1 bsl 32), erlang:phash(Term, 1 bsl 32)}
     || Term <- [Record, {Record}, [a | Record], #{Record => Record}, [Record, 1, "text"]]].
