%% Terms, stacks and integers that are large, however it is that they are made and looked at.
-module(large).
-export([run/2]).

run(list, N) ->
    L = up(N, []),
    {length(L), lists:member(x, L), hd(lists:reverse(L, []))};
run(frames, N) ->
    count(N);
run(error, N) ->
    try fails(N) catch error:Reason:Trace -> {Reason, is_list(Trace)} end;
run(exit, N) ->
    Why = deep(N, a),
    {Pid, Ref} = spawn_opt(erlang, apply, [fun() -> exit(deep(N, a)) end, []], [monitor]),
    receive {'DOWN', Ref, process, Pid, Reason} -> Reason =:= Why end;
run(send, N) ->
    Term = deep(N, a),
    self() ! Term,
    receive Got -> Got =:= Term end;
run(dictionary, N) ->
    put(key, deep(N, a)),
    put(key, deep(N, b)),
    erase(),
    get(key);
run(match, N) ->
    case deep(N, a) of
        {[#{key := {[_], x}}], x} -> yes;
        _ -> no
    end;
run(badmatch, N) ->
    Term = deep(N, a),
    try {} = Term catch error:{badmatch, Other} -> Other =:= Term end;
run(element, N) ->
    {lists:keyfind(deep(N, a), 2, [{1, deep(N, b)}, {2, deep(N, a)}]) =/= false,
        lists:member(deep(N, c), [deep(N, a), deep(N, b)])};
run(key, N) ->
    #{deep(N, a) => 1} =/= #{deep(N, a) => 2};
run(binary, N) ->
    Binary = binary:copy(<<1, 2, 3, 4>>, N),
    Longer = <<Binary/binary, 5>>,
    {byte_size(Longer), binary:part(Longer, 3, 4), Binary =:= Longer};
run(bits, N) ->
    <<_:3, Rest/bits>> = <<0:N>>,
    bit_size(Rest);
run(append, N) ->
    append(N, <<>>);
run(integer, N) ->
    Large = 1 bsl N,
    Larger = Large * Large,
    {Larger > Large, Larger rem 7, Larger bsr N =:= Large};
run(tuple, N) ->
    Tuple = erlang:make_tuple(N, []),
    Other = setelement(77, Tuple, x),
    {tuple_size(Other), element(77, Other), Tuple =:= Other};
run(apply, N) ->
    apply(fun(Term) -> element(2, Term) end, [deep(N, a)]);
run(catches, N) ->
    catch catches(N).

up(0, List) -> List;
up(N, List) -> up(N - 1, [N | List]).

deep(0, Term) -> Term;
deep(N, Term) -> deep(N - 1, {[#{key => Term}], x}).

count(0) -> 0;
count(N) -> 1 + count(N - 1).

fails(0) -> error(reason);
fails(N) -> 1 + fails(N - 1).

append(0, Binary) -> byte_size(Binary);
append(N, Binary) -> append(N - 1, <<Binary/binary, N:16>>).

catches(0) -> throw(0);
catches(N) -> throw(1 + (catch catches(N - 1))).
