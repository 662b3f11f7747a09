"""Characters from bytes and lists, compared with Ericsson's runtime."""

from __future__ import annotations

import random

from enigma_ref.terms import NIL, Float, Term, atom, make_list, make_string
from tests.bifs.oracle import Call, Oracle, binary, bits, one_wrong, unaligned

NAMES = ("characters_to_binary", "characters_to_list")

WRONG_UTF8 = [
    b"\xff", b"\x80", b"a\x80b", b"\xc3", b"a\xe2\x82", b"\xe2", b"\xe2\x00", b"\xe2\x82\x00",
    b"\xf0", b"\xf0\x9f", b"\xf0\x9f\x98", b"\xf0\x9f\x00", b"\xf0\x00\x00\x00", b"\xc0\x80",
    b"\xc0", b"\xc1", b"\xe0\x80\x80", b"\xe0\x80", b"\xed\xa0\x80", b"\xed\xa0", b"\xed\xbf\xbf",
    b"\xf4\x90\x80\x80", b"\xf4\x90", b"\xf5\x80\x80\x80", b"\xf5", b"\xf7\xbf", b"\xf8",
    b"\xf8\x80\x80\x80", b"\xfe", b"ok\xff!", b"\xc3(", b"\xe2(\xa1", b"\xe2\x82(",
    b"\xf0(\x8c\xbc", b"\xf0\x90(\xbc", b"\xf0\x90\x8c(", b"\xef\xbf\xbf", b"\xf0\x80\x80\x80",
    b"\xf0\x8f\xbf\xbf", b"\xf4\x8f\xbf\xbf", b"\xed\x9f\xbf", b"\xee\x80\x80",
]  # fmt: skip

TEXT = "aå€😀z"


def both(data: Term, encoding: Term) -> list[Call]:
    return [("unicode", name, (data, encoding)) for name in NAMES]


def utf8_data() -> list[Term]:
    right = TEXT.encode()
    data: list[Term] = [binary(item) for item in [right, b"", b"ascii", *WRONG_UTF8]]
    for wrong in WRONG_UTF8:
        item = binary(wrong)
        data += [
            make_list([item]), make_list([97, item, 98]), make_list([make_list([97, item]), 98]),
            make_list([item, binary("x")]), make_list([97], item), make_list([item], item),
            make_list([make_list([make_list([item, 1]), 2]), 3]), unaligned(wrong),
            make_list([item, binary(b"\x82\xac"), binary("x")]), make_list([item, NIL, 97]),
            make_list([make_list([item], binary(b"\x82")), binary(b"\xac")]),
            make_list([make_list([item]), binary(b"\x98"), binary(b"\x80y")]),
        ]  # fmt: skip
    for cut in range(len(right) + 1):
        a, b = binary(right[:cut]), binary(right[cut:])
        data += [make_list([a, b]), make_list([a], b), make_list([make_list([a]), b, 120])]
    data.append(make_list([binary(bytes((byte,))) for byte in right]))
    data.append(make_list([binary(bytes((byte,))) for byte in right[:-2]]))
    ints = (-1, 0, 127, 128, 255, 256, 0xD7FF, 0xD800, 0xDFFF, 0xE000, 0xFFFE, 0x10FFFF, 0x110000)
    for value in (*ints, 1 << 58, 1 << 60, 1 << 70, -(1 << 70)):
        data += [
            make_list([97, value, 98]), make_list([make_list([value, 1]), 2]),
            make_list([value], binary("x")), make_list([binary("å"), value]),
            make_list([binary(b"\xc3"), value, 98]), make_list([value, atom("x")]),
        ]  # fmt: skip
    data += [
        make_list([atom("a")]), make_list([97], atom("a")), make_list([97], 98), bits(5, 3),
        make_list([bits(5, 3)]), make_list([97], bits(5, 3)), make_list([Float(1.0)]), atom("x"),
        97, make_list([make_list([0x110000]), atom("a")]),
        make_list([binary(b"\xff"), bits(5, 3)]), make_list([make_list([])]),
        make_list([NIL, NIL, 97, NIL, binary("b"), NIL]), (1, 2),
        make_list([make_list([make_list([]), 97], binary("x"))], binary(b"\xff")),
        unaligned(b"ab\xc3\xa5"),
    ]  # fmt: skip
    return data


def test_utf8(oracle: Oracle) -> None:
    calls: list[Call] = []
    for data in utf8_data():
        for encoding in ("utf8", "latin1"):
            calls += both(data, atom(encoding))
    calls += both(binary("abc"), atom("unicode"))
    calls += both(make_string(TEXT), atom("unicode"))
    oracle.compare(calls)


