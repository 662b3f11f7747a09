"""Module re: searches compared with Ericsson's runtime, and what keeps the machine safe."""

from __future__ import annotations

import ctypes
import random
import time
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enigma_ref.bifs import re_patterns, re_pcre8
from enigma_ref.bifs.re_engine import CompileFault, Subject
from enigma_ref.bifs.re_libraries import pcre2, pcre8
from enigma_ref.bifs.re_tables import latin1_tables
from enigma_ref.bifs.re_versions import compiler
from enigma_ref.runtime.vm import VM
from enigma_ref.terms import NIL, Bitstring, Reference, Term, atom, list_items, make_list
from tests.bifs.oracle import Call, Oracle, answer, binary

RELEASES = (25, 29)
BADARG = (atom("error"), atom("badarg"))
REPORT = atom("report_errors")

PIECES = (
    "a", "b", "c", ".", "\\w", "\\d", "\\b", "^", "$", "[ab]", "[^a]", "(a)", "(b|c)", "(?:ab)",
    "(?=a)", "(?<=b)", "(?!c)", "\\1", "(?<n>a)", "(?i)", "\\K", "(?>a+)", "\\R", "\\s", "|", "\\x41",
    "(?1)", "(?(1)a|b)", "\xe4", "\\Qa\\E", "[[:alpha:]]", "(", ")", "[", "\\", "{2}", "(?", "\\p{L}",
)  # fmt: skip
QUANTIFIERS = ("", "", "", "*", "+", "?", "*?", "+?", "++", "{1,2}", "{2}", "{0,1}?")
FLAGS = (
    "caseless", "multiline", "dotall", "ungreedy", "anchored", "notbol", "noteol", "notempty",
    "dollar_endonly", "extended", "firstline", "no_auto_capture", "dupnames", "ucp", "global",
    "notempty_atstart", "no_start_optimize", "bsr_anycrlf",
)  # fmt: skip


def run(vm: VM, subject: Term, pattern: Term, *options: Term) -> Term:
    return answer(vm, ("re", "run", (subject, pattern, make_list(options))))


def compiled(vm: VM, text: bytes, *options: str) -> Term:
    call = ("re", "compile", (Bitstring.of(text), make_list([atom(one) for one in options])))
    ok, (_, pattern) = answer(vm, call)
    assert ok is atom("ok")
    return pattern


def random_call(rng: random.Random) -> Call:
    pattern = "".join(
        rng.choice(PIECES) + rng.choice(QUANTIFIERS) for _ in range(rng.randint(1, 5))
    )
    subject = "".join(rng.choice("aabbcA1 \n\r\xe4\xc4_") for _ in range(rng.randint(0, 10)))
    options: list[Term] = [REPORT]
    options += [atom(one) for one in rng.sample(FLAGS, rng.choice((0, 0, 1, 2)))]
    kind = atom(rng.choice(("index", "list", "binary")))
    values: Term = atom(rng.choice(("all", "all", "first", "all_but_first", "all_names")))
    options.append((atom("capture"), values, kind))
    encoding = "latin1"
    if rng.random() < 0.3:
        options.append(atom("unicode"))
        encoding = "utf-8"
    texts = [Bitstring.of(text.encode(encoding)) for text in (subject, pattern)]
    return ("re", "run", (*texts, make_list(options)))


def test_random_searches(oracle: Oracle) -> None:
    rng = random.Random(20)
    oracle.compare([random_call(rng) for _ in range(4000)])


def test_random_limits(oracle: Oracle) -> None:
    rng = random.Random(21)
    calls: list[Call] = []
    for _ in range(1500):
        module, name, (subject, pattern, options) = random_call(rng)
        limit = rng.choice(("match_limit", "match_limit_recursion"))
        more = [(atom(limit), rng.randint(0, 30)), *(list_items(options) or [])]
        calls.append((module, name, (subject, pattern, make_list(more))))
    oracle.compare(calls)


