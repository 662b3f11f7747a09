"""erlang, erts_internal: ports (io.c and erl_bif_port.c in OTP's runtime).

What erlang:open_port/2 and its like get in an atom (badarg, badopt, enoent) they make an error.
"""

from __future__ import annotations

import errno
import os
import resource
import stat
from collections.abc import Callable
from typing import Final

from enigma_ref.bifs.iodata import byte_list
from enigma_ref.bifs.port_settings import BadSettings, native_name, parse
from enigma_ref.bifs.registry import bif
from enigma_ref.bifs.working_folder import folder as folder_of
from enigma_ref.bifs.working_folder import name as folder_name
from enigma_ref.machine.errors import BeamError, badarg, error, system_limit
from enigma_ref.machine.posix_reasons import reason
from enigma_ref.machine.process import Process
from enigma_ref.machine.suspension import Leave
from enigma_ref.ports.children import start_command, start_executable
from enigma_ref.ports.drivers import Descriptors, Driver
from enigma_ref.ports.inet import sctp, tcp, udp
from enigma_ref.ports.inet.inet import Inet
from enigma_ref.ports.port import OpenPort
from enigma_ref.ports.ram_file import NAME as RAM_FILE
from enigma_ref.ports.ram_file import RamFile
from enigma_ref.ports.settings import Settings
from enigma_ref.ports.table import MAX_PORTS
from enigma_ref.ports.tty_sl import NAME as TTY_SL
from enigma_ref.ports.tty_sl import LineTerminal, NoTerminal
from enigma_ref.ports.watching import Watching
from enigma_ref.terms import (
    FALSE,
    NIL,
    TRUE,
    Atom,
    Cons,
    Pid,
    Port,
    Term,
    atom,
    list_items,
    make_list,
    string_of,
    to_bool_atom,
)
from enigma_ref.terms.atoms import BADARG, NORMAL, UNDEFINED
from enigma_ref.terms.smalls import is_small

BADOPT: Final = atom("badopt")
CALL: Final = atom("call")
CLOSE: Final = atom("close")
CONNECT: Final = atom("connect")
CONNECTED: Final = atom("connected")
BADTYPE: Final = atom("badtype")
EINVAL: Final = atom("einval")
FD: Final = atom("fd")
INFO: Final = atom("info")
FORCE: Final = atom("force")
NOSUSPEND: Final = atom("nosuspend")
NOTSUP: Final = atom("notsup")
SPAWNS: Final = ("spawn", "spawn_executable", "spawn_driver")

SOCKETS: Final[dict[bytes, Callable[[Watching, int], Inet]]] = {
    tcp.NAME: tcp.Tcp,
    udp.NAME: udp.Udp,
    sctp.NAME: sctp.Sctp,
}
"""The drivers for the network."""

CAUSES_SINCE: Final = 24
"""Before, bad options and types were no errors of their own."""

CHANGES_UNTIL: Final = 23
"""Later releases do not compress and encode files in memory by themselves (none at 25)."""

TTY_SL_UNTIL: Final = 25
"""Later releases have native functions for terminals (prim_tty)."""

FILES_UNTIL: Final = 25
"""Until then an atom or a string opened a file, without documentation."""

MAX_OPERATION: Final = (1 << 32) - 1
LINK_BYTES: Final = {23: 44, 25: 40}
LINK_BYTES_NOW: Final = 48
"""What a link or monitor of a port takes (measured)."""


@bif("erts_internal", "open_port", 2, process=True)
def open_port_2(process: Process, name: Term, options: Term) -> Term:
    """Open a port; the atom of an error when that cannot be."""
    bad_option = BADOPT if process.vm.release >= CAUSES_SINCE else BADARG
    vm = process.vm
    try:
        settings = parse(process, options)
        port = _open(process, name, settings)
    except BadSettings:
        return bad_option
    except BeamError as failure:
        if failure.reason is EINVAL:
            vm.ports.failed(process, _shown_name(process, name))
        return failure.reason
    except OSError as failure:
        vm.ports.failed(process, _shown_name(process, name))
        return reason(failure.errno or 0)
    if vm.tracing is not None:
        vm.tracing.ports.opened(process, port)
    return port.id


