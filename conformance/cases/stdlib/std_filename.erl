%% No file is touched.
-module(std_filename).
-export([run/2, parts/1]).

run(F, Args) ->
    try
        apply(filename, F, Args)
    catch
        C:R -> {C, R}
    end.

parts(Name) ->
    {filename:basename(Name), filename:dirname(Name), filename:extension(Name), filename:rootname(Name),
     filename:split(Name), filename:join(filename:split(Name)), filename:pathtype(Name)}.