def test_every_byte_has_the_class_that_iso_8859_1_gives_it() -> None:
    tables = latin1_tables()
    lower, flipped, maps, flags = tables[:256], tables[256:512], tables[512:832], tables[832:]
    for byte in range(256):
        character = bytes([byte]).decode("latin1")
        small, large = character.lower(), character.upper()
        assert bytes([lower[byte]]).decode("latin1") == small
        other = large if character == small else small
        one_byte = len(other) == 1 and ord(other) < 256
        assert flipped[byte] == (ord(other) if one_byte else byte)
        assert bool(flags[byte] & 2) == character.isalpha()
        assert bool(maps[160 + byte // 8] >> byte % 8 & 1) == bool(flags[byte] & 16)
        assert bool(flags[byte] & 4) == (character in "0123456789")


def test_the_libraries_are_the_generations_of_the_releases() -> None:
    text = ctypes.CFUNCTYPE(ctypes.c_char_p)(pcre8()("pcre_version"))()
    assert text.startswith(b"8.")
    assert pcre2()("pcre2_match") and pcre2()("pcre2_match") != pcre2()("pcre2_compile")


@pytest.mark.parametrize("release", RELEASES)
def test_errors_have_text_and_place(release: int) -> None:
    fault = compiler(release)(b"ab(c", frozenset())
    assert isinstance(fault, CompileFault)
    assert fault.offset == 4 and "missing" in fault.text


def test_the_same_text_is_compiled_once() -> None:
    for release in RELEASES:
        first = compiler(release)(b"kept(?<x>a)", frozenset({"caseless"}))
        assert compiler(release)(b"kept(?<x>a)", frozenset({"caseless"})) is first


# ---------------------------------------------------------------- patterns that come back


@settings(max_examples=300)
@given(st.binary(max_size=40))
def test_a_binary_that_is_no_pattern_is_refused(data: bytes) -> None:
    vm = VM(25, [])
    for code in (data, re_patterns.MAGIC + data):
        pattern = (atom("re_pattern"), 0, 0, 0, Bitstring.of(code))
        assert run(vm, binary("abc"), pattern) == BADARG
        assert answer(vm, ("re", "inspect", (pattern, atom("namelist")))) == BADARG


@settings(max_examples=300)
@given(st.integers(0, 200), st.integers(1, 255))
def test_a_pattern_that_was_changed_is_refused(place: int, change: int) -> None:
    vm = VM(25, [])
    head, groups, unicode, crlf, code = compiled(
        vm, b"(?<year>\\d+)-(a|b)*", "caseless", "dupnames"
    )
    data = bytearray(code.to_bytes())
    data[place % len(data)] ^= change
    pattern = (head, groups, unicode, crlf, Bitstring.of(bytes(data)))
    assert run(vm, binary("2024-a"), pattern) == BADARG


def test_a_sealed_pattern_with_a_faulty_text_or_options_is_refused() -> None:
    vm = VM(25, [])
    for body in (b"\0\0\0\0(", b"\xff\xff\xff\xffa"):
        seal = zlib.crc32(body).to_bytes(4, "little")
        code = Bitstring.of(re_patterns.MAGIC + seal + body)
        assert run(vm, binary("a"), (atom("re_pattern"), 0, 0, 0, code)) == BADARG


def test_a_pattern_lives_as_long_as_its_reference() -> None:
    vm = VM(29, [])
    pattern = compiled(vm, b"a(b)")
    reference = pattern[4]
    assert isinstance(reference, Reference)
    twin = Reference(reference.node, reference.words, reference.creation)
    again = (*pattern[:4], twin)
    found = (atom("ok"), (atom("match"), make_list([(1, 2), (2, 1)])))
    assert run(vm, binary("xab"), again) == found
    other = (*pattern[:4], vm.make_ref())
    assert run(vm, binary("xab"), other) == BADARG
    assert run(vm, binary("xab"), (*pattern[:4], vm.make_magic_ref(Thing()))) == BADARG


class Thing:
    """What some other reference stands for."""


# ---------------------------------------------------------------- safety


@pytest.mark.parametrize("release", RELEASES)
def test_deep_searches_do_not_overrun_the_stack(release: int) -> None:
    vm = VM(release, [])
    subject = Bitstring.of(b"ab" * 100_000)
    first = (atom("capture"), atom("first"))
    whole = (atom("ok"), (atom("match"), make_list([(0, 200_000)])))
    assert run(vm, subject, binary("(a|b)*"), first) == whole
    limit = (atom("match_limit_recursion"), 1000)
    error = (atom("ok"), (atom("error"), atom("match_limit_recursion")))
    assert run(vm, subject, binary("(a|b)*"), first, limit, REPORT) == error


def test_a_stack_that_there_is_no_room_for_ends_the_search(monkeypatch: pytest.MonkeyPatch) -> None:
    def too_small(size: int, action: object) -> int:
        raise MemoryError

    expression = re_pcre8.Library().compile(b"(a|b)*", frozenset())
    assert not isinstance(expression, CompileFault)
    data = b"ab" * 100_000
    address = ctypes.cast(ctypes.c_char_p(data), ctypes.c_void_p).value or 0
    monkeypatch.setattr(re_pcre8, "on_large_stack", too_small)
    with pytest.raises(MemoryError):
        expression.match(Subject(address, len(data), data), 0, frozenset(), (None, None), False)


def test_an_offset_behind_the_end_ends_the_process_of_early_releases() -> None:
    late = (atom("offset"), 9)
    assert run(VM(25, []), binary("abc"), binary("a"), late) == (
        atom("error"), atom("internal_error"),
    )  # fmt: skip
    assert run(VM(29, []), binary("abc"), binary("a"), late) == BADARG


@pytest.mark.parametrize("release", RELEASES)
def test_all_matches_take_time_in_proportion(release: int) -> None:
    vm = VM(release, [])

    def seconds(words: int) -> float:
        subject = Bitstring.of(b"word " * words)
        started = time.process_time()
        ok, (_, found) = run(vm, subject, binary("\\w+"), atom("global"))
        assert ok is atom("ok") and len(list_items(found) or []) == words
        return time.process_time() - started

    seconds(100)
    short = min(seconds(3_000) for _ in range(3))
    assert min(seconds(30_000) for _ in range(2)) < 40 * short


@pytest.mark.parametrize("release", RELEASES)
def test_a_large_subject_is_not_copied_for_each_search(release: int) -> None:
    vm = VM(release, [])
    subject = Bitstring.of(b"x" * 20_000_000)
    part = subject.slice(80, subject.size - 80)
    pattern = compiled(vm, b"x")
    started = time.process_time()
    for offset in range(300):
        assert run(vm, part, pattern, (atom("offset"), offset))[0] is atom("ok")
    # Copying once takes some milliseconds, so that 300 copies would take seconds.
    assert time.process_time() - started < 1.0


def test_options_must_be_a_list() -> None:
    vm = VM(29, [])
    assert answer(vm, ("re", "run", (binary("a"), binary("a"), atom("global")))) == BADARG
    assert answer(vm, ("re", "run", (binary("a"), binary("a"), NIL)))[0] is atom("ok")