def _shown_name(process: Process, name: Term) -> bytes:
    """The name of a port whose driver could not start."""
    if type(name) is tuple:
        if name[0] is FD:
            return b"%d/%d" % (name[1], name[2])
        return native_name(process.vm, name[1])
    return name.name.encode("latin1") if type(name) is Atom else bytes(list_items(name) or [])


def _open(process: Process, name: Term, settings: Settings) -> OpenPort:
    """Raises BeamError and OSError."""
    vm = process.vm
    ports = vm.ports
    if ports.is_full():
        raise system_limit()
    if type(name) is Atom or string_of(name) is not None:
        if process.vm.release > FILES_UNTIL:
            raise badarg()
        _refuse_for_others(settings)
        file, driver = _file(process, name, settings)
        port: OpenPort = ports.add(process, file, "vanilla", settings, driver)
        return port
    if type(name) is not tuple or not name:
        raise badarg()
    if type(name[0]) is Atom and name[0].name in SPAWNS and len(name) == 2:
        file = native_name(vm, name[1])
        words = file.split(b" ")
        if (
            words[0] == TTY_SL
            and name[0].name != "spawn_executable"
            and process.vm.release <= TTY_SL_UNTIL
        ):
            return _terminal(process, file, words[1:], settings)
        if words[0] == RAM_FILE and name[0].name != "spawn_executable":
            _refuse_for_others(settings)
            memory = RamFile(changes=vm.release <= CHANGES_UNTIL)
            port = ports.add(process, file, RAM_FILE.decode(), settings, memory)
            return port
        if words[0] in SOCKETS and name[0].name != "spawn_executable":
            _refuse_for_others(settings)
            socket = SOCKETS[words[0]](ports.watching, vm.release)
            port = ports.add(process, file, words[0].decode(), settings, socket)
            return port
        driver = _program(process, name[0].name, file, settings)
        port = ports.add(process, file, "spawn", settings, driver)
        return port
    if name[0] is not FD or len(name) != 3 or not is_small(name[1]) or not is_small(name[2]):
        raise badarg()
    _refuse_for_others(settings)
    reads = name[1] if settings.reads else None
    writes = name[2] if settings.writes else None
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if any(number is not None and not 0 <= number < most for number in (reads, writes)):
        raise error(EINVAL)
    driver = Descriptors(ports.watching, settings, reads, writes, owned=False)
    port = ports.add(process, b"%d/%d" % (name[1], name[2]), "fd", settings, driver)
    return port


def _terminal(
    process: Process, name: bytes, arguments: list[bytes], settings: Settings
) -> OpenPort:
    """The terminal, edited a line at a time, in the releases whose shell does that with a port."""
    ports = process.vm.ports
    _refuse_for_others(settings)
    try:
        driver = LineTerminal(ports.watching, ports.signals, settings, arguments)
    except NoTerminal:
        raise error(EINVAL) from None
    port: OpenPort = ports.add(process, name, TTY_SL.decode(), settings, driver)
    return port


def _refuse_for_others(settings: Settings) -> None:
    """Only programs have arguments and an exit status."""
    if settings.args is not None or settings.arg0 is not None or settings.exit_status:
        raise badarg()


def _program(process: Process, kind: str, name: bytes, settings: Settings) -> Driver:
    vm = process.vm
    if kind != "spawn_executable" and (settings.args is not None or settings.arg0 is not None):
        raise badarg()
    if kind == "spawn_driver":
        raise badarg()
    folder = folder_name(vm)
    if kind == "spawn":
        child = start_command(name, settings, folder)
    else:
        os.stat(name, dir_fd=folder_of(vm))
        if not os.access(name, os.X_OK, dir_fd=folder_of(vm)):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        child = start_executable(name, settings, folder)
    watching = vm.ports.watching
    return Descriptors(watching, settings, child.reads, child.writes, owned=True, child=child)


