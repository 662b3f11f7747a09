-module(prim_tty_probe).
-export([run/1]).

%% Evaluates a file of expressions, one a line, with a module prim_tty that exports all of its
%% native functions, and writes down what comes of them.
run([Beam, Source, Result]) ->
    _ = code:unstick_mod(prim_tty),
    _ = code:purge(prim_tty),
    {module, prim_tty} = code:load_abs(Beam),
    {ok, Text} = file:read_file(Source),
    Lines = string:lexemes(unicode:characters_to_list(Text), "\n"),
    {Told, _} = lists:mapfoldl(fun told/2, erl_eval:new_bindings(), Lines),
    ok = file:write_file(Result, Told),
    erlang:halt(0, [{flush, false}]).

told(Line, Bindings) ->
    {ok, Tokens, _} = erl_scan:string(Line ++ "."),
    {ok, Expressions} = erl_parse:parse_exprs(Tokens),
    try erl_eval:exprs(Expressions, Bindings) of
        {value, Value, Next} -> {io_lib:format("~0tp~n", [Value]), Next}
    catch
        Class:Reason -> {io_lib:format("~0tp~n", [{Class, Reason}]), Bindings}
    end.
