"""What two implementations may answer differently without being at odds. The only such place.

- Identities are numbered: a local pid, port or reference becomes `{'$pid', N}`, `{'$port', N}`,
  `{'$ref', N}`, N counting its kind from 1 in the order of appearance, so that the same one
  twice stays the same one twice. Those of other nodes keep everything.
- A local fun becomes `{'$fun', Module, Arity}`, an external one `{'$export', M, F, A}`; a native
  record `{'$record', Module, Name, Exported, [{Field, Value}]}`.
- Where a case asks for it, the list that is the value (`unordered`), or every list in it
  (`unordered_lists`), is sorted; identities are then numbered 0.
- Some built-in functions show what the identities above are made of, or what an implementation
  keeps to itself. Where their callers ask for it:
  - `identity_text`: in the text of a local identity its numbers are masked, in that of another
    node's the number that stands for the node;
  - `external`: external term format that holds local identities or maps of several keys, is
    compressed, or is for this system only (LOCAL_EXT) becomes `{'$external', Term}`;
  - `md5_context`: in the binary of an unfinished MD5, what is not part of it yet becomes zero;
  - `compiled_re`: what a compiled regular expression holds is masked;
  - `continuation`: a tuple beside results, with which a table goes on, is masked;
  - `memory`: the words in `{memory, Words}` are masked;
  - `last_digits`: of a float that is the value, 14 digits count;
  - `binaries`: of `{Id, Size, References}` in a list only the size counts;
  - `refc`: the number in `{refc, Number}` is masked;
  - `unordered_tuple`: the tuple that is the value is sorted;
  - `exit_traces`: in `{Reason, Trace}`, as processes exit after an error, the trace becomes
    `[{Module, Function, Arity}]` of its first entry.
- Of a stack trace only its first entry counts, without the arguments: OTP documents traces as an
  aid for debugging, and promises that the last called function is first.

Reasons and classes of exceptions are never touched beyond this.
"""

from __future__ import annotations

import functools
import re
import zlib
from collections.abc import Callable, Iterable, Sequence, Set
from typing import Any, Final

from conformance.protocol import Frame
from enigma_ref.terms import (
    NIL,
    Atom,
    Bitstring,
    Cons,
    ExternalFun,
    Float,
    Fun,
    Map,
    Pid,
    Port,
    Record,
    Reference,
    Term,
    atom,
    list_items,
    make_list,
    make_string,
    string_of,
)
from enigma_ref.terms.external import ExternalFormatError, decode
from enigma_ref.terms.keys import subterms
from enigma_ref.terms.order import compare, compare_exact

LOCAL_NODE: Final = atom("nonode@nohost")
_IDENTITIES: Final = {Pid: atom("$pid"), Port: atom("$port"), Reference: atom("$ref")}
_FUN: Final = atom("$fun")
_EXPORT: Final = atom("$export")
_RECORD: Final = atom("$record")


def _compare(left: Term, right: Term) -> int:
    return compare(left, right) or compare_exact(left, right)


_order: Final = functools.cmp_to_key(_compare)


def normalise(term: Term, rules: Set[str] = frozenset()) -> Term:
    """The term with identities numbered and, by the rules, lists sorted. Never recurses."""
    for rule, rewrite in _SHOWN.items():
        if rule in rules:
            term = rewrite(term)
    sorts = "unordered" in rules or "unordered_lists" in rules
    if not sorts and not _has_opaque(term):
        return term
    rewritten = _rewrite(term, _Namer(numbered=not sorts), "unordered_lists" in rules)
    items = list_items(rewritten) if "unordered" in rules else None
    return rewritten if items is None else make_list(sorted(items, key=_order))


def head(trace: Sequence[Frame]) -> Frame | None:
    """The part of a trace that is compared: its first entry, with no place when unknown."""
    return trace[0] if trace else None


def same_head(a: Frame | None, b: Frame | None) -> bool:
    """Whether two first entries agree; a place counts only when both name one."""
    if a is None or b is None:
        return a is b
    if (a.module, a.function, a.arity) != (b.module, b.function, b.arity):
        return False
    return not (a.line and b.line) or (a.file, a.line) == (b.file, b.line)