def _file(process: Process, name: Term, settings: Settings) -> tuple[bytes, Driver]:
    """A file that is opened, and made when it is to be written."""
    if type(name) is Atom:
        file = name.name.encode("latin1", errors="replace")
    else:
        file = bytes(list_items(name) or [])
    flags = os.O_RDWR | os.O_CREAT
    if not settings.writes:
        flags = os.O_RDONLY
    elif not settings.reads:
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    try:
        number = os.open(file, flags | os.O_NONBLOCK, 0o666, dir_fd=folder_of(process.vm))
    except (OSError, ValueError):
        raise error(EINVAL) from None
    if stat.S_ISDIR(os.fstat(number).st_mode) and settings.writes:
        os.close(number)
        raise error(EINVAL)
    driver = Descriptors(
        process.vm.ports.watching,
        settings,
        number if settings.reads else None,
        number if settings.writes else None,
        owned=True,
    )
    return file, driver


def _ended(process: Process, result: Atom) -> Atom:
    """The result, unless what was done has ended the process."""
    if process.status == "exited":
        raise Leave
    return result


@bif("erts_internal", "port_command", 3, process=True)
def port_command_3(process: Process, port_id: Term, data: Term, options: Term) -> Atom:
    """Give a port bytes to write. While it is busy the caller waits; with nosuspend the result is
    false instead. Only streams take `force`, others do not: notsup."""
    process.work = None
    given: list[Term] = []
    while type(options) is Cons:
        given.append(options.head)
        options = options.tail
    if options is not NIL or any(
        option is not FORCE and option is not NOSUSPEND for option in given
    ):
        return BADOPT if process.vm.release >= CAUSES_SINCE else BADARG
    ports = process.vm.ports
    port: OpenPort | None = ports.get(port_id)
    if port is None:
        return BADARG
    if FORCE in given and not port.driver.takes_force:
        return NOTSUP
    if port.busy and FORCE not in given:
        if NOSUSPEND in given:
            return FALSE
        ports.suspend(process, port)
    if not ports.write(process, port, data):
        return BADARG
    return _ended(process, TRUE)


@bif("erts_internal", "port_close", 1, process=True)
def port_close_1(process: Process, port_id: Term) -> Atom:
    """Close a port; the atom badarg when there is none."""
    port: OpenPort | None = process.vm.ports.get(port_id)
    if port is None:
        return BADARG
    tracing = process.vm.tracing
    if tracing is not None:
        tracing.ports.runs(port, CLOSE)
        tracing.ports.received(port.id, process.pid, CLOSE)
    port.close(NORMAL)
    return _ended(process, TRUE)


@bif("erts_internal", "port_connect", 2, process=True)
def port_connect_2(process: Process, port_id: Term, pid: Term) -> Atom:
    """Make a process the owner of a port and link it; the old owner stays linked."""
    port: OpenPort | None = process.vm.ports.get(port_id)
    owner = process.vm.processes.get(pid) if type(pid) is Pid else None
    if port is None or owner is None:
        return BADARG
    tracing = process.vm.tracing
    if tracing is not None:
        tracing.ports.runs(port, CONNECT)
    process.vm.ports.link(owner, port)
    if tracing is not None:
        # An answer to the caller is traced, though none comes.
        tracing.ports.received(port.id, process.pid, (CONNECT, pid))
        tracing.ports.sent(port.id, (port.id, CONNECTED), process.pid)
        tracing.ports.ran(port, CONNECT)
    port.connected = owner.pid
    return TRUE


@bif("erts_internal", "port_control", 3, process=True)
def port_control_3(process: Process, port_id: Term, operation: Term, data: Term) -> Term:
    """Let a port do something that its kind knows by a number; a list of bytes, or the atom
    badarg."""
    port: OpenPort | None = process.vm.ports.get(port_id)
    if port is None or type(operation) is not int or not 0 <= operation <= MAX_OPERATION:
        return BADARG
    try:
        written = process.vm.ports.to_bytes(data)
    except BeamError:
        return BADARG
    answer = port.control(operation, written, process.pid)
    if process.status == "exited":
        raise Leave
    return BADARG if answer is None else byte_list(answer)


@bif("erts_internal", "port_call", 3, process=True)
def port_call_3(process: Process, port_id: Term, operation: Term, data: Term) -> Atom:
    """Call a port with a term: badarg, since only drivers that are linked in take calls."""
    _runs(process, process.vm.ports.get(port_id), CALL)
    return BADARG


