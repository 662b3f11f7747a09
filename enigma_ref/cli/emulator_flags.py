"""The flags of the emulator, those with a `+`: which there are, which values they take, and what
they mean for a system.

Facts: erts/emulator/beam/erl_init.c, erl_alloc.c and erl_check_io.c, from which the complaints
are known too; measured on 23, 25, 27 and 29. Flags about threads, allocators and the like are
checked as OTP does, and change nothing that a program could see.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

from enigma_ref.bifs.process_flags import heap_size
from enigma_ref.bifs.processors import available, logical
from enigma_ref.cli.erl_flags import FlagError
from enigma_ref.machine.settings import FOR_SHELL, Settings

MAX_SCHEDULERS: Final = 1024
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

BIND_TYPES: Final = {
    "u": "unbound", "ns": "no_spread", "ts": "thread_spread", "ps": "processor_spread",
    "s": "spread", "nnts": "no_node_thread_spread", "nnps": "no_node_processor_spread",
    "tnnps": "thread_no_node_processor_spread", "db": "thread_no_node_processor_spread",
}  # fmt: skip
"""What schedulers are bound by, by the value of +sbt."""

BUSY_WAITS: Final = ("none", "very_short", "short", "medium", "long", "very_long")
WAKEUPS: Final = ("very_low", "low", "medium", "high", "very_high")
CLEANUPS: Final = ("very_lazy", "lazy", "medium", "eager", "very_eager")
DEFAULT_OR_LEGACY: Final = ("default", "legacy")
ENCODINGS: Final = {"u": "utf8", "l": "latin1"}
FILE_NAME_WARNINGS: Final = {"": "warning", "w": "warning", "i": "ignore", "e": "error"}
WARNING_LEVELS: Final = {"i": "info", "e": "error", "w": "warning"}


END: Final = "--"
"""What stands behind the flags of the emulator."""

USAGE: Final = "Usage: beam.smp [flags] [ -- [init_args] ]"
"""The complaint about a word that is no flag."""


class Told(Exception):
    """The flags ask for nothing but an answer, which is on standard error: `lines`."""

    def __init__(self, *lines: str) -> None:
        super().__init__(*lines)
        self.lines = lines


class _Reader:
    """Reads the words of the emulator one after the other, each `-Flag` or the value of one."""

    def __init__(self, words: Sequence[str], release: int, program: str, version: str) -> None:
        self.words = list(words)
        self.at = 0
        self.release = release
        self.program = program
        self.version = version
        self.found: dict[str, Any] = {}
        self.amounts: dict[str, tuple[int, int]] = {}
        self.percentages: dict[str, tuple[int, int]] = {}
        self.remarks: list[str] = []

    def value(self, rest: str) -> str:
        """The value of a flag: what is joined to it, or the word behind it, even if that is the
        end of the flags."""
        if rest:
            return rest
        self.at += 1
        return self.words[self.at - 1] if self.at <= len(self.words) else END

    def read(self) -> None:
        """Read them all. Raises FlagError and Told."""
        while self.at < len(self.words):
            word = self.words[self.at]
            self.at += 1
            if not word.startswith("-"):
                raise FlagError(USAGE)
            for prefix, follow in FLAGS:
                if word.startswith(prefix):
                    follow(self, word, word.removeprefix(prefix))
                    break
            else:
                raise FlagError(self.unknown(word))

    def online(self, kind: str) -> int:
        """How many schedulers of a kind are online so far."""
        return self.amounts[kind][1] if kind in self.amounts else available()

    def unknown(self, word: str) -> str:
        """The complaint about a flag that there is not."""
        return f"{self.program} unknown flag {word}"


Follow = Callable[[_Reader, str, str], None]
"""Follows a flag: it gets the word, and what is behind the flag's name in it."""


def read_emulator_flags(
    words: Sequence[str], release: int, program: str, version: str, file_names: str
) -> tuple[Settings, list[str]]:
    """The settings that the words `-Flag` and their values ask for, and remarks about them.

    `program` is the emulator's file, which complaints name, `version` what +V shows, `file_names`
    how the language of the user encodes names of files. Raises `FlagError` with the first line that
    the emulator would print, and `Told`.
    """
    reader = _Reader(words, release, program, version)
    try:
        reader.read()
        reader.found |= _schedulers(reader)
    except FlagError as problem:
        raise FlagError("\n".join([*reader.remarks, str(problem)])) from None
    return replace(Settings(file_names=file_names), **reader.found), reader.remarks


