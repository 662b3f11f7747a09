%% A generator over what did not match before: OTP 27's compiler asks a match context whether it is a
%% bitstring.
-module(op_is_bitstr_context).
-export([generated/1, parts/1]).

generated(<<_:8>>) -> one;
generated(A) ->
    try << <<1>> || <<_:ok>> <= A>>
    after ok end.

parts(<<1, _/binary>>) -> one;
parts(A) ->
    try [B || <<B:4>> <= A]
    after ok end.