def test_utf8_at_random(oracle: Oracle) -> None:
    chosen = random.Random(5)
    pool = [0x61, 0xC3, 0xA5, 0xE2, 0x82, 0xAC, 0xF0, 0x9F, 0x98, 0x80, 0xED, 0xA0]
    calls: list[Call] = []

    def some(depth: int) -> Term:
        kind = chosen.randrange(4)
        if kind == 0 and depth:
            return make_list([some(depth - 1) for _ in range(chosen.randrange(4))])
        if kind == 1:
            return chosen.choice((97, 0xE5, 0x20AC, 0x1F600, 0xD800))
        return binary(bytes(chosen.choices(pool, k=chosen.randrange(1, 5))))

    for _ in range(400):
        data = make_list(
            [some(2) for _ in range(chosen.randrange(1, 5))],
            chosen.choice((NIL, binary(bytes(chosen.choices(pool, k=2))))),
        )
        for encoding in (atom("utf8"), atom("latin1"), atom("utf16")):
            calls += both(data, encoding)
    oracle.compare(calls)


OTHERS: dict[str, Term] = {
    "utf-16-be": atom("utf16"),
    "utf-16-le": (atom("utf16"), atom("little")),
    "utf-32-be": (atom("utf32"), atom("big")),
    "utf-32-le": (atom("utf32"), atom("little")),
}

WRONG_OTHER = [
    b"\xd8", b"\xd8\x00", b"\xd8\x00\xdc", b"\xd8\x00\xdc\x00", b"\xdc\x00", b"\xdc", b"\x00",
    b"\x00\xd8", b"\x00\xd8\x00", b"\x00\xd8\x00\xdc", b"\x00\xdc", b"\x00\x00\xd8\x00",
    b"\x00\x11\x00\x00", b"\x00\x11", b"\x00\x10\xff", b"\x00\x00\xd8", b"\x01", b"\x01\x00",
    b"\x00\x00\x11\x00", b"\x00\xff\x00", b"\xfe\xff\x00", b"\xff\xff\x00", b"\x00\xd8\x00\x00",
    b"\xff\xff\x10\x00", b"\xff\xff\x11\x00", b"\xd8\x00\x00", b"\x00\x00", b"\x00\x00\x00",
    b"\x00\x00\xe0", b"\x00\xe0\x00", b"\x00\x00\x11", b"\x00\x00\x10", b"\xd8\x00\xd8\x00",
]  # fmt: skip


def test_utf16_and_utf32(oracle: Oracle) -> None:
    calls: list[Call] = []
    for codec, encoding in OTHERS.items():
        right = TEXT.encode(codec)
        data: list[Term] = [binary(right), unaligned(right), make_string(TEXT), NIL, binary("")]
        for cut in range(len(right) + 1):
            a, b = binary(right[:cut]), binary(right[cut:])
            data += [make_list([a, b]), make_list([a], b), make_list([make_list([a]), b, 120]), a]
        data.append(make_list([binary(bytes((byte,))) for byte in right]))
        for wrong in WRONG_OTHER:
            item = binary(wrong)
            data += [
                item, make_list([item]), make_list([97, item, 98]),
                make_list([make_list([97, item]), 98]), make_list([97], item),
                make_list([item], binary(b"\xdc\x00")), make_list([item], binary(b"\x00")),
                make_list([make_list([item, 1]), 2]),
                make_list([item, binary(b"\x00"), binary(b"\x00a\x00a")]),
            ]  # fmt: skip
        for value in (-1, 255, 0xD800, 0x10FFFF, 0x110000, 1 << 70):
            data += [make_list([97, value, 98]), make_list([make_list([value, 1]), 2])]
        data += [
            make_list([atom("a")]), make_list([97], atom("a")), bits(5, 3),
            make_list([bits(5, 3)]), 97, make_list([97], bits(5, 3)), make_list([Float(1.0)]),
            make_list([1], 2), make_list([binary(right * 800), 0x110000]),
            make_list([1], binary(right * 800 + b"\xdc")), binary(right * 900 + b"\xdc\x00\x01"),
        ]  # fmt: skip
        for item in data:
            calls += both(item, encoding)
    for encoding in (atom("utf7"), (atom("utf16"), atom("x")), (atom("utf8"), atom("big")), 1, NIL):
        for other in (binary("abc"), NIL, make_string("abc"), atom("x")):
            calls += both(other, encoding)
    oracle.compare(calls)


def test_wrong_arguments(oracle: Oracle) -> None:
    calls: list[Call] = []
    for name in NAMES:
        calls += one_wrong("unicode", name, (binary("abc"), atom("utf8")))
    calls += one_wrong("unicode", "bin_is_7bit", (binary("abc"),))
    for data in (binary(b"\x7f"), binary(b"\x80"), binary(""), unaligned(b"abc"), bits(1, 9)):
        calls.append(("unicode", "bin_is_7bit", (data,)))
    oracle.compare(calls)