def _number(text: str) -> int:
    """What C's atoi makes of a text: the number that it begins with, or 0."""
    found = re.match(r"\s*[+-]?\d+", text, re.ASCII)
    return int(found[0]) if found else 0


def _begins_with_number(text: str) -> bool:
    return re.match(r"\s*[+-]?\d", text, re.ASCII) is not None


# ---------------------------------------------------------------- kinds of flags


def _range(
    complaint: str, low: int, high: int, name: str | None = None, *, strict: bool = False
) -> Follow:
    """A number within limits, which becomes a setting if there is a name for it. What is no number
    counts as 0, unless `strict`."""

    def follow(reader: _Reader, word: str, rest: str) -> None:
        text = reader.value(rest)
        number = _number(text)
        if not low <= number <= high or (strict and not _begins_with_number(text)):
            raise FlagError(f"{complaint} {text}")
        if name is not None:
            reader.found[name] = number

    return follow


def _one_of(complaint: str, known: Sequence[str], name: str | None = None) -> Follow:
    """One of these words."""

    def follow(reader: _Reader, word: str, rest: str) -> None:
        text = reader.value(rest)
        if text not in known:
            raise FlagError(complaint.format(text))
        if name is not None:
            reader.found[name] = text

    return follow


def _bool(complaint: str, name: str | None = None) -> Follow:
    """`true` or `false`."""

    def follow(reader: _Reader, word: str, rest: str) -> None:
        text = reader.value(rest)
        if text not in ("true", "false"):
            raise FlagError(complaint.format(text))
        if name is not None:
            reader.found[name] = text == "true"

    return follow


def _any_value(reader: _Reader, word: str, rest: str) -> None:
    """A value that nobody looks at."""
    reader.value(rest)


def _nothing(reader: _Reader, word: str, rest: str) -> None:
    """A flag without a value, that changes nothing."""


def _since(release: int, follow: Follow, before: Follow) -> Follow:
    """A flag that came, or changed, with a release."""

    def choose(reader: _Reader, word: str, rest: str) -> None:
        (follow if reader.release >= release else before)(reader, word, rest)

    return choose


def _refused(reader: _Reader, word: str, rest: str) -> None:
    raise FlagError(reader.unknown(word))


def _bad_other(reader: _Reader, word: str, rest: str) -> None:
    raise FlagError(f"bad -z option {word}")


def _topology(reader: _Reader, word: str, rest: str) -> None:
    """Processors as the user describes them: letters for what they are, and their numbers."""
    text = reader.value(rest)
    if text[:1] not in LEVELS:
        raise FlagError(f"bad cpu topology '{text}': invalid identifier type")
    if not TOPOLOGY.fullmatch(text):
        raise FlagError(f"bad cpu topology '{text}': invalid identifier")


LEVELS: Final = tuple("LTCPNltcpn")
_NUMBERS: Final = r"\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*"
TOPOLOGY: Final = re.compile(rf"(?:[LTCPNltcpn]{_NUMBERS})+(?::(?:[LTCPNltcpn]{_NUMBERS})+)*")


def _bad_scheduling(reader: _Reader, word: str, rest: str) -> None:
    raise FlagError(f"bad scheduling option {word}")


# ---------------------------------------------------------------- schedulers


def _pair(text: str) -> tuple[int | None, int | None] | None:
    """`A`, `A:B` or `:B`; None for everything else."""
    found = re.match(r"\s*([+-]?\d+)(?::\s*([+-]?\d+))?|:\s*([+-]?\d+)", text, re.ASCII)
    if found is None:
        return None
    first, second, alone = (None if part is None else int(part) for part in found.groups())
    return first, second if alone is None else alone


def _amount(kind: str, what: str) -> Follow:
    """How many schedulers there are, and how many of them are online: numbers above 0 are that,
    others are added to the number of processors."""

    def follow(reader: _Reader, word: str, rest: str) -> None:
        text = reader.value(rest)
        given = _pair(text)
        if given is None:
            raise FlagError(f"bad amount of {what} {text}")
        total, online = given
        if total is None:
            total = logical()
        if online is None:
            online = min(total, reader.online(kind))
        amount = total if total > 0 else logical() + total
        active = online if online > 0 else available() + online
        if not 1 <= amount <= MAX_SCHEDULERS:
            raise FlagError(f"bad amount of {what} {total}")
        if not 1 <= active <= amount:
            raise FlagError(
                f"bad amount of {what} online {active} (total amount of {what} {amount})"
            )
        reader.amounts[kind] = (amount, active)

    return follow


