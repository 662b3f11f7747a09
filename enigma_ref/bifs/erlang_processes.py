"""erlang: processes, messages, links, monitors and names."""

from __future__ import annotations

from enigma_ref.bifs.process_flags import ETS_SUPER_USER, TRAP_EXIT
from enigma_ref.bifs.registry import bif
from enigma_ref.bifs.spawn_options import (
    PRIORITY,
    PRIORITY_SINCE,
    MonitorOptions,
    link_priority,
    monitor_options,
)
from enigma_ref.machine.errors import badarg, error
from enigma_ref.machine.primitives import messages
from enigma_ref.machine.process import Process
from enigma_ref.machine.suspension import Leave
from enigma_ref.terms import (
    FALSE,
    NIL,
    TRUE,
    Atom,
    Pid,
    Port,
    Reference,
    Term,
    atom,
    list_items,
    make_list,
    to_bool_atom,
)
from enigma_ref.terms.atoms import BADARG, CAPITAL_EXIT, KILL, NORMAL, OK, UNDEFINED

FLUSH = atom("flush")
INFO = atom("info")
PROCESS = atom("process")
CLOSE = atom("close")
MONITOR = atom("monitor")
PORT = atom("port")
PASSIVE = atom("allow_passive_connect")
NOPROC = atom("noproc")
NOSUSPEND = atom("nosuspend")

SEND_OPTIONS = frozenset(("noconnect", "nosuspend", "priority"))
NOTALIVE_SINCE = 24
PIDS_A_STEP = 1000
MAX_CURSOR = 1 << 59


@bif("erlang", "!", 2, process=True)
@bif("erlang", "send", 2, process=True)
def send_2(process: Process, to: Term, message: Term) -> Term:
    """Send a message; the message."""
    return messages.send(process, to, message)


@bif("erlang", "send", 3, process=True)
def send_3(process: Process, to: Term, message: Term, options: Term) -> Atom:
    """Send a message. The options: noconnect changes nothing locally, with nosuspend a message
    for a busy port is not sent (nosuspend is the result), and with priority one goes ahead of
    others when it is sent to an alias that allows it."""
    vm = process.vm
    known = SEND_OPTIONS if vm.release >= PRIORITY_SINCE else SEND_OPTIONS - {"priority"}
    given = list_items(options)
    if given is None or any(
        type(option) is not Atom or option.name not in known for option in given
    ):
        raise badarg("badopt")
    if PRIORITY in given and type(to) is Reference:
        vm.aliases.send(to, message, ahead=True)
    elif NOSUSPEND in given and _is_port(process, to):
        return OK if messages.send_to_port(process, to, message, waits=False) else NOSUSPEND
    else:
        messages.send(process, to, message)
    return OK


def _is_port(process: Process, to: Term) -> bool:
    return type(to) is Port or (type(to) is Atom and to in process.vm.ports.names)


@bif("erlang", "link", 1, process=True)
def link_1(process: Process, pid: Term) -> Atom:
    """Link to a process. One that is gone is the error noproc, or an exit signal for a process
    that traps exits."""
    return _link(process, pid, False)


@bif("erlang", "link", 2, process=True)
def link_2(process: Process, pid: Term, options: Term) -> Atom:
    """As link/1; with the option priority the exit signal of the link goes ahead of ordinary
    messages."""
    priority = link_priority(options, process.vm.release)
    if priority is None:
        raise badarg("badopt")
    return _link(process, pid, priority)


def _link(process: Process, pid: Term, priority: bool) -> Atom:
    if process.vm.tracing is not None:
        process.vm.tracing.linking(process, pid)
    if type(pid) is Port:
        return _link_port(process, pid, priority)
    if type(pid) is not Pid:
        raise badarg()
    if pid == process.pid:
        return TRUE
    other = process.vm.processes.get(pid)
    if other is not None:
        if process.vm.tracing is not None:
            process.vm.tracing.linked(process, other)
        process.vm.link(process, other, priority)
    else:
        _link_to_nobody(process, pid, priority)
    return TRUE


