"""erlang: processes, messages, links, monitors and names."""

from __future__ import annotations

from typing import Any

from enigma_ref.bifs.registry import bif
from enigma_ref.machine.errors import badarg, error
from enigma_ref.machine.primitives import messages
from enigma_ref.machine.process import Process
from enigma_ref.machine.suspension import Leave
from enigma_ref.terms import (
    FALSE,
    NIL,
    TRUE,
    Atom,
    Map,
    Pid,
    Port,
    Reference,
    Term,
    atom,
    list_items,
    make_list,
    to_bool_atom,
)
from enigma_ref.terms.atoms import BADARG, NORMAL, OK, UNDEFINED

LINK = atom("link")
MONITOR = atom("monitor")
FLUSH = atom("flush")
INFO = atom("info")
PROCESS = atom("process")
TRAP_EXIT = "trap_exit"
NOPROC = atom("noproc")

SPAWN_OPTIONS = frozenset(
    ("priority", "fullsweep_after", "min_heap_size", "min_bin_vheap_size", "max_heap_size",
     "message_queue_data", "scheduler", "async_dist")
)  # fmt: skip
"""Options of spawn_opt that change no result of a program on this machine."""

MAX_SAVED_CALLS = 10_000
PRIORITIES = frozenset(("low", "normal", "high", "max"))


def _spawn(
    process: Process,
    module: Term,
    function: Term,
    arguments: Term,
    flags: dict[str, Term] | None = None,
    *,
    options: Term = NIL,
    linked: bool = False,
) -> Process:
    items = list_items(arguments)
    if type(module) is not Atom or type(function) is not Atom or items is None:
        raise badarg()
    export = process.vm.export(module, function, len(items))
    child = process.vm.spawn(process, export.code, items, flags)
    child.initial_call = (module, function, len(items))
    if process.vm.tracing is not None:
        mfa = (module, function, arguments)
        process.vm.tracing.spawned(process, child, mfa, options, linked=linked)
    if linked:
        process.vm.link(process, child)
    return child


@bif("erlang", "spawn", 3, process=True)
def spawn_3(process: Process, module: Term, function: Term, arguments: Term) -> Pid:
    """A new process that calls a function."""
    return _spawn(process, module, function, arguments).pid


@bif("erlang", "spawn_link", 3, process=True)
def spawn_link_3(process: Process, module: Term, function: Term, arguments: Term) -> Pid:
    """As spawn/3, linked from the start."""
    options = make_list([LINK])
    return _spawn(process, module, function, arguments, options=options, linked=True).pid


@bif("erlang", "spawn_opt", 4, process=True)
def spawn_opt_4(
    process: Process, module: Term, function: Term, arguments: Term, options: Term
) -> Term:
    """As spawn/3 with options; `{Pid, Ref}` with the option monitor."""
    given = list_items(options)
    if given is None:
        raise badarg("badopt")
    linked = monitored = False
    flags: dict[str, Term] = {}
    for option in given:
        if option is LINK:
            linked = True
        elif option is MONITOR:
            monitored = True
        elif not _known_option(option):
            raise badarg("badopt")
        else:
            flags[option[0].name] = option[1]
    child = _spawn(process, module, function, arguments, flags, options=options, linked=linked)
    if monitored:
        return (child.pid, process.vm.monitor(process, child, child.pid))
    return child.pid


def _known_option(option: Term) -> bool:
    if type(option) is not tuple or len(option) != 2 or type(option[0]) is not Atom:
        return False
    name, value = option[0].name, option[1]
    if name == "priority":
        return type(value) is Atom and value.name in PRIORITIES
    if name == "message_queue_data":
        return type(value) is Atom and value.name in ("on_heap", "off_heap")
    if name == "max_heap_size":
        return type(value) is Map or (type(value) is int and value >= 0)
    if name in SPAWN_OPTIONS:
        return type(value) is int and value >= 0
    return False


@bif("erlang", "!", 2, process=True)
@bif("erlang", "send", 2, process=True)
def send_2(process: Process, to: Term, message: Term) -> Term:
    """Send a message; the message."""
    return messages.send(process, to, message)


