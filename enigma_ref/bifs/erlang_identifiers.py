"""erlang: pids, ports and references as text, and nodes."""

from __future__ import annotations

import re
from typing import Final

from enigma_ref.bifs.iodata import list_text, text_list
from enigma_ref.bifs.registry import bif
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.process import Process
from enigma_ref.terms import (
    FALSE,
    NIL,
    TRUE,
    Atom,
    Cons,
    Map,
    Pid,
    Port,
    Reference,
    Term,
    atom,
    list_items,
    make_list,
)
from enigma_ref.terms.atoms import UNDEFINED
from enigma_ref.terms.scalar_text import identifier_text

WIDE_SINCE: Final = 26
"""Since then pids and ports have more bits: 28 and 32 of a pid, 64 of a port."""

_pid_syntax: Final = re.compile(r"<([0-9]+)\.([0-9]+)\.([0-9]+)>")
_port_syntax: Final = re.compile(r"#Port<([0-9]+)\.([0-9]+)>")
_port_beginning: Final = re.compile(
    r"#Port<[ \t-\r]*([+-]?[0-9]+)\.[ \t-\r]*([+-]?[0-9]+).*", re.DOTALL
)
"""As C's `sscanf` reads `#Port<%u.%u>`."""
_ref_syntax: Final = re.compile(r"#Ref<([0-9]+)\.([0-9]+)\.([0-9]+)\.([0-9]+)>")

UINT: Final = (1 << 64) - 1
UINT32: Final = (1 << 32) - 1
"""What is left of numbers that the runtime reads into so many bits."""

MAX_LENGTHS: Final = {"pid": (64, 64), "port": (28, 38), "ref": (49, 71)}
"""How long a text may be: before `CHECKED_SINCE`, and since then (measured)."""

CHECKED_SINCE: Final = 24
"""Before, a port's text was only read up to its number, of which so many bits as ports had then
were taken (measured on 23)."""

SCHEDULERS: Final = 1
"""The lowest 18 bits of a reference's second word tell which scheduler made it."""


def _text(term: Term, kind: type[Pid] | type[Port] | type[Reference]) -> Term:
    if not isinstance(term, kind):
        raise badarg()
    return text_list(identifier_text(term))


@bif("erlang", "pid_to_list", 1)
def pid_to_list_1(pid: Term) -> Term:
    """The pid as text."""
    return _text(pid, Pid)


@bif("erlang", "port_to_list", 1)
def port_to_list_1(port: Term) -> Term:
    """The port as text."""
    return _text(port, Port)


@bif("erlang", "ref_to_list", 1)
def ref_to_list_1(ref: Term) -> Term:
    """The reference as text."""
    return _text(ref, Reference)


def _numbers(process: Process, list_: Term, kind: str, syntax: re.Pattern[str]) -> list[int]:
    text = list_text(list_)
    # The runtime reads it as a string of C, which ends where a zero is.
    found = syntax.fullmatch(text.partition("\0")[0])
    if found is None or len(text) > MAX_LENGTHS[kind][process.vm.release >= CHECKED_SINCE]:
        raise badarg()
    return [int(digits) for digits in found.groups()]


@bif("erlang", "list_to_pid", 1, process=True)
def list_to_pid_1(process: Process, list_: Term) -> Pid:
    """The pid of this node that a text shows."""
    node, *rest = _numbers(process, list_, "pid", _pid_syntax)
    number, serial = (part & UINT for part in rest)
    _check_node(node & UINT)
    wide = process.vm.release >= WIDE_SINCE
    if number >> (28 if wide else 15) or serial >> (32 if wide else 13):
        raise badarg()
    return Pid(process.vm.node, number, serial)


@bif("erlang", "list_to_port", 1, process=True)
def list_to_port_1(process: Process, list_: Term) -> Port:
    """The port of this node that a text shows."""
    release = process.vm.release
    if release < CHECKED_SINCE:
        node, number = map(_as_strtoul, _numbers(process, list_, "port", _port_beginning))
    else:
        node, number = _numbers(process, list_, "port", _port_syntax)
    _check_node(node & UINT32)
    number &= UINT
    if number >> (60 if release >= WIDE_SINCE else 28):
        raise badarg()
    return Port(process.vm.node, number)


def _check_node(number: int) -> None:
    """There are no other nodes yet; 0 stands for this one."""
    if number:
        raise badarg()


def _as_strtoul(number: int) -> int:
    """The 32 bits that are left of a number that C's `strtoul` reads."""
    return (number if abs(number) <= UINT else -1) & UINT32


@bif("erlang", "list_to_ref", 1, process=True)
def list_to_ref_1(process: Process, list_: Term) -> Reference:
    """The reference of this node that a text shows."""
    node, *words = (part & UINT for part in _numbers(process, list_, "ref", _ref_syntax))
    _check_node(node)
    words.reverse()
    if words[0] >> 18 or words[1] >> 32 or words[2] >> 32:
        raise badarg()
    if words[1] & ((1 << 18) - 1) > SCHEDULERS:
        raise badarg()
    return Reference(process.vm.node, tuple(words))


# ---------------------------------------------------------------- nodes


@bif("erlang", "node", 0, process=True)
def node_0(process: Process) -> Atom:
    """The name of this node."""
    return process.vm.node


@bif("erlang", "node", 1)
def node_1(term: Term) -> Atom:
    """The node that a pid, port or reference belongs to."""
    if type(term) is Pid or type(term) is Port or type(term) is Reference:
        return term.node
    raise badarg()


@bif("erlang", "is_alive", 0)
def is_alive_0() -> Atom:
    """Whether this node can connect to others: never."""
    return FALSE


@bif("erlang", "nodes", 0)
def nodes_0() -> Term:
    """The nodes that this one is connected to: none."""
    return NIL


KINDS: Final = ("visible", "hidden", "connected", "this", "known")


def _includes_this(kinds: Term) -> bool:
    given = [kinds] if type(kinds) is Atom else list_items(kinds)
    if given is None or any(type(kind) is not Atom or kind.name not in KINDS for kind in given):
        raise badarg()
    return any(kind.name in ("this", "known") for kind in given)


@bif("erlang", "nodes", 1, process=True)
def nodes_1(process: Process, kinds: Term) -> Term:
    """The nodes of some kinds."""
    return Cons(process.vm.node, NIL) if _includes_this(kinds) else NIL


NODE_TYPE = atom("node_type")
CONNECTION_ID = atom("connection_id")
THIS = atom("this")


@bif("erlang", "nodes", 2, process=True)
def nodes_2(process: Process, kinds: Term, wanted: Term) -> Term:
    """The nodes of some kinds, each with a map of what is asked about it."""
    if type(wanted) is not Map:
        raise badarg()
    values = {NODE_TYPE: THIS, CONNECTION_ID: UNDEFINED}
    info = Map.EMPTY
    for key, asked in wanted.items():
        if key not in (NODE_TYPE, CONNECTION_ID) or (asked is not TRUE and asked is not FALSE):
            raise badarg()
        if asked is TRUE:
            info = info.put(key, values[key])
    return make_list([(process.vm.node, info)]) if _includes_this(kinds) else NIL
