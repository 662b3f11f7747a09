"""Listings that the emulator prints; that they are laid out as erl's, tests/otp/test_shell.py and
tests/otp/test_reports.py show."""

from __future__ import annotations

from enigma_ref.bifs.process_listing import backtrace
from enigma_ref.machine.primitives.messages import Marker
from enigma_ref.runtime.vm import VM
from enigma_ref.terms import Pid, atom


def test_what_is_no_term_does_not_show() -> None:
    vm = VM(25)
    process = vm.processes[Pid(vm.node, 1)]
    process.stack += [Marker(process.mailbox.head), (1, atom("a")), None]
    shown = list(backtrace(process))
    assert shown[0].startswith("Program counter: 0x")
    assert shown[1:4] == ["y(0)     []", "y(1)     {1,a}", "y(2)     []"]
    assert shown[-1].endswith("(<terminate process normally>)")


def test_a_sensitive_process_shows_nothing() -> None:
    vm = VM(25)
    process = vm.processes[Pid(vm.node, 1)]
    process.flags["sensitive"] = atom("true")
    assert list(backtrace(process)) == []