def _link_port(process: Process, port_id: Port, priority: bool) -> Atom:
    port = process.vm.ports.get(port_id)
    if port is not None:
        if process.vm.tracing is not None:
            process.vm.tracing.ports.linked(port, process.pid)
        process.links[port_id] = priority
        port.links[process.pid] = None
    elif port_id.node is process.vm.node:
        _link_to_nobody(process, port_id, priority)
    else:
        raise badarg()
    return TRUE


def _link_to_nobody(process: Process, to: Pid | Port, priority: bool) -> None:
    if not process.flags.get(TRAP_EXIT):
        raise error(NOPROC)
    process.vm.exit_signal(to, process, NOPROC, priority)


def _leave_if_dead(process: Process) -> None:
    """Stop running a process that has just been ended by its own doing."""
    if process.status == "exited":
        raise Leave


@bif("erlang", "unlink", 1, process=True)
def unlink_1(process: Process, pid: Term) -> Atom:
    """Remove a link."""
    if type(pid) not in (Pid, Port):
        raise badarg()
    if process.vm.tracing is not None:
        process.vm.tracing.unlinked(process, pid)
    if type(pid) is Port:
        process.vm.ports.unlink(process, pid)
        return TRUE
    process.vm.unlink(process, pid)
    return TRUE


@bif("erlang", "monitor", 2, process=True)
def monitor_2(process: Process, kind: Term, item: Term) -> Reference:
    """Watch a process, given by pid or name."""
    return _monitor(process, kind, item, MonitorOptions())


@bif("erlang", "monitor", 3, process=True)
def monitor_3(process: Process, kind: Term, item: Term, options: Term) -> Reference:
    """As monitor/2, with `{alias, Mode}`, `{tag, Term}` and priority."""
    wanted = monitor_options(options, process.vm.release)
    if wanted is None:
        raise badarg("badopt")
    ref = _monitor(process, kind, item, wanted)
    mode = wanted.alias
    # One that begins with the end of what is watched is no alias any more, unless it stays one
    # for ever; watching oneself makes none at all.
    lasts = mode == "explicit_unalias" and not (kind is PROCESS and _is_itself(process, item))
    if mode and (lasts or ref in process.monitors):
        process.vm.aliases.make(process, ref, mode)
    return ref


TIME_OFFSET = atom("time_offset")
CLOCK_SERVICE = atom("clock_service")

ALIASES = frozenset(("explicit_unalias", "reply"))


@bif("erlang", "alias", 1, process=True)
def alias_1(process: Process, options: Term) -> Reference:
    """A reference that messages to this process can be sent to."""
    given = list_items(options)
    if given is None:
        raise badarg()
    mode, priority = "explicit_unalias", False
    for option in given:
        if option is PRIORITY and process.vm.release >= PRIORITY_SINCE:
            priority = True
        elif type(option) is Atom and option.name in ALIASES:
            mode = option.name
        else:
            raise badarg()
    ref = process.vm.make_ref()
    process.vm.aliases.make(process, ref, mode, priority)
    return ref


@bif("erlang", "unalias", 1, process=True)
def unalias_1(process: Process, ref: Term) -> Atom:
    """End an alias; whether it was one of this process."""
    if type(ref) is not Reference:
        raise badarg()
    return to_bool_atom(process.vm.aliases.end(process, ref))


def _is_itself(process: Process, item: Term) -> bool:
    """Whether something to watch, given by identifier or name, is the process itself."""
    if type(item) is Pid:
        return item == process.pid
    return process.vm.registered.get(item if type(item) is Atom else item[0]) is process


def _monitor(process: Process, kind: Term, item: Term, wanted: MonitorOptions) -> Reference:
    if kind is PORT:
        return _monitor_port(process, item, wanted)
    vm = process.vm
    if kind is TIME_OFFSET:
        if item is not CLOCK_SERVICE:
            raise badarg()
        return vm.monitor_time_offset(process, item, wanted.tag)
    if kind is not PROCESS:
        raise badarg("badtype")
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
    return vm.monitor(process, watched, item, wanted.tag, wanted.priority)


