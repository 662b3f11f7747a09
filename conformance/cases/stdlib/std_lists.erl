%% Sorting, searching, folding, zipping and splitting.
-module(std_lists).
-export([run/2, sort_by/2, higher/1, keys/1, zips/2, splits/2, numbers/1, merge/2, nth/2, sorted_random/1,
         dedupe/1, errors/1, folds/1, strings/1, sublists/3, flat/1]).

run(F, Args) -> apply(lists, F, Args).

sort_by(How, List) ->
    case How of
        descending -> lists:sort(fun(A, B) -> A >= B end, List);
        by_length -> lists:sort(fun(A, B) -> length(A) =< length(B) end, List);
        abs -> lists:sort(fun(A, B) -> abs(A) =< abs(B) end, List);
        unique_abs -> lists:usort(fun(A, B) -> abs(A) =< abs(B) end, List)
    end.

higher(List) ->
    Even = fun(X) -> X rem 2 =:= 0 end,
    [lists:map(fun(X) -> X * X end, List), lists:filter(Even, List), lists:partition(Even, List),
     lists:all(Even, List), lists:any(Even, List), lists:takewhile(Even, List),
     lists:dropwhile(Even, List), lists:splitwith(Even, List),
     lists:filtermap(fun(X) -> Even(X) andalso {true, X div 2} end, List),
     lists:flatmap(fun(X) -> [X, -X] end, List), lists:search(Even, List)].

keys(Table) ->
    [lists:keyfind(b, 1, Table), lists:keysearch(b, 1, Table), lists:keydelete(b, 1, Table),
     lists:keyreplace(b, 1, Table, {b, new}), lists:keystore(z, 1, Table, {z, 26}),
     lists:keytake(b, 1, Table), lists:keysort(2, Table), lists:keymember(q, 1, Table),
     lists:keymap(fun(X) -> {X} end, 2, Table), lists:keymerge(1, [{aa, 0}], Table),
     lists:ukeysort(2, Table)].

zips(A, B) ->
    Zip = lists:zip(A, B),
    [Zip, lists:unzip(Zip), lists:zipwith(fun(X, Y) -> {Y, X} end, A, B), lists:zip3(A, B, A),
     lists:unzip3(lists:zip3(B, A, B)), lists:zipwith3(fun(X, Y, Z) -> [X, Y, Z] end, A, B, A)].

splits(N, List) -> {lists:split(N, List), lists:nthtail(N, List), lists:sublist(List, N)}.

numbers(List) -> {lists:sum(List), lists:max(List), lists:min(List), lists:seq(1, length(List), 2)}.

merge(A, B) -> {lists:merge(A, B), lists:umerge(A, B), lists:merge([A, B, A]), lists:merge3(A, B, [0])}.

nth(N, List) ->
    X = lists:nth(N, List),
    {X, lists:last(List), lists:droplast(List), lists:delete(X, List)}.

%% A simple generator, so that the data are the same everywhere.
sorted_random(N) ->
    List = random(N, 12345, []),
    Sorted = lists:sort(List),
    {length(List), lists:sum(List), hd(Sorted), lists:last(Sorted),
     Sorted =:= lists:sort(lists:reverse(List)),
     length(lists:usort([X rem 100 || X <- List])), lists:sublist(Sorted, 5)}.

random(0, _, Acc) -> Acc;
random(N, Seed, Acc) ->
    Next = (Seed * 1103515245 + 12345) band 16#7fffffff,
    random(N - 1, Next, [Next rem 10007 | Acc]).

dedupe(List) ->
    {Result, _} = lists:foldl(fun(X, {Acc, Seen}) ->
                                      case lists:member(X, Seen) of
                                          true -> {Acc, Seen};
                                          false -> {[X | Acc], [X | Seen]}
                                      end
                              end, {[], []}, List),
    lists:reverse(Result).

errors(What) ->
    try
        case What of
            nth -> lists:nth(5, [1]);
            zip -> lists:zip([1], [1, 2]);
            max -> lists:max([]);
            last -> lists:last([]);
            seq -> lists:seq(5, 1);
            seq_step -> lists:seq(1, 10, 0);
            keyfind -> lists:keyfind(a, 0, []);
            split -> lists:split(3, [1]);
            reverse -> lists:reverse([1 | 2]);
            member -> lists:member(a, [b | c]);
            flatten -> lists:flatten([a | b]);
            map -> lists:map(fun(X) -> X end, [1 | 2]);
            not_fun -> lists:map(not_a_fun, [1]);
            foldl -> lists:foldl(fun(X) -> X end, 0, [1])
        end
    catch
        error:{badarity, {_, Args}} -> {badarity, Args};
        C:R -> {C, R}
    end.

folds(List) ->
    [lists:foldl(fun(X, Acc) -> [X | Acc] end, [], List), lists:foldr(fun(X, Acc) -> X - Acc end, 0, List),
     lists:mapfoldl(fun(X, S) -> {X * S, S + X} end, 1, List),
     lists:mapfoldr(fun(X, S) -> {{X, S}, S + 1} end, 0, List)].

strings(List) ->
    {lists:concat(List), lists:join(", ", List), lists:prefix([a], List), lists:suffix([z], List)}.

sublists(List, Start, Length) -> lists:sublist(List, Start, Length).

flat(Deep) -> {lists:flatten(Deep), lists:flatlength(Deep), lists:append(Deep), lists:flatten(Deep, [end_])}.
