%% Compiles many modules in one run: compiling.py writes the jobs, this prints what came out.
%%
%% A job is {Id, Folder, Source, Target, Options}. One line is printed for each, `ok Id` or
%% `error Id Text` with the text on one line.
-module(enigma_compile).

-export([main/0]).

main() ->
    {ok, [[File]]} = init:get_argument(enigma_jobs),
    {ok, Jobs} = file:consult(File),
    lists:foreach(fun job/1, Jobs),
    halt(0).

job({Id, Folder, Source, Target, Options}) ->
    ok = file:set_cwd(Folder),
    Input =
        case filename:extension(Source) of
            ".S" -> [from_asm];
            _ -> []
        end,
    try compile:file(Source, [binary, return_errors, deterministic] ++ Input ++ Options) of
        {ok, _, Beam} -> done(Id, Target, Beam);
        {ok, _, Beam, _} -> done(Id, Target, Beam);
        {error, Errors, _} -> failed(Id, format(Errors));
        error -> failed(Id, "the compiler failed")
    catch
        Class:Reason -> failed(Id, io_lib:format("~0tp: ~0tp", [Class, Reason]))
    end.

done(Id, Target, Beam) ->
    Draft = Target ++ ".new",
    ok = file:write_file(Draft, Beam),
    ok = file:rename(Draft, Target),
    say("ok ~b~n", [Id]).

failed(Id, Text) ->
    Line = [
        case C of
            $\n -> $\s;
            _ -> C
        end
     || C <- lists:flatten(Text)
    ],
    say("error ~b ~ts~n", [Id, Line]).

say(Format, Args) ->
    io:put_chars(user, io_lib:format(Format, Args)).

format(Errors) ->
    lists:join("; ", [describe(File, Error) || {File, List} <- Errors, Error <- List]).

describe(File, {Where, Module, Description}) ->
    io_lib:format("~ts:~0tp: ~ts", [File, Where, Module:format_error(Description)]);
describe(File, {Module, Description}) ->
    io_lib:format("~ts: ~ts", [File, Module:format_error(Description)]);
describe(File, Other) ->
    io_lib:format("~ts: ~0tp", [File, Other]).