def _monitor_port(process: Process, item: Term, wanted: MonitorOptions) -> Reference:
    vm = process.vm
    named: Term
    if type(item) is Port and item.node is vm.node:
        named = item
    elif type(item) is Atom:
        named = (item, vm.node)
    elif type(item) is tuple and len(item) == 2 and type(item[0]) is Atom and item[1] is vm.node:
        named, item = item, item[0]
    else:
        raise badarg()
    port = vm.ports.get(item)
    if vm.tracing is not None and port is not None:
        vm.tracing.ports.runs(port, MONITOR)
        vm.tracing.ports.ran(port, MONITOR)
    return vm.monitor_port(process, port, named, wanted.tag, wanted.priority)


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
    """Send an exit signal. The caller ends when it sends itself the reason normal."""
    return _exit(process, to, reason, False)


@bif("erlang", "exit", 3, process=True)
def exit_3(process: Process, to: Term, reason: Term, options: Term) -> Atom:
    """As exit/2; with the option priority the signal goes ahead of ordinary messages when it is
    sent to an alias that takes such messages."""
    return _exit(process, to, reason, _priority(options))


@bif("erlang", "exit_signal", 2, process=True)
def exit_signal_2(process: Process, to: Term, reason: Term) -> Atom:
    """Send an exit signal. The reason normal ends nobody."""
    return _exit(process, to, reason, False, ends_itself=False)


@bif("erlang", "exit_signal", 3, process=True)
def exit_signal_3(process: Process, to: Term, reason: Term, options: Term) -> Atom:
    """As exit_signal/2, with the option priority (see exit/3)."""
    return _exit(process, to, reason, _priority(options), ends_itself=False)


def _priority(options: Term) -> bool:
    """Whether a list of options has the only one there is. Raises badarg for others."""
    given = list_items(options)
    if given is None or any(option is not PRIORITY for option in given):
        raise badarg("badopt")
    return bool(given)


def _exit(
    process: Process, to: Term, reason: Term, priority: bool, ends_itself: bool = True
) -> Atom:
    vm = process.vm
    if type(to) is Port:
        port = vm.ports.get(to)
        if port is not None:
            if vm.tracing is not None:
                vm.tracing.ports.runs(port, CLOSE)
                vm.tracing.ports.received(to, process.pid, CLOSE)
            port.close(reason)
            _leave_if_dead(process)
        return TRUE
    if type(to) is Reference and vm.release >= PRIORITY_SINCE:
        ends_itself = False
        receiver = vm.aliases.receiver(to)
        if receiver is process and process.flags.get(TRAP_EXIT) and reason is not KILL:
            told = (CAPITAL_EXIT, process.pid, reason)
            vm.aliases.hold(process, to, told, priority, is_signal=True)
            return TRUE
        priority = priority and vm.aliases.takes_priority(to)
    elif type(to) is Pid:
        receiver, priority = vm.processes.get(to), False
    else:
        raise badarg()
    if receiver is None:
        return TRUE
    is_harmless = reason is NORMAL and not receiver.flags.get(TRAP_EXIT)
    if not (is_harmless and receiver is process and not ends_itself):
        vm.exit_signal(process.pid, receiver, reason, priority)
        _leave_if_dead(process)
    return TRUE


@bif("erlang", "is_process_alive", 1, process=True)
def is_process_alive_1(process: Process, pid: Term) -> Atom:
    """Whether a process of this node exists."""
    if type(pid) is not Pid:
        raise badarg()
    if pid != process.pid:
        process.mailbox.take_in()
    return to_bool_atom(pid in process.vm.processes)


@bif("erts_internal", "is_process_alive", 2, process=True)
def is_process_alive_2(process: Process, pid: Term, ref: Term) -> Atom:
    """Let the answer to is_process_alive/1 come as the message `{Ref, Answer}`."""
    if type(pid) is not Pid or type(ref) is not Reference:
        raise badarg()
    process.vm.send(process, (ref, to_bool_atom(pid in process.vm.processes)))
    return OK


@bif("erts_internal", "processes_next", 1, process=True)
def processes_next_1(process: Process, cursor: Term) -> Term:
    """`{Cursor, Pids}` from a cursor on, which is 0 at first, or `none` at the end. Who comes and
    goes meanwhile may be in the answers or not; cursors are positions in the order of pids."""
    if type(cursor) is not int or not 0 <= cursor < MAX_CURSOR:
        raise badarg()
    pids = sorted(process.vm.processes, key=Pid.order_key)[cursor : cursor + PIDS_A_STEP]
    return (cursor + len(pids), make_list(pids)) if pids else atom("none")


