"""What a port is opened with (documentation of erlang:open_port/2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

DEFAULT_HIGH: Final = 8192
"""Bytes in the queue of a port at which it is busy, unless `busy_limits_port` says otherwise."""

READ_SIZE: Final = 65536
"""Bytes that are read at once (ERTS_SYS_READ_BUF_SZ)."""


@dataclass
class Settings:
    """The options of open_port/2. `packet` and `line` are 0 without; `low` and `high` are the
    limits between which a busy port gets ready, or None when it never is busy."""

    packet: int = 0
    line: int = 0
    reads: bool = True
    writes: bool = True
    binary: bool = False
    eof: bool = False
    exit_status: bool = False
    use_stdio: bool = True
    stderr_to_stdout: bool = False
    parallelism: bool = False
    low: int | None = DEFAULT_HIGH // 2
    high: int | None = DEFAULT_HIGH
    folder: bytes | None = None
    arg0: bytes | None = None
    args: list[bytes] | None = None
    environment: dict[bytes, bytes] = field(default_factory=dict)