def _percentage(kind: str, what: str) -> Follow:
    """The same as percentages of the processors."""

    def follow(reader: _Reader, word: str, rest: str) -> None:
        text = reader.value(rest)
        given = _pair(text)
        if given is None or any(number is not None and number < 0 for number in given):
            raise FlagError(f"bad {what} percentage specifier {text}")
        total = 100 if given[0] is None else given[0]
        online = min(total, 100) if given[1] is None else given[1]
        reader.percentages[kind] = (total, online)

    return follow


def _bad_dirty(reader: _Reader, word: str, rest: str) -> None:
    raise FlagError(f"bad or missing dirty scheduler specifier: {word}")


def _schedulers(reader: _Reader) -> dict[str, int]:
    """The numbers of schedulers, once all flags about them are known. Raises FlagError."""
    if not reader.amounts and not reader.percentages:
        return {}
    total, online = _scaled(reader, "schedulers")
    for what, number, percentage, rest in (
        ("schedulers", total, reader.percentages.get("schedulers", (0, 0))[0], MAX_SCHEDULERS),
        ("schedulers online", online, reader.percentages.get("schedulers", (0, 0))[1], total),
    ):
        if number > rest:
            shown = f"total amount of schedulers {total}"
            shown += f", online {online}" if what.endswith("online") else ""
            raise FlagError(f"bad {what} percentage {percentage} ({shown})")
    dirty, dirty_online = _scaled(reader, "dirty")
    return {
        "schedulers": total,
        "schedulers_online": online,
        "outstanding_requests": reader.found.get("outstanding_requests", 2 * total),
        "dirty_cpu_schedulers": max(1, min(dirty, total)),
        "dirty_cpu_schedulers_online": max(1, min(dirty_online, online)),
    }


