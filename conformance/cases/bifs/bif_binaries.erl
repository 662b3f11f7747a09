%% Sizes are in bytes, rounded up for bitstrings.
-module(bif_binaries).
-export([run/2]).

run(Function, Args) ->
    try
        call(Function, Args)
    catch
        Class:Reason -> {Class, Reason}
    end.

call(byte_size, [A]) -> erlang:byte_size(A);
call(bit_size, [A]) -> erlang:bit_size(A);
call(binary_part, [A, B]) -> erlang:binary_part(A, B);
call(binary_part, [A, B, C]) -> erlang:binary_part(A, B, C);
call(split_binary, [A, B]) -> erlang:split_binary(A, B);
call(at, [A, B]) -> binary:at(A, B);
call(first, [A]) -> binary:first(A);
call(last, [A]) -> binary:last(A);
call(copy, [A, B]) -> binary:copy(A, B);
call(part, [A, B, C]) -> binary:part(A, B, C);
call(list_to_bin, [A]) -> binary:list_to_bin(A);
call(bin_to_list, [A]) -> binary:bin_to_list(A);
call(decode_unsigned, [A]) -> binary:decode_unsigned(A);
call(encode_unsigned, [A]) -> binary:encode_unsigned(A);
call(match, [A, B]) -> binary:match(A, B);
call(matches, [A, B]) -> binary:matches(A, B);
call(split, [A, B]) -> binary:split(A, B).
