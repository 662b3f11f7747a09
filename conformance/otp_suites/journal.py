"""The journal that `enigma_suites` keeps in a running system, read from outside while it grows."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from conformance.otp_suites.verdicts import Case
from enigma_ref.terms import Atom, Bitstring, Term, list_items
from enigma_ref.terms.external import ExternalFormatError, decode
from enigma_ref.terms.text import format_w


@dataclass(frozen=True)
class Plan:
    """The cases of the suite, as it says itself."""

    cases: tuple[Case, ...]


@dataclass(frozen=True)
class NoPlan:
    """The suite cannot tell its cases."""

    reason: str


@dataclass(frozen=True)
class Start:
    """A case begins, for the `count`-th time."""

    case: Case
    count: int
    ms: int


@dataclass(frozen=True)
class Done:
    """A case has ended; `group` is the innermost one around it, "" without."""

    name: str
    group: str
    outcome: str
    reason: str
    ms: int


@dataclass(frozen=True)
class BeginConf:
    """What comes before cases begins: init_per_suite, or init_per_group of the group `path`."""

    path: tuple[str, ...]
    ms: int


@dataclass(frozen=True)
class Conf:
    """What comes before or behind cases has ended."""

    what: str
    group: str
    outcome: str
    reason: str
    ms: int


@dataclass(frozen=True)
class Finished:
    """common_test has returned."""

    result: str


Entry = Plan | NoPlan | Start | Done | BeginConf | Conf | Finished


class Journal:
    """Reads what was added since the last time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.position = 0

    def news(self) -> Iterator[Entry]:
        """The entries that were added; a line that is not whole yet comes the next time."""
        try:
            with self.path.open("rb") as file:
                file.seek(self.position)
                text = file.read()
        except FileNotFoundError:
            return
        whole = text.rfind(b"\n") + 1
        self.position += whole
        for line in text[:whole].splitlines():
            try:
                term = decode(base64.b64decode(line))
            except (binascii.Error, ExternalFormatError):
                continue  # two were written at the same time
            entry = _entry(term)
            if entry is not None:
                yield entry


def _entry(term: Term) -> Entry | None:
    match term:
        case (Atom(name="plan"), cases):
            return Plan(tuple(Case(_path(path), _text(name)) for path, name in _items(cases)))
        case (Atom(name="no_plan"), reason):
            return NoPlan(_text(reason))
        case (Atom(name="start"), path, name, int(count), int(ms)):
            return Start(Case(_path(path), _text(name)), count, ms)
        case (Atom(name="done"), name, group, outcome, int(ms)):
            return Done(_text(name), _group(group), *_outcome(outcome), ms)
        case (Atom(name="begin_conf"), _, path, int(ms)):
            return BeginConf(_path(path), ms)
        case (Atom(name="conf"), what, group, outcome, int(ms)):
            return Conf(_text(what), _group(group), *_outcome(outcome), ms)
        case (Atom(name="finished"), result):
            return Finished(_text(result))
    return None


def _items(term: Term) -> list[Term]:
    return list_items(term) or []


def _path(term: Term) -> tuple[str, ...]:
    return tuple(map(_text, _items(term)))


def _group(term: Term) -> str:
    name = _text(term)
    return "" if name in ("none", "undefined") else name


def _outcome(term: Term) -> tuple[str, str]:
    match term:
        case (kind, reason):
            return _text(kind), _text(reason)
    return _text(term), ""


def _text(term: Term) -> str:
    if isinstance(term, Bitstring):
        return term.to_bytes().decode("utf-8", "replace")
    return term.name if isinstance(term, Atom) else format_w(term)
