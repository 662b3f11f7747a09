%% The words of terms whose size depends on how they lie in memory.
-module(found_sizes).
-export([run/1]).

run({unaligned, Bits}) ->
    Part = unaligned(<<0:Bits>>),
    {erts_debug:flat_size(Part), erts_debug:size_shared(Part), erts_debug:size_shared([Part | Part])};
run({part, Size, Start, Length}) ->
    Whole = binary:copy(<<1>>, Size),
    Part = binary:part(Whole, Start, Length),
    {erts_debug:size_shared(Part), erts_debug:flat_size(Part),
     erts_debug:size_shared([Whole | Part]), erts_debug:flat_size([Whole | Part])};
run({read, Term}) ->
    erts_debug:size_shared(binary_to_term(term_to_binary(Term))).

unaligned(Bits) ->
    Size = bit_size(Bits),
    <<_:5, Part:Size/bits, _/bits>> = <<5:5, Bits/bits, 1:5>>,
    Part.
