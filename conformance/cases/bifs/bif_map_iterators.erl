%% What the runtime gives the iterators of maps, and what it refuses.
-module(bif_map_iterators).
-export([run/2]).

run(Function, Args) ->
    try apply(erts_internal, Function, Args)
    catch
        Class:Reason -> {Class, Reason}
    end.
