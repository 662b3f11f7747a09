"""What the command line of the emulator decides for a whole system (documentation of `erl`,
emulator flags)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

PROCESS_LIMIT: Final = {23: 262_144, 27: 1_048_576}
"""How many processes there may be by default, by the release since which that is so."""

FOR_SHELL: Final = "for the shell"
MULTI_TIME_WARP_SINCE: Final = 26


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a system. Nothing but the numbers of schedulers that programs are told
    depends on those; one runs everything.

    Heap sizes are in words, `max_heap_size` 0 is none. `file_names` is how names of files are
    encoded: `utf8` or `latin1`; `file_name_warnings` (`warning`, `ignore`, `error`) is what becomes
    of names that are not. `break_signal` is what Ctrl-C does: bring up the `menu`, be `ignored`, be
    `deadly`, or be `for the shell`. `warnings` is the level that warnings are shown with. Times are
    in seconds, and in milliseconds for `halt_flush_timeout`; None is for ever. For `process_limit`,
    `time_warp_mode` and `outstanding_requests` None is what is usual, and for `compatible_release`
    the release itself. `arguments` are all that the emulator was started with.
    """

    arguments: tuple[str, ...] = ()
    atom_limit: int = 1_048_576
    async_threads: int = 1
    async_dist: bool = False
    break_signal: str = "menu"
    compatible_release: int | None = None
    crash_dumps: bool = True
    dirty_cpu_schedulers: int = 1
    dirty_cpu_schedulers_online: int = 1
    dirty_io_schedulers: int = 10
    dist_buf_busy_limit: int = 1_048_576
    ets_always_compress: bool = False
    ets_limit: int = 8192
    ets_realloc_moves: bool = False
    file_name_warnings: str = "warning"
    file_names: str = "utf8"
    first_module: str = "init"
    halt_flush_timeout: int | None = None
    max_heap_error_logger: bool = True
    max_heap_kill: bool = True
    max_heap_shared_binaries: bool = False
    max_heap_size: int = 0
    message_queue_data: str = "on_heap"
    min_bin_vheap_size: int = 46_422
    min_heap_size: int = 233
    modified_timing_level: int | None = None
    node_table_delay: int | None = 60
    outstanding_requests: int | None = None
    port_limit: int = 65_536
    port_parallelism: bool = False
    printable_range: str = "latin1"
    process_limit: int | None = None
    scheduler_bind_type: str = "unbound"
    schedulers: int = 1
    schedulers_online: int = 1
    time_correction: bool = True
    time_warp_mode: str | None = None
    warnings: str = "warning"
    with_lines: bool = True

    def processes(self, release: int) -> int:
        """How many processes there may be."""
        if self.process_limit is not None:
            return self.process_limit
        return PROCESS_LIMIT[max(since for since in PROCESS_LIMIT if since <= release)]

    def warp_mode(self, release: int) -> str:
        """How the system's time may leave that of the operating system."""
        usual = "multi_time_warp" if release >= MULTI_TIME_WARP_SINCE else "no_time_warp"
        return self.time_warp_mode or usual
