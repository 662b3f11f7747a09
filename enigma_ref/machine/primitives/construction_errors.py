"""Why a bitstring could not be built: what `error_info` says of a failed `bs_create_bin`.

erts looks at the sizes of all segments before it looks at their values, so which segment is
named, and even the reason, do not follow the order in which `building` puts them together.
`erl_erts_errors:format_bs_fail/2` explains the cause (EEP 54).
"""

from __future__ import annotations

from enigma_ref.machine.binaries import Segment
from enigma_ref.machine.errors import SYSTEM_LIMIT, BeamError
from enigma_ref.machine.primitives.matching import FLOAT_FORMATS, MAX_CHARACTER
from enigma_ref.terms import Atom, Bitstring, Float, Map, Term, atom, make_list
from enigma_ref.terms.atoms import BADARG, ERROR
from enigma_ref.terms.smalls import is_small

ERROR_INFO = atom("error_info")
MODULE = (atom("module"), atom("erl_erts_errors"))
FUNCTION = (atom("function"), atom("format_bs_fail"))
CAUSE = atom("cause")
BINARY = atom("binary")

SHORT = atom("short")
SIZE = atom("size")
TYPE = atom("type")
UNIT = atom("unit")
INVALID = atom("invalid")
NO_FLOAT = atom("no_float")

MAX_WORD = 1 << 63

Failure = tuple[Atom, Atom, Term]
"""The reason, what is wrong (one of the atoms above), and the value or size that is."""


UTF8_FIRST_SINCE = 27
"""The first sampled release that looks at characters in UTF-8 together with the sizes."""


def explained(
    release: int, plan: tuple[Segment, ...], values: tuple[Term, ...], failed: BeamError
) -> BeamError:
    """`failed`, the exception of building with these values, as erts raises it."""
    early = ("utf8", "utf32") if release >= UTF8_FIRST_SINCE else ("utf32",)
    for sizes in (True, False):
        for index, segment in enumerate(plan):
            value = values[2 * index]
            size = values[2 * index + 1]
            if segment.type in _CHARACTERS:
                failure = _character_failure(value) if sizes == (segment.type in early) else None
            elif sizes:
                failure = _size_failure(segment, value, size)
            else:
                failure = _value_failure(segment, value, size)
            if failure is not None:
                reason, what, culprit = failure
                type_ = BINARY if segment.type in ("append", "private_append") else None
                cause = (segment.number, type_ or atom(segment.type), what, culprit)
                info = Map.of([(CAUSE, cause), FUNCTION, MODULE])
                return BeamError(ERROR, reason, extra=make_list([(ERROR_INFO, info)]))
    return failed


_CHARACTERS = frozenset(("utf8", "utf16", "utf32"))


def _character_failure(value: Term) -> Failure | None:
    if type(value) is int and 0 <= value <= MAX_CHARACTER and not 0xD800 <= value <= 0xDFFF:
        return None
    return BADARG, TYPE, value


def _size_failure(segment: Segment, value: Term, size: Term) -> Failure | None:
    if segment.type in ("append", "private_append", "string"):
        return None
    if segment.whole:
        return None if type(value) is Bitstring else (BADARG, TYPE, value)
    if not is_small(size):
        reason = SYSTEM_LIMIT if type(size) is int and size > 0 else BADARG
        return reason, SIZE, size
    if size < 0:
        return BADARG, SIZE, size
    return (SYSTEM_LIMIT, SIZE, size) if size * segment.unit >= MAX_WORD else None


def _value_failure(segment: Segment, value: Term, size: Term) -> Failure | None:
    if segment.type == "integer":
        return None if type(value) is int else (BADARG, TYPE, value)
    if segment.type in ("binary", "append", "private_append"):
        return _part_failure(segment, value, size)
    if segment.type == "float":
        return _float_failure(value, size * segment.unit)
    return None


def _part_failure(segment: Segment, value: Term, size: Term) -> Failure | None:
    if type(value) is not Bitstring:
        return BADARG, TYPE, value
    if segment.whole:
        return (BADARG, UNIT, value) if value.size % segment.unit else None
    return (BADARG, SHORT, value) if size * segment.unit > value.size else None


def _float_failure(value: Term, bits: int) -> Failure | None:
    if bits not in FLOAT_FORMATS:
        return BADARG, INVALID, bits
    if type(value) is Float:
        return None
    if type(value) is not int:
        return BADARG, TYPE, value
    try:
        float(value)
    except OverflowError:
        return BADARG, NO_FLOAT, value
    return None
