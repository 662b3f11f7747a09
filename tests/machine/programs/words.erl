%% Whether machine code takes its own results for what they are, and compares them with others.
-module(words).
-export([same/4]).

same('+', A, B, C) -> all(A + B, C);
same('-', A, B, C) -> all(A - B, C);
same('*', A, B, C) -> all(A * B, C);
same('div', A, B, C) -> all(A div B, C);
same('rem', A, B, C) -> all(A rem B, C);
same('band', A, B, C) -> all(A band B, C);
same('bor', A, B, C) -> all(A bor B, C);
same('bxor', A, B, C) -> all(A bxor B, C);
same('bsl', A, B, C) -> all(A bsl B, C);
same('bsr', A, B, C) -> all(A bsr B, C);
same('bnot', A, _, C) -> all(bnot A, C);
same('negative', A, _, C) -> all(-A, C);
same('abs', A, _, C) -> all(abs(A), C).


all(Made, Correct) ->
    [Made =:= Correct, Correct =:= Made, Made == Correct, not (Made < Correct), not (Made > Correct),
     {Made} =:= {Correct}, [Made] =:= [Correct], matches(Made, Correct), is_map_key(Made, #{Correct => a}),
     Made - Correct =:= 0, Made + 1 =:= Correct + 1, Made bxor Correct =:= 0, Made band Correct =:= Correct,
     <<Made:128>> =:= <<Correct:128>>].

matches(Same, Same) -> true;
matches(_, _) -> false.
