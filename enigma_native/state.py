"""Processes whose registers and stack are in memory that machine code works with."""

from __future__ import annotations

import ctypes
import weakref
from bisect import bisect_right
from collections.abc import Callable, Iterator
from operator import itemgetter
from types import FunctionType
from typing import TYPE_CHECKING, Any, Final

from enigma_native import block
from enigma_native.block import FRAME_SPARE, GRANTED, REDUCTIONS, SP, WORDS, X
from enigma_native.code import NativeCode
from enigma_native.words import new_word, release_word, taken, term_of
from enigma_ref.machine.process import X_REGISTERS, Process
from enigma_ref.terms.smalls import SMALL

if TYPE_CHECKING:
    from enigma_native.compiler import Compiler
    from enigma_ref.machine.system import System
    from enigma_ref.terms import Pid

RESERVE: Final = 4 << 20
"""Bytes for the end of a system that has no memory left."""

FIRST_STACK: Final = 48
"""Words of a new stack."""

FIRST_READ: Final = 16
MOST_READ: Final = 4096
"""How many words of a stack are read at once, from its top."""

SHORT: Final = 128
"""Words of a stack that may be read all at once."""

EMPTY: Final = 1
"""What is in a register that nothing is in."""

SMALLS: Final = 2 * SMALL
"""The first word of an integer that is too large for OTP's words."""


class Machine:
    """The block, who runs in it, and code of the reference engine as places of machine code."""

    def __init__(self, compiler: Compiler) -> None:
        self.compiler = compiler
        self.itself = weakref.ref(self)
        self.block = (ctypes.c_int64 * WORDS)(*([0] * X + [EMPTY] * (WORDS - X)))
        self.address = ctypes.addressof(self.block)
        self.running: NativeProcess | None = None
        self.inside = False
        self.reserve = [bytearray(RESERVE)]
        """Given back when no memory is left: Python hangs when it has none for an exception."""
        self.x = Registers(self)
        self._wrapped: dict[Any, _Wrapped] = {}
        self._wrappers: dict[int, Any] = {}
        self._places: dict[int, NativeCode] = {}
        self.reference: Callable[[NativeCode], Any] | None = None
        """What finds the reference engine's code for a place (see `linker`)."""

    def wrap(self, code: Any) -> int:
        """The place where machine code goes on for code of the reference engine, which one more
        word of a stack shall lead to."""
        found = self._wrapped.get(code)
        if found is None:
            found = self._wrapped[code] = _Wrapped(self.compiler.enter_python, code)
            self._wrappers[found.address] = code
        found.uses += 1
        return found.address

    def unwrap(self, address: int) -> None:
        """A word is gone that may have led to code of the reference engine."""
        code = self._wrappers.get(address)
        if code is None:
            return
        found = self._wrapped[code]
        found.uses -= 1
        if not found.uses:
            del self._wrapped[code], self._wrappers[address]

    def code_at(self, address: int) -> Any:
        """The code of a place."""
        return self._wrappers.get(address) or self.place(address)

    def place(self, address: int) -> NativeCode:
        """The object that stands for a place; always the same."""
        address &= ~3
        found = self._places.get(address)
        if found is None:
            found = self._places[address] = NativeCode(address.to_bytes(8, "little"))
        return found

    def forget(self, pieces: list[tuple[int, int]]) -> None:
        """Pieces of memory, each from an address to another one, hold no code any more."""
        pieces.sort()
        for address in list(self._places):
            index = bisect_right(pieces, address, key=itemgetter(0)) - 1
            if index >= 0 and address < pieces[index][1]:
                del self._places[address]

    def value(self, word: int) -> Any:
        """What a word of a stack stands for."""
        return self.code_at(word & ~3) if word & 3 == 2 else term_of(word)

    def word(self, value: Any) -> int:
        """The word of what is put on a stack, with a reference of its own."""
        if type(value) is NativeCode:
            return value.address | 2
        if type(value) is FunctionType:
            return self.wrap(value) | 2
        return new_word(value)

    def release(self, word: int) -> None:
        """A word of a stack is gone."""
        if word & 3 == 2:
            self.unwrap(word & ~3)
        else:
            release_word(word)


class _Wrapped:
    """Two words that lead to code of the reference engine, and how many words lead to them."""

    __slots__ = ("address", "uses", "words")

    def __init__(self, enter_python: int, code: Any) -> None:
        self.words = (ctypes.c_int64 * 2)(enter_python, id(code))
        self.address = ctypes.addressof(self.words)
        self.uses = 0


