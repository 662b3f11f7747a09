"""`parse_term` and `parse_call` against `erl_scan` and `erl_parse`."""

from __future__ import annotations

from typing import Any

import pytest

from enigma_ref.terms.atoms import atom
from enigma_ref.terms.bitstrings import Bitstring
from enigma_ref.terms.deep import identical
from enigma_ref.terms.external import encode
from enigma_ref.terms.floats import Float
from enigma_ref.terms.lists import NIL, list_items, make_string
from enigma_ref.terms.parse import TermSyntaxError, parse_call, parse_term
from enigma_ref.terms.text import format_p, format_w

from .generate import Oracle, TermMaker, oracle

__all__ = ["oracle"]

TOKENS = (
    "1", "25", "16#fF", "37#1", "2#2", "1_000", "1__0", "16#_f", "1.5", "1.5e3", "1.e3", "1e5",
    "1.5e", "2.0e400", "1.0_1", "$a", "$\\n", "$ ", "$\\x{3c9}", "$\\101", "$\\^a", "a", "foo@bar",
    "end", "X", "_", "'a b'", "'a\\'b'", "''", '"abc"', '"a\\tb"', '"\\x{110000}"', '"\\x{D800}"',
    '"\n"', "[", "]", "[", "]", "{", "}", "#{", "}", "#", "=>", ":=", ",", ",", "|", "(", ")",
    "<<", ">>", ":", "/", "-", "+", "fun", "fun m:f/1", "fun a:b/256", "fun f/1", ".", "..", " ",
    "é", "×", "À", "日", "\\", "^", "<<1:3>>", "\x80", "\xa0", "\x7f", "!", "- 1", "--", "-a",
    "-(1)", "(-1)", "((2))", "-$a", '"a" "b"', "-0.5",
)  # fmt: skip
VALUES = (
    "1", "-1", "255", "300", "1.5", "$a", '"abc"', '"日"', "<<1,2>>", "(<<1,2:3>>)", '("ab")', "a",
    "<<>>", '""', "70000", "55296", "[1]", "1.0e300", "1114112", "+3",
)  # fmt: skip
SIZES = ("", "", "", ":8", ":3", ":16", ":0", ":32", ":64", ":(8)", ":-1", ":a", ":$a", ":13")
TYPES = (
    "integer", "float", "binary", "bytes", "bits", "bitstring", "utf8", "utf16", "utf32", "little",
    "big", "native", "signed", "unsigned", "unit:8", "unit:2", "unit:0", "unit:257", "unit", "foo",
)  # fmt: skip


def random_text(make: TermMaker) -> str:
    """Tokens in any order, a binary, the text of a term, or such a text with mistakes."""
    choose = make.random
    kind = choose.random()
    if kind < 0.35:
        return "".join(
            choose.choice(TOKENS) + choose.choice(("", " ")) for _ in range(choose.randrange(1, 9))
        )
    if kind < 0.65:
        segments = []
        for _ in range(choose.choice((1, 1, 2))):
            types = "-".join(choose.choice(TYPES) for _ in range(choose.choice((1, 1, 2, 3))))
            segments.append(
                choose.choice(VALUES) + choose.choice(SIZES) + choose.choice(("", f"/{types}"))
            )
        return f"<<{','.join(segments)}>>"
    text = format_p(make.term(choose.randrange(4)), encoding="unicode", printable_range="unicode")
    if kind < 0.8:
        return text
    characters = list(text)
    for _ in range(choose.choice((1, 2, 4))):
        place = choose.randrange(len(characters) + 1)
        if choose.random() < 0.3:
            del characters[place : place + 2]
        else:
            characters.insert(place, choose.choice("[]{}(),|<>#=.\"'$\\-+ _0159aA:/"))
    # A comment would hide the dot, which is optional here.
    return "".join(characters).replace("%", "")


PARSE = """fun(B) ->
    try
        {ok, Tokens, _} = erl_scan:string(unicode:characters_to_list(B)),
        {ok, T} = erl_parse:parse_term(Tokens),
        term_to_binary(T)
    catch _:_ -> bad
    end
end"""