class _Namer:
    """Gives identities their numbers, first come, first served."""

    def __init__(self, *, numbered: bool) -> None:
        self._numbered = numbered
        self._seen: dict[Any, int] = {}
        self._counts: dict[Atom, int] = {}

    def __call__(self, term: Term) -> Term:
        """The normal form of a term that holds no others."""
        kind = type(term)
        if kind is Fun:
            return (_FUN, term.module, term.arity)
        if kind is ExternalFun:
            return (_EXPORT, term.module, term.name, term.arity)
        tag = _IDENTITIES.get(kind)
        if tag is None:
            return term
        if term.node is not LOCAL_NODE:
            return (tag, *(make_list(part) if type(part) is tuple else part for part in term.key()))
        if not self._numbered:
            return (tag, 0)
        number = self._seen.get(term)
        if number is None:
            number = self._counts[tag] = self._counts.get(tag, 0) + 1
            self._seen[term] = number
        return (tag, number)


_OPAQUE: Final = frozenset({Pid, Port, Reference, Fun, ExternalFun, Record})


def _has_opaque(term: Term) -> bool:
    stack = [term]
    while stack:
        one = stack.pop()
        while type(one) is Cons:
            stack.append(one.head)
            one = one.tail
        kind = type(one)
        if kind is tuple:
            stack.extend(one)
        elif kind is Map:
            for pair in one.items():
                stack.extend(pair)
        elif kind in _OPAQUE:
            return True
    return False


def _rewrite(
    term: Term,
    leaf: Callable[[Term], Term],
    sort_lists: bool,
    make_tuple: Callable[[list[Term]], Term] = tuple,
) -> Term:
    # `todo` holds terms to visit and builders that take the last values; values come in order.
    values: list[Term] = []
    todo: list[tuple[Term, Callable[[list[Term]], Term] | None, int]] = [(term, None, 0)]

    def build(builder: Callable[[list[Term]], Term], parts: Sequence[Term]) -> None:
        todo.append((None, builder, len(parts)))
        todo.extend((part, None, 0) for part in reversed(parts))

    def make_cells(parts: list[Term]) -> Term:
        *items, tail = parts
        return make_list(sorted(items, key=_order) if sort_lists and tail is NIL else items, tail)

    while todo:
        one, builder, count = todo.pop()
        if builder is not None:
            parts = values[len(values) - count :]
            del values[len(values) - count :]
            values.append(builder(parts))
            continue
        kind = type(one)
        if kind is Cons:
            items = []
            while type(one) is Cons:
                items.append(one.head)
                one = one.tail
            build(make_cells, [*items, one])
        elif kind is tuple:
            build(make_tuple, one)
        elif kind is Map:
            build(_make_map, [part for pair in _in_order(one) for part in pair])
        elif kind is Record:
            build(functools.partial(_make_record, one), one.values)
        else:
            values.append(leaf(one))
    return values[0]


def _in_order(term: Map) -> Iterable[tuple[Term, Term]]:
    return sorted(term.items(), key=lambda pair: _order(pair[0]))


def _make_map(parts: list[Term]) -> Term:
    return Map.of(zip(parts[::2], parts[1::2], strict=True))


def _make_record(record: Record, values: list[Term]) -> Term:
    pairs = make_list(list(zip(record.fields, values, strict=True)))
    return (_RECORD, record.module, record.name, atom(str(record.exported).lower()), pairs)


# ---------------------------------------------------------------- what some functions show

_MASK: Final = "#"
_LOCAL_TEXT: Final = re.compile(r"(#Ref<|#Port<|<)0((?:\.\d+)+)>")
_REMOTE_TEXT: Final = re.compile(r"(#Ref<|#Port<|<)[1-9]\d*((?:\.\d+)+)>")
_EXTERNAL: Final = atom("$external")
_MEMORY: Final = atom("memory")
_REFC: Final = atom("refc")
_EXPORTED_PATTERN: Final = atom("re_exported_pattern")
_PATTERNS: Final = (atom("re_pattern"), _EXPORTED_PATTERN)
_CONTINUATION: Final = atom("$continuation")
_VERSION: Final = 131
_COMPRESSED: Final = 80
_LOCAL: Final = 121
_MD5_BYTES: Final = 88
"""Four words of state, two that count bits, and a block of 64 bytes (MD5_CTX of RFC 1321)."""


def _identity_text(term: Term) -> Term:
    text = string_of(term) if type(term) is Cons else None
    if text is None:
        return term
    masked = _LOCAL_TEXT.sub(
        lambda match: match[1] + "0" + re.sub(r"\d+", _MASK, match[2]) + ">", text
    )
    masked = _REMOTE_TEXT.sub(lambda match: f"{match[1]}{_MASK}{match[2]}>", masked)
    return term if masked == text else make_string(masked)


