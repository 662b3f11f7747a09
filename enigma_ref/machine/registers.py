"""Register files: there are far fewer than processes, since few run at a time."""

from __future__ import annotations

from typing import Any

from enigma_ref.machine.process import FLOAT_REGISTERS, X_REGISTERS, Process


class Registers:
    """Lends a running process its registers, and keeps in the process what it still needs.

    A file holds the x registers and, behind them, the float registers. Only those that code uses
    are cleared and kept: `x_used` and `floats_used` from the start of each kind.
    """

    def __init__(self) -> None:
        self._free: list[list[Any]] = []
        self.x_used = 0
        self.floats_used = 0

    def reach(self, x_registers: int, float_registers: int) -> None:
        """Know that there is code which uses so many registers."""
        self.x_used = max(self.x_used, x_registers)
        self.floats_used = max(self.floats_used, float_registers)

    def lend(self, process: Process) -> list[Any]:
        """Put what a process has kept into a file, which becomes its `x`."""
        kept = process.x
        file = self._free.pop() if self._free else [None] * (X_REGISTERS + FLOAT_REGISTERS)
        file[: len(kept)] = kept
        process.x = file
        return file

    def take_back(self, file: list[Any], process: Process, *, keep: bool) -> None:
        """Take the file that a process had; it keeps the contents where it goes on with them."""
        used, floats = self.x_used, self.floats_used
        if keep:
            process.x = file[: X_REGISTERS + floats] if floats else file[:used]
        else:
            process.x = []
        file[:used] = [None] * used
        if floats:
            file[X_REGISTERS : X_REGISTERS + floats] = [None] * floats
        self._free.append(file)
