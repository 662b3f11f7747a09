"""How an instruction gives the processor back."""

from __future__ import annotations


class Leave(BaseException):
    """Leaves the loop that runs instructions: the process says why, and where it continues.

    Not an `Exception`, so that nothing that handles errors of programs can catch it.
    """
