"""`format_w`, `format_p` and `shortest` against `io_lib`."""

from __future__ import annotations

from typing import Any

import pytest

from enigma_ref.terms.atoms import atom
from enigma_ref.terms.bitstrings import Bitstring
from enigma_ref.terms.external import encode
from enigma_ref.terms.float_text import shortest
from enigma_ref.terms.floats import Float
from enigma_ref.terms.funs import ExternalFun
from enigma_ref.terms.lists import NIL, Cons, list_items, make_list, make_string
from enigma_ref.terms.maps import Map
from enigma_ref.terms.records import Record
from enigma_ref.terms.scalar_text import int_text
from enigma_ref.terms.text import format_p, format_w

from .generate import Oracle, TermMaker, oracle

__all__ = ["oracle"]

FORMATS = """fun({E, Column, Width, Depth}) ->
    T = binary_to_term(E),
    [unicode:characters_to_binary(io_lib:format(F, A)) || {F, A} <- [
        {"~w", [T]}, {"~tw", [T]}, {"~W", [T, Depth]}, {"~p", [T]}, {"~tp", [T]},
        {"~P", [T, Depth]}, {"~tP", [T, Depth]}, {"~*.*p", [Width, Column, T]}, {"~lp", [T]},
        {"~0p", [T]}, {"~*.*tP", [Width, Column, T, Depth]}]]
end"""


def ours(term: Any, column: int, width: int, depth: int, release: int) -> list[str]:
    return [
        format_w(term, release=release),
        format_w(term, encoding="unicode", release=release),
        format_w(term, depth, release=release),
        format_p(term, release=release),
        format_p(term, encoding="unicode", release=release),
        format_p(term, depth=depth, release=release),
        format_p(term, depth=depth, encoding="unicode", release=release),
        format_p(term, column, width, release=release),
        format_p(term, strings=False, release=release),
        format_p(term, width=0, release=release),
        format_p(term, column, width, depth, "unicode", release=release),
    ]


def test_random_terms_look_as_in_erl(oracle: Oracle) -> None:
    make = TermMaker(2024)
    choose = make.random
    cases: list[tuple[Any, int, int, int]] = []
    while len(cases) < 1000:
        term = make.term(choose.randrange(6), maps=oracle.release < 26)
        if len(encode(term, release=oracle.release)) < 8000:
            column = choose.choice((1, 1, 5, 20, 60, 79, 81))
            width = choose.choice((0, 10, 20, 40, 80, 100))
            cases.append((term, column, width, choose.choice((1, 2, 3, 4, 5, 8, 12, 20, 30))))
    inputs = [(Bitstring.of(encode(case[0], release=oracle.release)), *case[1:]) for case in cases]
    for case, answer in zip(cases, oracle.map("formats", FORMATS, inputs), strict=True):
        texts = [text.to_bytes().decode() for text in list_items(answer) or []]
        assert ours(*case, oracle.release) == texts


def test_floats_look_as_in_erl(oracle: Oracle) -> None:
    make = TermMaker(7)
    floats = [Float(2.0**power) for power in range(-1074, 1024)]
    floats += [Float(float(f"{digits}e{power}")) for digits in (1, 12, 125) for power in range(25)]
    floats += [Float(2.0**53), Float(2.0**53 - 1), Float(-(2.0**53)), Float(-0.0), Float(0.1)]
    floats += [make.float() for _ in range(3000)]
    function = 'fun(F) -> list_to_binary(io_lib:format("~w", [F])) end'
    answers = oracle.map("floats", function, floats)
    assert [shortest(value, oracle.release) for value in floats] == [
        answer.to_bytes().decode() for answer in answers
    ]


