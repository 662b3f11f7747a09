"""A process: everything that belongs to one thread of execution of the abstract machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from enigma_ref.machine.mailbox import Mailbox
from enigma_ref.terms.smalls import is_small

if TYPE_CHECKING:
    from enigma_ref.machine.system import System
    from enigma_ref.terms import Atom, Pid, Port, Term

X_REGISTERS = 1024

ELEMENTS: Final = 16
"""So many elements of a list a built-in function goes through for one reduction, as lists:member/2
and length/1 of OTP do (measured). Without it, long lists would hold up all other processes."""

COPIED: Final = 32
"""So many elements of a tuple count for one when the tuple is only copied."""
FLOAT_REGISTERS = 1024


class Process:
    """State that instructions, built-in functions and the scheduler share.

    `x` holds the x registers and, behind them, the float registers; while it does not run, those
    that it goes on with (see `registers`). `stack` holds return addresses and y registers; its
    last element is the top. `resume` is the code to go on with.

    `status` is `running`, `runnable`, `waiting`, `yielding`, `suspended` or `exited`, and until the
    end of the turn `hibernating` (hibernate/3) or `dozing` (hibernate/0); `held` is what it is once
    a suspended process was resumed `suspensions` times. `suspending` tells which processes this one
    has suspended, and how often. `granted` are the reductions of the current turn, of which
    `reductions` are left. `builder` is what bs_put instructions write to. `timer` is the running
    timer of a receive; `time_out` where the process goes on when it runs out; `timed_out` whether
    it has. `left` is the instruction that gave the processor back last; `work` is what a built-in
    function has still to do that gave it back before it was done.
    """

    __slots__ = (
        "builder",
        "collected_at",
        "dictionary",
        "exit_reason",
        "flags",
        "granted",
        "group_leader",
        "held",
        "initial_call",
        "left",
        "links",
        "mailbox",
        "monitored_by",
        "monitors",
        "outcome",
        "parent",
        "pid",
        "reductions",
        "reductions_done",
        "registered_name",
        "resume",
        "stack",
        "status",
        "suspending",
        "suspensions",
        "time_out",
        "timed_out",
        "timer",
        "vm",
        "work",
        "x",
    )

    def held_in_registers(self) -> list[Any]:
        """What is in the registers that takes room somewhere else: no small integers."""
        return [value for value in self.x if value is not None and not is_small(value)]

    def charge(self, elements: int) -> None:
        """Take off the reductions that going through so many elements of a term is worth."""
        self.reductions -= elements // ELEMENTS

    def __init__(self, vm: System, pid: Pid) -> None:
        self.vm = vm
        self.pid = pid
        self.x: list[Any] = []
        self.stack: list[Any] = []
        self.resume: Any = None
        self.reductions = 0
        self.reductions_done = 0
        self.granted = 0
        self.collected_at = 0
        self.status = "runnable"
        self.held = ""
        self.suspensions = 0
        self.suspending: dict[Pid, int] = {}
        self.mailbox = Mailbox()
        self.dictionary: dict[Any, Term] = {}
        self.builder: Any = None
        self.work: Any = None
        self.timer: Any = None
        self.time_out: Any = None
        self.timed_out = False
        self.group_leader: Pid = pid
        self.parent: Pid | None = None
        self.registered_name: Atom | None = None
        self.initial_call: Any = None
        self.left: Any = None
        self.flags: dict[str, Any] = {}
        # In the order in which they were made, so that each run tells them alike; True where the
        # exit signal goes ahead of ordinary messages.
        self.links: dict[Pid | Port, bool] = {}
        self.monitors: dict[Any, Any] = {}
        self.monitored_by: dict[Any, Any] = {}
        self.outcome: Any = None
        self.exit_reason: Term = None
