%% Runs one call after another inside a long-lived erl, each in a process tree of its own.
%%
%% Talks to conformance/adapters/erl.py over two inherited file descriptors, in packets of four
%% bytes of length; a packet is a sequence of fields, each with its own length of four bytes.
%% Standard output is left to the program under test. Compiles and runs on OTP 23 and later.
-module(enigma_driver).

-export([start/0]).

-define(TEXT_LIMIT, 20000).

start() ->
    _ = logger:set_primary_config(level, none),
    {ok, [[In, Out]]} = init:get_argument(enigma_fds),
    {ok, [[Output]]} = init:get_argument(enigma_output),
    spawn(fun() -> serve(list_to_integer(In), list_to_integer(Out), Output) end).

serve(In, Out, Output) ->
    process_flag(trap_exit, true),
    process_flag(priority, high),
    Port = open_port({fd, In, Out}, [binary, eof, {packet, 4}]),
    Release = list_to_binary(erlang:system_info(otp_release)),
    Version = list_to_binary(erlang:system_info(version)),
    reply(Port, [<<"ready">>, Release, Version]),
    loop(Port, Output).

loop(Port, Output) ->
    receive
        {Port, {data, Packet}} ->
            reply(Port, request(fields(Packet), Output)),
            loop(Port, Output);
        {Port, eof} ->
            erlang:halt(0);
        {'EXIT', Port, _} ->
            erlang:halt(0);
        _ ->
            loop(Port, Output)
    end.

request([<<"run">>, Timeout, Module, Function, Args, ArgsText | Beams], Output) ->
    Before = snapshot(),
    try load(Beams) of
        ok ->
            run(
                binary_to_atom(Module, utf8),
                binary_to_atom(Function, utf8),
                arguments(Args, ArgsText),
                binary_to_integer(Timeout),
                Output
            )
    catch
        throw:{load, Reason} -> [<<"load">>, text(Reason)]
    after
        restore(Before)
    end.

arguments(<<>>, Text) ->
    {ok, Tokens, _} = erl_scan:string(unicode:characters_to_list(Text) ++ "."),
    {ok, Term} = erl_parse:parse_term(Tokens),
    Term;
arguments(Args, _) ->
    binary_to_term(Args).

%% Code.

load([]) ->
    ok;
load([Beam | Rest]) ->
    case beam_lib:info(Beam) of
        {error, beam_lib, Reason} ->
            throw({load, Reason});
        Info ->
            Module = proplists:get_value(module, Info),
            case code:load_binary(Module, "enigma", Beam) of
                {module, Module} -> load(Rest);
                {error, Reason} -> throw({load, Reason})
            end
    end.

snapshot() ->
    {code:all_loaded(), persistent_keys()}.

restore({Loaded, Keys}) ->
    Root = code:root_dir(),
    Known = maps:from_list([{Module, Where} || {Module, Where} <- Loaded]),
    [
        forget(Module)
     || {Module, Where} <- code:all_loaded(),
        maps:find(Module, Known) =/= {ok, Where},
        not (is_list(Where) andalso lists:prefix(Root, Where))
    ],
    [persistent_term:erase(Key) || Key <- persistent_keys() -- Keys],
    _ = erlang:system_flag(backtrace_depth, 8),
    ok.

forget(Module) ->
    code:purge(Module),
    code:delete(Module),
    code:purge(Module).

persistent_keys() ->
    [Key || {Key, _} <- persistent_term:get()].

%% One call.

run(Module, Function, Args, Timeout, Output) ->
    Leader = spawn(fun() -> leader(Output) end),
    Driver = self(),
    Tag = make_ref(),
    {Pid, Monitor} = spawn_opt(
        fun() ->
            group_leader(Leader, self()),
            Driver ! {Tag, call(Module, Function, Args)}
        end,
        [monitor]
    ),
    Answer =
        receive
            {Tag, Reply} ->
                Reply;
            {'DOWN', Monitor, process, Pid, Reason} ->
                [<<"exception">>, <<"exit">>, term_to_binary(Reason), text(Reason), <<>>]
        after Timeout ->
            [<<"timeout">>]
        end,
    erlang:demonitor(Monitor, [flush]),
    kill_group(Leader, 20),
    stop(Leader),
    Answer.

