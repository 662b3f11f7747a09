"""erts_internal:open_port: names and settings of ports (documentation of erlang:open_port/2)."""

from __future__ import annotations

from typing import Final

from enigma_ref.bifs.native_text import native_bytes
from enigma_ref.bifs.os import environment, variable_name, variable_value
from enigma_ref.machine.errors import BeamError, badarg
from enigma_ref.machine.process import Process
from enigma_ref.machine.system import System
from enigma_ref.ports.settings import Settings
from enigma_ref.terms import FALSE, NIL, TRUE, Atom, Bitstring, Cons, Term, atom, list_items
from enigma_ref.terms.smalls import is_small

DISABLED: Final = atom("disabled")
PACKETS: Final = (1, 2, 4)
DEFAULT_LINE: Final = 512
MAX_LIMIT: Final = (1 << 64) - 2
MIN_LIMIT: Final = 1

ON: Final = {
    "binary": "binary",
    "eof": "eof",
    "exit_status": "exit_status",
    "stderr_to_stdout": "stderr_to_stdout",
    "use_stdio": "use_stdio",
}
IGNORED: Final = frozenset(("hide", "overlapped_io"))
"""What only means something on Windows."""


class BadSettings(Exception):
    """Settings that there are not."""


def native_name(vm: System, term: Term, *, may_be_empty: bool = False) -> bytes:
    """A name as the operating system takes it: an atom, a binary or nested characters, without
    zero bytes. Raises badarg."""
    if type(term) is Atom:
        data = native_bytes(vm, term.name)
    elif type(term) is Bitstring:
        if term.size & 7:
            raise badarg()
        data = term.to_bytes()
    else:
        data = native_bytes(vm, variable_value(term))
    if 0 in data or not (data or may_be_empty):
        raise badarg()
    return data


def parse(process: Process, options: Term) -> Settings:
    """The settings in a list of options. Raises BadSettings, and badarg for the name of a
    folder that is none."""
    settings = Settings(reads=False, writes=False, environment=dict(environment(process)))
    folder: Term = NIL
    while type(options) is Cons:
        option = options.head
        if type(option) is tuple and len(option) == 2 and type(option[0]) is Atom:
            if option[0].name == "cd":
                folder = option[1]
            else:
                try:
                    _pair(process, settings, option[0].name, option[1])
                except BeamError:
                    raise BadSettings from None
        elif type(option) is Atom:
            _word(settings, option.name)
        else:
            raise BadSettings
        options = options.tail
    if options is not NIL:
        raise BadSettings
    if not settings.reads and not settings.writes:
        settings.reads = settings.writes = True
    if settings.line and settings.packet:
        raise BadSettings
    if settings.stderr_to_stdout and not settings.use_stdio:
        raise BadSettings
    if folder is not NIL:
        settings.folder = native_name(process.vm, folder)
    return settings


def _word(settings: Settings, name: str) -> None:
    if name in ON:
        setattr(settings, ON[name], True)
    elif name == "stream":
        settings.packet = 0
    elif name == "line":
        settings.line = DEFAULT_LINE
    elif name == "nouse_stdio":
        settings.use_stdio = False
    elif name == "in":
        settings.reads = True
    elif name == "out":
        settings.writes = True
    elif name not in IGNORED:
        raise BadSettings


def _pair(process: Process, settings: Settings, name: str, value: Term) -> None:
    if name == "packet" and value in PACKETS and type(value) is int:
        settings.packet = value
    elif name == "line" and is_small(value) and value > 0:
        settings.line = value
    elif name == "env":
        settings.environment = _changed(process, value)
    elif name == "args":
        items = list_items(value)
        if items is None:
            raise BadSettings
        settings.args = [native_name(process.vm, item, may_be_empty=True) for item in items]
    elif name == "arg0":
        settings.arg0 = native_name(process.vm, value, may_be_empty=True)
    elif name == "parallelism" and (value is TRUE or value is FALSE):
        settings.parallelism = value is TRUE
    elif name == "busy_limits_port":
        settings.low, settings.high = _limits(value)
    elif name == "busy_limits_msgq":
        # Signals reach a port at once: none ever waits.
        _limits(value)
    else:
        raise BadSettings


def _changed(process: Process, changes: Term) -> dict[bytes, bytes]:
    vm = process.vm
    variables = dict(environment(process))
    while type(changes) is Cons:
        pair = changes.head
        if type(pair) is not tuple or len(pair) != 2:
            raise BadSettings
        name = native_bytes(vm, variable_name(pair[0]))
        if pair[1] is FALSE or pair[1] is NIL:
            variables.pop(name, None)
        else:
            variables[name] = native_bytes(vm, variable_value(pair[1]))
        changes = changes.tail
    if changes is not NIL:
        raise BadSettings
    return variables


def _limits(value: Term) -> tuple[int | None, int | None]:
    """The lower and the upper limit of a queue."""
    if value is DISABLED:
        return None, None
    if type(value) is not tuple or len(value) != 2:
        raise BadSettings
    low, high = value
    if any(type(limit) is not int or not MIN_LIMIT <= limit <= MAX_LIMIT for limit in value):
        raise BadSettings
    return min(low, high), high
