%% Decodes external terms: what came out, and how much of the binary was used.
%% Both files hold binaries behind their sizes in four bytes. Each answer is written at once: when
%% the emulator dies, their number tells of which term.
-module(enigma_mutated).
-export([main/0]).

main() ->
    [In, Out] = init:get_plain_arguments(),
    {ok, Data} = file:read_file(In),
    {ok, File} = file:open(Out, [write, raw]),
    [ok = file:write(File, packed(answer(One))) || <<Size:32, One:Size/binary>> <= Data],
    halt().

packed(Answer) ->
    [<<(byte_size(Answer)):32>>, Answer].

%% Empty for badarg.
answer(One) ->
    try binary_to_term(One, [used]) of
        Decoded -> term_to_binary(Decoded)
    catch
        error:badarg -> <<>>
    end.