call(Module, Function, Args) ->
    try apply(Module, Function, Args) of
        Value -> [<<"result">>, encode(Value), text(Value)]
    catch
        Class:Reason:Trace ->
            [
                <<"exception">>,
                atom_to_binary(Class, utf8),
                encode(Reason),
                text(Reason),
                frames(Trace)
            ]
    end.

encode(Term) ->
    term_to_binary(Term, [{minor_version, 2}]).

text(Term) ->
    case erts_debug:flat_size(Term) of
        Size when Size > ?TEXT_LIMIT ->
            <<"...">>;
        _ ->
            unicode:characters_to_binary(io_lib:format("~0tp", [Term]))
    end.

frames(Trace) ->
    iolist_to_binary([packet(frame(Frame)) || Frame <- Trace, element(1, Frame) =/= ?MODULE]).

frame({Module, Function, Arity, Location}) ->
    [
        atom_to_binary(Module, utf8),
        atom_to_binary(Function, utf8),
        arity(Arity),
        unicode:characters_to_binary(proplists:get_value(file, Location, "")),
        integer_to_binary(proplists:get_value(line, Location, 0))
    ];
frame(Other) ->
    [<<"?">>, text(Other), <<"0">>, <<>>, <<"0">>].

arity(Arity) when is_integer(Arity) -> integer_to_binary(Arity);
arity(Args) when is_list(Args) -> integer_to_binary(length(Args)).

%% Every process that the call left behind has the call's group leader.

kill_group(_, 0) ->
    ok;
kill_group(Leader, Tries) ->
    Left = [
        Pid
     || Pid <- processes(),
        Pid =/= Leader,
        erlang:process_info(Pid, group_leader) =:= {group_leader, Leader}
    ],
    [stop(Pid) || Pid <- Left],
    case Left of
        [] -> ok;
        _ -> kill_group(Leader, Tries - 1)
    end.

stop(Pid) ->
    Monitor = erlang:monitor(process, Pid),
    exit(Pid, kill),
    receive
        {'DOWN', Monitor, process, Pid, _} -> ok
    after 1000 ->
        erlang:demonitor(Monitor, [flush])
    end.

%% A group leader (the I/O protocol of the stdlib user's guide) that appends to the file that is
%% also the emulator's standard output, so that io and erlang:display keep their order.

leader(Output) ->
    {ok, File} = file:open(Output, [append, raw, binary]),
    leader_loop(File).

leader_loop(File) ->
    receive
        {io_request, From, ReplyAs, Request} ->
            From ! {io_reply, ReplyAs, io_request(File, Request)},
            leader_loop(File);
        _ ->
            leader_loop(File)
    end.

io_request(File, {put_chars, Encoding, Chars}) ->
    put_chars(File, Encoding, Chars);
io_request(File, {put_chars, Encoding, Module, Function, Args}) ->
    try apply(Module, Function, Args) of
        Chars -> put_chars(File, Encoding, Chars)
    catch
        _:_ -> {error, Function}
    end;
io_request(File, {put_chars, Chars}) ->
    put_chars(File, latin1, Chars);
io_request(File, {put_chars, Module, Function, Args}) ->
    io_request(File, {put_chars, latin1, Module, Function, Args});
io_request(File, {requests, Requests}) ->
    lists:foldl(
        fun
            (Request, ok) -> io_request(File, Request);
            (_, Failed) -> Failed
        end,
        ok,
        Requests
    );
io_request(_, getopts) ->
    [{binary, false}, {encoding, unicode}];
io_request(_, {setopts, _}) ->
    ok;
io_request(_, {get_geometry, _}) ->
    {error, enotsup};
io_request(_, Request) ->
    case lists:prefix("get_", atom_to_list(element(1, Request))) of
        true -> eof;
        false -> {error, request}
    end.

put_chars(File, Encoding, Chars) ->
    case unicode:characters_to_binary(Chars, Encoding, unicode) of
        Bytes when is_binary(Bytes) -> file:write(File, Bytes);
        _ -> {error, {no_translation, Encoding, unicode}}
    end.

%% Framing.

reply(Port, Fields) ->
    port_command(Port, packet(Fields)).

packet(Fields) ->
    [[<<(byte_size(Field)):32>>, Field] || Field <- Fields].

fields(<<>>) -> [];
fields(<<Size:32, Field:Size/binary, Rest/binary>>) -> [Field | fields(Rest)].