def test_random_texts_are_read_as_in_erl(oracle: Oracle) -> None:
    if oracle.release not in (25, 26):
        pytest.skip(f"texts are compared with release 25 or 26, not {oracle.release}")
    make = TermMaker(99)
    texts = [f"{random_text(make)} ." for _ in range(6000)]
    inputs = [Bitstring.of(text.encode()) for text in texts]
    accepted = 0
    for text, answer in zip(texts, oracle.map("texts", PARSE, inputs), strict=True):
        mine: Any
        try:
            mine = Bitstring.of(encode(parse_term(text), release=oracle.release))
            accepted += 1
        except TermSyntaxError as error:
            assert str(error).startswith("line ") and "\n" not in str(error)
            mine = atom("bad")
        assert mine == answer, text
    assert 1000 < accepted < 5000


def readable(term: Any) -> bool:
    return "#Fun" not in (text := format_w(term)) and "#Ref" not in text and "#Port" not in text


def test_what_is_written_can_be_read() -> None:
    make = TermMaker(5)
    count = 0
    while count < 500:
        term = make.term(make.random.randrange(5))
        if not readable(term):
            continue
        text = format_w(term, encoding="unicode")
        if "<0." in text or "fun " in text:
            continue
        count += 1
        assert identical(parse_term(text), term)
        assert identical(parse_term(format_p(term, encoding="unicode") + "."), term)


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("16#ff", 255),
        ("1_000", 1000),
        ("-(1)", -1),
        ("- $a", -97),
        ("-1.5", Float(-1.5)),
        ("'end'", atom("end")),
        ('"a" "b".', make_string("ab")),
        ("<<1:3, 2/little>>", Bitstring(b"\x20\x40", 0, 11)),
        ('<<"é"/utf8>>', Bitstring.of("é".encode())),
        ("<<1:16/little>>", Bitstring.of(b"\1\0")),
        ("<<70000:16/float>>", Bitstring.of(b"\x7c\0")),
        ("[]", NIL),
    ],
)
def test_terms(text: str, term: Any) -> None:
    assert parse_term(text) == term


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{a,", "line 1, column 4: the end of the text where a term is expected"),
        ("[1 2]", "line 1, column 4: an integer where ',', '|' or ']' is expected"),
        ("[1,\n X]", "line 2, column 2: the variable X where a term is expected"),
        ("end", "line 1, column 1: 'end' where a term is expected"),
        ("1 bsl 70", "line 1, column 3: 'bsl' where the end is expected"),
        ("1. 2.", "line 1, column 4: an integer where the end is expected"),
        ("'abc", "line 1, column 1: no ' ends what this one starts"),
        ("<<300/foo>>", "line 1, column 6: foo is no segment type"),
        ("", "line 1, column 1: the end of the text where a term is expected"),
        ("2#12 ", "line 1, column 4: an integer where the end is expected"),
        ("- a", "line 1, column 1: a sign before something that is no plain number"),
    ],
)
def test_errors_name_the_place(text: str, message: str) -> None:
    with pytest.raises(TermSyntaxError) as caught:
        parse_term(text)
    assert str(caught.value) == message


def test_release_differences() -> None:
    assert parse_term("maybe", release=25) is atom("maybe")
    with pytest.raises(TermSyntaxError):
        parse_term("maybe", release=27)
    with pytest.raises(TermSyntaxError):
        parse_term('"a""b"', release=27)
    assert parse_term("$\\^?", release=25) == 31
    assert parse_term("$\\^?", release=27) == 127


def test_calls() -> None:
    module, function, arguments = parse_call('m:f(1, [a], #{k => <<"v">>})')
    assert (module, function) == (atom("m"), atom("f"))
    assert arguments == [1, parse_term("[a]"), parse_term('#{k => <<"v">>}')]
    assert parse_call("'M':'end'().") == (atom("M"), atom("end"), [])
    for text in ("m:f", "m:f(", "m:f(1", "m:f(1,)", "f(1)", "m:f(1) m", "m:f(X)", ""):
        with pytest.raises(TermSyntaxError):
            parse_call(text)


def test_long_integers() -> None:
    for text in ("9" * 20000, "1" + "0" * 4000, "36#" + "Z" * 9000):
        value = parse_term(text)
        assert parse_term(format_w(value)) == value


def test_deep_texts() -> None:
    depth = 30_000
    for opening, closing in (("[", "]"), ("{", "}"), ("#{1=>", "}"), ("(", ")"), ("[a|", "]")):
        term = parse_term(opening * depth + "[]" + closing * depth)
        if opening not in "([a|":
            assert encode(term, release=25).count(b"j") == 1
    with pytest.raises(TermSyntaxError):
        parse_term("[" * depth)
    assert list_items(parse_term("[" + "1," * depth + "2]")) == [1] * depth + [2]
