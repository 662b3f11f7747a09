"""How Python enters machine code, and learns why it came back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from enigma_native.block import CODE, IP, STATUS, SUSPENDED, Status
from enigma_native.code import NativeCode
from enigma_native.state import Machine
from enigma_native.words import taken
from enigma_ref.machine.errors import MachineFault
from enigma_ref.machine.suspension import Leave

FRAMES: int = 1100
"""How many words a stack gets at least when it is full."""


def enter(machine: Machine, process: Any, run: Callable[[int], None]) -> Any:
    """Run machine code from where the block says, until it comes to other code, which is given
    back. Raises `Leave` when the processor was given back; what else machine code raises comes out
    with `machine.inside` set, too, which tells that the block knows the instruction."""
    block = machine.block
    address = machine.address
    while True:
        machine.inside = True
        try:
            run(address)
        except MemoryError as lack:
            if block[STATUS] == Status.MEMORY:
                machine.reserve.clear()
                machine.inside = False
                block[STATUS] = Status.ERROR
                process.forget_state()
                raise MachineFault("machine code found no memory") from lack
            raise
        machine.inside = False
        status = block[STATUS]
        if status != Status.GROW:
            break
        process.own_stack.reserve(FRAMES)
    if status == Status.STEP:
        return machine.place(block[IP])
    word = block[CODE]
    found = machine.code_at(word & ~3) if word & 3 == 2 else taken(word)
    if status == Status.PYTHON:
        # Machine code has taken a return address from the stack.
        machine.unwrap(block[IP])
        return found
    process.resume = found
    if status >= Status.SUSPENDED:
        process.status = SUSPENDED[status - Status.SUSPENDED]
    machine.inside = True
    raise Leave


def single_step(machine: Machine, place: NativeCode, handler: int) -> Callable[..., Any]:
    """The instruction at a place on its own, as code of the reference engine would be: gives the
    code of the next one. For functions whose other handlers stop."""
    run_handler = machine.compiler.run_handler

    def run(address: int) -> None:
        run_handler(address, handler)

    def step(x: Any, s: Any, p: Any) -> Any:
        machine.block[IP] = place.address
        return enter(machine, p, run)

    return step
