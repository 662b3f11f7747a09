%% Errors of compilation give a message and a position.
-module(std_re).
-export([run/3, split/3, replace/4, compile/1, reuse/2]).

run(Subject, Pattern, Options) ->
    try
        re:run(Subject, Pattern, Options)
    catch
        C:R -> {C, R}
    end.

split(Subject, Pattern, Options) -> re:split(Subject, Pattern, Options).

replace(Subject, Pattern, With, Options) -> iolist_to_binary(re:replace(Subject, Pattern, With, Options)).

compile(Pattern) ->
    case re:compile(Pattern) of
        {ok, P} -> {ok, element(1, P)};
        {error, {Message, _}} when is_list(Message) -> error
    end.

reuse(Subjects, Pattern) ->
    {ok, P} = re:compile(Pattern),
    [re:run(S, P, [{capture, all, list}]) || S <- Subjects].
