"""tcp_inet: the port of a stream, or of a socket that listens for streams."""

from __future__ import annotations

import errno
import os
import socket
from typing import Final

from enigma_ref.machine.posix_reasons import reason
from enigma_ref.ports.drivers import WOULD_WAIT
from enigma_ref.ports.inet.addresses import Refused, checked, invalid, os_error, read_address
from enigma_ref.ports.inet.codes import Request, Status
from enigma_ref.ports.inet.descriptor import TIMEOUT, time_limit
from enigma_ref.ports.inet.tcp_receiving import ReceivingStream
from enigma_ref.ports.inet.waiting import Waiter
from enigma_ref.ports.settings import Settings
from enigma_ref.terms import Pid, Term, atom

NAME: Final = b"tcp_inet"


class Tcp(ReceivingStream):
    """Making connections, and accepting them."""

    def family_and_kind(self, data: bytes) -> tuple[int, int]:
        """Only streams. Raises Refused."""
        family, kind = super().family_and_kind(data)
        if kind != socket.SOCK_STREAM:
            raise invalid()
        return family, kind

    def _fdopen(self, data: bytes) -> bytes:
        super()._fdopen(data)
        assert self.sock is not None
        try:
            self.sock.getpeername()
        except OSError:
            return b""
        self.state = Status.CONNECTED
        return b""

    def _close(self, data: bytes) -> bytes:
        self.fail_all()
        self.close_stream()
        return b""

    def readable(self) -> None:
        """A connection, or data."""
        if self.acceptors:
            self._accept_waiting()
        elif self.is_connected:
            self.read(0)
        else:
            self.read_when_ready(False)

    def writable(self) -> None:
        """A connection was made or refused, or there is room for data."""
        if self.state & Status.CONNECTING:
            self._finish_connecting()
        elif self.is_connected:
            self.write()
        else:
            self.write_when_ready(False)

    # ---------------------------------------------------------------- connecting

    def _listen(self, data: bytes) -> bytes:
        sock = self.opened()
        if len(data) != 2:
            raise invalid()
        sock.listen(int.from_bytes(data, "big"))
        self.state = Status.LISTENING
        return b""

    def _connect(self, data: bytes) -> bytes:
        sock = self.opened()
        if self.is_connected:
            raise Refused("eisconn")
        if self.state & Status.CONNECTING or len(data) < 6:
            raise invalid()
        address, _ = read_address(self.family, data[4:], self.release)
        number = sock.connect_ex(checked(self.family, address))
        if number not in (0, errno.EINPROGRESS, errno.EAGAIN):
            raise OSError(number, os.strerror(number))
        waiter = self.asks()
        if number:
            self.state = Status.OPEN | Status.CONNECTING
            self.write_when_ready(True)
            waiter.limit(time_limit(data), self._connect_timeout)
        else:
            self._connected()
        return waiter.number_bytes

    def _connected(self) -> None:
        self.state = Status.CONNECTED
        if self.settings.active:
            self.read_when_ready(True)
        waiter = self.answered()
        if waiter is not None:
            waiter.ok()

    def _connect_timeout(self) -> None:
        self.close_stream()
        self.fail_waiter(TIMEOUT)

    def _finish_connecting(self) -> None:
        assert self.sock is not None
        self.write_when_ready(False)
        number = self.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if number:
            self.state = Status.OPEN
            self.fail_waiter(reason(number))
        else:
            self._connected()

    # ---------------------------------------------------------------- accepting

    def _accept(self, data: bytes) -> bytes:
        if self.state & ~Status.ACCEPTING != Status.LISTENING or len(data) != 4:
            raise invalid()
        assert self.asker is not None
        if not self.acceptors:
            accepted = self._accept_one(self.asker)
            if accepted is not None:
                waiter = self.wait_for(self.asker)
                waiter.ok(accepted)
                return waiter.number_bytes
        waiter = self.wait_for(self.asker)
        self.acceptors.append(waiter)
        waiter.unless_it_ends(lambda: self._gives_up(waiter))
        waiter.limit(time_limit(data), lambda: self._accept_timeout(waiter))
        self.state |= Status.ACCEPTING
        self.read_when_ready(True)
        return waiter.number_bytes

    def _accept_one(self, owner: Pid) -> Term | None:
        """The port of a connection that waits to be accepted; None when none does. Raises
        OSError, and Refused when there can be no more ports."""
        assert self.sock is not None
        try:
            sock, _ = self.sock.accept()
        except WOULD_WAIT:
            return None
        ports = self.port.ports
        process = self.vm.processes.get(owner)
        if process is None or ports.is_full():
            sock.close()
            raise Refused("system_limit")
        driver = Tcp(self.watching, self.release)
        driver.settings = driver.incoming.settings = self.settings.for_accepted()
        driver.adopt(sock, socket.SOCK_STREAM, Status.CONNECTED)
        port = ports.add(process, NAME, NAME.decode(), Settings(), driver)
        if self.vm.tracing is not None:
            self.vm.tracing.ports.accepted(process, port)
        return port.id

    def _no_acceptor(self, waiter: Waiter) -> None:
        if waiter in self.acceptors:
            self.acceptors.remove(waiter)
        if not self.acceptors:
            self.state = Status.LISTENING
            self.read_when_ready(False)

    def _gives_up(self, waiter: Waiter) -> None:
        waiter.watch = None
        waiter.done()
        self._no_acceptor(waiter)

    def _accept_timeout(self, waiter: Waiter) -> None:
        self._no_acceptor(waiter)
        waiter.fail(TIMEOUT)

    def _accept_waiting(self) -> None:
        """Accept what has come, for those who wait for it, the first one first."""
        while self.acceptors:
            waiter = self.acceptors[0]
            try:
                accepted = self._accept_one(waiter.pid)
            except Refused as refusal:
                self._no_acceptor(waiter)
                waiter.fail(atom(str(refusal)))
                return
            except OSError as failure:
                self._no_acceptor(waiter)
                waiter.fail(reason(os_error(failure)))
                return
            if accepted is None:
                return
            self._no_acceptor(waiter)
            waiter.ok(accepted)

    requests = ReceivingStream.requests | {
        Request.FDOPEN: _fdopen,
        Request.LISTEN: _listen,
        Request.ACCEPT: _accept,
        Request.CONNECT: _connect,
        Request.CLOSE: _close,
    }
