%% Bad URIs give an error tuple.
-module(std_uri_string).
-export([run/2, parse/1, query/1, resolve/2]).

run(F, Args) ->
    try
        apply(uri_string, F, Args)
    catch
        C:R -> {C, R}
    end.

parse(Uri) ->
    case uri_string:parse(Uri) of
        M when is_map(M) -> {lists:sort(maps:to_list(M)), uri_string:recompose(M)};
        Error -> Error
    end.

query(Text) ->
    Pairs = uri_string:dissect_query(Text),
    {Pairs, case Pairs of {error, _, _} -> none; _ -> uri_string:compose_query(Pairs) end}.

resolve(Ref, Base) -> uri_string:resolve(Ref, Base).
