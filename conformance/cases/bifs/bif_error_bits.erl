%% Bitstrings that cannot be built: the reason, the cause in error_info, and its explanation.
-module(bif_error_bits).
-export([build/2]).

build(What, Args) ->
    try b(What, Args)
    catch
        error:Reason:Trace ->
            [{M, F, Arity, Location} | _] = Trace,
            Info = proplists:get_value(error_info, Location, none),
            {error, Reason, {M, F, Arity}, Info, explained(Info, Reason, Trace)}
    end.

explained(#{module := Module, function := Function}, Reason, Trace) ->
    Texts = Module:Function(Reason, Trace),
    maps:map(fun(_, Text) -> unicode:characters_to_list(Text) end, Texts);
explained(none, _, _) ->
    none.

b(i8, [A]) -> <<A:8>>;
b(i, [A]) -> <<A>>;
b(iN, [A, N]) -> <<A:N>>;
b(iN3, [A, N]) -> <<A:N/unit:3>>;
b(iNl, [A, N]) -> <<A:N/little>>;
b(iNs, [A, N]) -> <<A:N/signed>>;
b(i64, [A]) -> <<A:64>>;
b(i200, [A]) -> <<A:200>>;
b(f0, [A]) -> <<A:0/float>>;
b(f24, [A]) -> <<A:24/float>>;
b(f64, [A]) -> <<A/float>>;
b(f32, [A]) -> <<A:32/float>>;
b(f16, [A]) -> <<A:16/float>>;
b(fN, [A, N]) -> <<A:N/float>>;
b(fN8, [A, N]) -> <<A:N/float-unit:8>>;
b(bin, [A]) -> <<A/binary>>;
b(bits, [A]) -> <<A/bits>>;
b(bin3, [A]) -> <<A:3/binary>>;
b(binN, [A, N]) -> <<A:N/binary>>;
b(bitsN, [A, N]) -> <<A:N/bits>>;
b(binN3, [A, N]) -> <<A:N/binary-unit:3>>;
b(binu3, [A]) -> <<A/binary-unit:3>>;
b(joined, [A]) -> <<1:32, "xyz", A/binary>>;
b(joined_utf8, [A]) -> <<"xyz"/utf8, 1:8, 2:8, A/binary>>;
b(joined_bits, [A, B]) -> <<A/binary, "xyz", 1:8, 2:3, 4:5, B/binary>>;
b(utf8, [A]) -> <<A/utf8>>;
b(utf16, [A]) -> <<A/utf16>>;
b(utf32, [A]) -> <<A/utf32>>;
b(x_bin, [A]) -> <<1, A/binary>>;
b(x_bits, [A]) -> <<1, A/bits>>;
b(x_binN, [A, N]) -> <<1, A:N/binary>>;
b(x_bitsN, [A, N]) -> <<1, A:N/bits>>;
b(x_binN3, [A, N]) -> <<1, A:N/binary-unit:3>>;
b(x_binu3, [A]) -> <<1, A/binary-unit:3>>;
b(x_utf8, [A]) -> <<1, A/utf8>>;
b(x_utf16, [A]) -> <<1, A/utf16-little>>;
b(x_utf32, [A]) -> <<1, A/utf32>>;
b(str_i, [A]) -> <<"abc", A>>;
b(str_i2, [A, B]) -> <<"abc", A, "def", B:16>>;
b(ii, [A, B]) -> <<A:8, B:8>>;
b(iiN, [A, B]) -> <<A:8, 7:B>>;
b(iNiN, [A, B]) -> <<1:A, 2:B>>;
b(iNiNs, [A, B]) -> X = id(x), <<X:A, X:B>>;
b(bb, [A, B]) -> <<A/binary, B/binary>>;
b(ib, [A, B]) -> <<A:8, B/binary>>;
b(bi, [A, B]) -> <<A/binary, B:8>>;
b(fb, [A, B]) -> <<A/float, B/binary>>;
b(bf, [A, B]) -> <<A/binary, B/float>>;
b(fi, [A, B]) -> <<A/float, B:8>>;
b(if_, [A, B]) -> <<A:8, B/float>>;
b(ub, [A, B]) -> <<A/utf8, B/binary>>;
b(bu, [A, B]) -> <<A/binary, B/utf8>>;
b(ui, [A, B]) -> <<A/utf8, B:8>>;
b(iu, [A, B]) -> <<A:8, B/utf8>>;
b(uu16, [A, B]) -> <<A/utf8, B/utf16>>;
b(u16u, [A, B]) -> <<A/utf16, B/utf8>>;
b(u32u, [A, B]) -> <<A/utf32, B/utf8>>;
b(u32b, [A, B]) -> <<A/utf32, B/binary>>;
b(u32i, [A, B]) -> <<A/utf32, B:8>>;
b(iu32, [A, B]) -> <<A:8, B/utf32>>;
b(uf, [A, B]) -> <<A/utf8, B/float>>;
b(fu, [A, B]) -> <<A/float, B/utf8>>;
b(u32f, [A, B]) -> <<A/utf32, B/float>>;
b(fu32, [A, B]) -> <<A/float, B/utf32>>;
b(binNi, [A, B]) -> <<A:B/binary, A:8>>;
b(ibinN, [A, B]) -> <<A:8, A:B/binary>>;
b(xbb, [A, B]) -> <<1, A/binary, B/binary>>;
b(xbNbN, [A, B]) -> X = id(<<"abc">>), <<1, X:A/binary, X:B/binary>>;
b(fNi, [A, B]) -> <<1.0:A/float, B:8>>;
b(ifN, [A, B]) -> <<A:8, 1.0:B/float>>;
b(fNb, [A, B]) -> <<1.0:A/float, B/binary>>;
b(bfN, [A, B]) -> <<A/binary, 1.0:B/float>>;
b(iNb, [A, B]) -> <<1:A, B/binary>>;
b(iNu, [A, B]) -> <<1:A, B/utf8>>;
b(uiN, [A, B]) -> <<A/utf8, 1:B>>;
b(u32iN, [A, B]) -> <<A/utf32, 1:B>>;
b(iiiii, [A, B]) -> <<1, A:3, 2:7, B:5, 1:1>>;
b(ibi, [A, B]) -> <<A:8, "xyz"/utf8, B:2/binary>>;
b(app, [A, B]) -> app(A, B, <<>>).
id(X) -> X.
app([], _, Acc) -> Acc;
app([H | T], B, Acc) -> app(T, B, <<Acc/binary, H:B>>).
