"""The block of memory that machine code works with: the state of the process that runs.

Words: the top of the stack, the reductions that are left, the instruction, why the processor was
given back, the end of the stack, the process, the code to go on with, the reductions of a turn,
until when it may take more on its own, and the reductions of the turns that it took; behind them
the x registers and the float registers.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from enigma_ref.machine.process import FLOAT_REGISTERS, X_REGISTERS

SP: Final = 0
REDUCTIONS: Final = 1
IP: Final = 2
STATUS: Final = 3
LIMIT: Final = 4
PROCESS: Final = 5
CODE: Final = 6
TURN: Final = 7
UNTIL: Final = 8
"""0: it may not; 1: from now on for `ALONE`; else the nanoseconds of a clock that only rises."""
GRANTED: Final = 9
X: Final = 10
"""Where the x registers begin."""

WORDS: Final = X + X_REGISTERS + FLOAT_REGISTERS

FRAME_SPARE: Final = 8
"""Words above a frame that are there in any case, for return addresses."""


class Status(IntEnum):
    """Why machine code gave the processor back. `CODE` tells where to go on after YIELD and
    PYTHON, `IP` after STEP; after MEMORY, of which there was none, nothing does. What is greater is
    one of SUSPENDED, counted from that."""

    YIELD = 1
    ERROR = 2
    GROW = 3
    PYTHON = 4
    STEP = 5
    MEMORY = 6
    SUSPENDED = 7


SUSPENDED: Final = ("waiting", "hibernating", "dozing", "yielding", "exited")
