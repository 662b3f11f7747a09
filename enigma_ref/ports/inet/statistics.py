"""What a socket has counted (getstat)."""

from __future__ import annotations

from dataclasses import dataclass

from enigma_ref.ports.inet.codes import Statistic


@dataclass
class Statistics:
    """Packets and bytes, received and sent."""

    recv_oct: int = 0
    recv_cnt: int = 0
    recv_max: int = 0
    recv_avg: float = 0.0
    recv_dvi: float = 0.0
    send_oct: int = 0
    send_cnt: int = 0
    send_max: int = 0
    send_avg: float = 0.0

    def received(self, size: int) -> None:
        """A packet has come. The deviation is no true one: signs are summed up as well."""
        self.recv_oct += size
        self.recv_cnt += 1
        self.recv_max = max(self.recv_max, size)
        self.recv_avg += (size - self.recv_avg) / self.recv_cnt
        self.recv_dvi += ((size - self.recv_avg) - self.recv_dvi) / self.recv_cnt

    def sent(self, size: int) -> None:
        """A packet is sent."""
        self.send_oct += size
        self.send_cnt += 1
        self.send_max = max(self.send_max, size)
        self.send_avg += (size - self.send_avg) / self.send_cnt

    def value(self, statistic: Statistic) -> int:
        """One of the values, as a whole number."""
        return int(abs(getattr(self, statistic.name.lower())))
