"""Sending on a stream: packets, files, and the wait for room."""

from __future__ import annotations

import errno
import os
import select
import socket
import struct
from time import monotonic
from typing import Final

from enigma_ref.machine.posix_reasons import reason
from enigma_ref.ports.drivers import WOULD_WAIT
from enigma_ref.ports.inet.addresses import Refused, invalid, os_error
from enigma_ref.ports.inet.codes import INFINITY, Request, Status
from enigma_ref.ports.inet.descriptor import CLOSED, TIMEOUT
from enigma_ref.ports.inet.tcp_output import SendFile, framed
from enigma_ref.ports.inet.tcp_stream import Stream
from enigma_ref.terms import atom
from enigma_ref.terms.atoms import ERROR, OK

SENDFILE: Final = atom("sendfile")

GONE: Final = (errno.ECONNRESET, errno.ENOTCONN, errno.EPIPE)
"""Errors that say that the other side is no longer there."""


class SendingStream(Stream):
    """What is sent goes out at once, as far as there is room; the rest waits."""

    def queued(self) -> int:
        """How many bytes wait to be sent. When the port is closed they only count if they can
        and shall be sent all the same."""
        if not self.port.is_open and (
            not self.writing or self.settings.linger_zero or self.sendfile is not None
        ):
            self.clear_output()
        return self.outgoing.size

    def command(self, data: bytes) -> None:
        """Send a packet."""
        if not self.is_connected:
            if not self.tells_closed_on_send:
                self.reply_error(errno.ENOTCONN)
                return
            self.tells_closed_on_send = False
            self.reply((ERROR, reason(errno.ECONNRESET) if self.was_reset else CLOSED))
        elif self.pending_shutdown is not None:
            self.send_error(errno.EPIPE, by_shutdown=True)
        elif self._send(framed(self.settings.packet, data)):
            self.reply()

    def _send(self, data: bytes) -> bool:
        """Send, or let wait what cannot be sent now; whether that can be answered at once."""
        own = self.settings
        self.statistics.sent(len(data))
        if self.sendfile is not None or self.outgoing.size:
            self.outgoing.add(data)
            if self.outgoing.size < own.high:
                return True
            if own.send_timeout == 0:
                self.reply((ERROR, TIMEOUT))
                return False
            self.state |= Status.BUSY
            self.busy_caller = self.caller, self.mark
            self.port.busy = True
            if own.send_timeout != INFINITY:
                self.send_timer = self.vm.start_timer(own.send_timeout, self._send_timeout)
            return False
        if not data:
            return True
        assert self.sock is not None
        if own.delay_send and not self.is_ignored:
            self.outgoing.add(data)
            self.vm.start_timer(0, self.write)
            return True
        count = 0
        if self.is_ignored:
            self.resumes = self.resumes[0], True
        else:
            try:
                count = self.sock.send(data)
            except WOULD_WAIT:
                pass
            except OSError as failure:
                self.send_error(os_error(failure))
                return False
        if count < len(data):
            self.outgoing.add(memoryview(data)[count:])
            if not self.is_ignored:
                self.write_when_ready(True)
        return True

    def _send_timeout(self) -> None:
        self.send_timer = None
        self.take_busy_caller()
        self.reply((ERROR, TIMEOUT))
        if self.settings.send_timeout_close:
            self.close_stream()

    def send_error(self, number: int, by_shutdown: bool = False) -> None:
        """Nothing can be sent any more, for the other side is gone, or this one has said so."""
        if number == errno.EPIPE and not by_shutdown and not self.is_shut:
            number = errno.ECONNRESET
        is_shown = number == errno.ECONNRESET and self.settings.show_econnreset
        if self.state & Status.BUSY:
            self.take_busy_caller()
        told = reason(number) if is_shown else CLOSED
        if self.settings.active:
            if is_shown:
                self.tell_error(number)
            self.tell_closed()
            if self.sendfile is None:
                self.reply((ERROR, told))
            if self.settings.exit_on_close:
                self.end_port()
            else:
                self.close_stream()
            return
        self.fail_all()
        if self.caller is None:
            self.tells_closed_on_send = True
        elif self.sendfile is None:
            self.reply((ERROR, told))
        self.close_stream()
        self.tells_closed_on_recv = True
        if is_shown:
            self.was_reset = True

    def write(self) -> None:
        """Send what waits, as far as there is room."""
        if self.sock is None or self.is_ignored:
            return
        try:
            if self.sendfile is not None:
                self._send_file()
            while self.outgoing.size and self.sendfile is None:
                self.outgoing.send(self.sock)
                self._has_room()
        except WOULD_WAIT:
            self.write_when_ready(True)
            return
        except OSError as failure:
            number = os_error(failure)
            if self.sendfile is not None:
                self.abort_sendfile(number)
            self.send_error(number)
            return
        self._nothing_waits()

    def _has_room(self) -> None:
        if self.outgoing.size <= self.settings.low and self.state & Status.BUSY:
            self.take_busy_caller()
            self.reply()

    def _nothing_waits(self) -> None:
        self.write_when_ready(False)
        self.tell_subscribers()
        how, self.pending_shutdown = self.pending_shutdown, None
        if how is not None and self.sock is not None:
            try:
                self.sock.shutdown(how)
                self.is_shut = True
            except OSError as failure:
                self.send_error(os_error(failure), by_shutdown=True)
                return
        if not self.port.is_open:
            self.port.written()

    def flush(self, seconds: float | None) -> None:
        """Send what waits, at most for so long."""
        until = None if seconds is None else monotonic() + seconds
        while self.sock is not None and self.writing and self.outgoing.size:
            left = None if until is None else max(0.0, until - monotonic())
            if not select.select([], [self.sock], [], left)[1]:
                return
            self.write()

    def _shutdown(self, data: bytes) -> bytes:
        if not self.is_connected:
            raise Refused("enotconn")
        if len(data) != 1:
            raise invalid()
        assert self.sock is not None
        how = data[0]
        if how != socket.SHUT_RD and self.outgoing.size:
            self.pending_shutdown = how
            return b""
        try:
            self.sock.shutdown(how)
        except OSError:
            self.is_shut |= how != socket.SHUT_RD
            raise
        return b""

    # ---------------------------------------------------------------- files

    def _sendfile(self, data: bytes) -> bytes:
        if len(data) != 20:
            raise invalid()
        if not self.is_connected:
            raise Refused("enotconn")
        if self.sendfile is not None:
            raise invalid()
        (descriptor,) = struct.unpack("=i", data[:4])
        offset, length = struct.unpack(">qq", data[4:])
        own = os.dup(descriptor)
        os.set_inheritable(own, False)
        self.sendfile = SendFile(own, offset, max(0, length), self.outgoing.size)
        self.caller, self.mark = self.asker, ()
        self.write()
        return b""

    def _send_file(self) -> None:
        """Send what waits before a file, and then the file. Raises OSError."""
        file = self.sendfile
        assert file is not None and self.sock is not None
        while file.before:
            file.before -= self.outgoing.send(self.sock, file.before)
        file.send(self.sock)
        self.sendfile = None
        file.close()
        self.caller = None
        low, high = file.sent & 0xFFFFFFFF, file.sent >> 32
        self._has_room()
        self.tell((SENDFILE, self.port.id, (OK, low, high)))

    def abort_sendfile(self, number: int) -> None:
        """Tell that a file was not sent; the stream is closed next."""
        told = CLOSED if number in GONE else reason(number)
        self.tell((SENDFILE, self.port.id, (ERROR, told)))

    requests = Stream.requests | {
        Request.SHUTDOWN: _shutdown,
        Request.SENDFILE: _sendfile,
    }
