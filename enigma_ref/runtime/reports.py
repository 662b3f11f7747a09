"""What the emulator itself reports: processes that die of errors, heaps that outgrow limits.

A report is a message `{log, Level, Format, Args, Metadata}` to the process that is the system's
logger (`erlang:system_flag(system_logger, Who)`): a pid, or who is registered as `logger`. With
`undefined` nobody is told. Where there is no such process, the report goes to standard error
(erts: utils.c, erl_trace.c; the texts were measured on 23, 25, 27 and 29).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from enigma_ref.bifs.erlang_process_info import ITEMS
from enigma_ref.bifs.printing import emulator_text
from enigma_ref.bifs.process_flags import limit_of
from enigma_ref.machine.process import Process
from enigma_ref.terms import TRUE, Map, Pid, Term, atom, make_list, make_string, to_bool_atom
from enigma_ref.terms.atoms import UNDEFINED

if TYPE_CHECKING:
    from enigma_ref.runtime.vm import VM

LOGGER: Final = atom("logger")
SYSTEM: Final = atom("system")
LOG: Final = atom("log")
TAGS: Final = {"error": "error", "warning": "warning_msg", "info": "info_msg"}
"""By level, what error_logger called such a report."""

MICROSECOND: Final = 1000
DIED: Final = "Error in process ~p with exit value:~n~p~n"
QUEUE_LENGTH_SINCE: Final = 25
HEAP_TRACE_SINCE: Final = 27


def report(vm: VM, level: str, process: Process, text: str, args: Term = None) -> None:
    """Tell the logger something about what `process` does: a plain text, or a format and its
    list of arguments."""
    if vm.system_logger is UNDEFINED:
        return
    if args is None:
        text, args = "~s~n", make_list([make_string(text)])
    tagged = Map.of([(atom("emulator"), TRUE), (atom("tag"), atom(TAGS[level]))])
    metadata = Map.of(
        [
            (atom("error_logger"), tagged),
            (atom("gl"), process.group_leader),
            (atom("pid"), process.pid),
            (atom("time"), vm.clock.outside() // MICROSECOND),
        ]
    )
    message = (LOG, atom(level), make_string(text), args, metadata)
    logger = _logger(vm)
    if logger is None:
        shown = emulator_text(message, vm.release)
        vm.write_error(f"(no logger present) unexpected logger message: {shown}\n")
    elif logger is not process or logger.registered_name is not LOGGER:
        vm.signal_from(SYSTEM, logger, message)


def _logger(vm: VM) -> Process | None:
    """Who gets reports. A process that has ended was replaced by the name `logger`."""
    if type(vm.system_logger) is Pid:
        found = vm.processes.get(vm.system_logger)
        if found is not None:
            return found
        vm.system_logger = LOGGER
    return vm.registered.get(LOGGER)


def died(vm: VM, process: Process, reason: Term) -> None:
    """A process ends because of an error that it did not catch."""
    report(vm, "error", process, DIED, make_list([process.pid, reason]))


def outgrown(vm: VM, process: Process) -> None:
    """A process holds more than its max_heap_size allows."""
    limit = limit_of(process)
    rows: list[tuple[str, Any]] = [
        ("Process", process.pid),
        ("Context", None),
        ("Max Heap Size", limit.size),
        ("Total Heap Size", ITEMS["total_heap_size"](process)),
        ("Kill", to_bool_atom(limit.kill)),
        ("Error Logger", TRUE),
    ]
    if vm.release >= QUEUE_LENGTH_SINCE:
        rows.append(("Message Queue Len", ITEMS["message_queue_len"](process)))
    rows.append(("GC Info", ITEMS["garbage_collection_info"](process)))
    if vm.release >= HEAP_TRACE_SINCE:
        rows.append(("Stacktrace", ITEMS["current_stacktrace"](process)))
    width = 20 if vm.release >= QUEUE_LENGTH_SINCE else 18
    lines = []
    for name, value in rows:
        shown = "maximum heap size reached" if value is None else "~p"
        end = " ~n" if name == "Process" else "~n"
        lines.append(f"     {name + ':':<{width}}{shown}{end}")
    args = [value for _, value in rows if value is not None]
    report(vm, "error", process, "".join(lines), make_list(args))