@bif("erlang", "send", 3, process=True)
def send_3(process: Process, to: Term, message: Term, options: Term) -> Atom:
    """Send a message with the options noconnect and nosuspend, which change nothing locally."""
    given = list_items(options)
    if given is None or any(
        type(option) is not Atom or option.name not in ("noconnect", "nosuspend")
        for option in given
    ):
        raise badarg("badopt")
    messages.send(process, to, message)
    return OK


@bif("erlang", "link", 1, process=True)
def link_1(process: Process, pid: Term) -> Atom:
    """Link to a process. One that is gone is the error noproc, or an exit signal for a process
    that traps exits."""
    if process.vm.tracing is not None:
        process.vm.tracing.linking(process, pid)
    if type(pid) is Port:
        return TRUE
    if type(pid) is not Pid:
        raise badarg()
    if pid == process.pid:
        return TRUE
    other = process.vm.processes.get(pid)
    if other is not None:
        if process.vm.tracing is not None:
            process.vm.tracing.linked(process, other)
        process.vm.link(process, other)
    elif process.flags.get(TRAP_EXIT):
        process.vm.exit_signal(pid, process, NOPROC)
    else:
        raise error(NOPROC)
    return TRUE


def _leave_if_dead(process: Process) -> None:
    """Stop running a process that has just been ended by its own doing."""
    if process.status == "exited":
        raise Leave


@bif("erlang", "unlink", 1, process=True)
def unlink_1(process: Process, pid: Term) -> Atom:
    """Remove a link."""
    if type(pid) is Port:
        return TRUE
    if type(pid) is not Pid:
        raise badarg()
    if process.vm.tracing is not None:
        process.vm.tracing.unlinked(process, pid)
    process.vm.unlink(process, pid)
    return TRUE


@bif("erlang", "monitor", 2, process=True)
def monitor_2(process: Process, kind: Term, item: Term) -> Reference:
    """Watch a process, given by pid or name."""
    return _monitor(process, kind, item, None)


@bif("erlang", "monitor", 3, process=True)
def monitor_3(process: Process, kind: Term, item: Term, options: Term) -> Reference:
    """As monitor/2, with `{alias, Mode}` and `{tag, Term}`."""
    given = list_items(options)
    if given is None:
        raise badarg("badopt")
    tag: Term = None
    mode = ""
    for option in given:
        if type(option) is not tuple or len(option) != 2 or type(option[0]) is not Atom:
            raise badarg("badopt")
        if option[0].name == "tag":
            tag = option[1]
        elif option[0].name == "alias" and getattr(option[1], "name", "") in MONITOR_ALIASES:
            mode = option[1].name
        else:
            raise badarg("badopt")
    ref = _monitor(process, kind, item, tag)
    # One that begins with the end of what is watched is no alias any more, unless it stays one
    # for ever; watching oneself makes none at all.
    lasts = mode == "explicit_unalias" and not _is_itself(process, item)
    if mode and (lasts or ref in process.monitors):
        process.vm.alias(process, ref, mode)
    return ref


OTHER_MONITORS = frozenset(("port", "time_offset"))
"""What else can be watched on erl; here there is nothing of the kind."""

MONITOR_ALIASES = frozenset(("explicit_unalias", "demonitor", "reply_demonitor"))
ALIASES = frozenset(("explicit_unalias", "reply"))


@bif("erlang", "alias", 1, process=True)
def alias_1(process: Process, options: Term) -> Reference:
    """A reference that messages to this process can be sent to."""
    given = list_items(options)
    if given is None or any(getattr(option, "name", "") not in ALIASES for option in given):
        raise badarg()
    ref = process.vm.make_ref()
    process.vm.alias(process, ref, given[-1].name if given else "explicit_unalias")
    return ref


@bif("erlang", "unalias", 1, process=True)
def unalias_1(process: Process, ref: Term) -> Atom:
    """End an alias; whether it was one of this process."""
    if type(ref) is not Reference:
        raise badarg()
    return to_bool_atom(process.vm.unalias(process, ref))


def _is_itself(process: Process, item: Term) -> bool:
    """Whether something to watch, given by pid or name, is the process itself."""
    if type(item) is Pid:
        return item == process.pid
    return process.vm.registered.get(item if type(item) is Atom else item[0]) is process


