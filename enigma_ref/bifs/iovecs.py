"""erlang:iolist_to_iovec/1: iodata as a list of binaries fit for writing in one system call.

Small binaries and bytes are collected, large ones are shared. Where one binary of the result ends
and the next one begins is not documented: it was measured (and read in erl_io_queue.c and, for 27,
in erl_iolist.c).
"""

from __future__ import annotations

from typing import Final

from enigma_ref.bifs.registry import bif
from enigma_ref.machine.errors import BeamError, badarg
from enigma_ref.machine.process import Process
from enigma_ref.terms import NIL, Bitstring, Cons, Term, atom, make_list

SMALL: Final = 256
"""Binaries of fewer bytes are copied."""

GROWS_UP_TO: Final = 32 * SMALL
"""What is collected is put out when its memory has this size and does not suffice."""


SIMPLE_SINCE: Final = 27
SHARED_ABOVE: Final = 512
"""Since then, binaries of more bytes are shared, unless they start within a byte, and all others
are copied."""

CONTINUES_AS: Final = (atom("erts_internal"), atom("iolist_to_iovec_continue"))
"""What errors in lists are said to be of since then, where the function was applied or had to give
the processor back."""

CELLS_PER_REDUCTION: Final = 8
"""How many cells of a list count for a reduction while it is looked for errors."""


@bif("erlang", "iolist_to_iovec", 1, process=True)
def iolist_to_iovec_1(process: Process, data: Term) -> Term:
    """The same bytes in a list of binaries that are not empty. Raises badarg."""
    if type(data) is Bitstring:
        if data.size & 7:
            raise badarg()
        return Cons(data, NIL) if data.size else NIL
    if process.vm.release < SIMPLE_SINCE:
        return _collect(data, _OldCollector())
    try:
        return _collect(data, _Collector())
    except BeamError as error:
        if type(data) is Cons and not (data.tail is NIL and type(data.head) is Bitstring):
            error.applied_as = CONTINUES_AS
            if not _ends_within(data, process.reductions * CELLS_PER_REDUCTION):
                error.mfa, error.arguments = (*CONTINUES_AS, 1), (data,)
        raise


def _ends_within(data: Term, cells: int) -> bool:
    """Whether what is wrong in iodata is found after so many cells and ends of lists."""
    waiting: list[Term] = []
    while cells > 0:
        cells -= 1
        if type(data) is not Cons:
            if not waiting or (data is not NIL and type(data) is not Bitstring):
                return True
            data = waiting.pop()
            continue
        head = data.head
        if type(head) is Cons:
            waiting.append(data.tail)
            data = head
        elif type(head) is Bitstring:
            if head.size & 7:
                return True
            data = data.tail
        elif head is NIL or (type(head) is int and 0 <= head < 256):
            data = data.tail
        else:
            return True
    return False


def _collect(data: Term, collector: _Collector) -> Term:
    """The binaries of iodata in a list. Raises badarg."""
    waiting: list[Term] = []
    term = data
    while True:
        while type(term) is Cons:
            head = term.head
            if type(head) is int:
                term = collector.take_bytes(term)
                continue
            if type(head) is Bitstring:
                collector.take_binary(head)
                term = term.tail
            elif type(head) is Cons or head is NIL:
                if term.tail is not NIL:
                    waiting.append(term.tail)
                term = head
            else:
                raise badarg()
        if type(term) is Bitstring:
            collector.take_binary(term)
        elif term is not NIL:
            raise badarg()
        if not waiting:
            return make_list(collector.finish())
        term = waiting.pop()


class _Collector:
    """The binaries so far, and the bytes that are to become the next one."""

    def __init__(self) -> None:
        self.done: list[Bitstring] = []
        self.bytes = bytearray()

    def take_bytes(self, cell: Cons) -> Term:
        """The bytes at the start of a list; what comes after them."""
        found = bytearray()
        term: Term = cell
        try:
            while type(term) is Cons and type(term.head) is int:
                found.append(term.head)
                term = term.tail
        except ValueError:
            raise badarg() from None
        self.add(found)
        return term

    def take_binary(self, binary: Bitstring) -> None:
        """A binary, which is shared when it is large."""
        if binary.size & 7:
            raise badarg()
        size = binary.size >> 3
        if size > SHARED_ABOVE and not binary.offset & 7:
            self.put_out()
            self.done.append(binary)
        elif size:
            self.add(binary.to_bytes())

    def add(self, data: bytes | bytearray) -> None:
        """Collect bytes."""
        self.bytes += data

    def put_out(self) -> None:
        """What is collected becomes a binary."""
        if self.bytes:
            self.done.append(Bitstring.of(self.bytes))
        self.bytes = bytearray()

    def finish(self) -> list[Bitstring]:
        """All binaries."""
        self.put_out()
        return self.done


class _OldCollector(_Collector):
    """Until 26: no binary of the result but the last one shall be small.

    `room` is how much memory OTP has for the collected bytes, which tells when it puts them out.
    """

    def __init__(self) -> None:
        super().__init__()
        self.room = 0

    def take_binary(self, binary: Bitstring) -> None:
        """A binary, which is shared when it is large and nothing small is left before it."""
        if binary.size & 7:
            raise badarg()
        size = binary.size >> 3
        collected = len(self.bytes)
        if size >= SMALL and (not collected or collected >= SMALL):
            self.put_out()
            self.done.append(binary)
        elif size < SMALL or collected + size < 2 * SMALL:
            if size:
                self.add(binary.to_bytes())
        else:
            spill = (SMALL - collected) * 8
            self.add(binary.slice(0, spill).to_bytes())
            self.put_out()
            self.done.append(binary.slice(spill, binary.size - spill))

    def add(self, data: bytes | bytearray) -> None:
        """Collect bytes."""
        required = len(self.bytes) + len(data)
        if required > self.room:
            if self.room >= GROWS_UP_TO:
                self.put_out()
                required = len(data)
            self.room = max(required, 2 * self.room, SMALL)
        self.bytes += data

    def put_out(self) -> None:
        """What is collected becomes a binary."""
        super().put_out()
        self.room = 0
