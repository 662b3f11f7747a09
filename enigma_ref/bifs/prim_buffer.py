"""prim_buffer: queues of bytes, which raw files keep what they read ahead in.

Where one binary ends that `peek_head` shows, and the next one begins, is that of OTP's
prim_buffer_nif.c: small writes are collected, large ones stay the binaries that they were.
"""

from __future__ import annotations

from collections import deque
from typing import Final

from enigma_ref.bifs.native_arguments import LONG_BITS, c_int, c_unsigned, resource, some_binaries
from enigma_ref.bifs.registry import bif
from enigma_ref.machine.errors import badarg, error
from enigma_ref.machine.process import Process
from enigma_ref.terms import NIL, Atom, Bitstring, Reference, Term, atom
from enigma_ref.terms.atoms import OK

ACQUIRED: Final = atom("acquired")
BUSY: Final = atom("busy")
NOT_FOUND: Final = atom("not_found")
LOCK_ORDER_VIOLATION: Final = atom("lock_order_violation")

COLLECTED: Final = 2048
"""Fewer bytes than that are collected into one binary."""

AT_ONCE: Final = 64
"""How many binaries one step takes, which are collected or not together."""


class Buffer:
    """A queue of binaries that are not empty, and behind it the bytes collected so far."""

    __slots__ = ("__weakref__", "collected", "is_locked", "queue", "queued")

    def __init__(self) -> None:
        self.queue: deque[Bitstring] = deque()
        self.queued = 0
        self.collected = bytearray()
        self.is_locked = False

    @property
    def size(self) -> int:
        """How many bytes there are."""
        return self.queued + len(self.collected)

    def flush(self) -> None:
        """Put what is collected into the queue."""
        if self.collected:
            self._add(Bitstring.of(self.collected))
            self.collected = bytearray()

    def _add(self, binary: Bitstring) -> None:
        self.queue.append(binary)
        self.queued += binary.byte_size

    def write(self, binaries: list[Bitstring]) -> None:
        """Add binaries at the end."""
        size = sum(binary.byte_size for binary in binaries)
        if len(self.collected) + size >= COLLECTED:
            self.flush()
            if size >= COLLECTED // 2:
                for binary in binaries:
                    self._add(binary)
                return
        for binary in binaries:
            self.collected += binary.view()

    def take(self, size: int) -> list[Bitstring]:
        """Take bytes from the front, of which there must be so many."""
        self.flush()
        taken = []
        self.queued -= size
        while size:
            head = self.queue.popleft()
            if head.byte_size > size:
                taken.append(head.slice(0, 8 * size))
                self.queue.appendleft(head.slice(8 * size, head.size - 8 * size))
                break
            taken.append(head)
            size -= head.byte_size
        return taken


def _buffer(process: Process, ref: Term) -> Buffer:
    return resource(process, ref, Buffer)


def _taken(process: Process, ref: Term, size: Term) -> list[Bitstring]:
    """Take bytes from the front of a buffer. Raises badarg when there are fewer."""
    buffer = _buffer(process, ref)
    count = c_unsigned(size, LONG_BITS)
    buffer.flush()
    if count > buffer.queued:
        raise badarg()
    return buffer.take(count)


@bif("prim_buffer", "new", 0, process=True)
def new_0(process: Process) -> Reference:
    """An empty buffer."""
    return process.vm.make_magic_ref(Buffer())


@bif("prim_buffer", "size", 1, process=True)
def size_1(process: Process, ref: Term) -> int:
    """How many bytes a buffer has."""
    return _buffer(process, ref).size


@bif("prim_buffer", "write", 2, process=True)
def write_2(process: Process, ref: Term, binaries: Term) -> Atom:
    """Add binaries at the end. When one is none, those of the steps before it are added."""
    buffer = _buffer(process, ref)
    while True:
        some, binaries = some_binaries(binaries, AT_ONCE)
        buffer.write(some)
        if binaries is NIL:
            return OK


@bif("prim_buffer", "copying_read", 2, process=True)
def copying_read_2(process: Process, ref: Term, size: Term) -> Bitstring:
    """Take bytes from the front, as one binary of their own."""
    return Bitstring.of(b"".join(part.view() for part in _taken(process, ref, size)))


@bif("prim_buffer", "skip", 2, process=True)
def skip_2(process: Process, ref: Term, size: Term) -> Atom:
    """Drop bytes from the front."""
    _taken(process, ref, size)
    return OK


@bif("prim_buffer", "peek_head", 1, process=True)
def peek_head_1(process: Process, ref: Term) -> Bitstring:
    """The first binary, which stays."""
    buffer = _buffer(process, ref)
    buffer.flush()
    if not buffer.queue:
        raise badarg()
    return buffer.queue[0]


@bif("prim_buffer", "find_byte_index", 2, process=True)
def find_byte_index_2(process: Process, ref: Term, byte: Term) -> Term:
    """Where a byte occurs first."""
    buffer = _buffer(process, ref)
    wanted = c_int(byte)
    buffer.flush()
    if not 0 <= wanted <= 255:
        raise badarg()
    before = 0
    for binary in buffer.queue:
        at = bytes(binary.view()).find(wanted)
        if at >= 0:
            return (OK, before + at)
        before += binary.byte_size
    return NOT_FOUND


@bif("prim_buffer", "try_lock", 1, process=True)
def try_lock_1(process: Process, ref: Term) -> Atom:
    """Lock a buffer, unless it is locked."""
    buffer = _buffer(process, ref)
    if buffer.is_locked:
        return BUSY
    buffer.is_locked = True
    return ACQUIRED


@bif("prim_buffer", "unlock", 1, process=True)
def unlock_1(process: Process, ref: Term) -> Atom:
    """Unlock a buffer. Raises lock_order_violation."""
    buffer = _buffer(process, ref)
    if not buffer.is_locked:
        raise error(LOCK_ORDER_VIOLATION)
    buffer.is_locked = False
    return OK
