"""prim_socket: what a socket is to the runtime, and who waits for it.

One process at a time reads, writes or accepts; others queue behind it and are told, with the
message `{'$socket', Socket, select, Ref}`, when it is worth trying again. (What the Erlang side
expects is in socket.erl and prim_socket.erl; the states and counters are measured.)
"""

from __future__ import annotations

import contextlib
import socket
from dataclasses import dataclass, field
from typing import Final

from enigma_ref.bifs.native_arguments import resource
from enigma_ref.bifs.prim_socket_waiters import Side, Waiter
from enigma_ref.machine.process import Process
from enigma_ref.machine.system import System
from enigma_ref.terms import Atom, Pid, Reference, Term, atom
from enigma_ref.terms.atoms import ERROR, UNDEFINED

SOCKET: Final = atom("$socket")
SELECT: Final = atom("select")
ABORT: Final = atom("abort")
CLOSED: Final = atom("closed")
INVALID: Final = atom("invalid")
STATE: Final = atom("state")
ADD: Final = atom("add")
DEL: Final = atom("del")

NORMAL: Final = atom("normal")

IS_CLOSED: Final = (ERROR, CLOSED)
WRONG_STATE: Final = (ERROR, (INVALID, STATE))

BUFFER: Final = 8192
"""Bytes that are received at once when it is not said how many."""

CONTROL_BUFFER: Final = 1024
"""Bytes of control data that go with a message."""

BITS: Final = 64
COUNTERS: Final = (
    *("acc_fails", "acc_success", "acc_tries", "acc_waits"),
    *("read_byte", "read_fails", "read_pkg", "read_pkg_max", "read_tries", "read_waits"),
    *("write_byte", "write_fails", "write_pkg", "write_pkg_max", "write_tries", "write_waits"),
)
TABLE: Final = "prim_socket"


@dataclass(eq=False)
class Sockets:
    """What a system knows of its sockets: the registry's pid, switches, and how many there are of
    which sort. `live` has those that are open."""

    registry: Pid | None = None
    use_registry: bool = True
    debug: bool = False
    socket_debug: bool = False
    live: set[Socket] = field(default_factory=set)


