%% Compiles and runs random modules for oracle.py, many in one emulator.
%%
%% Talks over two inherited file descriptors in packets of four bytes of length, each an external
%% term. {run, [{Module, Source, Options, Milliseconds}]} is answered by a list of {ok, Beam,
%% Result}, {late, Beam}, {rejected, Text}, {uncompiled, Text}, {unloadable, Text} or
%% {ended, Text}, where Result is the external term of
%% what Module:run/0 gave; {pretty, Source} by {pretty, Text}; {compile, [{Module, Source, Options}]}
%% by a list of {ok, Beam}, {rejected, Text} or {uncompiled, Text}; {concurrent, Jobs} by what
%% enigma_concurrent_runs.erl says. Compiles and runs on OTP 23 and later.
-module(enigma_random).

-export([start/0]).

-define(COMPILE_MILLISECONDS, 10000).

%% A program that wants more words than this is ended; the limit is far from what programs need.
-define(HEAP_WORDS, 16 * 1024 * 1024).

start() ->
    _ = logger:set_primary_config(level, none),
    {ok, [[In, Out]]} = init:get_argument(enigma_fds),
    spawn(fun() ->
        Port = open_port({fd, list_to_integer(In), list_to_integer(Out)}, [binary, eof, {packet, 4}]),
        loop(Port)
    end).

loop(Port) ->
    receive
        {Port, {data, Packet}} ->
            Port ! {self(), {command, term_to_binary(answer(binary_to_term(Packet)))}},
            loop(Port);
        {Port, eof} ->
            erlang:halt(0);
        _ ->
            loop(Port)
    end.

answer({run, Jobs}) -> [job(Job) || Job <- Jobs];
answer({pretty, Source}) -> {pretty, pretty(forms(Source))};
answer({compile, Jobs}) -> [compiled(Job) || Job <- Jobs];
answer({concurrent, Jobs}) -> enigma_concurrent_runs:jobs(Jobs).

compiled({_, Source, Options}) ->
    limited(fun() -> compile(forms(Source), Options) end).

job({Module, Source, Options, Milliseconds}) ->
    case limited(fun() -> compile(forms(Source), Options) end) of
        {ok, Beam} ->
            case code:load_binary(Module, "random", Beam) of
                {module, Module} ->
                    Answer = run(Module, Beam, Milliseconds),
                    true = code:delete(Module),
                    _ = code:purge(Module),
                    Answer;
                {error, Reason} ->
                    %% Some compilers make what their own loader refuses.
                    {unloadable, text("~0tp", [Reason])}
            end;
        Other ->
            Other
    end.

%% Some programs make compilers of some releases run for ever.
limited(Compile) ->
    {Pid, Ref} = spawn_monitor(fun() -> exit({done, Compile()}) end),
    receive
        {'DOWN', Ref, process, Pid, {done, Result}} -> Result;
        {'DOWN', Ref, process, Pid, Reason} -> {rejected, text("~0tp", [Reason])}
    after ?COMPILE_MILLISECONDS ->
        exit(Pid, kill),
        {uncompiled, <<"the compiler did not end">>}
    end.

compile(Forms, Options) ->
    case compile:noenv_forms(Forms, [binary, deterministic, return_errors, no_spawn_compiler_process | Options]) of
        {ok, _, Beam} -> {ok, Beam};
        {ok, _, Beam, _} -> {ok, Beam};
        {error, Errors, _} -> {rejected, text("~0tp", [Errors])}
    end.

run(Module, Beam, Milliseconds) ->
    Limit = #{size => ?HEAP_WORDS, kill => true, error_logger => false},
    Run = fun() -> exit({value, term_to_binary(Module:run())}) end,
    {Pid, Ref} = spawn_opt(Run, [monitor, {max_heap_size, Limit}]),
    receive
        {'DOWN', Ref, process, Pid, {value, Result}} -> {ok, Beam, Result};
        {'DOWN', Ref, process, Pid, killed} -> {late, Beam};
        {'DOWN', Ref, process, Pid, Reason} -> {ended, text("~0tp", [Reason])}
    after Milliseconds ->
        exit(Pid, kill),
        receive
            {'DOWN', Ref, process, Pid, _} -> {late, Beam}
        end
    end.

forms(Source) ->
    {ok, Tokens, _} = erl_scan:string(unicode:characters_to_list(Source)),
    forms(Tokens, []).

forms([], []) ->
    [];
forms([{dot, _} = Dot | Rest], Form) ->
    {ok, Parsed} = erl_parse:parse_form(lists:reverse(Form, [Dot])),
    [Parsed | forms(Rest, [])];
forms([Token | Rest], Form) ->
    forms(Rest, [Token | Form]).

pretty(Forms) ->
    unicode:characters_to_binary([erl_pp:form(Form, [{encoding, utf8}]) || Form <- Forms]).

text(Format, Arguments) ->
    unicode:characters_to_binary(io_lib:format(Format, Arguments)).