def _monitor(process: Process, kind: Term, item: Term, tag: Term) -> Reference:
    if kind is not PROCESS:
        raise badarg(None if type(kind) is Atom and kind.name in OTHER_MONITORS else "badtype")
    vm = process.vm
    if type(item) is Pid:
        watched = vm.processes.get(item)
    elif type(item) is Atom:
        watched = vm.registered.get(item)
        item = (item, vm.node)
    elif (
        type(item) is tuple
        and len(item) == 2
        and type(item[0]) is Atom
        and type(item[1]) is Atom
        and item[1] is vm.node
    ):
        watched = vm.registered.get(item[0])
    else:
        raise badarg()
    if watched is process:
        return vm.make_ref()
    return vm.monitor(process, watched, item, tag)


@bif("erlang", "demonitor", 1, process=True)
def demonitor_1(process: Process, ref: Term) -> Atom:
    """Stop watching."""
    if type(ref) is not Reference:
        raise badarg()
    process.vm.demonitor(process, ref)
    return TRUE


@bif("erlang", "demonitor", 2, process=True)
def demonitor_2(process: Process, ref: Term, options: Term) -> Atom:
    """Stop watching; `info` makes the result whether there was such a monitor, and `flush` takes
    its message out of the queue."""
    given = list_items(options)
    if type(ref) is not Reference or given is None:
        raise badarg()
    if any(option is not FLUSH and option is not INFO for option in given):
        raise badarg()
    found = process.vm.demonitor(process, ref)
    if FLUSH in given and not found:
        _flush(process, ref)
    return to_bool_atom(found) if INFO in given else TRUE


def _flush(process: Process, ref: Reference) -> None:
    """Remove the message of a monitor from the queue."""
    mailbox = process.mailbox
    mailbox.restart()
    while (message := mailbox.peek()) is not None:
        if type(message) is tuple and len(message) == 5 and message[1] == ref:
            mailbox.remove()
            return
        mailbox.skip()
    mailbox.restart()


@bif("erlang", "exit", 2, process=True)
def exit_2(process: Process, to: Term, reason: Term) -> Atom:
    """Send an exit signal."""
    if type(to) is Port:
        return TRUE
    if type(to) is not Pid:
        raise badarg()
    receiver = process.vm.processes.get(to)
    if receiver is not None:
        process.vm.exit_signal(process.pid, receiver, reason)
        _leave_if_dead(process)
    return TRUE


@bif("erlang", "is_process_alive", 1, process=True)
def is_process_alive_1(process: Process, pid: Term) -> Atom:
    """Whether a process of this node exists."""
    if type(pid) is not Pid:
        raise badarg()
    return to_bool_atom(pid in process.vm.processes)


@bif("erlang", "processes", 0, process=True)
def processes_0(process: Process) -> Term:
    """The pids of all processes."""
    return make_list(list(process.vm.processes))


@bif("erlang", "register", 2, process=True)
def register_2(process: Process, name: Term, pid: Term) -> Atom:
    """Give a process a name."""
    if type(name) is not Atom or name is UNDEFINED or type(pid) is not Pid:
        raise badarg("none")
    named = process.vm.processes.get(pid)
    if named is None:
        raise badarg("notalive")
    if named.registered_name is not None or name in process.vm.registered:
        raise badarg("none")
    named.registered_name = name
    process.vm.registered[name] = named
    if process.vm.tracing is not None:
        process.vm.tracing.registered(named, name)
    return TRUE


@bif("erlang", "unregister", 1, process=True)
def unregister_1(process: Process, name: Term) -> Atom:
    """Take a name away."""
    named = process.vm.registered.pop(name, None) if type(name) is Atom else None
    if named is None:
        raise badarg()
    named.registered_name = None
    if process.vm.tracing is not None:
        process.vm.tracing.unregistered(named, name)
    return TRUE


@bif("erlang", "whereis", 1, process=True)
def whereis_1(process: Process, name: Term) -> Term:
    """The process with a name, or undefined."""
    if type(name) is not Atom:
        raise badarg()
    named = process.vm.registered.get(name)
    return UNDEFINED if named is None else named.pid


@bif("erlang", "registered", 0, process=True)
def registered_0(process: Process) -> Term:
    """All names."""
    return make_list(list(process.vm.registered))


@bif("erlang", "make_ref", 0, process=True)
def make_ref_0(process: Process) -> Reference:
    """A new reference."""
    return process.vm.make_ref()


