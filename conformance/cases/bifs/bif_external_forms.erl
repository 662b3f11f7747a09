%% Encodings made by hand, and what is made of terms with options.
-module(bif_external_forms).
-export([again/1, forms/2, local/1, identities/1, iovec/2, bits_iovec/1, fun_iovec/1,
         safe_fun/3, tampered/1]).

%% A term from its encoding without the version, and its own encoding.
again(Bin) ->
    guarded(fun() ->
        {Term, Used} = binary_to_term(<<131, Bin/binary>>, [used]),
        {Term, Used, term_to_binary(Term, [{minor_version, 1}]),
         erlang:external_size(Term, [{minor_version, 1}])}
    end).

forms(Term, Options) ->
    {guarded(fun() -> term_to_binary(Term, Options) end),
     guarded(fun() -> erlang:external_size(Term, Options) end),
     guarded(fun() -> term_to_iovec(Term, Options) end)}.

%% What the node writes for itself: the checksum is its secret.
local(Term) ->
    guarded(fun() ->
        Bin = term_to_binary(Term, [local]),
        <<131, Tag, _:32, Rest/binary>> = Bin,
        {Tag, Rest, binary_to_term(Bin), erlang:external_size(Term, [local]),
         iolist_to_binary(term_to_iovec(Term, [local])) =:= Bin}
    end).

%% Sizes of what belongs to the node itself.
identities(Options) ->
    guarded(fun() ->
        [{byte_size(term_to_binary(Term, Options)), erlang:external_size(Term, Options),
          binary_to_term(term_to_binary(Term, Options)) =:= Term}
         || Term <- [self(), make_ref(), {self(), self()}]]
    end).

tampered(Term) ->
    guarded(fun() ->
        <<131, 121, Sum:32, Rest/binary>> = term_to_binary(Term, [local]),
        binary_to_term(<<131, 121, (Sum bxor 1):32, Rest/binary>>)
    end).

%% The sizes of the pieces.
iovec(Sizes, Options) ->
    Term = [binary:copy(<<"a">>, Size) || Size <- Sizes],
    guarded(fun() ->
        case term_to_iovec(Term, Options) of
            Pieces when is_list(Pieces) -> [byte_size(Piece) || Piece <- Pieces];
            Other -> Other
        end
    end).

bits_iovec(Size) ->
    Bits = <<(binary:copy(<<"a">>, Size))/binary, 5:3>>,
    <<_:3, Unaligned:Size/binary, _/bits>> = <<Bits/bits, 0:8>>,
    [byte_size(Piece) || Piece <- term_to_iovec({Bits, Unaligned, Bits})].

%% A fun around a binary: its size is in the encoding.
fun_iovec(Size) ->
    Bin = binary:copy(<<"a">>, Size),
    Pieces = term_to_iovec(fun() -> Bin end),
    <<131, 112, FunSize:32, _/binary>> = iolist_to_binary(Pieces),
    {length(Pieces), iolist_size(Pieces) - 2 - FunSize}.

safe_fun(Module, Name, Arity) ->
    Bin = term_to_binary(fun Module:Name/Arity),
    guarded(fun() -> binary_to_term(Bin, [safe]) end).

guarded(Fun) ->
    try
        Fun()
    catch
        Class:Reason -> {Class, Reason}
    end.
