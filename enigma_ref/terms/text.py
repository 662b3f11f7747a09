"""Terms as text: `format_w` on one line as `~w`, `format_p` laid out as `~p`."""

from __future__ import annotations

from typing import Any

from enigma_ref.terms.bitstrings import Bitstring
from enigma_ref.terms.lists import NIL, Cons
from enigma_ref.terms.maps import Map
from enigma_ref.terms.pretty import format_p
from enigma_ref.terms.records import Record
from enigma_ref.terms.scalar_text import Encoding, atom_text, bytes_text, scalar_text

__all__ = ["Encoding", "format_p", "format_w"]


def format_w(term: Any, depth: int = -1, encoding: Encoding = "latin1", release: int = 25) -> str:
    """`term` as `io_lib:format("~w", [term])` of that release writes it.

    `depth` is that of `~W` (how much of the term to show before `...`), all of it when
    negative. `unicode` as `encoding` is `~tw`.
    """
    if depth == 0:
        return "..."
    out: list[str] = []
    emit = out.append
    # Pieces of output (str, which is no term) and terms with the depth left for each.
    stack: list[tuple[Any, int]] = [(term, depth)]
    while stack:
        item, depth = stack.pop()
        kind = type(item)
        if kind is str:
            emit(item)
            continue
        text = scalar_text(item, encoding, release)
        if text is not None:
            emit(text)
        elif kind is Cons:
            if depth == 1:
                emit("[...]")
            else:
                _list(item, depth, stack)
        elif kind is tuple:
            _tuple(item, depth, stack)
        elif kind is Bitstring:
            emit(f"<<{','.join(bytes_text(item, depth))}>>")
        elif kind is Map:
            _map(item, depth, stack)
        elif kind is Record:
            _record(item, depth, stack, encoding, release)
        else:
            raise TypeError(f"no Erlang term: {item!r}")
    return "".join(out)


def _list(term: Cons, depth: int, stack: list[tuple[Any, int]]) -> None:
    pieces: list[tuple[Any, int]] = [("[", 0)]
    rest: Any = term
    while True:
        depth -= 1
        pieces.append((rest.head, depth))
        rest = rest.tail
        if type(rest) is not Cons or depth == 1:
            break
        pieces.append((",", 0))
    if rest is NIL:
        pieces.append(("]", 0))
    elif depth == 1:
        pieces.append(("|...]", 0))
    else:
        pieces += (("|", 0), (rest, depth - 1), ("]", 0))
    stack.extend(reversed(pieces))


def _tuple(term: tuple[Any, ...], depth: int, stack: list[tuple[Any, int]]) -> None:
    if not term or depth == 1:
        stack.append(("{...}" if term else "{}", 0))
        return
    pieces: list[tuple[Any, int]] = []
    separator = "{"
    for item in term:
        if depth == 1:
            pieces.append((",...", 0))
            break
        depth -= 1
        pieces.append((separator, 0))
        pieces.append((item, depth))
        separator = ","
    pieces.append(("}", 0))
    stack.extend(reversed(pieces))


def _map(term: Map, depth: int, stack: list[tuple[Any, int]]) -> None:
    if depth == 1:
        stack.append(("#{}", 0))
        return
    pieces: list[tuple[Any, int]] = []
    inner = depth - 1
    separator = "#{"
    for key, value in term.items():
        # Every pair gets the same depth, the number of pairs is limited too.
        if depth == 1:
            pieces.append((",...", 0))
            break
        depth -= 1
        pieces += ((separator, 0), (key, inner), (" => ", 0), (value, inner))
        separator = ","
    else:
        if depth == 1:
            pieces.append((",...", 0))
        elif not len(term):
            pieces.append(("#{", 0))
    pieces.append(("}", 0))
    stack.extend(reversed(pieces))


def _record(
    term: Record, depth: int, stack: list[tuple[Any, int]], encoding: Encoding, release: int
) -> None:
    module = atom_text(term.module.name, encoding, release)
    pieces: list[tuple[Any, int]] = [
        (f"#{module}:{atom_text(term.name.name, encoding, release)}{{", 0)
    ]
    for index, (field, value) in enumerate(zip(term.fields, term.values, strict=True)):
        if index:
            pieces.append((",", 0))
        if depth == 1:
            pieces.append(("...", 0))
            break
        depth -= 1
        pieces += ((field, 1), (" = ", 0), (value, depth))
    pieces.append(("}", 0))
    stack.extend(reversed(pieces))
