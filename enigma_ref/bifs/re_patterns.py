"""What programs hold of a compiled expression: `{re_pattern, Groups, Unicode, CrLf, Code}`.

Until 27 Code is a binary with what PCRE made, which travels anywhere. Ours holds the text and the
options instead, so that whatever comes back can be checked: what is no such binary is refused.
Since 28 Code is a reference, which keeps the expression alive, and `re_exported_pattern` travels.
"""

from __future__ import annotations

import zlib
from copy import copy
from typing import Final

from enigma_ref.bifs.iodata import binary_bytes
from enigma_ref.bifs.re_engine import Compiled, CompileFault, OptionSet
from enigma_ref.bifs.re_options import (
    COMPILE_ONLY,
    CONVENTIONS,
    NEWLINES,
    SHARED,
    BadOption,
    Options,
    parse_options,
)
from enigma_ref.bifs.re_pcre2 import Compiled2
from enigma_ref.bifs.re_versions import PCRE2_SINCE, compiler
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.process import Process
from enigma_ref.terms import Bitstring, Reference, Term, atom

RE_PATTERN: Final = atom("re_pattern")
RE_EXPORTED_PATTERN: Final = atom("re_exported_pattern")

SMALL: Final = 1 << 59
"""The numbers in a pattern's tuple are small integers."""

MAGIC: Final = b"ERCP"
"""How PCRE 8 marks compiled expressions, and how ours begin."""

ORDER: Final = (
    *sorted(COMPILE_ONLY | SHARED | CONVENTIONS),
    *sorted(f"newline_{kind}" for kind in NEWLINES | {"nul"}),
)
"""The options by the numbers of their bits in a serial form."""

SEAL: Final = len(MAGIC) + 4
"""Where the bits of the options begin: behind the mark and a checksum of all that follows."""

HEAD: Final = SEAL + 4

EXPORT_MARK: Final = b"re-PCRE2"
EXPORT_VERSION: Final = 1
EXPORT_HEAD: Final = len(EXPORT_MARK) + 6
"""An exported pattern's head: mark, checksum of the code, version and unicode (measured)."""


def pattern_tuple(process: Process, compiled: Compiled) -> Term:
    """What re:compile/2 gives to the program."""
    code: Term
    if process.vm.release >= PCRE2_SINCE:
        # The reference stands for one of its own, which ends with it: others have the same.
        code = process.vm.make_magic_ref(copy(compiled))
    else:
        code = Bitstring.of(serial(compiled))
    unicode = int("unicode" in compiled.options)
    return (RE_PATTERN, compiled.groups, unicode, int(compiled.ends_crlf), code)


def is_pattern(process: Process, term: Term) -> bool:
    """Whether a term has the shape of a compiled expression; what its code is worth is not seen."""
    return (
        type(term) is tuple
        and len(term) == 5
        and term[0] is RE_PATTERN
        and all(type(number) is int and -SMALL <= number < SMALL for number in term[1:4])
        and type(term[4]) is (Reference if process.vm.release >= PCRE2_SINCE else Bitstring)
    )


def pattern_code(process: Process, pattern: Term) -> Compiled:
    """The compiled expression in a pattern's tuple. Raises badarg when there is none in it."""
    if not is_pattern(process, pattern):
        raise badarg()
    code = pattern[4]
    if type(code) is Reference:
        found = process.vm.resource(code)
        if type(found) is not Compiled2:
            raise badarg()
        return found
    compiled = _restored(process, binary_bytes(code))
    if compiled is None:
        raise badarg()
    return compiled


def serial(compiled: Compiled) -> bytes:
    """An expression as bytes that `_restored` understands."""
    given = sum(1 << bit for bit, name in enumerate(ORDER) if name in compiled.options)
    body = given.to_bytes(4, "little") + compiled.text
    return MAGIC + zlib.crc32(body).to_bytes(4, "little") + body


def _restored(process: Process, data: bytes) -> Compiled | None:
    if len(data) < HEAD or not data.startswith(MAGIC):
        return None
    if zlib.crc32(data[SEAL:]) != int.from_bytes(data[len(MAGIC) : SEAL], "little"):
        return None
    given = int.from_bytes(data[SEAL:HEAD], "little")
    if given >> len(ORDER):
        return None
    options: OptionSet = frozenset(name for bit, name in enumerate(ORDER) if given >> bit & 1)
    compiled = compiler(process.vm.release)(data[HEAD:], options)
    return None if isinstance(compiled, CompileFault) else compiled


def exported(compiled: Compiled, options: Term) -> Term:
    """`{re_exported_pattern, Head, Text, Options, Code}`; the options as they were given."""
    code = serial(compiled)
    head = (
        EXPORT_MARK
        + zlib.crc32(code).to_bytes(4, "big")
        + bytes((EXPORT_VERSION, "unicode" in compiled.options))
    )
    parts = (head, compiled.text, code)
    first, text, last = map(Bitstring.of, parts)
    return (RE_EXPORTED_PATTERN, first, text, options, last)


def imported(process: Process, pattern: Term) -> Compiled:
    """The expression in an exported pattern. Raises badarg, or BadOption.

    Code of another version, or that cannot be read, is compiled anew from text and options.
    """
    if type(pattern) is not tuple or len(pattern) != 5 or pattern[0] is not RE_EXPORTED_PATTERN:
        raise badarg()
    head, text, options, code = pattern[1:]
    mark = binary_bytes(head)
    if len(mark) != EXPORT_HEAD or not mark.startswith(EXPORT_MARK):
        raise badarg()
    known = mark[-2] == EXPORT_VERSION
    if known:
        data = binary_bytes(code)
        if zlib.crc32(data) != int.from_bytes(mark[-6:-2], "big"):
            raise badarg()
        compiled = _restored(process, data)
        if compiled is not None:
            return compiled
    given = _export_options(process, options, known)
    made = compiler(process.vm.release)(binary_bytes(text), given.compiling)
    if isinstance(made, CompileFault):
        raise badarg()
    return made


def _export_options(process: Process, list_: Term, known: bool) -> Options:
    """The options of an exported pattern. With a head of this version they must be such as
    re:compile/2 exports with; errors in them are not told apart then (measured)."""
    try:
        given = parse_options(list_, process.vm.release)
        if given.unique_run:
            raise BadOption
    except BadOption:
        if known:
            raise badarg() from None
        raise
    if known and not given.export:
        raise badarg()
    return given
