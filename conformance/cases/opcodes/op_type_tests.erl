%% One function a test; the values come from value/1, so that pids and funs can be tested too.
-module(op_type_tests).
-export([all/1, arity/2, bad_arity/1]).

value(integer) -> 42;
value(big) -> 1 bsl 80;
value(negative) -> -1;
value(float) -> 2.5;
value(atom) -> some_atom;
value(true) -> true;
value(false) -> false;
value(nil) -> [];
value(list) -> [1];
value(improper) -> [1 | 2];
value(tuple) -> {1};
value(empty_tuple) -> {};
value(map) -> #{a => 1};
value(empty_map) -> #{};
value(binary) -> <<"abc">>;
value(bitstring) -> <<1:3>>;
value(pid) -> self();
value(reference) -> make_ref();
value(fun0) -> fun() -> ok end;
value(fun2) -> fun(A, B) -> {A, B} end;
value(external) -> fun lists:reverse/1.

all(Kind) ->
    X = value(Kind),
    [Name || {Name, yes} <- [{integer, int(X)}, {float, float_(X)}, {number, num(X)},
                              {atom, atm(X)}, {pid, pid_(X)}, {reference, ref(X)},
                              {port, prt(X)}, {nil, nil(X)}, {binary, bin(X)},
                              {bitstring, bits(X)}, {list, lst(X)}, {tuple, tup(X)},
                              {map, mp(X)}, {boolean, bool(X)}, {function, fnc(X)},
                              {function0, fnc0(X)}, {function1, fnc1(X)}, {function2, fnc2(X)}]].

int(X) when is_integer(X) -> yes; int(_) -> no.
float_(X) when is_float(X) -> yes; float_(_) -> no.
num(X) when is_number(X) -> yes; num(_) -> no.
atm(X) when is_atom(X) -> yes; atm(_) -> no.
pid_(X) when is_pid(X) -> yes; pid_(_) -> no.
ref(X) when is_reference(X) -> yes; ref(_) -> no.
prt(X) when is_port(X) -> yes; prt(_) -> no.
nil([]) -> yes; nil(_) -> no.
bin(X) when is_binary(X) -> yes; bin(_) -> no.
bits(X) when is_bitstring(X) -> yes; bits(_) -> no.
lst(X) when is_list(X) -> yes; lst(_) -> no.
tup(X) when is_tuple(X) -> yes; tup(_) -> no.
mp(X) when is_map(X) -> yes; mp(_) -> no.
bool(X) when is_boolean(X) -> yes; bool(_) -> no.
fnc(X) when is_function(X) -> yes; fnc(_) -> no.
fnc0(X) when is_function(X, 0) -> yes; fnc0(_) -> no.
fnc1(X) when is_function(X, 1) -> yes; fnc1(_) -> no.
fnc2(X) when is_function(X, 2) -> yes; fnc2(_) -> no.

%% The arity is not a constant here.
arity(Kind, Arity) ->
    F = value(Kind),
    if
        is_function(F, Arity) -> yes;
        true -> no
    end.

bad_arity(Arity) ->
    F = value(fun0),
    is_function(F, Arity).
