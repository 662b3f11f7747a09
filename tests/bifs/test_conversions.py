"""Atoms, numbers, binaries and lists from each other, compared with Ericsson's runtime."""

from __future__ import annotations

import random
import struct

from enigma_ref.terms import NIL, Float, Term, atom, make_list, make_string
from tests.bifs.oracle import Call, Oracle, binary, bits, one_wrong, unaligned

ENCODINGS = tuple(map(atom, ("latin1", "utf8", "unicode", "utf16", "x")))


def test_atoms(oracle: Oracle) -> None:
    names = ["", "a", "Hello World", "å", "ÿ", "Ā", "€", "😀", "x" * 255, "€" * 255]
    calls: list[Call] = []
    for name in names:
        calls.append(("erlang", "atom_to_list", (atom(name),)))
        calls += [("erlang", "atom_to_binary", (atom(name), code)) for code in ENCODINGS]
    lists = [make_string(name) for name in [*names, "y" * 256, "€" * 256, "€" * 300]]
    lists += [
        make_list([-1]), make_list([0x110000]), make_list([0xD800]), make_list([0xDFFF]),
        make_list([0xE000]), make_list([0x10FFFF]), make_list([atom("a")]), make_list([97], 98),
        make_list([*[97] * 256, -1]), make_list([*[97] * 256, atom("x")]),
        make_list([97] * 300, 1), make_list([-1, *[97] * 256]), make_list([make_string("a")]),
        make_list([0x110000, *[97] * 300]), make_list([*[97] * 300, 0x110000]),
    ]  # fmt: skip
    lists += [make_list([*[97] * 255, wrong]) for wrong in (-1, 0x110000, 0xD800, atom("x"))]
    if oracle.release < 25:
        # Raises things that are no errors, like [], for a negative number in front.
        lists = [item for item in lists if getattr(item, "head", 0) != -1]
    calls += [("erlang", "list_to_atom", (item,)) for item in lists]
    calls += [("erlang", "list_to_existing_atom", (item,)) for item in lists]
    datas = [name.encode() for name in [*names, "y" * 256, "€" * 256, "ÿ" * 200]]
    datas += [name.encode("latin1", "replace") for name in names]
    datas += [b"a" * size + b"\xff" for size in (254, 255, 256)]
    datas += [b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc0\x80", b"\x80" * 255]
    datas += [b"\x80" * 256, b"a" * 256 + b"\xff", b"\xff" + b"a" * 256, b"a" * 300 + b"\xe2\x82"]
    for data in datas:
        for code in ENCODINGS:
            calls.append(("erlang", "binary_to_atom", (binary(data), code)))
            calls.append(("erlang", "binary_to_existing_atom", (binary(data), code)))
    calls.append(("erlang", "list_to_existing_atom", (make_string("no such atom, 1"),)))
    calls.append(("erlang", "binary_to_existing_atom", (binary("no such atom, 2"), atom("utf8"))))
    calls.append(("erlang", "binary_to_atom", (unaligned("åb".encode()), atom("utf8"))))
    calls += one_wrong("erlang", "atom_to_list", (atom("a"),))
    calls += one_wrong("erlang", "atom_to_binary", (atom("a"), atom("utf8")))
    calls += one_wrong("erlang", "binary_to_atom", (binary("a"), atom("utf8")))
    calls += one_wrong("erlang", "list_to_atom", (make_string("a"),))
    oracle.compare(calls)


def random_integers() -> list[int]:
    chosen = random.Random(1)
    edges = [sign * (1 << shift) + off for shift in (0, 27, 28, 31, 32, 59, 60, 63, 64, 100)
             for off in (-1, 0, 1) for sign in (1, -1)]  # fmt: skip
    return [*edges, 0, *(chosen.getrandbits(chosen.randrange(1, 3000)) for _ in range(30))]


def test_integers_to_text(oracle: Oracle) -> None:
    calls: list[Call] = []
    for value in random_integers():
        for name in ("integer_to_list", "integer_to_binary"):
            calls.append(("erlang", name, (value,)))
            calls += [("erlang", name, (value, base)) for base in (2, 3, 10, 16, 29, 36)]
    calls += [
        ("erlang", "integer_to_list", (255, base)) for base in (0, 1, 37, -2, 1 << 70, atom("x"))
    ]
    calls += one_wrong("erlang", "integer_to_list", (17, 10))
    calls += one_wrong("erlang", "integer_to_binary", (17, 10))
    calls += one_wrong("erlang", "integer_to_list", (17,))
    oracle.compare(calls)


TEXTS = [
    "", "0", "-0", "+0", "1", "-1", "+1", "--1", "+-1", "-", "+", "12 ", " 12", "1_000", "1.0",
    "1e5", "007", "-007", "ff", "FF", "fF", "zz", "ZZ", "z!", "12abc", "0x10", "16#10", "٣",
    "1\x00", "9" * 17, "9" * 18, "9" * 19, "9" * 40, "-" + "9" * 18, "0" * 50 + "12", "0" * 50,
    "-" + "0" * 40, "1" * 59, "1" * 60, "1" * 61, "z" * 11, "z" * 12, "9" * 17 + "x",
    "9" * 18 + "x", "9" * 3000,
]  # fmt: skip


def test_integers_from_text(oracle: Oracle) -> None:
    calls: list[Call] = []
    for text in TEXTS:
        for base in (2, 8, 10, 16, 36):
            calls.append(("erlang", "list_to_integer", (make_string(text), base)))
            calls.append(("erlang", "binary_to_integer", (binary(text), base)))
            if oracle.release >= 27:
                calls.append(("erts_internal", "list_to_integer", (make_string(text), base)))
                calls.append(("erts_internal", "binary_to_integer", (binary(text), base)))
        if oracle.release < 27:
            calls.append(("string", "list_to_integer", (make_string(text),)))
    odd: list[Term] = [
        make_list([49, 50], 51), make_list([49, atom("a")]), make_list([49, -1]),
        make_list([49, 0x110000]), make_list([305]), make_list([0x663]),
        make_list([-159, 0x100 + 45]), make_list([0x12D, 49]), make_list([1 << 70]),
        make_list([(1 << 60) + 49, 49]), make_list([(1 << 59) + 49]),
        make_list([-(1 << 59) + 49]), make_list([49, make_string("2")]), make_list([atom("a")]),
    ]  # fmt: skip
    for term in odd:
        calls.append(("erlang", "list_to_integer", (term, 10)))
        calls.append(("erlang", "list_to_integer", (term, 16)))
        if oracle.release >= 27:
            calls.append(("erts_internal", "list_to_integer", (term, 10)))
            calls.append(("erts_internal", "list_to_integer", (term, 16)))
        else:
            calls.append(("string", "list_to_integer", (term,)))
    calls.append(("erlang", "binary_to_integer", (unaligned(b"-123"), 10)))
    for base in (-1, 0, 1, 37, 1 << 70):
        calls.append(("erlang", "list_to_integer", (make_string("1"), base)))
        calls.append(("erlang", "binary_to_integer", (binary("1"), base)))
    calls += one_wrong("erlang", "list_to_integer", (make_string("12"), 10))
    calls += one_wrong("erlang", "binary_to_integer", (binary("12"), 10))
    if oracle.release >= 27:
        calls += one_wrong("erts_internal", "list_to_integer", (make_string("12"), 10))
        calls += one_wrong("erts_internal", "binary_to_integer", (binary("12"), 10))
        calls = [
            call for call in calls
            if call[0] != "erlang" or call[1] not in ("list_to_integer", "binary_to_integer")
        ]  # fmt: skip
    else:
        calls += one_wrong("string", "list_to_integer", (make_string("12"),))
        calls += one_wrong("erlang", "list_to_integer", (make_string("12"),))
        calls += one_wrong("erlang", "binary_to_integer", (binary("12"),))
    oracle.compare(calls)


def random_floats(count: int, seed: int = 2) -> list[Float]:
    chosen = random.Random(seed)
    values = [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1.5, 2.5, 0.1, 1e22, 1e23, 5e-324, 1.7e308, 123.456]
    values += [2.0**53, 2.0**53 + 2, 2.0**53 - 0.5, 0.0005, 0.00049999999999999, 999999.9999995]
    values += [4503599627370495.5, 0.045, 1.005, -1.005, 9.995, 0.95, 0.96]
    for _ in range(count):
        (value,) = struct.unpack(">d", chosen.randbytes(8))
        if value - value == 0.0:
            values.append(value)
        values.append(chosen.uniform(-1000, 1000))
        values.append(round(chosen.uniform(-10, 10), chosen.randrange(6)))
    return list(map(Float, values))


def options(*given: Term) -> Term:
    return make_list([atom(item) if isinstance(item, str) else item for item in given])


def test_floats_to_text(oracle: Oracle) -> None:
    calls: list[Call] = []
    decimals, scientific = atom("decimals"), atom("scientific")
    formats = [options((decimals, n)) for n in (0, 1, 2, 3, 5, 10, 17, 18, 19, 20, 30)]
    formats += [options((decimals, n), "compact") for n in (0, 1, 4, 18, 19, 25)]
    formats += [options((scientific, n)) for n in (0, 1, 5, 17, 20, 40)]
    formats += [
        NIL, options("compact"), options("short"), options("short", "compact"),
        options("short", (decimals, 3)), options((decimals, 3), "short"),
        options((scientific, 3), (decimals, 4)), options((decimals, 4), (scientific, 3)),
        options((scientific, 3), "compact"),
    ]  # fmt: skip
    for value in random_floats(25):
        calls.append(("erlang", "float_to_list", (value,)))
        calls.append(("erlang", "float_to_binary", (value,)))
        calls += [("erlang", "float_to_list", (value, form)) for form in formats]
        calls.append(("erlang", "float_to_binary", (value, formats[7])))
    for value in (Float(1.5), Float(-1.5), Float(1e200), Float(1.2345678901234567e300)):
        for n in (-1, 40, 53, 60, 100, 200, 247, 248, 249, 250, 251, 252, 253, 254, 255, 1 << 70):
            for form in (decimals, scientific):
                calls.append(("erlang", "float_to_list", (value, options((form, n)))))
    bad = [
        options((decimals, atom("x"))), options((decimals, Float(1.0))), options((atom("x"), 1)),
        options("x"), options((decimals, 1, 2)), options((decimals,)), options(1), options((1, 1)),
        make_list([atom("compact")], atom("x")), atom("compact"), make_list([(decimals, 2)], 3),
    ]  # fmt: skip
    calls += [("erlang", "float_to_list", (Float(1.5), form)) for form in bad]
    calls += [("erlang", "float_to_binary", (Float(1.5), form)) for form in bad]
    calls += one_wrong("erlang", "float_to_list", (Float(1.5),))
    calls += one_wrong("erlang", "float_to_list", (Float(1.5), NIL))
    calls += one_wrong("erlang", "float_to_binary", (Float(1.5), NIL))
    oracle.compare(calls)


FLOAT_TEXTS = [
    "", "1.0", "-1.5", "+1.5", "1", "1.", ".5", "1e5", "1.0e5", "1.0E5", "1.0e+5", "1.0e-5",
    "1.0e", "1.0e+", "1.0e-", "1.0ex", "1.0e+x", "1,5", "1.5.2", "1.0e400", "-1.0e400",
    "1.0e-400", "1.0 ", " 1.0", "1_0.0", "--1.0", "+-1.0", "1.0e5.5", "1.5abc", "12.25rest",
    "abc", "-", "+", "1.0e--5", "1.0e5e", "0.1", "3.141592653589793238462643383279", "00012.50",
    "1.7976931348623157e308", "5.0e-324", "1.0\x00", "1.0e0005", "-0.0", "1..0", "1.e5", "-.5",
    "inf", "nan", "1.0e1000000000000", "1" * 400 + ".0", "0." + "0" * 400 + "1", "1.5e+9,5",
    "2.5e,",
]  # fmt: skip


def test_floats_from_text(oracle: Oracle) -> None:
    calls: list[Call] = []
    for text in FLOAT_TEXTS:
        calls.append(("erlang", "list_to_float", (make_string(text),)))
        calls.append(("erlang", "binary_to_float", (binary(text),)))
        calls.append(("string", "list_to_float", (make_string(text),)))
    for tail in (1, atom("x"), make_list([atom("x")]), make_list([300]), make_list([-1])):
        for start in ("1.5", "1.5e", "1.5e3", "1", ""):
            term = make_list(list(map(ord, start)), tail)
            calls.append(("string", "list_to_float", (term,)))
            calls.append(("erlang", "list_to_float", (term,)))
    calls.append(("erlang", "binary_to_float", (unaligned(b"-1.25"),)))
    for name, good in (("list_to_float", make_string("1.5")), ("binary_to_float", binary("1.5"))):
        calls += one_wrong("erlang", name, (good,))
    calls += one_wrong("string", "list_to_float", (make_string("1.5"),))
    for value in random_floats(40, 3):
        text = repr(float(value))
        calls.append(("erlang", "list_to_float", (make_string(text),)))
    oracle.compare(calls)


def test_numbers(oracle: Oracle) -> None:
    calls: list[Call] = []
    numbers: list[Term] = [*random_floats(20, 4), *random_integers(), 1 << 1023, 1 << 1024]
    numbers += [-(1 << 1024), (1 << 1024) - 1, 10**308, 10**309]
    numbers += [Float(x) for x in (0.49999999999999994, -0.49999999999999994, 4503599627370497.5)]
    for name in ("float", "trunc", "round", "ceil", "floor"):
        calls += [("erlang", name, (number,)) for number in numbers]
        calls += one_wrong("erlang", name, (1,))
    if oracle.release >= 29:
        for bounds in ((1, 5), (5, 1), (1, 1 << 70), (atom("x"), 1), (1, Float(2.0))):
            calls += one_wrong("erlang", "is_integer", (3, *bounds))
    oracle.compare(calls)


def test_iodata(oracle: Oracle) -> None:
    nested = make_list(
        [1, make_list([2, binary("ab")], binary("c")), make_list([]), 3], binary("d")
    )
    datas: list[Term] = [
        binary(""), binary("abc"), NIL, nested, bits(5, 3), make_list([bits(5, 3)]),
        make_list([1, 2], 3), make_list([256]), make_list([-1]), make_list([atom("a")]),
        make_list([Float(1.0)]), make_list([1], atom("a")), make_list([1], bits(5, 3)),
        make_list([bits(5, 3), bits(1, 5)]), make_list([binary("ab")] * 40), make_list([1 << 70]),
        make_list([make_list([1], atom("x")), 2]), make_list([unaligned(b"xyz")]),
        unaligned(b"xyz"), make_list([bits(5, 3), binary("ab"), 255, bits(0x155, 9)], bits(1, 2)),
        make_list([make_list([bits(1, 1)], bits(1, 1)), 7, bits(1, 1)]),
        make_string("text" * 200),
    ]  # fmt: skip
    calls: list[Call] = []
    for name in ("list_to_binary", "iolist_to_binary", "iolist_size", "list_to_bitstring"):
        calls += [("erlang", name, (data,)) for data in datas]
        calls += one_wrong("erlang", name, (NIL,))
    short = [data for data in datas if data is not datas[14]]
    calls += [("erlang", "iolist_to_iovec", (data,)) for data in short]
    oracle.compare(calls)


def test_parts_of_binaries(oracle: Oracle) -> None:
    calls: list[Call] = []
    subjects = (binary("abcdef"), binary(""), unaligned(b"abcdef"), bits(0x12345, 20))
    positions = (-7, -6, -1, 0, 1, 2, 5, 6, 7, 1 << 40, 1 << 70, -(1 << 70))
    for subject in subjects:
        calls.append(("erlang", "binary_to_list", (subject,)))
        calls.append(("erlang", "bitstring_to_list", (subject,)))
        calls.append(("erlang", "size", (subject,)))
        for a in positions:
            calls.append(("erlang", "split_binary", (subject, a)))
            for b in positions:
                for module, name in (("erlang", "binary_part"), ("binary", "part")):
                    calls.append((module, name, (subject, a, b)))
                    calls.append((module, name, (subject, (a, b))))
                calls.append(("erlang", "binary_to_list", (subject, a, b)))
    calls.append(("binary", "part", (subjects[0], (1, 2, 3))))
    for name, good in (
        ("binary_to_list", (binary("abc"),)), ("binary_to_list", (binary("abc"), 1, 2)),
        ("bitstring_to_list", (binary("abc"),)), ("split_binary", (binary("abc"), 1)),
        ("binary_part", (binary("abc"), 1, 1)), ("binary_part", (binary("abc"), (1, 1))),
        ("size", ((1,),)),
    ):  # fmt: skip
        calls += one_wrong("erlang", name, good)
    oracle.compare(calls)


def test_long_numbers_take_no_quadratic_time(oracle: Oracle) -> None:
    vm = oracle.vm()
    digits = "123456789" * 20_000
    for base in (7, 10, 36):
        number = int(digits, 16)
        text = vm.call("erlang", "integer_to_binary", [number, base]).value
        if oracle.release < 27:
            # Later on, this is Erlang code around a function for short numbers.
            assert vm.call("erlang", "binary_to_integer", [text, base], timeout=20).value == number
            listed = vm.call("erlang", "binary_to_list", [text]).value
            assert vm.call("erlang", "list_to_integer", [listed, base], timeout=20).value == number


def test_deep_lists(oracle: Oracle) -> None:
    vm = oracle.vm()
    deep: Term = binary("x")
    for _ in range(200_000):
        deep = make_list([deep, 1])
    for module, name in (
        ("erlang", "iolist_size"), ("erlang", "list_to_bitstring"), ("erlang", "iolist_to_binary"),
    ):  # fmt: skip
        assert vm.call(module, name, [deep]).ok
    for name in ("characters_to_binary", "characters_to_list"):
        for encoding in ("utf8", "latin1", "utf16"):
            assert vm.call("unicode", name, [deep, atom(encoding)]).ok
    packed = vm.call("erlang", "term_to_binary", [deep]).value
    assert vm.call("erlang", "binary_to_term", [packed]).ok
    assert vm.call("erlang", "phash2", [deep]).ok