def _external(term: Term) -> Term:
    parts = [term] if type(term) is Bitstring else list_items(term) or []
    if not parts or any(type(part) is not Bitstring for part in parts):
        return term
    data = b"".join(part.to_bytes() for part in parts)
    if data[:1] != bytes([_VERSION]):
        return term
    data = _unpacked(data)
    local = data[1:2] == bytes([_LOCAL])
    if local:
        # Four bytes that only this system knows stand before the term.
        data = data[:1] + data[6:]
    try:
        inside = decode(data)
    except ExternalFormatError:
        # What belongs to the system itself has no node there.
        return (_EXTERNAL, atom(_MASK)) if local else term
    if not local and data[1] != _COMPRESSED and not _is_opaque_inside(inside):
        return term
    return (_EXTERNAL, normalise(inside))


def _unpacked(data: bytes) -> bytes:
    """What is for one system only as it was before it was compressed: its checksum, which differs
    from run to run, decides whether compressing pays."""
    if data[1:2] != bytes([_COMPRESSED]):
        return data
    try:
        body = zlib.decompress(data[6:])
    except zlib.error:
        return data
    return data[:1] + body if body[:1] == bytes([_LOCAL]) else data


def _is_opaque_inside(term: Term) -> bool:
    stack = [term]
    while stack:
        one = stack.pop()
        kind = type(one)
        if (kind in _IDENTITIES and one.node is LOCAL_NODE) or kind is Fun:
            return True
        if kind is Map and len(one) > 1:
            return True
        stack.extend(subterms(one))
    return False


def _md5_context(term: Term) -> Term:
    def settled(one: Term) -> Term:
        if type(one) is not Bitstring or one.size != 8 * _MD5_BYTES:
            return one
        data = one.to_bytes()
        waiting = int.from_bytes(data[16:24], "little") // 8 % 64
        return Bitstring.of(data[: 24 + waiting].ljust(_MD5_BYTES, b"\0"))

    return _rewrite(term, settled, False)


def _compiled_re(term: Term) -> Term:
    def masked(parts: list[Term]) -> Term:
        if len(parts) != 5 or parts[0] not in _PATTERNS:
            return tuple(parts)
        if parts[0] is _EXPORTED_PATTERN:
            # With the version and the settings of the library in front.
            parts[1] = atom(_MASK)
        return (*parts[:4], atom(_MASK))

    return _rewrite(term, lambda leaf: leaf, False, masked)


def _unordered_tuple(term: Term) -> Term:
    return tuple(sorted(term, key=_order)) if type(term) is tuple else term


def _memory(term: Term) -> Term:
    items = list_items(term)
    if not items:
        return term
    pair = (_MEMORY, atom(_MASK))
    return make_list(
        [pair if type(one) is tuple and one[:1] == (_MEMORY,) else one for one in items]
    )


def _last_digits(term: Term) -> Term:
    return Float(f"{float(term):.13e}") if type(term) is Float else term


def _refc(term: Term) -> Term:
    if type(term) is tuple and len(term) == 2 and term[0] is _REFC:
        return (_REFC, atom(_MASK))
    return term


def _binaries(term: Term) -> Term:
    items = list_items(term) or []
    if not items or any(type(one) is not tuple or len(one) != 3 for one in items):
        return term
    return make_list([(atom(_MASK), size, atom(_MASK)) for _, size, _ in items])


def _continuation(term: Term) -> Term:
    if type(term) is tuple and len(term) == 2 and type(term[1]) is tuple:
        return (term[0], _CONTINUATION)
    return term


def _exit_traces(term: Term) -> Term:
    def cut(parts: list[Term]) -> Term:
        first = parts[1].head if len(parts) == 2 and type(parts[1]) is Cons else None
        if type(first) is not tuple or not _is_frame(first):
            return tuple(parts)
        module, function, called, _ = first
        arity = called if type(called) is int else len(list_items(called) or ())
        return (parts[0], make_list([(module, function, arity)]))

    return _rewrite(term, lambda leaf: leaf, False, cut)


def _is_frame(term: tuple[Term, ...]) -> bool:
    if len(term) != 4:
        return False
    module, function, _, place = term
    return type(module) is Atom and type(function) is Atom and list_items(place) is not None


_SHOWN: Final[dict[str, Callable[[Term], Term]]] = {
    "identity_text": _identity_text,
    "external": _external,
    "md5_context": _md5_context,
    "memory": _memory,
    "last_digits": _last_digits,
    "refc": _refc,
    "binaries": _binaries,
    "compiled_re": _compiled_re,
    "unordered_tuple": _unordered_tuple,
    "continuation": _continuation,
    "exit_traces": _exit_traces,
}