@bif("erlang", "processes", 0, process=True)
def processes_0(process: Process) -> Term:
    """The pids of all processes. In erts the caller's turn ends meanwhile."""
    process.mailbox.take_in()
    return make_list(list(process.vm.processes))


@bif("erlang", "register", 2, process=True)
def register_2(process: Process, name: Term, pid: Term) -> Atom:
    """Give a process or a port a name."""
    if type(name) is not Atom or name is UNDEFINED or type(pid) not in (Pid, Port):
        raise badarg("none")
    vm = process.vm
    named = vm.ports.get(pid) if type(pid) is Port else vm.processes.get(pid)
    if named is None:
        raise badarg("notalive" if type(pid) is Pid else "none")
    if named.registered_name is not None:
        raise badarg("registered_name")
    if name in vm.registered or name in vm.ports.names:
        raise badarg("none")
    if type(pid) is Port:
        named.registered_name = name
        vm.ports.names[name] = named
        if vm.tracing is not None:
            vm.tracing.ports.registered(pid, name)
        return TRUE
    named.registered_name = name
    process.vm.registered[name] = named
    if process.vm.tracing is not None:
        process.vm.tracing.registered(named, name)
    return TRUE


@bif("erlang", "unregister", 1, process=True)
def unregister_1(process: Process, name: Term) -> Atom:
    """Take a name away."""
    port = process.vm.ports.names.pop(name, None) if type(name) is Atom else None
    if port is not None:
        port.registered_name = None
        if process.vm.tracing is not None:
            process.vm.tracing.ports.unregistered(port.id, name)
        return TRUE
    named = process.vm.registered.pop(name, None) if type(name) is Atom else None
    if named is None:
        raise badarg()
    named.registered_name = None
    if process.vm.tracing is not None:
        process.vm.tracing.unregistered(named, name)
    return TRUE


@bif("erlang", "whereis", 1, process=True)
def whereis_1(process: Process, name: Term) -> Term:
    """The process or port with a name, or undefined."""
    if type(name) is not Atom:
        raise badarg()
    named = process.vm.registered.get(name)
    if named is not None:
        return named.pid
    port = process.vm.ports.get(name)
    return UNDEFINED if port is None else port.id


@bif("erlang", "registered", 0, process=True)
def registered_0(process: Process) -> Term:
    """All names."""
    return make_list([*process.vm.registered, *process.vm.ports.names])


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


@bif("erts_internal", "group_leader", 3, process=True)
def group_leader_3(process: Process, leader: Term, pid: Term, ref: Term) -> Atom:
    """As group_leader/2; what it gives comes as the message `{Ref, Result}`."""
    if type(leader) is not Pid or type(pid) is not Pid or type(ref) is not Reference:
        raise badarg()
    process.vm.send(process, (ref, group_leader_2(process, leader, pid)))
    return OK


@bif("erts_internal", "ets_super_user", 1, process=True)
def ets_super_user_1(process: Process, value: Term) -> Atom:
    """Whether the calling process may do to all tables what else only their owners may."""
    if value is not TRUE and value is not FALSE:
        raise badarg()
    process.flags[ETS_SUPER_USER] = value is TRUE
    return OK


# ---------------------------------------------------------------- nodes


@bif("erlang", "monitor_node", 2, process=True)
def monitor_node_2(process: Process, node: Term, flag: Term) -> Atom:
    """Watch another node. This one is not alive, so that there are no others: the error notalive,
    before 24 badarg."""
    return monitor_node_3(process, node, flag, NIL)


@bif("erlang", "monitor_node", 3, process=True)
def monitor_node_3(process: Process, node: Term, flag: Term, options: Term) -> Atom:
    """As monitor_node/2, with the option allow_passive_connect."""
    given = list_items(options)
    if given is None or any(option is not PASSIVE for option in given):
        raise badarg("badopt" if process.vm.release >= NOTALIVE_SINCE else None)
    if type(node) is not Atom:
        raise badarg()
    if node is not process.vm.node:
        raise error(atom("notalive")) if process.vm.release >= NOTALIVE_SINCE else badarg()
    if flag is not TRUE and flag is not FALSE:
        raise badarg()
    return TRUE