class Socket:
    """An open socket. `counted` are the domain, type and protocol that it is counted with.

    `pieces` is how many buffers are received in a row, of which `pieces_read` with `row` bytes have
    come; `received` is what came of a piece that is not complete. `made_from` tells of a socket
    that was a descriptor before.
    """

    def __init__(self, sock: socket.socket, counted: tuple[int, int, int]) -> None:
        sock.setblocking(False)
        self.sock = sock
        self.counted = counted
        self.domain, self.type, self.protocol = int(sock.family), int(sock.type), int(sock.proto)
        self.descriptor = sock.fileno()
        self.owner: Pid | None = None
        self.former_owner: Pid | None = None
        self.made_from: Term = NORMAL
        self.ref: Reference
        self.use_registry = True
        self.is_open = True
        self.is_closed = False
        self.closer: Pid | None = None
        self.read_states: set[str] = set()
        self.write_states: set[str] = set()
        self.readers, self.acceptors, self.writers = Side(), Side(), Side()
        self.connector: Waiter | None = None
        self.counters = dict.fromkeys(COUNTERS, 0)
        self.debug = False
        self.wraps = False
        self.select_read = False
        self.meta: Term = UNDEFINED
        self.buffer = BUFFER
        self.pieces = 0
        self.pieces_read = 0
        self.row = 0
        self.received = b""
        self.control_buffer = CONTROL_BUFFER
        self.send_control_buffer = CONTROL_BUFFER
        self.file: int | None = None

    # ---------------------------------------------------------------- counting

    def count(self, name: str, by: int = 1) -> None:
        """Count something up; beyond 64 bits it begins anew."""
        self.counters[name] = (self.counters[name] + by) % (1 << BITS)

    def count_piece(self, direction: str, size: int, is_measured: bool = True) -> None:
        """Count something that was read or written. The largest one is looked for among those that
        come without an address."""
        self.count(f"{direction}_pkg")
        self.count(f"{direction}_byte", size)
        if is_measured:
            self.count_largest(direction, size)

    def count_largest(self, direction: str, size: int) -> None:
        """Note the size of the largest piece."""
        largest = f"{direction}_pkg_max"
        self.counters[largest] = max(self.counters[largest], size)

    # ---------------------------------------------------------------- messages

    def tell(self, vm: System, waiter: Waiter) -> None:
        """Tell somebody that it is time to try again."""
        waiter.was_told = True
        self._send(vm, waiter.pid, (SOCKET, (SOCKET, self.ref), SELECT, waiter.ref))

    def abort(self, vm: System, waiter: Waiter, reason: Term) -> None:
        """Tell somebody that it is in vain."""
        self._send(vm, waiter.pid, (SOCKET, (SOCKET, self.ref), ABORT, (waiter.ref, reason)))

    def _send(self, vm: System, pid: Pid, message: Term) -> None:
        receiver = vm.processes.get(pid)
        if receiver is not None:
            vm.send(receiver, message)

    def tell_registry(self, vm: System, what: Atom) -> None:
        """Let the registry know of a socket that comes or goes."""
        pid = sockets_of(vm).registry
        if self.use_registry and pid is not None:
            self._send(vm, pid, (SOCKET, what, (SOCKET, self.ref)))

    # ---------------------------------------------------------------- waiting

    def _first_input(self) -> Waiter | None:
        return self.acceptors.first() or self.readers.first()

    def _watch(self, vm: System, is_input: bool) -> None:
        watching = vm.ports.watching
        waiter = self._first_input() if is_input else self.connector or self.writers.first()
        set_action = watching.read if is_input else watching.write
        waits = waiter is not None and not waiter.was_told and self.descriptor >= 0
        if waits:
            vm.ports.selects.waiting_sockets.add((self.descriptor, is_input))
        else:
            vm.ports.selects.waiting_sockets.discard((self.descriptor, is_input))
        if self.descriptor >= 0:
            set_action(self.descriptor, (lambda: self._ready(vm, is_input)) if waits else None)

    def _ready(self, vm: System, is_input: bool) -> None:
        waiter = self._first_input() if is_input else self.connector or self.writers.first()
        if waiter is not None and not waiter.was_told:
            self.tell(vm, waiter)
        self._watch(vm, is_input)

    def wait(self, process: Process, side: Side, ref: Reference) -> Atom:
        """Let the running process wait: at its turn when it has it, else at the end."""
        first = side.first()
        if first is not None and first.pid == process.pid:
            first.ref, first.was_told = ref, False
        else:
            side.waiting.append(self._waiter(process, side, ref))
        self._watches(process.vm, side)
        return SELECT

    def _waiter(self, process: Process, side: Side, ref: Reference) -> Waiter:
        vm = process.vm
        waiter = Waiter(process.pid, ref)
        if process.pid != self.owner:
            waiter.watch = vm.make_ref()
            vm.watch(process, waiter.watch, lambda: self.drop(vm, side, waiter))
        return waiter

    def _take(self, vm: System, side: Side, waiter: Waiter) -> None:
        side.waiting.remove(waiter)
        if waiter.watch is not None:
            vm.unwatch(waiter.pid, waiter.watch)

    def _watches(self, vm: System, side: Side) -> None:
        is_input = side is not self.writers
        states = self.read_states if is_input else self.write_states
        if side.waiting:
            states.add("selected")
            if side is self.acceptors:
                states.add("accepting")
        elif side is self.acceptors:
            states.discard("accepting")
        self._watch(vm, is_input)

    def watch_connector(self, vm: System, waiter: Waiter | None) -> None:
        """Let somebody wait until the socket is connected, or nobody any more."""
        self.connector = waiter
        if waiter is None:
            self.write_states.discard("connecting")
        else:
            self.write_states |= {"connecting", "selected"}
        self._watch(vm, False)

    def done(self, process: Process, side: Side) -> None:
        """The running process has what it wanted: the next one's turn has come."""
        first = side.first()
        if first is not None and first.pid == process.pid:
            self._take(process.vm, side, first)
            self._watches(process.vm, side)

    def fail_all(self, process: Process, side: Side, reason: Term) -> None:
        """Tell all the others that it is in vain; the running process knows."""
        for waiter in list(side.waiting):
            if waiter.pid != process.pid:
                self.abort(process.vm, waiter, reason)
            self._take(process.vm, side, waiter)
        self._watches(process.vm, side)

    def drop(self, vm: System, side: Side, waiter: Waiter) -> None:
        """Somebody waits no longer."""
        if waiter in side.waiting:
            self._take(vm, side, waiter)
            self._watches(vm, side)

    # ---------------------------------------------------------------- the end

    def begin_close(self, vm: System) -> None:
        """Nobody may use it any more; those who wait are told."""
        self.is_open = False
        waiters = [*self.readers.waiting, *self.acceptors.waiting, *self.writers.waiting]
        if self.connector is not None:
            waiters.append(self.connector)
        for side in (self.readers, self.acceptors, self.writers):
            for waiter in list(side.waiting):
                self._take(vm, side, waiter)
        self.connector = None
        self._watch(vm, True)
        self._watch(vm, False)
        for waiter in waiters:
            self.abort(vm, waiter, CLOSED)
        if self.owner is not None:
            vm.unwatch(self.owner, self.ref)
        self.former_owner, self.owner = self.owner, None
        self.write_states.discard("connecting")

    def finish_close(self, vm: System) -> None:
        """Give the descriptor back. Raises OSError."""
        self.is_closed = True
        self.descriptor = -1
        sockets_of(vm).live.discard(self)
        vm.ports.sockets.discard(self.sock)
        self.tell_registry(vm, DEL)
        self.sock.close()

    def owned_by(self, vm: System, process: Process) -> None:
        """It belongs to a process from now on, and is closed with it."""
        if self.owner is not None:
            vm.unwatch(self.owner, self.ref)
        self.owner = process.pid
        vm.watch(process, self.ref, lambda: self._owner_ended(vm))

    def _owner_ended(self, vm: System) -> None:
        if not self.is_closed:
            self.former_owner, self.owner = self.owner, None
            self.begin_close(vm)
            with contextlib.suppress(OSError):
                self.finish_close(vm)


def sockets_of(vm: System) -> Sockets:
    """What a system knows of its sockets."""
    found = vm.state.get(TABLE)
    if not isinstance(found, Sockets):
        found = vm.state[TABLE] = Sockets()
    return found


def socket_of(process: Process, ref: Term) -> Socket:
    """The socket that a reference stands for. Raises badarg."""
    return resource(process, ref, Socket)


def new_socket(
    process: Process, sock: socket.socket, counted: tuple[int, int, int], use_registry: bool
) -> Socket:
    """A socket that belongs to the running process."""
    vm = process.vm
    made = Socket(sock, counted)
    made.use_registry = use_registry
    made.ref = vm.make_magic_ref(made)
    made.owned_by(vm, process)
    sockets_of(vm).live.add(made)
    vm.ports.sockets.add(sock)
    made.tell_registry(vm, ADD)
    return made
