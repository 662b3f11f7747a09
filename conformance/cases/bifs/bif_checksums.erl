%% The combining functions and the incremental ones agree with the direct ones.
-module(bif_checksums).
-export([run/2]).

run(Function, Args) ->
    try
        call(Function, Args)
    catch
        Class:Reason -> {Class, Reason}
    end.

call(crc32, [A]) -> erlang:crc32(A);
call(crc32, [A, B]) -> erlang:crc32(A, B);
call(crc32_combine, [A, B, C]) -> erlang:crc32_combine(A, B, C);
call(adler32, [A]) -> erlang:adler32(A);
call(adler32, [A, B]) -> erlang:adler32(A, B);
call(adler32_combine, [A, B, C]) -> erlang:adler32_combine(A, B, C);
call(md5, [A]) -> erlang:md5(A).
