%% The environment, and other facts of the operating system.
-module(bif_os).
-export([kept/0, listed/0, variables/0, names/1, values/1, pid/0, unicode/0, others/0]).

caught(F) -> try F() catch C:R -> {C, R} end.

kept() ->
    N = "ENIGMA_BIF_OS",
    R = [os:getenv(N), os:putenv(N, "a value"), os:getenv(N), os:getenv(N, default), os:putenv(N, ""), os:getenv(N), os:putenv(N, "x=y"), os:getenv(N), os:unsetenv(N), os:getenv(N), os:unsetenv(N), os:getenv(N, "default")],
    [R, lists:keymember(N, 1, os:env())].

variables() ->
    N = "ENIGMA_BIF_OS_LIST",
    os:putenv(N, "listed"),
    Listed = os:list_env_vars(),
    os:unsetenv(N),
    {lists:keyfind(N, 1, Listed), lists:all(fun({A, B}) -> is_list(A) andalso is_list(B) end, Listed),
     lists:keymember(N, 1, os:list_env_vars())}.

listed() ->
    N = "ENIGMA_BIF_OS",
    true = os:putenv(N, "listed"),
    L = os:env(),
    T = [is_list(L), lists:all(fun({A, B}) -> is_list(A) andalso is_list(B); (_) -> false end, L), lists:keyfind(N, 1, L), lists:member(N ++ "=listed", os:getenv()), length(os:getenv()) =:= length(L)],
    os:unsetenv(N),
    T.

names(N) -> [caught(fun() -> os:getenv(N) end), caught(fun() -> os:putenv(N, "v") end), caught(fun() -> os:getenv(N) end), caught(fun() -> os:unsetenv(N) end), caught(fun() -> os:getenv(N, d) end)].

values(V) -> N = "ENIGMA_BIF_OS", os:unsetenv(N), R = [caught(fun() -> os:putenv(N, V) end), caught(fun() -> os:getenv(N) end)], os:unsetenv(N), R.

unicode() -> N = "ENIGMA_" ++ [229, 16#4e2d], [os:putenv(N, [16#1f600]), os:getenv(N), lists:keyfind(N, 1, os:env()), os:unsetenv(N), os:getenv(N)].

pid() -> P = os:getpid(), [list_to_integer(P) > 0, P =:= os:getpid()].

others() -> [os:type(), is_tuple(os:version()), error_logger:warning_map(), net_kernel:dflag_unicode_io(self()), caught(fun() -> net_kernel:dflag_unicode_io(x) end), is_binary(re:version())].
