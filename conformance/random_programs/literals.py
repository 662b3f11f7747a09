"""Constants of each kind, the simplest first; those near the limits of representations too."""

from __future__ import annotations

from typing import Final

from conformance.random_programs.kinds import Kind

INTEGERS: Final = tuple(
    map(
        str,
        (
            *(0, 1, 2, -1, 3, 5, 7, 8, 10, 16, 31, 64, 100, 127, 128, 255, 256, -128, 1000, 65535),
            *(0xD7FF, 0xD800, 0x10FFFF, 0x110000),
            *(1 << 27, 1 << 31, -(1 << 31), 1 << 32, (1 << 53) + 1, -(1 << 53) - 1),
            *((1 << 59) - 1, 1 << 59, -(1 << 59), -(1 << 59) - 1),
            *((1 << 63) - 1, 1 << 63, -(1 << 63), -(1 << 63) - 1, (1 << 64) - 1, 1 << 64),
            *(-(1 << 64), (1 << 128) - 1, -(1 << 127) - 3, 10**30 + 7, 3**100, -(7**90)),
        ),
    )
)
"""Small integers of the BEAM have 60 bits (64-bit emulators), hence the neighbours of 2^59."""

FLOATS: Final = (
    *("0.0", "1.0", "-1.0", "2.5", "0.1", "-0.5", "3.0", "1.5", "100.0", "-0.0", "1.0e10"),
    *("9007199254740992.0", "-9007199254740994.0", "1.8446744073709552e19", "1.0e22", "1.0e100"),
    *("1.7976931348623157e308", "2.2250738585072014e-308", "5.0e-324", "123456.789", "65504.0"),
)
ATOMS: Final = (
    *("a", "b", "c", "ok", "error", "undefined", "true", "false", "x", "'hello world'", "''"),
    *("'\\x{e9}'", "'A'", "infinity", "'\\x{3bb}'", "normal"),
)
BOOLEANS: Final = ("false", "true")
BINARIES: Final = (
    *("<<>>", '<<"a">>', "<<1, 2, 3>>", '<<"hello">>', "<<0>>", "<<255, 254>>", "<<0:64>>"),
    *('<<"\\x{e9}\\x{20ac}"/utf8>>', "<<200, 201, 202, 203>>", "<<1.5/float>>", "<<16#D800:16>>"),
    '<<"a longer binary, of more than sixty-four bytes, which is kept off the heap by the BEAM">>',
)
BITSTRINGS: Final = (
    *("<<1:1>>", "<<5:3>>", "<<0:7>>", "<<1023:10>>", '<<"ab", 3:2>>', "<<-1:33>>", "<<1:65>>"),
)
DIGITS: Final = (
    *('"0"', '"7"', '"-12"', '"+3"', '"12345678901234567890123"', '"a"', '""', '"1.5"', '"- 1"'),
)
DIGITS_BINARIES: Final = tuple(f"<<{digits}>>" for digits in DIGITS)

TEXTS: Final = {
    Kind.INTEGER: INTEGERS,
    Kind.FLOAT: FLOATS,
    Kind.ATOM: ATOMS,
    Kind.BOOLEAN: BOOLEANS,
    Kind.BINARY: BINARIES,
    Kind.BITSTRING: BITSTRINGS,
    Kind.DIGITS: DIGITS,
    Kind.DIGITS_BINARY: DIGITS_BINARIES,
    Kind.SMALL: tuple(map(str, range(8))),
    Kind.INDEX: ("1", "2", "3", "1", "2", "3", "0", "4", "-1"),
    Kind.NON_NEGATIVE: tuple(text for text in INTEGERS if text[0] != "-"),
}
"""Constants that need no other terms inside."""
