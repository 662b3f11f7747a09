%% Hashes and indexes differ between compilers, so only their types are shown.
-module(bif_fun_info).
-export([local/2, external/1, all_items/0, made/3, text/1, bad/1]).

local(A, B) ->
    F = fun(X) -> {X, A, B} end,
    [erlang:fun_info(F, I) || I <- [arity, env, module, type]]
        ++ [is_integer(element(2, erlang:fun_info(F, I))) || I <- [index, new_index, uniq]]
        ++ [byte_size(element(2, erlang:fun_info(F, new_uniq))),
            element(2, erlang:fun_info(F, pid)) =:= self()].

external(F) ->
    Fun = fun lists:F/2,
    [erlang:fun_info(Fun, I) || I <- [arity, env, module, name, type, pid]].

all_items() ->
    F = fun() -> ok end,
    {lists:sort([K || {K, _} <- erlang:fun_info(F)]),
     lists:sort([K || {K, _} <- erlang:fun_info(fun lists:map/2)])}.

made(M, F, A) ->
    Fun = erlang:make_fun(M, F, A),
    {erlang:fun_to_list(Fun), is_function(Fun, A), Fun =:= fun M:F/A}.

text(_) -> io_lib:format("~w ~p", [fun lists:map/2, fun lists:'odd name'/0]).

bad(What) ->
    try
        case What of
            item -> erlang:fun_info(fun lists:map/2, no_such_item);
            no_fun -> erlang:fun_info(5);
            no_fun_item -> erlang:fun_info(a, arity);
            to_list -> erlang:fun_to_list({})
        end
    catch
        C:R -> {C, R}
    end.
