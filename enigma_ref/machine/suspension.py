"""How an instruction gives the processor back, or ends the whole system."""

from __future__ import annotations


class Leave(BaseException):
    """Leaves the loop that runs instructions: the process says why, and where it continues.

    Not an `Exception`, so that nothing that handles errors of programs can catch it.
    """


class Halt(BaseException):
    """Ends the runtime (`erlang:halt/2`).

    `status` is the exit status for the operating system; `slogan` is None, or why the runtime
    crashed. `aborts` tells that the program is to end by SIGABRT, of which `status` is what a shell
    shows. Not an `Exception`, so that nothing that handles errors of programs can catch it.
    """

    def __init__(self, status: int, slogan: str | None = None, *, aborts: bool = False) -> None:
        super().__init__(status, slogan)
        self.status = status
        self.slogan = slogan
        self.aborts = aborts