@pytest.mark.parametrize(
    ("value", "release", "text"),
    [
        (2.0**53, 23, "9007199254740992.0"),
        (2.0**53, 25, "9.007199254740992e15"),
        (2.0**-25, 23, "2.9802322387695313e-8"),
        (2.0**-25, 25, "2.9802322387695312e-8"),
        (-0.0, 23, "0.0"),
        (-0.0, 25, "-0.0"),
        (1000.0, 25, "1.0e3"),
        (100.0, 25, "100.0"),
        (0.0001, 25, "0.0001"),
        (5e-324, 25, "5.0e-324"),
    ],
)
def test_floats_by_release(value: float, release: int, text: str) -> None:
    assert shortest(Float(value), release) == text


def test_reserved_words_by_release() -> None:
    words = make_list([atom("maybe"), atom("else"), atom("end")])
    assert format_w(words, release=25) == "[maybe,else,'end']"
    assert format_w(words, release=27) == "['maybe','else','end']"


def test_names_in_funs_have_rules_of_their_own() -> None:
    fun = ExternalFun(atom("a@b"), atom("end"), 2)
    assert format_w(fun) == "fun 'a@b':end/2"
    accented = ExternalFun(atom("é"), atom("\x01"), 0)
    assert format_w(accented, release=25) == "fun Ã©:'\\001'/0"
    assert format_w(accented, release=23) == "fun 'Ã©':'\\001'/0"


def test_printable_range_decides_what_is_a_string() -> None:
    term = make_string("ωé")
    assert format_p(term, encoding="unicode") == "[969,233]"
    assert format_p(term, encoding="unicode", printable_range="unicode") == '"ωé"'
    assert format_p(term, printable_range="unicode") == "[969,233]"


def test_native_records() -> None:
    inner = Record(atom("nr"), atom("pub"), True, (atom("a"), atom("b")), (1, ()))
    term = Record(
        atom("nr"), atom("pub"), True, (atom("a"), atom("b")), (atom("hello"), make_list([inner]))
    )
    assert format_w(term) == "#nr:pub{a = hello,b = [#nr:pub{a = 1,b = {}}]}"
    assert format_w(term, 2) == "#nr:pub{a = hello,...}"
    assert format_w(term, 1) == "#nr:pub{...}"
    # Measured with OTP 29, where the text started at column 48.
    lines = format_p(term, 48, release=29).split("\n")
    assert lines == ["#nr:pub{", " " * 48 + "a = hello,", " " * 48 + "b = [#nr:pub{a = 1,b = {}}]}"]


def test_integers_beyond_the_limit_of_str() -> None:
    for value in (10**5000, -(10**20000) + 1, 10**1024, 10**1024 - 1, 7**30000):
        text = int_text(value)
        digits = text.lstrip("-")
        assert digits[0] != "0" and (text[0] == "-") == (value < 0)
        total = 0
        for start in range(0, len(digits), 4000):
            part = digits[start : start + 4000]
            total = total * 10 ** len(part) + int(part)
        assert total == abs(value)


DEEP = 40_000


@pytest.mark.parametrize("wrap", [lambda t: (t,), lambda t: Cons(t, NIL)])
def test_deep_terms(wrap: Any) -> None:
    term: Any = NIL
    for _ in range(DEEP):
        term = wrap(term)
    text = format_w(term)
    assert len(text) == 2 * DEEP + 2
    assert format_p(term) == text
    assert "..." in format_p(term, depth=10)


def test_text_that_would_take_all_memory_is_refused() -> None:
    term: Any = NIL
    for _ in range(DEEP):
        term = Map.of([(1, term)])
    with pytest.raises(OverflowError):
        format_p(term)
    assert format_w(term).count("#{1 => ") == DEEP


def test_bytes_that_are_not_utf8_by_release() -> None:
    # Valid UTF-8 up to a character that is not printable, and not valid behind it.
    term = Bitstring.of(bytes((217, 177, 226, 45, 171)))
    assert format_p(term, encoding="unicode", release=27) == '<<"Ù±â-«">>'
    assert format_p(term, encoding="unicode", release=28) == "<<217,177,226,45,171>>"
