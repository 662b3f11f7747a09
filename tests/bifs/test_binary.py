"""Module binary, compared with Ericsson's runtime."""

from __future__ import annotations

import random

from enigma_ref.bifs.patterns import MANY, Patterns
from enigma_ref.terms import NIL, Float, Term, atom, make_list, make_string
from tests.bifs.oracle import Call, Oracle, answer, binary, bits, one_wrong, unaligned


def test_bytes(oracle: Oracle) -> None:
    calls: list[Call] = []
    for subject in (
        binary("abc"),
        binary(""),
        unaligned(b"\x00\xffz"),
        bits(5, 3),
        bits(0x1234, 13),
    ):
        for name in ("first", "last", "copy", "list_to_bin", "decode_unsigned"):
            calls.append(("binary", name, (subject,)))
        calls += [("binary", "at", (subject, at)) for at in (-1, 0, 1, 2, 3, 1 << 64, atom("x"))]
        calls += [("binary", "copy", (subject, count)) for count in (-1, 0, 1, 3, 1 << 64, 1 << 70)]
        for order in ("big", "little", "native"):
            calls.append(("binary", "decode_unsigned", (subject, atom(order))))
    for data in (
        NIL,
        make_string("abc"),
        make_list([1, binary("x")], binary("y")),
        make_list([256]),
    ):
        calls.append(("binary", "list_to_bin", (data,)))
    for number in (
        0,
        1,
        255,
        256,
        65535,
        65536,
        1 << 31,
        1 << 56,
        1 << 64,
        1 << 200,
        -1,
        -(1 << 80),
    ):
        calls.append(("binary", "encode_unsigned", (number,)))
        for order in ("big", "little", "native"):
            calls.append(("binary", "encode_unsigned", (number, atom(order))))
    for name, good in (
        ("at", (binary("abc"), 1)), ("first", (binary("abc"),)), ("last", (binary("abc"),)),
        ("copy", (binary("abc"),)), ("copy", (binary("abc"), 2)), ("list_to_bin", (NIL,)),
        ("encode_unsigned", (1,)), ("encode_unsigned", (1, atom("big"))),
        ("decode_unsigned", (binary("a"),)), ("decode_unsigned", (binary("a"), atom("big"))),
        ("longest_common_prefix", (make_list([binary("a")]),)), ("compile_pattern", (NIL,)),
        ("longest_common_suffix", (make_list([binary("a")]),)),
        ("match", (binary("abc"), binary("b"))), ("match", (binary("abc"), binary("b"), NIL)),
        ("matches", (binary("abc"), binary("b"))), ("matches", (binary("abc"), binary("b"), NIL)),
        ("split", (binary("abc"), binary("b"))), ("split", (binary("abc"), binary("b"), NIL)),
        ("match", (binary(""), binary("b"))), ("split", (binary(""), binary("b"), NIL)),
    ):  # fmt: skip
        wrong = one_wrong("binary", name, good)
        # Compiled patterns are references, which differ.
        wrong = [call for call in wrong if name != "compile_pattern" or call[2][0] != binary("abc")]
        # The runtime ends when it cannot get that much memory.
        calls += [call for call in wrong if call[1] != "copy" or 1 << 62 not in call[2]]
    oracle.compare(calls)


def test_common_parts(oracle: Oracle) -> None:
    groups: list[list[Term]] = [
        [], [binary("abc")], [binary("abcd"), binary("abd")], [binary("abc"), binary("")],
        [binary("xyz"), binary("ayz"), binary("yz")], [binary("same"), binary("same")],
        [binary("a"), bits(5, 3)], [bits(5, 3)], [binary("a"), atom("b")],
        [unaligned(b"abc"), binary("abd")], [binary("a" * 100), binary("a" * 99 + "b")], [1],
        [binary("")],
    ]  # fmt: skip
    calls: list[Call] = []
    for group in groups:
        for name in ("longest_common_prefix", "longest_common_suffix"):
            calls.append(("binary", name, (make_list(group),)))
            if group:
                calls.append(("binary", name, (make_list(group, atom("x")),)))
    oracle.compare(calls)


def searches(subject: Term, pattern: Term, options: Term) -> list[Call]:
    return [
        ("binary", name, args)
        for name in ("match", "matches", "split")
        for args in ((subject, pattern), (subject, pattern, options))
    ]


def test_searching_at_random(oracle: Oracle) -> None:
    chosen = random.Random(3)

    def word(longest: int) -> bytes:
        return bytes(chosen.choices(b"abc", k=chosen.randrange(longest + 1)))

    flags = list(map(atom, ("global", "trim", "trim_all")))
    calls: list[Call] = []
    for _ in range(400):
        subject = word(14)
        make = chosen.choice((binary, unaligned))
        patterns = [binary(word(4)) for _ in range(chosen.randrange(1, 5))]
        pattern = patterns[0] if chosen.random() < 0.3 else make_list(patterns)
        start = chosen.randrange(-1, len(subject) + 2)
        scope = (
            atom("scope"),
            (start, chosen.randrange(-len(subject) - 1, len(subject) - start + 3)),
        )
        given: list[Term] = [*chosen.sample(flags, chosen.randrange(3))]
        calls.append(("binary", "split", (make(subject), pattern, make_list(given))))
        given.insert(chosen.randrange(len(given) + 1), scope)
        calls.append(("binary", "split", (make(subject), pattern, make_list(given))))
        calls += searches(make(subject), pattern, make_list([scope]))
    oracle.compare(calls)