@bif("erlang", "group_leader", 0, process=True)
def group_leader_0(process: Process) -> Pid:
    """The process that does input and output for this one."""
    return process.group_leader


@bif("erts_internal", "group_leader", 2, process=True)
def group_leader_2(process: Process, leader: Term, pid: Term) -> Atom:
    """Change the group leader of a process; the atom badarg when it cannot be done."""
    if type(leader) is not Pid or type(pid) is not Pid:
        return BADARG
    other = process.vm.processes.get(pid)
    if other is None:
        return BADARG
    other.group_leader = leader
    return TRUE


@bif("erlang", "process_flag", 2, process=True)
def process_flag_2(process: Process, flag: Term, value: Term) -> Term:
    """Set a flag of the calling process; the old value."""
    if type(flag) is not Atom:
        raise badarg("badopt")
    old: Any
    if flag.name == TRAP_EXIT:
        if value is not TRUE and value is not FALSE:
            raise badarg()
        old = process.flags.get(TRAP_EXIT, False)
        process.flags[TRAP_EXIT] = value is TRUE
        return to_bool_atom(old)
    if flag.name == SAVE_CALLS:
        old = _save_calls(process, value)
        if old is None:
            raise badarg("none")
        return old
    default = FLAG_DEFAULTS.get(flag.name)
    if default is None and flag.name not in OTHER_FLAGS:
        raise badarg("badopt")
    if flag.name == "fullsweep_after" and process.vm.release < 24:
        raise badarg()
    if default is None or type(value) is not type(default):
        raise badarg()
    if flag.name in FLAG_VALUES and value.name not in FLAG_VALUES[flag.name]:
        raise badarg()
    if type(value) is int:
        value = _flag_number(flag.name, value)
    old = process.flags.get(flag.name, default)
    process.flags[flag.name] = value
    return old


def _save_calls(process: Process, value: Term) -> Term:
    """The old value of the flag, or None for one that it cannot have."""
    if type(value) is not int or not 0 <= value <= MAX_SAVED_CALLS:
        return None
    old = process.flags.get(SAVE_CALLS, 0)
    process.flags[SAVE_CALLS] = value
    return old


@bif("erts_internal", "process_flag", 3, process=True)
def process_flag_3(process: Process, pid: Term, flag: Term, value: Term) -> Term:
    """Set the flag save_calls of a process: the old value, or a reference that another process
    sends together with it. The atoms badarg and badtype (before 24: badarg) are errors."""
    other = process.vm.processes.get(pid) if type(pid) is Pid else None
    if other is None:
        return BADARG if process.vm.release < BADTYPE_SINCE else atom("badtype")
    if flag is not atom(SAVE_CALLS):
        return BADARG
    old = _save_calls(other, value)
    if old is None:
        old = BADARG
    if other is process:
        return old
    ref = process.vm.make_ref()
    process.vm.send(process, (ref, old))
    return ref


def _flag_number(name: str, value: int) -> int:
    """The number that a flag keeps; sizes are rounded up to one that heaps can have."""
    if value < 0:
        raise badarg()
    return heap_size(value) if name in ("min_heap_size", "min_bin_vheap_size") else value


def heap_size(words: int) -> int:
    """The smallest size of a heap with room for so many words (erl_gc.c: sizes grow as
    Fibonacci numbers do, and by a fifth beyond a million words)."""
    size, following = 12, 38
    while size < words:
        if size < 1_000_000:
            size, following = following, size + following + 1
        else:
            size += size // 5
    return size


SAVE_CALLS = "save_calls"
BADTYPE_SINCE = 24

OTHER_FLAGS = frozenset(("max_heap_size", "async_dist"))
"""Flags that there are on erl and that change nothing here; setting them is badarg."""

FLAG_VALUES = {
    "priority": PRIORITIES,
    "message_queue_data": ("on_heap", "off_heap"),
    "sensitive": ("true", "false"),
}
"""The atoms that flags may be."""

FLAG_DEFAULTS: dict[str, Term] = {
    "error_handler": atom("error_handler"),
    "priority": NORMAL,
    "min_heap_size": 233,
    "min_bin_vheap_size": 46422,
    "message_queue_data": atom("on_heap"),
    "sensitive": FALSE,
    "fullsweep_after": 65535,
}
"""Flags besides trap_exit, and their values in a new process. Those about memory, priority
and debugging change nothing on this machine."""