class Registers:
    """The x and float registers of the process that runs, as the reference engine has them."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    def __len__(self) -> int:
        return WORDS - X

    def __getitem__(self, key: Any) -> Any:
        words = self._machine.block
        if isinstance(key, slice):
            return [term_of(words[X + i]) for i in range(*key.indices(len(self)))]
        return term_of(words[X + (key if key >= 0 else key + len(self))])

    def __setitem__(self, key: Any, value: Any) -> None:
        if isinstance(key, slice):
            values = list(value)
            places = range(*key.indices(len(self)))
            if len(places) != len(values):
                raise ValueError("registers do not move")
            for place, one in zip(places, values, strict=True):
                self[place] = one
            return
        words = self._machine.block
        place = X + (key if key >= 0 else key + len(self))
        old = words[place]
        words[place] = new_word(value)
        release_word(old)

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(len(self)))


class Stack:
    """A stack of return addresses and frames, as the reference engine has it."""

    __slots__ = ("machine", "memory", "size", "top")

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.memory = (ctypes.c_int64 * FIRST_STACK)()
        self.size = FIRST_STACK
        self.top = ctypes.addressof(self.memory)

    @property
    def base(self) -> int:
        """Where it begins in memory."""
        return ctypes.addressof(self.memory)

    @property
    def limit(self) -> int:
        """The end of its memory."""
        return self.base + self.size * 8

    def _is_running(self) -> bool:
        # It does not know its process: Python would not free either without its collector.
        running = self.machine.running
        return running is not None and running.own_stack is self

    def _top(self) -> int:
        return self.machine.block[SP] if self._is_running() else self.top

    def _move_top(self, top: int) -> None:
        if self._is_running():
            self.machine.block[SP] = top
        else:
            self.top = top

    def reserve(self, words: int) -> None:
        """Have room for more words."""
        used = len(self)
        if used + words + FRAME_SPARE <= self.size:
            return
        self.size = max(2 * self.size, used + words + 2 * FRAME_SPARE)
        memory = (ctypes.c_int64 * self.size)()
        ctypes.memmove(memory, self.memory, used * 8)
        self.memory = memory
        self._move_top(self.base + used * 8)
        if self._is_running():
            self.machine.block[block.LIMIT] = self.limit

    def __len__(self) -> int:
        return (self._top() - self.base) // 8

    def __getitem__(self, key: Any) -> Any:
        value = self.machine.value
        if isinstance(key, slice):
            return [value(self.memory[i]) for i in range(*key.indices(len(self)))]
        return value(self.memory[key if key >= 0 else len(self) + key])

    def __setitem__(self, key: int, value: Any) -> None:
        place = key if key >= 0 else len(self) + key
        old = self.memory[place]
        self.memory[place] = self.machine.word(value)
        self.machine.release(old)

    def __delitem__(self, key: Any) -> None:
        used = len(self)
        places = range(*key.indices(used)) if isinstance(key, slice) else range(used)[key:][:1]
        if not places:
            return
        if places[-1] != used - 1:
            raise ValueError("only the top of a stack can be taken away")
        for place in places:
            self.machine.release(self.memory[place])
        self._move_top(self.base + places[0] * 8)

    def append(self, value: Any) -> None:
        """Put something on top."""
        self.reserve(1)
        used = len(self)
        self.memory[used] = self.machine.word(value)
        self._move_top(self.base + (used + 1) * 8)

    def __iadd__(self, values: Any) -> Stack:
        for value in values:
            self.append(value)
        return self

    def pop(self) -> Any:
        """Take the top away."""
        word = self.memory[len(self) - 1]
        self._move_top(self._top() - 8)
        if word & 3 == 2:
            code = self.machine.code_at(word & ~3)
            self.machine.unwrap(word & ~3)
            return code
        return taken(word)

    def clear(self) -> None:
        """Take everything away."""
        del self[:]

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(len(self)))

    def __reversed__(self) -> Iterator[Any]:
        # Many at once, as stack traces may ask for all of a deep one, in which few words differ.
        value = self.machine.value
        end = len(self)
        count = FIRST_READ
        while end:
            start = max(end - count, 0)
            count = min(2 * count, MOST_READ)
            seen: dict[int, Any] = {}
            for word in reversed(self.memory[start:end]):
                if word & 1:
                    yield word >> 1
                    continue
                found = seen.get(word)
                if found is None:
                    found = seen[word] = value(word)
                yield found
            end = start

    def words(self) -> list[int]:
        """All words of a short stack, from the top; none of one that is long."""
        used = len(self)
        return self.memory[used - 1 :: -1] if 0 < used <= SHORT else []


class NativeProcess(Process):
    """A process of the native engine."""

    __slots__ = ("_kept", "_left_over", "machine", "own_stack")

    def __init__(self, vm: System, pid: Pid, machine: Machine) -> None:
        self.machine = machine
        self._left_over = 0
        self.own_stack = Stack(machine)
        self._kept: Any = []
        super().__init__(vm, pid)

    @property
    def stack(self) -> Any:
        """Return addresses and frames."""
        return self.own_stack

    @stack.setter
    def stack(self, values: Any) -> None:
        # Its own, after something was added in place.
        if values is not self.own_stack:
            self.own_stack.clear()
            self.own_stack += values

    @property
    def x(self) -> Any:
        """The registers: while it runs, those of the machine; else what it goes on with."""
        if self.machine.running is self:
            return self.machine.x
        if type(self._kept) is not list:
            self._kept = [taken(word) for word in self._kept]
        return self._kept

    @x.setter
    def x(self, values: list[Any]) -> None:
        if self.machine.running is self:
            # Cleared when it gives the registers back.
            return
        if type(self._kept) is not list:
            for word in self._kept:
                release_word(word)
        self._kept = values

    def held_in_registers(self) -> list[Any]:
        """As the reference engine's, without a look at each register by itself."""
        if self.machine.running is not self:
            return super().held_in_registers()
        words = [word for word in self.machine.block[X:WORDS] if word != EMPTY]
        return [term_of(word) for word in words if not word & 1 or not -SMALLS <= word < SMALLS]

    @property
    def reductions(self) -> int:
        """What is left of the turn, or was at its end."""
        machine = self.machine
        return machine.block[REDUCTIONS] if machine.running is self else self._left_over

    @reductions.setter
    def reductions(self, count: int) -> None:
        machine = self.machine
        if machine.running is self:
            machine.block[REDUCTIONS] = count
        else:
            self._left_over = count

    @property
    def granted(self) -> int:
        """The reductions of the turn, and of those that followed without asking the scheduler."""
        return self.machine.block[GRANTED]

    @granted.setter
    def granted(self, count: int) -> None:
        if self.machine.running is self:
            self.machine.block[GRANTED] = count

    def forget_state(self) -> None:
        """Forget registers and stack, without a look at them: machine code was left amid an
        instruction."""
        self.machine.block[SP] = self.own_stack.base
        self.machine.block[X:] = [EMPTY] * (WORDS - X)

    def __del__(self) -> None:
        self.x = []
        self.own_stack.clear()


