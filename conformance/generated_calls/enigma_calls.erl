%% Makes generated calls (script.py): in `erl` for oracle.py, and in the VM that is judged.
%%
%% A script is {Before, {M, F, Args}, After, Clean, Explain}. Before, Args, After and Clean are
%% lists of expressions: {q, Term} is Term, {c, M, F, Args} a call, {r, N} what the Nth expression
%% of Before gave (0: the judged call itself), {s, N, Bits} the same bits from bit N of a larger
%% binary on, {f, N, Term} a fun of N arguments that gives Term, {t, Elements} a tuple,
%% {l, Elements, Tail} a list; in After and Clean {a, N} is the Nth argument.
%%
%% The answer is {value, Value, Looks} or {exception, Class, Reason, Item, Looks, Texts}: Looks are
%% the values of After, Item is the first item of the stack trace, Texts what format_error/2 makes
%% of it when Explain is true. {no_call, Class, Reason} when an expression before the call fails.
%%
%% In erl it talks over two inherited file descriptors in packets of four bytes of length. A
%% request is an external term {Milliseconds, Names, Scripts}: Names are the names of atoms that have
%% to exist, in UTF-8, and each script is an external term of its own.
%% Each script is answered by an external term: {answer, Binary}, {large, Hash}, late or killed.
-module(enigma_calls).

-export([start/0, run/1, hash/1, sorted/1]).

%% A call that wants more words than this is ended.
-define(HEAP_WORDS, 32 * 1024 * 1024).

%% An answer with a longer external format than this, in bytes, goes as a hash.
-define(LARGE, 1 bsl 20).

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
            {Milliseconds, Names, Scripts} = binary_to_term(Packet),
            _ = [binary_to_atom(Name, utf8) || Name <- Names],
            lists:foreach(
                fun(Script) ->
                    Answer = term_to_binary(limited(Script, Milliseconds)),
                    Port ! {self(), {command, Answer}}
                end,
                Scripts
            ),
            loop(Port);
        {Port, eof} ->
            erlang:halt(0);
        _ ->
            loop(Port)
    end.

limited(Script, Milliseconds) ->
    Limit = #{size => ?HEAP_WORDS, kill => true, error_logger => false},
    %% The terms are made in the process that uses them, so that no call shares memory.
    Run = fun() -> exit({done, packed(run(binary_to_term(Script)))}) end,
    {Pid, Ref} = spawn_opt(Run, [monitor, {max_heap_size, Limit}]),
    receive
        {'DOWN', Ref, process, Pid, {done, Answer}} -> Answer;
        {'DOWN', Ref, process, Pid, _} -> killed
    after Milliseconds ->
        exit(Pid, kill),
        receive
            {'DOWN', Ref, process, Pid, _} -> late
        end
    end.

packed(Answer) ->
    case term_to_binary(Answer) of
        Binary when byte_size(Binary) > ?LARGE -> {large, hash(Answer)};
        Binary -> {answer, Binary}
    end.

hash(Answer) -> erlang:phash2(Answer, 1 bsl 32).

%% A list in an order that does not depend on how it came, when 1 and 1.0 are in it.
sorted(List) -> [Term || {Term, _} <- lists:sort([{Term, term_to_binary(Term)} || Term <- List])].

run({Before, {M, F, Arguments}, After, Clean, Explain}) ->
    try prepare(Before, Arguments) of
        {Made, Values} -> judge(Made, M, F, Values, After, Clean, Explain)
    catch
        Class:Reason -> {no_call, Class, Reason}
    end.

prepare(Before, Arguments) ->
    Made = lists:foldl(fun(E, Results) -> Results ++ [value(E, Results)] end, [none], Before),
    {Made, [value(E, Made) || E <- Arguments]}.

judge(Made, M, F, Values, After, Clean, Explain) ->
    Answer =
        try apply(M, F, Values) of
            Value -> {value, Value, looks(After, [Value | tl(Made)], Values)}
        catch
            Class:Reason:Trace ->
                {exception, Class, Reason, item(Trace), looks(After, Made, Values),
                    texts(Explain, Class, Reason, Trace)}
        end,
    _ = looks(Clean, Made, Values),
    Answer.

item([Item | _]) -> Item;
item(Trace) -> Trace.

looks(Expressions, Made, Values) -> [look(E, Made, Values) || E <- Expressions].

look({a, N}, _, Values) ->
    lists:nth(N, Values);
look({c, M, F, Arguments}, Made, Values) ->
    try
        apply(M, F, [look(E, Made, Values) || E <- Arguments])
    catch
        Class:Reason -> {Class, Reason}
    end;
look(Expression, Made, _) ->
    value(Expression, Made).

texts(true, error, Reason, [{_, _, _, Info} | _] = Trace) ->
    case lists:keyfind(error_info, 1, Info) of
        {error_info, About} ->
            Explainer = maps:get(module, About, erl_erts_errors),
            try
                Explainer:format_error(Reason, Trace)
            catch
                Class:Why -> {Class, Why}
            end;
        false ->
            none
    end;
texts(_, _, _, _) ->
    none.

value({q, Term}, _) -> Term;
value({c, M, F, Arguments}, Made) -> apply(M, F, [value(E, Made) || E <- Arguments]);
value({r, N}, Made) -> lists:nth(N + 1, Made);
value({s, N, E}, Made) -> moved(N, value(E, Made));
value({f, N, Term}, _) -> closure(N, Term);
value({t, Elements}, Made) -> list_to_tuple([value(E, Made) || E <- Elements]);
value({l, Elements, Tail}, Made) -> [value(E, Made) || E <- Elements] ++ value(Tail, Made).

%% The part behind the first bits keeps its place in the larger binary.
moved(N, Bits) ->
    Larger = <<5:N, Bits/bits, 1:5>>,
    Size = bit_size(Bits),
    <<_:N, Moved:Size/bits, _/bits>> = Larger,
    Moved.

closure(0, Term) -> fun() -> Term end;
closure(1, Term) -> fun(_) -> Term end;
closure(2, Term) -> fun(_, _) -> Term end;
closure(3, Term) -> fun(_, _, _) -> Term end.