def _runs(process: Process, port: OpenPort | None, what: Atom) -> None:
    """A port does something that leaves it as it is."""
    tracing = process.vm.tracing
    if tracing is not None and port is not None:
        tracing.ports.runs(port, what)
        tracing.ports.ran(port, what)


@bif("erlang", "ports", 0, process=True)
def ports_0(process: Process) -> Term:
    """All ports."""
    return make_list(process.vm.ports.ids())


@bif("erlang", "port_set_data", 2, process=True)
def port_set_data_2(process: Process, port_id: Term, data: Term) -> Atom:
    """Keep a term with a port."""
    _lookup(process, port_id).data = data
    return TRUE


@bif("erlang", "port_get_data", 1, process=True)
def port_get_data_1(process: Process, port_id: Term) -> Term:
    """The term that is kept with a port; undefined when there is none."""
    return _lookup(process, port_id).data


def _lookup(process: Process, port_id: Term) -> OpenPort:
    port: OpenPort | None = process.vm.ports.get(port_id)
    if port is None:
        raise badarg()
    return port


# ---------------------------------------------------------------- information


def _memory(port: OpenPort) -> int:
    size = LINK_BYTES.get(port.ports.vm.release, LINK_BYTES_NOW)
    return size * (len(port.links) + len(port.monitored_by))


def _index(port: OpenPort) -> int:
    """Where the port's entry is in the emulator's table, which spreads them over cache lines."""
    turns, place = divmod(port.id.number * 8, MAX_PORTS)
    return (place + turns) % MAX_PORTS


SHARED: Final = ("fd", "forker", "vanilla")
"""Drivers all of whose ports have one lock (measured)."""

ITEMS: Final[dict[str, Callable[[OpenPort], Term]]] = {
    "registered_name": lambda port: port.registered_name or NIL,
    "name": lambda port: byte_list(port.name),
    "links": lambda port: make_list(list(port.links)),
    "id": _index,
    "connected": lambda port: port.connected,
    "input": lambda port: port.bytes_in,
    "output": lambda port: port.bytes_out,
    "os_pid": lambda port: UNDEFINED if port.driver.pid is None else port.driver.pid,
    "monitors": lambda port: NIL,
    "monitored_by": lambda port: make_list([w.watcher for w in port.monitored_by.values()]),
    "memory": _memory,
    "parallelism": lambda port: to_bool_atom(port.settings.parallelism),
    "queue_size": lambda port: port.driver.queued(),
    "locking": lambda port: atom("driver_level" if port.driver_name in SHARED else "port_level"),
}

SUMMARY: Final = ("name", "links", "id", "connected", "input", "output", "os_pid")
"""The items of port_info/1, in its order; a registered name comes first."""


@bif("erts_internal", "port_info", 1, process=True)
def port_info_1(process: Process, port_id: Term) -> Term:
    """The usual items about a port; undefined when it is closed."""
    port = process.vm.ports.known(port_id)
    _runs(process, port, INFO)
    if port is None:
        return UNDEFINED if _may_be_port(process, port_id) else BADARG
    names = (["registered_name"] if port.registered_name is not None else []) + list(SUMMARY)
    return make_list([(atom(name), ITEMS[name](port)) for name in names])


@bif("erts_internal", "port_info", 2, process=True)
def port_info_2(process: Process, port_id: Term, item: Term) -> Term:
    """One item about a port; undefined when it is closed. The atoms badarg (no such item) and
    badtype (no port) are errors."""
    port = process.vm.ports.known(port_id)
    _runs(process, port, INFO)
    if port is None:
        bad_type = BADTYPE if process.vm.release >= CAUSES_SINCE else BADARG
        return UNDEFINED if _may_be_port(process, port_id) else bad_type
    if type(item) is not Atom or item.name not in ITEMS:
        return BADARG
    value = ITEMS[item.name](port)
    return NIL if item.name == "registered_name" and value is NIL else (item, value)


def _may_be_port(process: Process, term: Term) -> bool:
    return type(term) is Atom or (type(term) is Port and term.node is process.vm.node)
