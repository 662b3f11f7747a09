"""Processes as the emulator itself lists them, for people: its stack and all of a process.

Facts: break.c and erl_process.c of OTP 25 (what is told, and in which order), and measured on 23,
25, 27 and 29. Texts have a character for each byte. An address is that of the object which stands
for the instruction, and distances in a function are in instructions.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from enigma_ref.bifs.heaps import is_term
from enigma_ref.bifs.printing import emulator_text
from enigma_ref.bifs.process_flags import SAVE_CALLS, flag_value
from enigma_ref.machine.code import CODE_TYPES, CatchTag, Export, Function
from enigma_ref.machine.primitives.funs import called_on_waking
from enigma_ref.machine.process import Process
from enigma_ref.terms import NIL, TRUE, Term, atom, make_list

WORD: Final = 8
REGISTER_WIDTH: Final = 8

REGISTERS_SINCE: Final = 24
"""Before, what the innermost function holds was told by addresses (measured on 23)."""

STATES: Final = {
    "running": "Running",
    "runnable": "Scheduled",
    "yielding": "Scheduled",
    "suspended": "Suspended",
    "exited": "Exiting",
}
"""States of processes by their names here; all others wait."""


Place = tuple[Any, int] | None
"""A function, or an export entry, and a position in it."""

HIBERNATE: Final = (atom("erlang"), atom("hibernate"), 3)


def address_text(thing: Any) -> str:
    """Where something is in memory."""
    return f"0x{id(thing):016x}"


def _mfa_text(owner: Any, release: int) -> str:
    module = owner.module.name if isinstance(owner, Function) else owner.module
    names = (emulator_text(name, release) for name in (module, owner.name))
    return f"{':'.join(names)}/{owner.arity}"


def place_text(process: Process, place: Place) -> str:
    """A function and how far from its beginning something is."""
    if place is None:
        return "<terminate process normally>"
    owner, position = place
    first = owner.first if isinstance(owner, Function) else position
    return f"{_mfa_text(owner, process.vm.release)} + {position - first}"


def backtrace(process: Process, with_arguments: bool = False) -> Iterator[str]:
    """The lines about where a process is, and what is on its stack, innermost first;
    `with_arguments` also what it goes on with, unless it runs. A sensitive process shows
    nothing."""
    if flag_value(process, "sensitive") is TRUE:
        return
    place = process.vm.place_of(process)
    yield from _counter(process, place, arity=with_arguments, arguments=with_arguments)
    yield from _stack(process)


def counter_text(process: Process, place: Place) -> str:
    """The address of the instruction at a place, and where that is."""
    counter = process.resume if place is None else place[0]
    where = "unknown function" if _hibernates(place) else place_text(process, place)
    return f"{address_text(counter)} ({where})"


def _counter(process: Process, place: Place, *, arity: bool, arguments: bool) -> Iterator[str]:
    yield f"Program counter: {counter_text(process, place)}"
    if arity and process.status != "running":
        values = _arguments(process, place)
        yield f"arity = {len(values)}"
        if arguments:
            release = process.vm.release
            yield from (f"   {emulator_text(value, release)}" for value in values)


def _hibernates(place: Place) -> bool:
    """Whether a process has nothing but what it will call when a message comes."""
    return place is not None and type(place[0]) is Export and place[0].mfa == HIBERNATE


def _arguments(process: Process, place: Place) -> list[Term]:
    """What a process that does not run goes on with."""
    held = [value for value in process.x if is_term(value)]
    called = called_on_waking(process.resume) if _hibernates(place) else None
    return held if called is None else [called.module, called.name, make_list(held)]


def _stack(process: Process) -> Iterator[str]:
    release = process.vm.release
    linker = process.vm.linker
    by_address = release < REGISTERS_SINCE
    register = 0
    for depth, value in enumerate(reversed(process.stack)):
        slot = f"0x{id(process.stack) + depth * WORD:016x}"
        if type(value) in CODE_TYPES:
            place = place_text(process, linker.call_place(value))
            yield from ("", f"{slot} Return addr {address_text(value)} ({place})")
            register = 0
            by_address = False
            continue
        if type(value) is CatchTag:
            place = place_text(process, linker.place(value.code))
            text = f"Catch {address_text(value.code)} ({place})"
        else:
            text = emulator_text(value if is_term(value) else NIL, release)
        if by_address:
            yield from ("", f"{slot} {text}")
        else:
            yield f"{f'y({register})':{REGISTER_WIDTH}} {text}"
        register += 1


def _links(process: Process) -> str:
    """Whom a process is linked to, and who watches whom."""
    release = process.vm.release
    found = [emulator_text(other, release) for other in process.links]
    for ref, watch in process.monitors.items():
        found.append(f"{{to,{emulator_text(watch.name, release)},{emulator_text(ref, release)}}}")
    for ref, watch in process.monitored_by.items():
        watcher = emulator_text(watch.watcher, release)
        found.append(f"{{from,{watcher},{emulator_text(ref, release)}}}")
    return ", ".join(found)


def internal_state(process: Process) -> str:
    """A process's priority and what it does, in OTP's names of flags."""
    priority = flag_value(process, "priority").name.upper()
    flags = [f"{queue}_PRIO_{priority}" for queue in ("ACT", "USR", "PRQ")]
    if process.status in ("running", "runnable", "yielding"):
        flags.append("ACTIVE")
    if process.status == "running":
        flags.append("RUNNING")
    if process.status == "suspended":
        flags.append("SUSPENDED")
    if flag_value(process, "message_queue_data").name == "off_heap":
        flags.append("OFF_HEAP_MSGQ")
    return " | ".join(flags)


def process_lines(
    process: Process, sizes: dict[str, int], *, in_dump: bool = False, running_at: Place = None
) -> Iterator[str]:
    """All that is listed of a process. `sizes` are what process_info/2 tells of `reductions` (a
    number), `heap_size`, `total_heap_size`, `live` (words) and `memory` (bytes).

    In a crash dump messages, dictionary and stack stand elsewhere, and `running_at` is where the
    process was that ran.
    """
    release = process.vm.release
    yield f"=proc:{emulator_text(process.pid, release)}"
    yield f"State: {STATES.get(process.status, 'Waiting')}"
    if process.registered_name is not None:
        yield f"Name: {emulator_text(process.registered_name, release)}"
    if process.initial_call is not None:
        module, name, arity = process.initial_call
        yield f"Spawned as: {_mfa_text(Export(module, name, arity), release)}"
    is_gone = in_dump and process.status == "running"
    place = running_at if is_gone else process.vm.place_of(process)
    if place is not None and process.status == "running":
        yield f"Last scheduled in for: {_mfa_text(place[0], release)}"
    elif place is not None and _hibernates(place):
        yield f"Current call: {_mfa_text(place[0], release)}"
    yield f"Spawned by: {emulator_text(NIL if process.parent is None else process.parent, release)}"
    messages = process.mailbox.messages()
    yield f"Message queue length: {process.mailbox.size}"
    if process.mailbox.size and not in_dump:
        yield f"Message queue: {_joined(messages, release)}"
    yield from ("Number of heap fragments: 0", "Heap fragment data: 0")
    if flag_value(process, SAVE_CALLS):
        yield from ("Last calls:", "")
    if process.links or process.monitors or process.monitored_by:
        yield f"Link list: [{_links(process)}]"
    if process.dictionary and not in_dump:
        pairs = make_list(list(process.dictionary.values()))
        yield f"Dictionary: {emulator_text(pairs, release)}"
    vheap = flag_value(process, "min_bin_vheap_size")
    old = sizes["total_heap_size"] - sizes["heap_size"]
    yield from (
        f"Reductions: {sizes['reductions']}",
        f"Stack+heap: {sizes['heap_size']}",
        f"OldHeap: {old}",
        f"Heap unused: {max(0, sizes['heap_size'] - sizes['live'])}",
        f"OldHeap unused: {old}",
        "BinVHeap: 0",
        "OldBinVHeap: 0",
        f"BinVHeap unused: {vheap}",
        f"OldBinVHeap unused: {vheap}",
        f"Memory: {sizes['memory']}",
    )
    if in_dump:
        yield from _counter(process, place, arity=True, arguments=False)
    else:
        yield "Stack dump:"
        yield from backtrace(process, with_arguments=True)
    yield f"Internal State: {internal_state(process)}"


def _joined(messages: list[Term], release: int) -> str:
    return f"[{','.join(emulator_text(message, release) for message in messages)}]"
