"""Signals of the operating system that a system has asked for (os:set_signal/2, terminals).

Nothing is done to signals before a program asks: the system may be a guest in a Python program.
"""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Callable
from types import FrameType
from typing import Any, Final

from enigma_ref.machine.system import System
from enigma_ref.ports.watching import Watching
from enigma_ref.terms import atom

SERVER: Final = atom("erl_signal_server")
NOTIFY: Final = atom("notify")
SYSTEM: Final = atom("system")


class Signals:
    """What is done for which signal. Handlers of Python only note a signal and wake the system,
    which then tells the process registered as `erl_signal_server`, or whoever listens."""

    def __init__(self, vm: System, watching: Watching) -> None:
        self.vm = vm
        self.watching = watching
        self.handled: set[int] = set()
        self._listeners: dict[int, Callable[[], None]] = {}
        self._come: deque[int] = deque()
        self._before: dict[int, Any] = {}
        self._pipe: tuple[int, int] | None = None

    def choose(self, number: int, action: str) -> None:
        """Handle, ignore or default from now on. Only the main thread of a Python program may
        choose: ValueError in others."""
        self._listeners.pop(number, None)
        if action == "handle":
            chosen: Any = self._note
        elif action == "ignore" and number != signal.SIGCHLD:
            chosen = signal.SIG_IGN
        else:
            # The end of programs would get lost if their signal was ignored.
            chosen = signal.SIG_DFL
        try:
            before = signal.signal(number, chosen)
        except OSError:
            # Nobody can change what SIGSTOP does, and erl does not complain.
            return
        self._before.setdefault(number, before)
        if action == "handle":
            self.handled.add(number)
            self._listen()
        else:
            self.handled.discard(number)

    def listen(self, number: int, action: Callable[[], None]) -> None:
        """Do something each time a signal comes, in the place of telling the process. Raises
        ValueError likewise."""
        self.choose(number, "handle")
        self._listeners[number] = action

    def _listen(self) -> None:
        if self._pipe is None:
            self._pipe = os.pipe()
            for end in self._pipe:
                os.set_blocking(end, False)
            self.watching.read(self._pipe[0], self._tell)

    def _note(self, number: int, _: FrameType | None) -> None:
        self._come.append(number)
        if self._pipe is not None:
            try:
                os.write(self._pipe[1], b"\0")
            except BlockingIOError:
                return

    def _tell(self) -> None:
        assert self._pipe is not None
        os.read(self._pipe[0], 4096)
        while self._come:
            number = self._come.popleft()
            if number in self._listeners:
                self._listeners[number]()
                continue
            server = self.vm.registered.get(SERVER)
            if server is not None:
                name = signal.Signals(number).name.lower()
                self.vm.signal_from(SYSTEM, server, (NOTIFY, atom(name)))

    def close(self) -> None:
        """Let signals do again what they did before."""
        for number, before in self._before.items():
            signal.signal(number, before)
        self._before.clear()
        self.handled.clear()
        self._listeners.clear()
        if self._pipe is not None:
            self.watching.read(self._pipe[0], None)
            for end in self._pipe:
                os.close(end)
            self._pipe = None