def test_options(oracle: Oracle) -> None:
    subject = binary("a,b,,c,")
    comma = binary(",")
    scope = atom("scope")
    calls: list[Call] = []
    for options in (
        make_list([(scope, (0, 3))], atom("x")), make_list([atom("global")], 1), atom("x"), 1,
        make_list([(scope, (0, 3)), (scope, (2, 5))]),
        make_list([(scope, (2, 5)), (scope, (0, 0))]), make_list([(scope, (0, 8))]),
        make_list([(scope, (8, 0))]), make_list([(scope, (7, 0))]), make_list([(scope, (7, -7))]),
        make_list([(scope, (7, -8))]), make_list([(scope, (1 << 64, 0))]),
        make_list([(scope, (0, 1 << 63))]), make_list([(scope, (0, -(1 << 63)))]),
        make_list([(scope, (-1, 2))]), make_list([(scope, (0, Float(1.0)))]),
        make_list([(scope, (0,))]), make_list([(scope, 0)]), make_list([(atom("x"), (0, 3))]),
        make_list([scope]), make_list([atom("trim"), atom("trim_all")]),
        make_list([(scope, (0, 0)), atom("trim")]), make_list([(scope, (0, 3), 1)]),
        make_list([NIL]), make_list([atom("global"), atom("trim"), (scope, (0, 4))]),
        make_list([atom("trim_all")]), make_list([(scope, (5, -2))]),
        make_list([atom("global"), (scope, (5, -2))]),
    ):  # fmt: skip
        calls += searches(subject, comma, options)
        calls += searches(subject, make_list([comma, binary(",,")]), options)
        calls += searches(binary(""), comma, options)
        calls += searches(binary(""), atom("wrong"), options)
        calls += searches(binary(",,"), comma, options)
    for pattern in (
        binary(""), NIL, make_list([binary("")]), make_list([binary("a"), binary("")]),
        bits(5, 3), 1, make_list([binary("a")], atom("x")), make_list([bits(5, 3)]),
        make_list([1]), make_list([comma, comma]), (atom("bm"), 1), (atom("ac"), comma),
        (1, 2, 3), (), make_list([make_string("a")]), make_list([comma]),
    ):  # fmt: skip
        calls += searches(subject, pattern, NIL)
    oracle.compare(calls)


def test_compiled_patterns(oracle: Oracle) -> None:
    vm = oracle.vm()
    for pattern, tag in ((binary("b"), "bm"), (make_list([binary("b"), binary("c")]), "ac"),
                         (make_list([binary("b")]), "bm")):  # fmt: skip
        compiled = vm.call("binary", "compile_pattern", [pattern]).value
        assert compiled[0] is atom(tag)
        for name in ("match", "matches", "split"):
            with_compiled = answer(vm, ("binary", name, (binary("abcab"), compiled)))
            assert with_compiled == answer(vm, ("binary", name, (binary("abcab"), pattern)))
        other = (atom("bm" if tag == "ac" else "ac"), compiled[1])
        assert answer(vm, ("binary", "match", (binary("abc"), other))) == (
            atom("error"),
            atom("badarg"),
        )
        # A reference that was bytes in between still stands for its patterns.
        packed = vm.call("erlang", "term_to_binary", [compiled]).value
        again = vm.call("erlang", "binary_to_term", [packed]).value
        assert answer(vm, ("binary", "match", (binary("abc"), again)))[0] is atom("ok")
    ref = vm.make_ref()
    assert answer(vm, ("binary", "match", (binary("a"), (atom("bm"), ref)))) == (
        atom("error"),
        atom("badarg"),
    )
    for wrong in (NIL, binary(""), make_list([binary("")]), compiled, 1, make_list([1])):
        assert answer(vm, ("binary", "compile_pattern", (wrong,))) == (
            atom("error"),
            atom("badarg"),
        )


def test_many_patterns_find_what_few_do() -> None:
    chosen = random.Random(4)
    for _ in range(300):
        few = [bytes(chosen.choices(b"ab", k=chosen.randrange(1, 6))) for _ in range(5)]
        others = [b"\xff" + bytes((number,)) for number in range(MANY)]
        data = bytes(chosen.choices(b"ab", k=40))
        start = chosen.randrange(10)
        end = chosen.randrange(30, 41)
        expected = list(Patterns([*few, b"\xff"]).all(data, start, end))
        assert list(Patterns([*few, *others]).all(data, start, end)) == expected


def test_referenced_byte_size(oracle: Oracle) -> None:
    vm = oracle.vm()
    whole = binary(bytes(100))
    assert vm.call("binary", "referenced_byte_size", [whole]).value == 100
    # Small parts are copies, of which 27 tells the bits.
    small = 16 if oracle.release == 27 else 2
    for part in (whole.slice(8, 16), vm.call("binary", "copy", [whole.slice(8, 16)]).value):
        assert vm.call("binary", "referenced_byte_size", [part]).value == small
    assert vm.call("binary", "referenced_byte_size", [whole.slice(8, 70 * 8)]).value == 100
    oracle.compare([("binary", "referenced_byte_size", (binary(bytes(n)),)) for n in (1, 64, 65)])
