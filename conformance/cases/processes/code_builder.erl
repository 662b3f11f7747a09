%% Makes versions of a module while a program runs. The modules hold no literals, so that they can
%% be made without zlib.
-module(code_builder).
-export([beam/2, version/2, load/2, unload/1, caught/1]).

%% The contents of a .beam file from the forms in these texts.
beam(Module, Texts) ->
    All = ["-module(" ++ atom_to_list(Module) ++ ").", "-compile(export_all)." | Texts],
    Forms = [form(Text) || Text <- All],
    {ok, Module, Beam} = compile:forms(Forms, [binary, nowarn_export_all]),
    Beam.

form(Text) ->
    {ok, Tokens, _} = erl_scan:string(Text),
    {ok, Form} = erl_parse:parse_form(Tokens),
    Form.

%% A module whose functions tell which version they are of.
version(Module, Number) ->
    case get({version, Module, Number}) of
        undefined ->
            Beam = make(Module, Number),
            put({version, Module, Number}, Beam),
            Beam;
        Beam ->
            Beam
    end.

make(Module, Number) ->
    N = integer_to_list(Number),
    beam(Module, [
        "number() -> " ++ N ++ ".",
        "fn() -> fun() -> " ++ N ++ " end.",
        "closure(X) -> fun(Y) -> {X, Y, " ++ N ++ "} end.",
        "named(To) -> fun Loop() -> receive stop -> To ! {self(), " ++ N ++ "}; _ -> Loop() end end.",
        "loop(To) -> receive stop -> To ! {self(), " ++ N ++ "}; on -> " ++ atom_to_list(Module) ++ ":loop(To) end.",
        "local_loop(To) -> receive stop -> To ! {self(), " ++ N ++ "}; on -> local_loop(To) end.",
        "frame(To, F) -> R = F(), To ! {self(), R, " ++ N ++ "}.",
        "apply_fun(F) -> F().",
        "only" ++ N ++ "() -> " ++ N ++ "."
    ]).

load(Module, Beam) ->
    erlang:load_module(Module, Beam).

%% Nothing of the module is left.
unload(Module) ->
    _ = erts_code_purger:purge(Module),
    _ = erlang:delete_module(Module),
    _ = erts_code_purger:purge(Module),
    ok.

%% What a call ends with; of the trace, its first item without the place.
caught(Call) ->
    try Call()
    catch
        Class:Reason:Trace -> {Class, Reason, placeless(hd(Trace))}
    end.

placeless({M, F, A, _}) -> {M, F, A};
placeless(First) -> First.