class NativeRegisters:
    """Lends the registers of the machine to the process that runs."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self.x_used = 1
        self.floats_used = 0

    def reach(self, x_registers: int, float_registers: int) -> None:
        """Know that there is code which uses so many registers."""
        self.x_used = max(self.x_used, x_registers)
        self.floats_used = max(self.floats_used, float_registers)

    def lend(self, process: Process) -> Any:
        """Put what a process has kept into the registers."""
        assert isinstance(process, NativeProcess)
        machine = self._machine
        kept = process._kept
        if type(kept) is list:
            for place, value in enumerate(kept):
                if value is not None:
                    machine.block[X + place] = new_word(value)
        else:
            ctypes.memmove(machine.address + X * 8, kept, len(kept) * 8)
        process._kept = []
        machine.running = process
        machine.block[SP] = process.own_stack.top
        machine.block[block.LIMIT] = process.own_stack.limit
        machine.block[block.PROCESS] = id(process)
        return machine.x

    def take_back(self, file: Any, process: Process, *, keep: bool) -> None:
        """Take the registers from a process; it keeps the contents where it goes on with them."""
        assert isinstance(process, NativeProcess)
        machine = self._machine
        compiler = machine.compiler
        process.own_stack.top = machine.block[SP]
        process._left_over = machine.block[REDUCTIONS]
        machine.running = None
        first = machine.address + X * 8
        count = self.x_used
        if self.floats_used:
            count = X_REGISTERS + self.floats_used
        if keep:
            words = (ctypes.c_int64 * count)()
            compiler.move_words(first, ctypes.addressof(words), count)
            process._kept = words
        else:
            compiler.clear_words(first, count)
