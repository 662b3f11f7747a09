%% binary_part/3 is the only one the compiler emits as gc_bif3.
-module(op_bif3).
-export([body/3, guard/3]).

body(Bin, Start, Length) -> {binary_part(Bin, Start, Length), Start + Length}.

guard(Bin, Start, Length) when binary_part(Bin, Start, Length) =:= <<"bc">> -> bc;
guard(Bin, Start, Length) when binary_part(Bin, Start, Length) =:= <<>> -> empty;
guard(_, _, _) -> other.
