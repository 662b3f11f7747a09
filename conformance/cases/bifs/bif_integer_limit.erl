%% What happens at the largest integer, the one of `Bits` ones, and beyond it.
-module(bif_integer_limit).
-export([run/2]).

run(Name, Bits) ->
    Max = (id(1) bsl (Bits - 1)) bor ((id(1) bsl (Bits - 1)) - 1),
    try
        shown(call(Name, Max, -Max, Bits), Bits)
    catch
        Class:Reason -> {Class, Reason}
    end.

%% Sign, lowest and highest bits of a large integer; other terms themselves.
shown(Value, Bits) when is_integer(Value) ->
    {Value > 0, Value band 255, (Value bsr (Bits - 8)) band 16#FFFF};
shown(Value, _) ->
    Value.

id(Term) -> Term.

call(max, Max, _, _) -> Max;
call(add_one, Max, _, _) -> Max + id(1);
call(add_constant, Max, _, _) -> Max + 1;
call(add_itself, Max, _, _) -> Max + Max;
call(add_opposite, Max, Min, _) -> Max + Min;
call(subtract_one, _, Min, _) -> Min - id(1);
call(subtract_constant, _, Min, _) -> Min - 1;
call(subtract_opposite, Max, Min, _) -> Max - Min;
call(add_function, Max, _, _) -> erlang:'+'(Max, id(1));
call(add_applied, Max, _, _) -> apply(erlang, id('+'), [Max, 1]);
call(add_guard, Max, _, _) when Max + 1 > 0 -> true;
call(add_guard, _, _, _) -> false;
call(negate, Max, _, _) -> -Max;
call(bnot_max, Max, _, _) -> bnot Max;
call(bnot_min, _, Min, _) -> bnot Min;
call(bxor_small, _, Min, _) -> Min bxor id(1);
call(bxor_minus, Max, _, _) -> Max bxor id(-1);
call(bxor_kept, _, Min, _) -> Min bxor id(-2);
call(bor_minus, Max, _, _) -> Max bor id(-1);
call(bor_zero, _, Min, _) -> Min bor id(0);
call(band_minus_two, _, Min, _) -> Min band id(-2);
call(band_both, Max, Min, _) -> Max band Min;
call(times_two, Max, _, _) -> Max * id(2);
call(times_minus, Max, _, _) -> Max * id(-1);
call(times_half, _, _, Bits) -> (id(1) bsl (Bits - 64)) * (id(1) bsl 63);
call(times_too_much, _, _, Bits) -> (id(1) bsl (Bits - 64)) * (id(1) bsl 64);
call(div_minus, Max, _, _) -> Max div id(-1);
call(rem_min, Max, Min, _) -> (Max - 1) rem Min;
call(abs_min, _, Min, _) -> abs(Min);
call(bsl_one, Max, _, _) -> Max bsl id(1);
call(bsl_most, _, _, Bits) -> id(-1) bsl (Bits - 1);
call(bsl_more, _, _, Bits) -> id(1) bsl Bits;
call(bsr_negative, _, _, Bits) -> id(1) bsr -Bits;
call(bsl_huge, _, _, _) -> id(1) bsl (id(1) bsl 64);
call(bsl_huge_zero, _, _, _) -> id(0) bsl (id(1) bsl 64);
call(bsr_huge, _, _, _) -> id(-1) bsr (id(1) bsl 64);
call(float_add, Max, _, _) -> Max + id(1.0);
call(float, Max, _, _) -> float(Max);
call(divide, Max, _, _) -> Max / Max;
call(compare, Max, _, _) -> Max > id(1.0e308);
call(match_most, _, _, Bits) -> matched(<<-1:Bits>>, Bits);
call(match_more, _, _, Bits) -> matched(<<1, 0:Bits>>, Bits + 8);
call(match_zeros, _, _, Bits) -> matched(<<0:64, -1:Bits>>, Bits + 64);
call(match_signed, _, _, Bits) ->
    Size = Bits + 8,
    case id(<<-2:8, 0:Bits>>) of
        <<Value:Size/signed>> -> Value;
        _ -> nomatch
    end;
call(decode_more, _, _, Bits) -> binary:decode_unsigned(<<1, 0:Bits>>);
call(decoded_minus, _, _, Bits) -> -binary:decode_unsigned(<<1, 0:Bits>>);
call(decoded_back, _, _, Bits) -> binary:decode_unsigned(<<1, 0:Bits>>) - 1;
call(decoded_div, _, _, Bits) -> binary:decode_unsigned(<<1, 0:Bits>>) div id(1);
call(decoded_times, _, _, Bits) -> binary:decode_unsigned(<<1, 0:Bits>>) * id(1);
call(decoded_bxor, _, _, Bits) -> binary:decode_unsigned(<<1, 0:Bits>>) bxor id(1);
call(external, Max, _, _) -> binary_to_term(term_to_binary(Max));
call(external_more, _, _, Bits) -> external(Bits div 8 + 1, <<0:Bits, 1>>);
call(external_zeros, _, _, Bits) -> external(Bits div 8 + 1, <<-1:Bits, 0>>).

matched(Bitstring, Size) ->
    case id(Bitstring) of
        <<Value:Size>> -> Value;
        _ -> nomatch
    end.

external(Size, Digits) -> binary_to_term(<<131, 111, Size:32, 0, Digits/binary>>).
