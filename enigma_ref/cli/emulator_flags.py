"""The flags of the emulator, those with a `+`: which there are, which values they take, and what
they mean for a system.

Facts: erts/emulator/beam/erl_init.c, erl_alloc.c and erl_check_io.c, from which the complaints
are known too; measured on 23, 25, 27 and 29. Flags about threads, allocators and the like are
checked as OTP does, and change nothing that a program could see.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from enigma_ref.bifs.process_flags import heap_size
from enigma_ref.cli.allocator_flags import allocator
from enigma_ref.cli.erl_flags import FlagError
from enigma_ref.cli.flag_reader import (
    Flags,
    Follow,
    Reader,
    any_value,
    begins_with_number,
    boolean,
    in_range,
    nothing,
    number_in,
    one_of,
    refused,
    setting,
    since,
)
from enigma_ref.cli.scheduler_flags import (
    BIND_TYPES,
    amount,
    bad_dirty,
    bad_scheduling,
    bind_type,
    percentage,
    scheduler_numbers,
    topology,
)
from enigma_ref.machine.settings import FOR_SHELL, Settings

MAX_ASYNC_THREADS: Final = 1024
MAX_PROCESSES: Final = (1 << 27) - 1
MAX_ATOMS: Final = (1 << 31) - 1
MIN_ATOMS: Final = 8192
MIN_PROCESSES: Final = 1024
MAX_KILOBYTES: Final = ((1 << 31) - 1) // 1024
MAX_SMALL: Final = (1 << 59) - 1
MAX_INT: Final = (1 << 31) - 1
NODE_DELAY_MAX: Final = 100_000_000
COMPATIBLE_RELEASES: Final = 2
TIMING_LEVELS: Final = 10

BUSY_WAITS: Final = ("none", "very_short", "short", "medium", "long", "very_long")
WAKEUPS: Final = ("very_low", "low", "medium", "high", "very_high")
CLEANUPS: Final = ("very_lazy", "lazy", "medium", "eager", "very_eager")
DEFAULT_OR_LEGACY: Final = ("default", "legacy")
ENCODINGS: Final = {"u": "utf8", "l": "latin1"}
FILE_NAME_WARNINGS: Final = {"": "warning", "w": "warning", "i": "ignore", "e": "error"}
WARNING_LEVELS: Final = {"i": "info", "e": "error", "w": "warning"}


class Told(Exception):
    """The flags ask for nothing but an answer, which is on standard error: `lines`."""

    def __init__(self, *lines: str) -> None:
        super().__init__(*lines)
        self.lines = lines


def read_emulator_flags(
    words: Sequence[str], release: int, program: str, version: str, file_names: str
) -> tuple[Settings, list[str]]:
    """The settings that the words `-Flag` and their values ask for, and remarks about them.

    `program` is the emulator's file, which complaints name, `version` what +V shows, `file_names`
    how the language of the user encodes names of files. Raises `FlagError` with the first line that
    the emulator would print, and `Told`.
    """
    reader = Reader(words, release, program, version)
    try:
        reader.read(FLAGS)
        reader.found |= scheduler_numbers(reader)
    except FlagError as problem:
        raise FlagError("\n".join([*reader.remarks, str(problem)])) from None
    return replace(Settings(file_names=file_names), **reader.found), reader.remarks


# ---------------------------------------------------------------- flags with rules of their own


def _bad_other(reader: Reader, word: str, rest: str) -> None:
    raise FlagError(f"bad -z option {word}")


def _table_size(complaint: str, name: str) -> Follow:
    """A number of processes or ports, which becomes a power of two; `legacy` is ignored."""

    def follow(reader: Reader, word: str, rest: str) -> None:
        text = reader.value(rest)
        if text == "legacy":
            return
        number = number_in(text)
        if not MIN_PROCESSES <= number <= MAX_PROCESSES:
            raise FlagError(f"{complaint} {text}")
        reader.found[name] = min(1 << (number - 1).bit_length(), MAX_PROCESSES)

    return follow


def _smallest_heap(name: str) -> Follow:
    """A number of words, which becomes one of the sizes that heaps have."""

    def follow(reader: Reader, word: str, rest: str) -> None:
        text = reader.value(rest)
        number = number_in(text)
        if not 0 < number <= MAX_INT:
            raise FlagError(f"bad heap size {text}")
        reader.found[name] = heap_size(number)

    return follow


def _largest_heap(reader: Reader, word: str, rest: str) -> None:
    text = reader.value(rest)
    number = number_in(text)
    if not 0 <= number <= MAX_SMALL:
        raise FlagError(f"bad max heap size {text}")
    reader.found["max_heap_size"] = number


def _file_names(reader: Reader, word: str, rest: str) -> None:
    text = reader.value(rest)
    if text[:1] not in ("u", "l", "a"):
        raise FlagError(
            f"bad filename encoding {text}, can be (l,u or a, optionally followed by w, i or e)"
        )
    kind = text[1:2]
    if text[:1] != "l":
        if kind not in FILE_NAME_WARNINGS:
            raise FlagError(f"bad type of warnings for wrongly coded filename: {text[1:]}")
        reader.found["file_name_warnings"] = FILE_NAME_WARNINGS[kind]
    if text[:1] == "a":
        reader.found.pop("file_names", None)
    else:
        reader.found["file_names"] = ENCODINGS[text[:1]]


def _time_correction(reader: Reader, word: str, rest: str) -> None:
    text = rest
    if not text and reader.words[reader.at : reader.at + 1] in (["true"], ["false"]):
        text = reader.value("")
    if text not in ("", "true", "false"):
        raise FlagError(f"Invalid time correnction value: {text}")  # as OTP spells it
    reader.found["time_correction"] = text == "true"


def _warnings(reader: Reader, word: str, rest: str) -> None:
    text = reader.value(rest)
    if text[:1] not in WARNING_LEVELS:
        raise FlagError(f"unrecognized warning_map option {text}")
    reader.found["warnings"] = WARNING_LEVELS[text[0]]


def _compatible_release(reader: Reader, word: str, rest: str) -> None:
    text = reader.value(rest)
    number = number_in(text)
    if not reader.release - COMPATIBLE_RELEASES <= number <= reader.release:
        raise FlagError(f"bad compatibility release number {text}")
    reader.found["compatible_release"] = number


def _dist_limit(reader: Reader, word: str, rest: str) -> None:
    number = number_in(reader.value(rest))
    if not 1 <= number <= MAX_KILOBYTES:
        raise FlagError(f"Invalid dbbl limit: {number}")
    reader.found["dist_buf_busy_limit"] = number * 1024


def _node_delay(reader: Reader, word: str, rest: str) -> None:
    text = reader.value(rest)
    if text == "infinity":
        reader.found["node_table_delay"] = None
        return
    if not re.fullmatch(r"\s*\+?\d+", text, re.ASCII) or int(text) > NODE_DELAY_MAX:
        raise FlagError(f"Invalid delayed node table gc: {text}")
    reader.found["node_table_delay"] = int(text)


def _flush_timeout(reader: Reader, word: str, rest: str) -> None:
    text = reader.value(rest)
    if text == "infinity":
        reader.found["halt_flush_timeout"] = None
        return
    if not re.fullmatch(r"\s*\+?\d+", text, re.ASCII) or int(text) > MAX_INT:
        raise FlagError(f"Invalid halt flush timeout: {text}")
    reader.found["halt_flush_timeout"] = int(text)


def _port_signals(reader: Reader, word: str, rest: str) -> None:
    text = reader.value(rest)
    if text not in ("s", "a", "d"):
        raise FlagError(f"bad -n option {text}")


def _async_threads(reader: Reader, word: str, rest: str) -> None:
    text = reader.value(rest)
    number = number_in(text)
    if not 0 <= number <= MAX_ASYNC_THREADS:
        raise FlagError(f"bad number of async threads {text}")
    reader.found["async_threads"] = max(1, number)


def _break(reader: Reader, word: str, rest: str) -> None:
    if not rest and reader.words[reader.at : reader.at + 1] in (["i"], ["c"], ["d"]):
        rest = reader.value("")
    reader.found["break_signal"] = {"i": "ignored", "c": FOR_SHELL}.get(rest[:1], "deadly")


def _reader_groups(what: str) -> Follow:
    def follow(reader: Reader, word: str, rest: str) -> None:
        text = reader.value(rest)
        if not begins_with_number(text) or number_in(text) < 0:
            raise FlagError(f"bad {what} limit: {text}")

    return follow


def _first_module(reader: Reader, word: str, rest: str) -> None:
    reader.found["first_module"] = reader.value(rest)


def _verbose(reader: Reader, word: str, rest: str) -> None:
    reader.remarks.append("warning: -v (only in debug compiled code)")


def _removed(reader: Reader, word: str, rest: str) -> None:
    reader.remarks.append("The undocumented +H option has been removed (R10B-6).\n")


def _version(reader: Reader, word: str, rest: str) -> None:
    raise Told(reader.version)


def _jit(known: Sequence[str], complaint: str, first: int = 24) -> Follow:
    """A flag of the compiler to machine code, which there is not here, of OTP 24 and later."""

    def follow(reader: Reader, word: str, rest: str) -> None:
        text = reader.value(rest)
        if text not in known:
            raise FlagError(f"bad {complaint} {text}")

    return since(first, follow, nothing if first > 24 else _no_jit)


def _no_jit(reader: Reader, word: str, rest: str) -> None:
    raise FlagError(f"JIT is not supported on this system (option {word})")


def _unknown_jit(reader: Reader, word: str, rest: str) -> None:
    reader.remarks.append(f"invalid JIT option {word}")


# ---------------------------------------------------------------- all flags

STACK_SIZES: Final = (20, 8192)

FLAGS: Final[Flags] = (
    ("-a", in_range("bad stack size for async threads", 16, 8192)),
    ("-A", _async_threads),
    ("-B", _break),
    ("-c", _time_correction),
    ("-C", one_of(
        "Invalid time warp mode: {}", ("no_time_warp", "single_time_warp", "multi_time_warp"),
        "time_warp_mode",
    )),
    ("-dcg", _reader_groups("decentralized counter groups")),
    ("-d", setting("crash_dumps", False)),
    ("-ec", setting("ets_always_compress", True)),
    ("-e", in_range("bad maximum number of ets tables", 0, MAX_INT, "ets_limit")),
    ("-fn", _file_names),
    ("-hmbs", _smallest_heap("min_bin_vheap_size")),
    ("-hms", _smallest_heap("min_heap_size")),
    ("-hpds", in_range("bad initial process dictionary size", 1, MAX_INT)),
    ("-hmqd", one_of(
        "Invalid message_queue_data flag: {}", ("on_heap", "off_heap"), "message_queue_data",
    )),
    ("-hmaxk", boolean("bad max heap kill {}", "max_heap_kill")),
    ("-hmaxel", boolean("bad max heap error logger {}", "max_heap_error_logger")),
    ("-hmaxib", since(
        27, boolean("bad max heap include bins {}", "max_heap_shared_binaries"), nothing,
    )),
    ("-hmax", _largest_heap),
    ("-h", _smallest_heap("min_heap_size")),
    ("-H", _removed),
    ("-IOt", in_range("bad I/O poll threads number:", 1, 1024, strict=True)),
    ("-IOPt", in_range("bad I/O poll thread percentage number:", 0, 100, strict=True)),
    ("-IOPp", in_range("bad I/O pollset percentage number:", 0, 100, strict=True)),
    ("-IOp", in_range("bad I/O pollset number:", 1, 1024, strict=True)),
    ("-IOs", any_value),
    ("-i", _first_module),
    ("-JDdump", _jit(("true", "false"), "+JDdump flag")),
    ("-JPperf", _jit(
        ("true", "false", "dump", "map", "fp", "no_fp"), "+JPperf support flag",
    )),
    ("-JPcover", _jit(
        ("true", "false", "line", "line_counters", "function", "function_counters"),
        "+JPcover flag", 26,
    )),
    ("-JMsingle", _jit(("true", "false"), "+JMsingle flag", 26)),
    ("-J", since(24, _unknown_jit, _no_jit)),
    ("-K", any_value),
    ("-L", setting("with_lines", False)),
    ("-M", allocator),
    ("-n", _port_signals),
    ("-pad", since(26, boolean("bad async dist value {}", "async_dist"), refused)),
    ("-pc", one_of(
        "bad range of printable characters: {}", ("latin1", "unicode"), "printable_range",
    )),
    ("-P", _table_size("bad number of processes", "process_limit")),
    ("-Q", _table_size("bad number of ports", "port_limit")),
    ("-rg", _reader_groups("reader groups")),
    ("-r", setting("ets_realloc_moves", True)),
    ("-R", _compatible_release),
    ("-sbt", bind_type),
    ("-sbwtdcpu", one_of("bad dirty CPU scheduler busy wait threshold: {}", BUSY_WAITS)),
    ("-sbwtdio", one_of("bad dirty IO scheduler busy wait threshold: {}", BUSY_WAITS)),
    ("-sbwt", one_of("bad scheduler busy wait threshold: {}", BUSY_WAITS)),
    ("-scl", boolean("bad scheduler compact load value '{}'")),
    ("-sct", topology),
    ("-secio", any_value),
    ("-sfwi", in_range("bad scheduler forced wakeup interval", 0, 1 << 62)),
    ("-spp", boolean("bad port parallelism scheduling hint {}", "port_parallelism")),
    ("-ssrct", nothing),
    ("-sssdcpu", in_range("bad stack size for dirty CPU scheduler threads", *STACK_SIZES)),
    ("-sssdio", in_range("bad stack size for dirty IO scheduler threads", *STACK_SIZES)),
    ("-sss", in_range("bad stack size for scheduler threads", *STACK_SIZES)),
    ("-stbt", one_of("setting scheduler bind type '{}' failed: invalid type", tuple(BIND_TYPES))),
    ("-sub", boolean("bad scheduler utilization balancing  value '{}'")),
    ("-swct", one_of("scheduler wake cleanup threshold: {}", CLEANUPS)),
    ("-swtdcpu", one_of("dirty CPU scheduler wakeup threshold: {}", WAKEUPS)),
    ("-swtdio", one_of("dirty IO scheduler wakeup threshold: {}", WAKEUPS)),
    ("-swt", one_of("scheduler wakeup threshold: {}", WAKEUPS)),
    ("-sws", one_of("scheduler wakeup strategy: {}", DEFAULT_OR_LEGACY)),
    ("-s", bad_scheduling),
    ("-SDPcpu", percentage("dirty", "dirty CPU schedulers")),
    ("-SDcpu", amount("dirty", "dirty CPU schedulers")),
    ("-SDio", in_range("bad number of dirty I/O schedulers", 1, 1024, "dirty_io_schedulers")),
    ("-SD", bad_dirty),
    ("-SP", percentage("schedulers", "schedulers")),
    ("-S", amount("schedulers", "schedulers")),
    ("-t", in_range("bad atom table size", MIN_ATOMS, MAX_ATOMS, "atom_limit")),
    ("-T", in_range("bad modified timing level", 0, TIMING_LEVELS - 1, "modified_timing_level")),
    ("-v", _verbose),
    ("-V", _version),
    ("-W", _warnings),
    ("-zdbbl", _dist_limit),
    ("-zdntgc", _node_delay),
    ("-zebwt", one_of("Invalid ets busy wait threshold: {}", BUSY_WAITS)),
    ("-zhft", since(27, _flush_timeout, _bad_other)),
    ("-zosrl", since(
        24, in_range(
            "Invalid outstanding requests limit", 1, MAX_PROCESSES, "outstanding_requests",
        ),
        _bad_other,
    )),
    ("-z", _bad_other),
)  # fmt: skip
"""What each flag does; of those that begin alike, the one that comes first is meant."""
