"""Bitstrings against texts of zeros and ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, rule

from enigma_ref.terms import Bitstring
from enigma_ref.terms.bitstrings import Buffer
from tests.terms.term_support import bits

TEXTS = st.text("01", max_size=70)


def text_of(value: Bitstring) -> str:
    data = "".join(f"{byte:08b}" for byte in value.to_bytes())
    assert set(data[value.size :]) <= {"0"}
    return data[: value.size]


@given(TEXTS)
def test_content(text: str) -> None:
    value = bits(text)
    assert text_of(value) == text
    assert value.size == len(text)
    assert value.byte_size == len(value.to_bytes()) == (len(text) + 7) // 8
    assert value.is_binary == (len(text) % 8 == 0)
    assert bytes(value.view()) == value.to_bytes()


@given(TEXTS, st.data())
def test_slices(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    part = bits(text).slice(start, end - start)
    assert text_of(part) == text[start:end]
    assert part == bits(text[start:end])
    assert hash(part) == hash(bits(text[start:end]))
    assert bits(text).bits_to_int(start, end - start) == int(text[start:end] or "0", 2)
    inner = data.draw(st.integers(0, part.size))
    assert text_of(part.slice(inner, part.size - inner)) == text[start:end][inner:]
    assert text_of(part.compact()) == text[start:end]


@pytest.mark.parametrize(("offset", "size"), [(-1, 1), (0, -1), (0, 9), (8, 1), (9, 0)])
def test_slices_outside(offset: int, size: int) -> None:
    with pytest.raises(ValueError):
        Bitstring.of(b"x").slice(offset, size)


@given(TEXTS, TEXTS)
def test_equality_and_order(one: str, other: str) -> None:
    a, b = bits("101" + one).slice(3, len(one)), bits(other)
    assert (a == b) == (one == other)
    assert (a.order_key() < b.order_key()) == (one < other)


@given(st.integers(), st.integers(0, 80))
def test_from_int(value: int, size: int) -> None:
    assert Bitstring.from_int(value, size).bits_to_int(0, size) == value % (1 << size)


@given(st.lists(TEXTS))
def test_join(parts: list[str]) -> None:
    joined = Bitstring.join(map(bits, parts))
    assert text_of(joined) == "".join(parts)
    assert type(joined.data) is bytes


def test_equality_of_large_binaries() -> None:
    data = bytes(range(256)) * 40
    value = Bitstring.of(b"x" + data)
    grown = Bitstring.EMPTY.append_bits(Bitstring.of(data))
    assert value.slice(8, len(data) * 8) == grown
    assert hash(value.slice(8, len(data) * 8)) == hash(grown)
    assert value.slice(0, len(data) * 8) != grown
    # Comparing leaves nothing behind that stops the buffer from growing.
    again = grown.append_bits(value)
    assert again.data is grown.data


def test_appending_grows_in_place_once() -> None:
    first = Bitstring.of(b"ab").append_bits(Bitstring.of(b"c"))
    second = first.append_bits(Bitstring.of(b"d"))
    assert second.data is first.data
    third = first.append_bits(Bitstring.of(b"e"))
    assert third.data is not first.data
    assert [value.to_bytes() for value in (first, second, third)] == [b"abc", b"abcd", b"abce"]
    doubled = second.append_bits(second)
    assert doubled.data is first.data
    assert doubled.to_bytes() == b"abcdabcd"


def test_appending_while_somebody_looks() -> None:
    first = Bitstring.of(b"ab").append_bits(Bitstring.of(b"c"))
    with first.view() as view:
        second = first.append_bits(Bitstring.of(b"d" * 1000))
        assert bytes(view) == b"abc"
    assert second.to_bytes() == b"abc" + b"d" * 1000
    assert first.to_bytes() == b"abc"


class Appending(RuleBasedStateMachine):
    """Bitstrings that share buffers keep their content whatever is appended to whom."""

    values = Bundle("values")

    @rule(target=values, text=TEXTS)
    def make(self, text: str) -> tuple[Bitstring, str]:
        return bits(text), text

    @rule(target=values, one=values, other=values)
    def append(
        self, one: tuple[Bitstring, str], other: tuple[Bitstring, str]
    ) -> tuple[Bitstring, str]:
        if len(one[1]) + len(other[1]) > 2000:
            return one
        made = one[0].append_bits(other[0]), one[1] + other[1]
        for value, text in (one, other, made):
            assert text_of(value) == text
        assert type(made[0].data) is Buffer
        assert made[0] == bits(made[1])
        assert hash(made[0]) == hash(bits(made[1]))
        return made

    @rule(target=values, one=values, start=st.integers(0, 70), size=st.integers(0, 200))
    def cut(self, one: tuple[Bitstring, str], start: int, size: int) -> tuple[Bitstring, str]:
        start = min(start, one[0].size)
        size = min(size, one[0].size - start)
        return one[0].slice(start, size), one[1][start : start + size]

    @rule(one=values)
    def still_the_same(self, one: tuple[Bitstring, str]) -> None:
        assert text_of(one[0]) == one[1]


TestAppending = Appending.TestCase
