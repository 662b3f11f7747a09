"""Text of terms without terms inside: atoms, numbers, identifiers, funs; strings and bytes."""

from __future__ import annotations

import re
from typing import Any, Final, Literal, TypeAlias

from enigma_ref.terms.atoms import Atom
from enigma_ref.terms.bitstrings import Bitstring
from enigma_ref.terms.float_text import shortest
from enigma_ref.terms.floats import Float
from enigma_ref.terms.funs import ExternalFun, Fun
from enigma_ref.terms.identifiers import Pid, Port, Reference, node_number
from enigma_ref.terms.lists import Nil

Encoding: TypeAlias = Literal["latin1", "unicode"]
"""`latin1` is `~w` and `~p`, `unicode` is `~tw` and `~tp`."""

_RESERVED: Final = frozenset(
    (
        *("after", "and", "andalso", "band", "begin", "bnot", "bor", "bsl", "bsr", "bxor"),
        *("case", "catch", "cond", "div", "end", "fun", "if", "let", "not", "of", "or"),
        *("orelse", "receive", "rem", "try", "when", "xor"),
    )
)
_RESERVED_27: Final = _RESERVED | {"else", "maybe"}

_plain_atom: Final = re.compile("[a-zß-öø-ÿ][0-9A-Z_@a-zÀ-ÖØ-öø-ÿ]*").fullmatch
_plain_in_fun: Final = re.compile("[a-zß-öø-ÿ][0-9A-Z_a-zÀ-ÖØ-öø-ÿ]*").fullmatch
_beyond_latin1: Final = re.compile("[^\x00-\xff]")

_NAMED: Final = {
    8: "\\b", 9: "\\t", 10: "\\n", 11: "\\v", 12: "\\f", 13: "\\r", 27: "\\e", 127: "\\d",
    ord("\\"): "\\\\",
}  # fmt: skip
_ESCAPES: Final = {
    **{code: f"\\{code:03o}" for code in (*range(32), *range(128, 160))},
    **_NAMED,
}
_STRING_ESCAPES: Final = {**_ESCAPES, ord('"'): '\\"'}
_ATOM_ESCAPES: Final = {**_ESCAPES, ord("'"): "\\'"}
_FUN_ESCAPES: Final = {
    **{code: f"\\{code:03o}" for code in (*range(32), *range(128, 160))},
    **{code: text for code, text in _NAMED.items() if code not in (27, 127)},
    ord("'"): "\\'",
}
_FUN_ESCAPES_23: Final = {**_FUN_ESCAPES, 127: "\\177"}


def is_reserved(name: str, release: int = 25) -> bool:
    """Whether `name` is a reserved word (`erl_scan:reserved_word/1`, all features default)."""
    return name in (_RESERVED_27 if release >= 27 else _RESERVED)


def string_text(text: str) -> str:
    """`text` in double quotes with escapes (`io_lib:write_string/1`)."""
    return f'"{text.translate(_STRING_ESCAPES)}"'


def atom_text(name: str, encoding: Encoding = "latin1", release: int = 25) -> str:
    """An atom, in quotes where it needs them (`io_lib:write_atom/1`, `write_atom_as_latin1/1`)."""
    if _plain_atom(name) and not is_reserved(name, release):
        return name
    text = name.translate(_ATOM_ESCAPES)
    if encoding == "latin1" and not text.isascii():
        text = _beyond_latin1.sub(lambda found: f"\\x{{{ord(found[0]):X}}}", text)
    return f"'{text}'"


def _fun_part(name: str, release: int) -> str:
    """A name inside the text of an external fun.

    The emulator quotes by rules of its own (no reserved words, no `@`), and gives UTF-8 bytes
    for characters (measured with `erlang:fun_to_list/1`).
    """
    if release < 25:
        # The bytes are looked at one by one, as if they were Latin-1.
        name = name.encode().decode("latin1")
    if not _plain_in_fun(name):
        name = f"'{name.translate(_FUN_ESCAPES if release >= 25 else _FUN_ESCAPES_23)}'"
    return name if release < 25 or name.isascii() else name.encode().decode("latin1")


def fun_text(term: Fun | ExternalFun, release: int = 25) -> str:
    """A fun as `erlang:fun_to_list/1` gives it; not an expression, except for external ones."""
    if type(term) is ExternalFun:
        module = _fun_part(term.module.name, release)
        return f"fun {module}:{_fun_part(term.name.name, release)}/{term.arity}"
    assert type(term) is Fun
    module = term.module.name
    if not module.isascii():
        module = module.encode().decode("latin1")
    return f"#Fun<{module}.{term.index}.{term.uniq}>"


def identifier_text(term: Pid | Port | Reference) -> str:
    """`<0.1.2>`, `#Port<0.1>` or `#Ref<0.3.2.1>`; the first number tells the node."""
    node = node_number(term.node)
    if type(term) is Pid:
        return f"<{node}.{term.number}.{term.serial}>"
    if type(term) is Port:
        return f"#Port<{node}.{term.number}>"
    assert type(term) is Reference
    return f"#Ref<{node}.{'.'.join(map(str, reversed(term.words)))}>"


def bytes_text(term: Bitstring, depth: int) -> list[str]:
    """The segments between `<<` and `>>`: numbers, at last one like `5:3`.

    With a positive `depth`, at most `depth - 1` bytes and then `...`.
    """
    whole, spare = divmod(term.size, 8)
    if 0 < depth <= whole + (1 if spare else 0):
        data = term.slice(0, (depth - 1) * 8).to_bytes()
        return [*map(str, data), "..."]
    data = term.to_bytes()
    if not spare:
        return list(map(str, data))
    return [*map(str, data[:-1]), f"{data[-1] >> (8 - spare)}:{spare}"]


def int_text(value: int) -> str:
    """The decimal digits, however many (CPython's own limit on them is not Erlang's)."""
    if -_DIGIT_LIMIT < value < _DIGIT_LIMIT:
        return str(value)
    sign = "-" if value < 0 else ""
    value = abs(value)
    # Halve the number again and again until each part is small enough for `str`.
    digits = _CHUNK
    powers = [10**digits]
    while powers[-1] <= value:
        powers.append(powers[-1] ** 2)
    parts = [value]
    for power in reversed(powers):
        parts = [half for part in parts for half in divmod(part, power)]
    text = "".join(str(part).zfill(digits) for part in parts)
    return sign + text.lstrip("0")


_CHUNK: Final = 1024
_DIGIT_LIMIT: Final = 10**_CHUNK


def scalar_text(term: Any, encoding: Encoding = "latin1", release: int = 25) -> str | None:
    """The text of a term of a class that has no terms inside; None for all other ones.

    Binaries are left out, since how they look depends on the format.
    """
    kind = type(term)
    if kind is int:
        return int_text(term)
    if kind is Atom:
        return atom_text(term.name, encoding, release)
    if kind is Nil:
        return "[]"
    if kind is Float:
        return shortest(term, release)
    if kind is Pid or kind is Port or kind is Reference:
        return identifier_text(term)
    if kind is Fun or kind is ExternalFun:
        return fun_text(term, release)
    return None