def _scaled(reader: _Reader, kind: str) -> tuple[int, int]:
    numbers = reader.amounts.get(kind, (logical(), available()))
    shares = reader.percentages.get(kind)
    if shares is None:
        return numbers
    return max(1, numbers[0] * shares[0] // 100), max(1, numbers[1] * shares[1] // 100)


# ---------------------------------------------------------------- flags with rules of their own


def _table_size(complaint: str, name: str) -> Follow:
    """A number of processes or ports, which becomes a power of two; `legacy` is ignored."""

    def follow(reader: _Reader, word: str, rest: str) -> None:
        text = reader.value(rest)
        if text == "legacy":
            return
        number = _number(text)
        if not MIN_PROCESSES <= number <= MAX_PROCESSES:
            raise FlagError(f"{complaint} {text}")
        reader.found[name] = min(1 << (number - 1).bit_length(), MAX_PROCESSES)

    return follow


def _smallest_heap(name: str) -> Follow:
    """A number of words, which becomes one of the sizes that heaps have."""

    def follow(reader: _Reader, word: str, rest: str) -> None:
        text = reader.value(rest)
        number = _number(text)
        if not 0 < number <= MAX_INT:
            raise FlagError(f"bad heap size {text}")
        reader.found[name] = heap_size(number)

    return follow


def _largest_heap(reader: _Reader, word: str, rest: str) -> None:
    text = reader.value(rest)
    number = _number(text)
    if not 0 <= number <= MAX_SMALL:
        raise FlagError(f"bad max heap size {text}")
    reader.found["max_heap_size"] = number


def _file_names(reader: _Reader, word: str, rest: str) -> None:
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


def _time_correction(reader: _Reader, word: str, rest: str) -> None:
    text = rest
    if not text and reader.words[reader.at : reader.at + 1] in (["true"], ["false"]):
        text = reader.value("")
    if text not in ("", "true", "false"):
        raise FlagError(f"Invalid time correnction value: {text}")  # as OTP spells it
    reader.found["time_correction"] = text == "true"


def _warnings(reader: _Reader, word: str, rest: str) -> None:
    text = reader.value(rest)
    if text[:1] not in WARNING_LEVELS:
        raise FlagError(f"unrecognized warning_map option {text}")
    reader.found["warnings"] = WARNING_LEVELS[text[0]]


def _bind_type(reader: _Reader, word: str, rest: str) -> None:
    text = reader.value(rest)
    if text not in BIND_TYPES:
        raise FlagError(f"setting scheduler bind type '{text}' failed: invalid type")
    reader.found["scheduler_bind_type"] = BIND_TYPES[text]


def _compatible_release(reader: _Reader, word: str, rest: str) -> None:
    text = reader.value(rest)
    number = _number(text)
    if not reader.release - COMPATIBLE_RELEASES <= number <= reader.release:
        raise FlagError(f"bad compatibility release number {text}")
    reader.found["compatible_release"] = number


def _dist_limit(reader: _Reader, word: str, rest: str) -> None:
    number = _number(reader.value(rest))
    if not 1 <= number <= MAX_KILOBYTES:
        raise FlagError(f"Invalid dbbl limit: {number}")
    reader.found["dist_buf_busy_limit"] = number * 1024


def _node_delay(reader: _Reader, word: str, rest: str) -> None:
    text = reader.value(rest)
    if text == "infinity":
        reader.found["node_table_delay"] = None
        return
    if not re.fullmatch(r"\s*\+?\d+", text, re.ASCII) or int(text) > NODE_DELAY_MAX:
        raise FlagError(f"Invalid delayed node table gc: {text}")
    reader.found["node_table_delay"] = int(text)


def _flush_timeout(reader: _Reader, word: str, rest: str) -> None:
    text = reader.value(rest)
    if text == "infinity":
        reader.found["halt_flush_timeout"] = None
        return
    if not re.fullmatch(r"\s*\+?\d+", text, re.ASCII) or int(text) > MAX_INT:
        raise FlagError(f"Invalid halt flush timeout: {text}")
    reader.found["halt_flush_timeout"] = int(text)


def _port_signals(reader: _Reader, word: str, rest: str) -> None:
    text = reader.value(rest)
    if text not in ("s", "a", "d"):
        raise FlagError(f"bad -n option {text}")


def _async_threads(reader: _Reader, word: str, rest: str) -> None:
    text = reader.value(rest)
    number = _number(text)
    if not 0 <= number <= MAX_ASYNC_THREADS:
        raise FlagError(f"bad number of async threads {text}")
    reader.found["async_threads"] = max(1, number)


def _break(reader: _Reader, word: str, rest: str) -> None:
    if not rest and reader.words[reader.at : reader.at + 1] in (["i"], ["c"], ["d"]):
        rest = reader.value("")
    reader.found["break_signal"] = {"i": "ignored", "c": FOR_SHELL}.get(rest[:1], "deadly")


def _reader_groups(what: str) -> Follow:
    def follow(reader: _Reader, word: str, rest: str) -> None:
        text = reader.value(rest)
        if not _begins_with_number(text) or _number(text) < 0:
            raise FlagError(f"bad {what} limit: {text}")

    return follow


def _setting(name: str, value: Any) -> Follow:
    """A flag without a value."""

    def follow(reader: _Reader, word: str, rest: str) -> None:
        reader.found[name] = value

    return follow


def _first_module(reader: _Reader, word: str, rest: str) -> None:
    reader.found["first_module"] = reader.value(rest)


def _verbose(reader: _Reader, word: str, rest: str) -> None:
    reader.remarks.append("warning: -v (only in debug compiled code)")


def _removed(reader: _Reader, word: str, rest: str) -> None:
    reader.remarks.append("The undocumented +H option has been removed (R10B-6).\n")


def _version(reader: _Reader, word: str, rest: str) -> None:
    raise Told(reader.version)


def _jit(known: Sequence[str], complaint: str, since: int = 24) -> Follow:
    """A flag of the compiler to machine code, which there is not here, of OTP 24 and later."""

    def follow(reader: _Reader, word: str, rest: str) -> None:
        text = reader.value(rest)
        if text not in known:
            raise FlagError(f"bad {complaint} {text}")

    return _since(since, follow, _nothing if since > 24 else _no_jit)


def _no_jit(reader: _Reader, word: str, rest: str) -> None:
    raise FlagError(f"JIT is not supported on this system (option {word})")


def _unknown_jit(reader: _Reader, word: str, rest: str) -> None:
    reader.remarks.append(f"invalid JIT option {word}")


# ---------------------------------------------------------------- allocators

AMOUNTS: Final = (
    "sbct", "asbcst", "rsbcst", "rsbcmt", "rmbcmt", "mmbcs", "mmsbc", "mmmbc", "msbclt", "lmbcs",
    "smbcs", "mbcgs", "mbsd",
)  # fmt: skip
UTILISATIONS: Final = ("acul", "acnl", "acfml", "acful")
BOOLEANS: Final = ("e", "ramv", "atags", "t")
STRATEGIES: Final = (
    "bf", "aobf", "gf", "af", "aoff", "aoffcbf", "aoffcaobf", "ageffcaoff", "ageffcbf",
    "ageffcaobf",
)  # fmt: skip
ALL_AT_ONCE: Final = ("min", "max", "config", "none", "r9c", "r10b", "r11b")
ALLOCATORS: Final = "BDEFHLRSTXZu"
OTHERS: Final = {
    "ummc": "amount", "usac": "amount", "uycs": "amount", "Mamcbf": "amount", "Mrmcbf": "amount",
    "Mmcs": "amount", "Mscs": "amount", "Mscrfsd": "amount", "Msco": "bool", "Mscrpm": "bool",
    "Iscs": "amount", "Xscs": "amount", "Ytt": "amount", "Ytp": "amount", "Ym": "any",
    "Ye": "bool", "ea": "settings", "im": "any", "is": "any", "it": "any", "lpm": "any",
    "dai": "any",
}  # fmt: skip


def _allocator(reader: _Reader, word: str, rest: str) -> None:
    """A flag of the allocators. None of them has anything to do with this machine."""
    names = dict.fromkeys((*AMOUNTS, *UTILISATIONS), "amount")
    names |= dict.fromkeys(BOOLEANS, "bool") | {"as": "strategy", "cp": "any"}
    known = OTHERS
    start = ""
    if rest[:1] and rest[:1] in ALLOCATORS and rest[:4] not in ("ummc", "uycs", "usac"):
        known, start = names, rest[:1]
    for switch in sorted(known, key=len, reverse=True):
        if rest.startswith(start + switch):
            name = f"M{start}{switch}"
            _check(name, known[switch], reader.value(rest.removeprefix(start + switch)))
            return
    raise FlagError(f'bad "M{start}" parameter')


def _check(name: str, kind: str, text: str) -> None:
    """Whether a flag of the allocators may have a value. Raises FlagError."""
    fits = {
        "any": True,
        "amount": text == "de" or bool(re.match(r"\s*\+?\d", text, re.ASCII)),
        "bool": text in ("true", "false", "code"),
        "strategy": text in STRATEGIES,
    }
    if kind == "settings" and text not in ALL_AT_ONCE:
        raise FlagError(f'bad "{name}" parameter')
    if not fits.get(kind, True):
        # Of the strategy's flag, OTP shows one letter less.
        shown = name[:-1] if kind == "strategy" else name
        raise FlagError(f'bad "{shown}" value: {text}')


# ---------------------------------------------------------------- all flags

STACK_SIZES: Final = (20, 8192)

FLAGS: Final[tuple[tuple[str, Follow], ...]] = (
    ("-a", _range("bad stack size for async threads", 16, 8192)),
    ("-A", _async_threads),
    ("-B", _break),
    ("-c", _time_correction),
    ("-C", _one_of(
        "Invalid time warp mode: {}", ("no_time_warp", "single_time_warp", "multi_time_warp"),
        "time_warp_mode",
    )),
    ("-dcg", _reader_groups("decentralized counter groups")),
    ("-d", _setting("crash_dumps", False)),
    ("-ec", _setting("ets_always_compress", True)),
    ("-e", _range("bad maximum number of ets tables", 0, MAX_INT, "ets_limit")),
    ("-fn", _file_names),
    ("-hmbs", _smallest_heap("min_bin_vheap_size")),
    ("-hms", _smallest_heap("min_heap_size")),
    ("-hpds", _range("bad initial process dictionary size", 1, MAX_INT)),
    ("-hmqd", _one_of(
        "Invalid message_queue_data flag: {}", ("on_heap", "off_heap"), "message_queue_data",
    )),
    ("-hmaxk", _bool("bad max heap kill {}", "max_heap_kill")),
    ("-hmaxel", _bool("bad max heap error logger {}", "max_heap_error_logger")),
    ("-hmaxib", _since(
        27, _bool("bad max heap include bins {}", "max_heap_shared_binaries"), _nothing,
    )),
    ("-hmax", _largest_heap),
    ("-h", _smallest_heap("min_heap_size")),
    ("-H", _removed),
    ("-IOt", _range("bad I/O poll threads number:", 1, 1024, strict=True)),
    ("-IOPt", _range("bad I/O poll thread percentage number:", 0, 100, strict=True)),
    ("-IOPp", _range("bad I/O pollset percentage number:", 0, 100, strict=True)),
    ("-IOp", _range("bad I/O pollset number:", 1, 1024, strict=True)),
    ("-IOs", _any_value),
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
    ("-J", _since(24, _unknown_jit, _no_jit)),
    ("-K", _any_value),
    ("-L", _setting("with_lines", False)),
    ("-M", _allocator),
    ("-n", _port_signals),
    ("-pad", _since(26, _bool("bad async dist value {}", "async_dist"), _refused)),
    ("-pc", _one_of(
        "bad range of printable characters: {}", ("latin1", "unicode"), "printable_range",
    )),
    ("-P", _table_size("bad number of processes", "process_limit")),
    ("-Q", _table_size("bad number of ports", "port_limit")),
    ("-rg", _reader_groups("reader groups")),
    ("-r", _setting("ets_realloc_moves", True)),
    ("-R", _compatible_release),
    ("-sbt", _bind_type),
    ("-sbwtdcpu", _one_of("bad dirty CPU scheduler busy wait threshold: {}", BUSY_WAITS)),
    ("-sbwtdio", _one_of("bad dirty IO scheduler busy wait threshold: {}", BUSY_WAITS)),
    ("-sbwt", _one_of("bad scheduler busy wait threshold: {}", BUSY_WAITS)),
    ("-scl", _bool("bad scheduler compact load value '{}'")),
    ("-sct", _topology),
    ("-secio", _any_value),
    ("-sfwi", _range("bad scheduler forced wakeup interval", 0, 1 << 62)),
    ("-spp", _bool("bad port parallelism scheduling hint {}", "port_parallelism")),
    ("-ssrct", _nothing),
    ("-sssdcpu", _range("bad stack size for dirty CPU scheduler threads", *STACK_SIZES)),
    ("-sssdio", _range("bad stack size for dirty IO scheduler threads", *STACK_SIZES)),
    ("-sss", _range("bad stack size for scheduler threads", *STACK_SIZES)),
    ("-stbt", _one_of("setting scheduler bind type '{}' failed: invalid type", tuple(BIND_TYPES))),
    ("-sub", _bool("bad scheduler utilization balancing  value '{}'")),
    ("-swct", _one_of("scheduler wake cleanup threshold: {}", CLEANUPS)),
    ("-swtdcpu", _one_of("dirty CPU scheduler wakeup threshold: {}", WAKEUPS)),
    ("-swtdio", _one_of("dirty IO scheduler wakeup threshold: {}", WAKEUPS)),
    ("-swt", _one_of("scheduler wakeup threshold: {}", WAKEUPS)),
    ("-sws", _one_of("scheduler wakeup strategy: {}", DEFAULT_OR_LEGACY)),
    ("-s", _bad_scheduling),
    ("-SDPcpu", _percentage("dirty", "dirty CPU schedulers")),
    ("-SDcpu", _amount("dirty", "dirty CPU schedulers")),
    ("-SDio", _range("bad number of dirty I/O schedulers", 1, 1024, "dirty_io_schedulers")),
    ("-SD", _bad_dirty),
    ("-SP", _percentage("schedulers", "schedulers")),
    ("-S", _amount("schedulers", "schedulers")),
    ("-t", _range("bad atom table size", MIN_ATOMS, MAX_ATOMS, "atom_limit")),
    ("-T", _range("bad modified timing level", 0, TIMING_LEVELS - 1, "modified_timing_level")),
    ("-v", _verbose),
    ("-V", _version),
    ("-W", _warnings),
    ("-zdbbl", _dist_limit),
    ("-zdntgc", _node_delay),
    ("-zebwt", _one_of("Invalid ets busy wait threshold: {}", BUSY_WAITS)),
    ("-zhft", _since(27, _flush_timeout, _bad_other)),
    ("-zosrl", _since(
        24, _range(
            "Invalid outstanding requests limit", 1, MAX_PROCESSES, "outstanding_requests",
        ),
        _bad_other,
    )),
    ("-z", _bad_other),
)  # fmt: skip
"""What each flag does; of those that begin alike, the one that comes first is meant."""
