%% Runs the tests of OTP's run_pcre_tests one by one and says which of them fail.
-module(enigma_re_lines).
-export([expressions/1, functions/1]).

%% For each expression of a file of PCRE's tests: its line, and what comes out in each mode. 0 is
%% success.
expressions(Bin) ->
    put(verbose, false),
    put(error_limit, infinite),
    group_leader(spawn(fun swallow/0), self()),
    [{line(Entry), [outcome(Entry, Mode) || Mode <- modes()]}
     || Entry <- run_pcre_tests:stru(run_pcre_tests:splitfile(0, Bin, 1))].

line(Entry) -> element(2, Entry).

%% Compiled before or not, what is captured, and whether the expression is a list.
modes() ->
    [{true, index, false}, {false, index, false}, {true, index, true}, {false, index, true},
     {true, binary, false}, {false, binary, false}, {true, list, false}, {false, list, false}].

outcome(Entry, {Compiled, Kind, AsList}) ->
    put(skipped, 0),
    try run_pcre_tests:test([Entry], Compiled, Kind, AsList) of
        Failed ->
            case get(skipped) of
                0 -> Failed;
                _ -> skipped
            end
    catch
        Class:_ -> Class
    end.

%% Takes what is printed.
swallow() ->
    receive
        {io_request, From, As, _} -> From ! {io_reply, As, ok}
    end,
    swallow().

%% For each function of a generated test: whether all in it is as it should be.
functions(Module) ->
    [{Name, try Module:Name() of _ -> 0 catch Class:_ -> Class end}
     || {Name, 0} <- Module:module_info(exports), Name =/= run, Name =/= module_info].
