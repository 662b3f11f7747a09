%% OTP 27's compiler copies a tuple (T4) before its last element is written.
-module(op_set_tuple_element_copied).
-export([copied/1, twice/1]).

copied(T0) ->
    T1 = setelement(4, T0, a),
    T2 = setelement(3, T1, b),
    T3 = setelement(2, T2, c),
    T4 = setelement(1, T3, d),
    T5 = setelement(1, T3, z),
    {T4, T5}.

twice(T0) ->
    T1 = setelement(3, T0, a),
    T2 = setelement(2, T1, b),
    T3 = setelement(1, T2, T0),
    kept(T3),
    {T1, T2, T3, setelement(1, T2, x), setelement(2, T3, y)}.

kept(T) -> put(kept, T).
