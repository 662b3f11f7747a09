%% What module code knows of modules besides their code.
-module(code_information).
-export([call/2]).

call(F, Args) ->
    try apply(code, F, Args)
    catch C:R:Trace -> {C, R, setelement(4, hd(Trace), place)}
    end.
