%% on_load functions, run step by step as OTP's code server does.
-module(code_on_load).
-export([run/1]).
-import(code_builder, [beam/2, unload/1, caught/1]).

%% One after another, so that the versions are made once.
run(Names) ->
    register(code_on_load, self()),
    [{Name, do(Name)} || Name <- Names].

do(steps) -> steps();
do(failure) -> failure();
do(crash) -> crash();
do(replaced) -> replaced();
do(replaced_in_vain) -> replaced_in_vain();
do(deleted) -> deleted();
do(again) -> again();
do(two) -> two();
do(not_purged) -> not_purged();
do(kept_fun) -> kept_fun();
do(stays) -> stays();
do({bad, F, Args}) -> caught(fun() -> apply(erlang, F, Args) end).

%% A version asks what its on_load function shall give.
version(Number) ->
    case get(Number) of
        undefined ->
            N = integer_to_list(Number),
            Beam = beam(onl, [
                "-on_load(init/0).",
                "init() -> code_on_load ! {self(), init}, receive {give, X} -> X end.",
                "number() -> " ++ N ++ ".",
                "fn() -> fun() -> " ++ N ++ " end.",
                "give_fun(To) -> To ! {f, fn()}."
            ]),
            put(Number, Beam),
            Beam;
        Beam ->
            Beam
    end.

plain() ->
    beam(onl, ["number() -> 0.", "only() -> 0."]).

prepared(Beam) -> erlang:prepare_loading(onl, Beam).
load(Beam) -> erlang:finish_loading([prepared(Beam)]).

%% What calling the on_load function in a process ends with.
call(What) ->
    {Pid, Ref} = spawn_monitor(fun() -> exit({gives, erlang:call_on_load_function(onl)}) end),
    receive {Pid, init} -> Pid ! {give, What} end,
    receive {'DOWN', Ref, _, _, Reason} -> Reason end.

state() ->
    {erlang:module_loaded(onl), erlang:check_old_code(onl), lists:member(onl, erlang:loaded()),
        erlang:function_exported(onl, number, 0), caught(fun() -> onl:number() end)}.

done(Result) ->
    unload(onl),
    Result.

steps() ->
    P = prepared(version(1)),
    Has = erlang:has_prepared_code_on_load(P),
    Loaded = erlang:finish_loading([P]),
    Waiting = state(),
    Called = call(ok),
    Still = state(),
    Finished = erts_code_purger:finish_after_on_load(onl, true),
    done({Has, Loaded, Waiting, Called, Still, Finished, state()}).

failure() ->
    Loaded = load(version(1)),
    Called = call(not_ok),
    Finished = erts_code_purger:finish_after_on_load(onl, false),
    done({Loaded, Called, Finished, state(), caught(fun() -> erlang:call_on_load_function(onl) end)}).

crash() ->
    load(version(1)),
    {Pid, Ref} = spawn_monitor(fun() -> erlang:call_on_load_function(onl) end),
    receive {Pid, init} -> exit(Pid, crash) end,
    Reason = receive {'DOWN', Ref, _, _, R} -> R end,
    Finished = erts_code_purger:finish_after_on_load(onl, false),
    done({Reason, Finished, state()}).

replaced() ->
    load(plain()),
    Loaded = load(version(1)),
    Before = {state(), onl:only()},
    Called = call(ok),
    Finished = erts_code_purger:finish_after_on_load(onl, true),
    done({Loaded, Before, Called, Finished, state(), caught(fun() -> onl:only() end)}).

replaced_in_vain() ->
    load(plain()),
    load(version(1)),
    Called = call(no),
    Finished = erts_code_purger:finish_after_on_load(onl, false),
    done({Called, Finished, state(), onl:only()}).

deleted() ->
    load(plain()),
    load(version(1)),
    Deleted = erlang:delete_module(onl),
    Called = call(ok),
    Finished = erts_code_purger:finish_after_on_load(onl, true),
    done({Deleted, Called, Finished, state()}).

again() ->
    load(version(1)),
    call(ok),
    erts_code_purger:finish_after_on_load(onl, true),
    F = onl:fn(),
    Second = {load(version(2)), state(), call(ok)},
    erts_code_purger:finish_after_on_load(onl, true),
    Values = {onl:number(), F(), (onl:fn())()},
    erts_code_purger:purge(onl),
    done({Second, Values, caught(F)}).

two() ->
    load(version(1)),
    Other = load(version(2)),
    Called = call(ok),
    erts_code_purger:finish_after_on_load(onl, true),
    done({Other, Called, state()}).

not_purged() ->
    load(plain()),
    load(version(1)),
    call(ok),
    erts_code_purger:finish_after_on_load(onl, true),
    Third = load(version(2)),
    Alone = caught(fun() ->
        erlang:finish_loading([prepared(version(1)), erlang:prepare_loading(onl_other, beam(onl_other, []))])
    end),
    done({Third, Alone, state()}).

%% A fun of a version whose on_load function fails.
kept_fun() ->
    load(version(1)),
    {Pid, Ref} = spawn_monitor(fun() -> erlang:call_on_load_function(onl) end),
    receive {Pid, init} -> ok end,
    Pid ! {give, no},
    receive {'DOWN', Ref, _, _, _} -> ok end,
    erts_code_purger:finish_after_on_load(onl, false),
    done(state()).

%% A process that stays in the code of a version whose on_load function fails is killed.
stays() ->
    load(version(1)),
    {Pid, Ref} = spawn_monitor(fun() -> erlang:call_on_load_function(onl) end),
    receive {Pid, init} -> ok end,
    Finished = erts_code_purger:finish_after_on_load(onl, false),
    Reason = receive {'DOWN', Ref, _, _, R} -> R end,
    done({Finished, Reason, state()}).
