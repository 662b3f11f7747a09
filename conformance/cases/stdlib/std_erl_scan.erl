%% Tokens are returned as they are.
-module(std_erl_scan).
-export([string/1, options/2, reserved/1, continue/1]).

string(Text) -> erl_scan:string(Text).

options(Text, Options) ->
    case erl_scan:string(Text, {1, 1}, Options) of
        {ok, Tokens, End} -> {[parts(T) || T <- Tokens], End};
        Error -> Error
    end.

parts(T) -> {erl_scan:category(T), erl_scan:symbol(T), erl_scan:location(T), erl_scan:text(T)}.

reserved(Words) -> [{W, erl_scan:reserved_word(W)} || W <- Words].

continue(Parts) -> continue(Parts, []).

continue([Part | Rest], Cont) ->
    case erl_scan:tokens(Cont, Part, 1) of
        {more, More} -> continue(Rest, More);
        {done, Result, Left} -> {done, Result, Left}
    end;
continue([], Cont) -> erl_scan:tokens(Cont, eof, 1).
