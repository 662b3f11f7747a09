"""erlang, erts_internal: which processes and which calls are traced, and what can be asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from enigma_ref._generated.bifs import BIFS
from enigma_ref.bifs.registry import bif
from enigma_ref.bifs.tracing import monitored, trace_spec, tracing_of
from enigma_ref.machine.code import Export, Function
from enigma_ref.machine.errors import BeamError, badarg
from enigma_ref.machine.process import Process
from enigma_ref.terms import (
    FALSE,
    NIL,
    TRUE,
    Atom,
    Cons,
    Pid,
    Port,
    Reference,
    Term,
    atom,
    make_list,
)
from enigma_ref.terms.atoms import UNDEFINED
from enigma_ref.tracing.breakpoints import MEASURES, Breakpoint, Measured
from enigma_ref.tracing.core import Tracing
from enigma_ref.tracing.effects import tracer_of
from enigma_ref.tracing.flags import ALL, FOR_PORTS, FOR_PROCESSES, flag_list
from enigma_ref.tracing.sessions import EventPattern, OnLoad, Session, Spec, Tracee
from enigma_ref.tracing.tracers import Tracer

ANYTHING: Final = atom("_")
GLOBAL: Final = atom("global")
LOCAL: Final = atom("local")
ON_LOAD: Final = atom("on_load")
RESTART: Final = atom("restart")
SYSTEM: Final = atom("system")
PAUSE: Final = atom("pause")
TRACE_DELIVERED: Final = atom("trace_delivered")
ANY: Final = atom("any")

EVENTS: Final = ("send", "receive")
KINDS: Final = ("local", "meta", "call_count", "call_time", "call_memory")
MEMORY_SINCE: Final = 26

STRICT_SINCE: Final = 28
"""Since then unknown items are errors of functions too that are not traced, and no meta tracer is
false instead of []."""

FLAGS_FIRST_SINCE: Final = 27
"""Before, a bad match specification was noticed before bad flags were (measured on 25)."""

SYSTEM_SINCE: Final = 28
"""Since then sessions have events of the system, which trace_info tells (trace:system/3)."""

EVERYONE: Final = frozenset(("all", "existing", "processes", "existing_processes"))
NEWCOMERS: Final = frozenset(("all", "new", "processes", "new_processes"))
PORTS: Final = frozenset(("all", "existing", "ports", "existing_ports"))
NEW_PORTS: Final = frozenset(("all", "new", "ports", "new_ports"))

HAVE_BUILT_IN: Final = frozenset(module for module, _, _ in BIFS)


# -------------------------------------------------------------------- trace flags

TRACED_ALREADY = "** can only have one tracer per process\n"


@bif("erts_internal", "trace", 3, process=True)
def trace_3(process: Process, who: Term, how: Term, flags: Term) -> int:
    """Switch trace flags of processes and ports on or off; how many they were."""
    tracing = tracing_of(process.vm)
    return _trace(process, tracing.default, who, how, flags)


@bif("erts_internal", "trace", 4, process=True)
def trace_4(process: Process, session: Term, who: Term, how: Term, flags: Term) -> int:
    """As trace/3, in one session."""
    return _trace(process, living_session(process, session), who, how, flags)


def _trace(process: Process, session: Session, who: Term, how: Term, flags: Term) -> int:
    tracing = tracing_of(process.vm)
    given, tracer, cpu_time = _trace_flags(flags)
    if session.tracer is not None:
        if tracer is not None:
            raise badarg("badopt")
        tracer = session.tracer
    if how is not TRUE and how is not FALSE:
        raise badarg()
    if tracer is None and how is TRUE:
        tracer = Tracer(process.pid)
    none: frozenset[str] = frozenset()
    on, off = (given, none) if how is TRUE else (none, given)
    if type(who) is Pid:
        tracee = process.vm.processes.get(who)
        if tracee is None or cpu_time:
            raise badarg()
        if not _start(tracing, session, tracee, tracer, on, off):
            process.vm.report("error", process, TRACED_ALREADY)
            raise badarg()
        tracing.attend(process)
        return 1
    if type(who) is Port:
        if cpu_time or process.vm.ports.get(who) is None:
            raise badarg()
        if not _start_port(tracing, session, who, tracer, on, off):
            process.vm.report("error", process, TRACED_ALREADY)
            raise badarg()
        return 1
    name = who.name if type(who) is Atom else ""
    if name not in EVERYONE | NEWCOMERS | PORTS | NEW_PORTS or (cpu_time and name != "all"):
        raise badarg()
    if cpu_time:
        tracing.in_cpu_time = how is TRUE
    count = 0
    if name in EVERYONE and given & FOR_PROCESSES:
        for tracee in list(process.vm.processes.values()):
            count += _start(tracing, session, tracee, tracer, on, off)
    if name in PORTS and given & FOR_PORTS:
        for port_id in process.vm.ports.ids():
            count += _start_port(tracing, session, port_id, tracer, on, off)
    if name in NEWCOMERS and given & FOR_PROCESSES:
        session.new = _trace_new(session.new, tracer, on & FOR_PROCESSES, off)
    if name in NEW_PORTS and given & FOR_PORTS:
        session.new_ports = _trace_new(session.new_ports, tracer, on & FOR_PORTS, off)
    tracing.attend(process)
    return count


def _trace_flags(list_: Term) -> tuple[frozenset[str], Tracer | None, bool]:
    """Flags, tracer and whether time shall be that of the processor. Raises badarg."""
    flags: frozenset[str] = frozenset()
    tracer: Tracer | None = None
    cpu_time = False
    while type(list_) is Cons:
        item = list_.head
        if type(item) is tuple:
            tracer = _tracer("tracer", item)
        elif type(item) is not Atom:
            raise badarg("badopt")
        elif item.name == "cpu_timestamp":
            cpu_time = True
        elif item.name == "all":
            flags |= ALL
        elif item.name in ALL:
            flags |= {item.name}
        else:
            raise badarg("badopt")
        list_ = list_.tail
    if list_ is not NIL:
        raise badarg("badopt")
    return flags, tracer, cpu_time


def _tracer(tag: str, item: tuple[Term, ...]) -> Tracer:
    try:
        return tracer_of(tag, item)
    except BeamError:
        raise badarg("badopt") from None


def _start(
    tracing: Tracing,
    session: Session,
    process: Process,
    tracer: Tracer | None,
    on: frozenset[str],
    off: frozenset[str],
) -> bool:
    """Change the flags of a process, unless another tracer that is alive has it."""
    tracee = session.tracees.get(process)
    if (
        tracee is not None
        and tracer is not None
        and tracee.tracer != tracer
        and tracee.tracer.is_alive(tracing.vm)
        and tracee.tracer.pid != process.pid
    ):
        return False
    tracing.change(session, process, tracer, on, off)
    return True


def _start_port(
    tracing: Tracing,
    session: Session,
    port_id: Port,
    tracer: Tracer | None,
    on: frozenset[str],
    off: frozenset[str],
) -> bool:
    """Change the flags of a port, unless another tracer that is alive has it."""
    tracee = tracing.ports.tracee(session, port_id)
    if tracee is not None and tracer is not None and tracee.tracer != tracer:
        return False
    tracing.ports.change(session, port_id, tracer, on, off)
    return True


def _trace_new(
    old: Tracee | None, tracer: Tracer | None, on: frozenset[str], off: frozenset[str]
) -> Tracee | None:
    """How processes or ports are traced that do not exist yet, when that changes."""
    # Without a tracer, as when flags are switched off, none are left.
    flags = ((frozenset() if old is None else old.flags) - off) | on
    return None if tracer is None or not flags else Tracee(flags, tracer)


@bif("erlang", "trace_delivered", 1, process=True)
def trace_delivered_1(process: Process, tracee: Term) -> Reference:
    """Send `{trace_delivered, Tracee, Ref}`: all that was traced so far has arrived, since trace
    messages are put into the tracer's queue at once."""
    if tracee is not atom("all") and type(tracee) is not Pid:
        raise badarg()
    ref = process.vm.make_ref()
    process.vm.send(process, (TRACE_DELIVERED, tracee, ref))
    return ref


# -------------------------------------------------------------------- trace patterns


@dataclass
class _Options:
    """The flags of a trace pattern."""

    kinds: set[str]
    meta_tracer: Tracer | None
    is_global: bool


@bif("erts_internal", "trace_pattern", 3, process=True)
def trace_pattern_3(process: Process, what: Term, spec: Term, flags: Term) -> int:
    """Choose functions or events to trace; how many functions there are."""
    return _trace_pattern(process, tracing_of(process.vm).default, what, spec, flags)


@bif("erts_internal", "trace_pattern", 4, process=True)
def trace_pattern_4(process: Process, session: Term, what: Term, spec: Term, flags: Term) -> int:
    """As trace_pattern/3, in one session."""
    return _trace_pattern(process, living_session(process, session), what, spec, flags)


def _trace_pattern(
    process: Process, session: Session, what: Term, pattern: Term, flags: Term
) -> int:
    tracing = tracing_of(process.vm)
    if process.vm.release >= FLAGS_FIRST_SINCE:
        _pattern_flags(process, session, flags)
    spec: Spec | None = None
    event = what.name if type(what) is Atom and what.name in EVENTS else "call"
    if pattern not in (TRUE, FALSE, NIL, RESTART, PAUSE):
        spec = trace_spec(process.vm, pattern, event)
        if spec is None:
            raise badarg("match_spec")
    options = _pattern_flags(process, session, flags)
    measures = options.kinds.intersection(("call_count", *MEASURES))
    if spec is not None and measures and options.kinds == measures:
        raise badarg("call_count")
    if what is ON_LOAD:
        _set_on_load(session, pattern is not FALSE, spec, options)
        return 0
    if type(what) is Atom:
        if options.is_global or options.kinds or pattern in (RESTART, PAUSE):
            raise badarg("none")
        if what.name not in EVENTS:
            raise badarg("none")
        found = session.event(what)
        found.is_on, found.spec = pattern is not FALSE, spec
        return 1
    mfa = _mfa_pattern(what)
    count = _set_breakpoints(process, tracing, session, mfa, pattern, spec, options)
    tracing.attend(process)
    return count


def _mfa_pattern(what: Term) -> tuple[Atom, Atom, Term]:
    """A pattern of functions: names that may be '_', from the arity leftwards."""
    if type(what) is not tuple or len(what) != 3:
        raise badarg("none")
    module, name, arity = what
    if type(module) is not Atom or type(name) is not Atom:
        raise badarg("none")
    if type(arity) is not int and arity is not ANYTHING:
        raise badarg("none")
    if (module is ANYTHING and name is not ANYTHING) or (
        name is ANYTHING and arity is not ANYTHING
    ):
        raise badarg("none")
    return module, name, arity


def _pattern_flags(process: Process, session: Session, list_: Term) -> _Options:
    options = _Options(set(), None, False)
    while type(list_) is Cons:
        item = list_.head
        if type(item) is tuple:
            if session.tracer is not None:
                raise badarg("badopt")
            options.meta_tracer = _tracer("meta", item)
            options.kinds.add("meta")
        elif item is GLOBAL:
            if options.kinds:
                raise badarg("badopt")
            options.is_global = True
        elif type(item) is Atom and item.name in KINDS:
            if options.is_global:
                raise badarg("badopt")
            if item.name == "call_memory" and process.vm.release < MEMORY_SINCE:
                raise badarg("badopt")
            options.kinds.add(item.name)
        else:
            raise badarg("badopt")
        list_ = list_.tail
    if list_ is not NIL:
        raise badarg("badopt")
    if "meta" in options.kinds and options.meta_tracer is None:
        options.meta_tracer = session.tracer or Tracer(process.pid)
    return options


def _set_breakpoints(
    process: Process,
    tracing: Tracing,
    session: Session,
    mfa: tuple[Atom, Atom, Term],
    pattern: Term,
    spec: Spec | None,
    options: _Options,
) -> int:
    """Set or clear breakpoints; how many functions the pattern names."""
    points = tracing.points
    _load_built_in(process, mfa[0])
    functions = points.functions(*mfa)
    exports = points.exports(*mfa)
    kinds = options.kinds or {"global"}
    named: list[Function] | list[Export] = functions if options.kinds else exports
    if pattern is FALSE:
        for owner in named:
            _clear(tracing, session, _mfa(owner), kinds)
        return len(named)
    if options.kinds:
        for owner in exports:
            _clear(tracing, session, _mfa(owner), {"global"})
    else:
        for owner in functions:
            _clear(tracing, session, _mfa(owner), set(KINDS))
    for owner in named:
        point = points.point(_mfa(owner))
        breakpoint_ = point.of(session)
        if breakpoint_ is None:
            breakpoint_ = Breakpoint(session)
            point.breakpoints.append(breakpoint_)
        _set(breakpoint_, kinds, pattern, spec, options)
        points.install(point)
    return len(named)


def _load_built_in(process: Process, module: Atom) -> None:
    """Built-in functions are there before anybody calls into their module: load it."""
    if module.name in HAVE_BUILT_IN:
        process.vm.load_module(module)


def _mfa(owner: Function | Export) -> tuple[Atom, Atom, int]:
    module = owner.module.name if isinstance(owner, Function) else owner.module
    return (module, owner.name, owner.arity)


def _clear(
    tracing: Tracing, session: Session, mfa: tuple[Atom, Atom, int], kinds: set[str]
) -> None:
    point = tracing.points.by_mfa.get(mfa)
    breakpoint_ = None if point is None else point.of(session)
    if point is None or breakpoint_ is None:
        return
    breakpoint_.kinds -= kinds
    for name in MEASURES:
        if name in kinds:
            breakpoint_.measured.pop(name, None)
    tracing.points.install(point)


def _set(
    breakpoint_: Breakpoint, kinds: set[str], pattern: Term, spec: Spec | None, options: _Options
) -> None:
    is_switch = pattern in (RESTART, PAUSE)
    if "call_count" in kinds:
        if pattern is PAUSE:
            breakpoint_.counting = False
        elif not is_switch or "call_count" in breakpoint_.kinds:
            breakpoint_.count = 0
            breakpoint_.counting = True
    for name in kinds.intersection(MEASURES):
        if pattern is PAUSE:
            if name in breakpoint_.measured:
                breakpoint_.measured[name].paused = True
        elif not is_switch or name in breakpoint_.measured:
            breakpoint_.measured[name] = Measured()
    if is_switch:
        return
    breakpoint_.kinds |= kinds
    if kinds & {"local", "global"}:
        breakpoint_.spec = spec
    if "meta" in kinds:
        breakpoint_.meta_spec, breakpoint_.meta_tracer = spec, options.meta_tracer


def _set_on_load(session: Session, on: bool, spec: Spec | None, options: _Options) -> None:
    """Choose what is traced of modules that are loaded from now on."""
    old = session.on_load
    kinds = frozenset(options.kinds) or frozenset(("global",))
    if not on:
        left = old.kinds - kinds
        session.on_load = OnLoad(left, old.spec, old.meta_spec, old.meta_tracer)
        return
    if kinds == {"global"} or "global" in old.kinds:
        old = OnLoad()
    session.on_load = OnLoad(
        old.kinds | kinds,
        spec if kinds & {"local", "global"} else old.spec,
        spec if "meta" in kinds else old.meta_spec,
        options.meta_tracer if "meta" in kinds else old.meta_tracer,
    )


# -------------------------------------------------------------------- questions


@bif("erlang", "trace_info", 2, process=True)
def trace_info_2(process: Process, what: Term, item: Term) -> Term:
    """How a process, a function or an event is traced."""
    return _trace_info(process, tracing_of(process.vm).default, what, item)


@bif("erts_internal", "trace_info", 3, process=True)
def trace_info_3(process: Process, session: Term, what: Term, item: Term) -> Term:
    """The same for one session, or which sessions trace something."""
    if item is atom("session"):
        if session is not ANY:
            raise badarg()
        return _sessions_of(process, what)
    return _trace_info(process, living_session(process, session), what, item)


def _trace_info(process: Process, session: Session, what: Term, item: Term) -> Term:
    tracing = tracing_of(process.vm)
    if what is ON_LOAD:
        return (item, _on_load_info(process, session.on_load, item))
    if type(what) is Atom and what.name in EVENTS:
        if item is not atom("match_spec"):
            raise badarg()
        return (item, _event_info(session.event(what)))
    if type(what) is tuple:
        return (item, _function_info(process, tracing, session, what, item))
    if what is SYSTEM and process.vm.release >= SYSTEM_SINCE:
        if item is not atom("all"):
            raise badarg("badopt")
        return (what, monitored(session.monitor))
    if type(what) in (Atom, Pid, Port):
        return _process_info(process, session, what, item)
    raise badarg("badopt")


def _process_info(process: Process, session: Session, what: Term, item: Term) -> Term:
    tracee: Tracee | None
    if type(what) is Pid:
        if item.name not in ("flags", "tracer") if type(item) is Atom else True:
            raise badarg()
        asked = process.vm.processes.get(what)
        if asked is None:
            return UNDEFINED
        tracee = session.tracees.get(asked)
        if tracee is not None and not tracee.tracer.is_alive(process.vm):
            del session.tracees[asked]
            tracee = None
    elif type(what) is Port:
        if process.vm.ports.get(what) is None:
            return UNDEFINED
        tracee = tracing_of(process.vm).ports.tracee(session, what)
    elif what.name in ("new", "new_processes"):
        if session.new is not None and not session.new.tracer.is_alive(process.vm):
            session.new = None
        tracee = session.new
    elif what.name == "new_ports":
        if session.new_ports is not None and not session.new_ports.tracer.is_alive(process.vm):
            session.new_ports = None
        tracee = session.new_ports
    else:
        raise badarg("badopt")
    if item is atom("flags"):
        return (item, NIL if tracee is None else flag_list(tracee.flags))
    if item is atom("tracer"):
        return (item, NIL if tracee is None else tracee.tracer.pid)
    raise badarg()


def _event_info(pattern: EventPattern) -> Term:
    if not pattern.is_on:
        return FALSE
    return TRUE if pattern.spec is None else pattern.spec.source


def _source(spec: Spec | None) -> Term:
    return NIL if spec is None else spec.source


def _tracer_pid(tracer: Tracer | None) -> Term:
    return FALSE if tracer is None else tracer.pid


def _measured(breakpoint_: Breakpoint, name: str) -> Term:
    """What was measured, by process: calls with seconds and microseconds, or with words."""
    found = breakpoint_.measured.get(name)
    if found is None:
        return FALSE
    if name == "call_memory":
        return make_list([(pid, calls, words) for pid, (calls, words) in found.sums.items()])
    return make_list(
        [
            (pid, calls, *divmod(nanoseconds // 1_000, 1_000_000))
            for pid, (calls, nanoseconds) in found.sums.items()
        ]
    )


def _traced(breakpoint_: Breakpoint) -> Term:
    for name in (GLOBAL, LOCAL):
        if name.name in breakpoint_.kinds:
            return name
    return FALSE


def _match_spec(breakpoint_: Breakpoint) -> Term:
    return FALSE if _traced(breakpoint_) is FALSE else _source(breakpoint_.spec)


def _meta_match_spec(breakpoint_: Breakpoint) -> Term:
    return _source(breakpoint_.meta_spec) if "meta" in breakpoint_.kinds else FALSE


FUNCTION_ITEMS: Final[dict[str, Callable[[Breakpoint], Term]]] = {
    "traced": _traced,
    "match_spec": _match_spec,
    "meta": lambda found: _tracer_pid(found.meta_tracer if "meta" in found.kinds else None),
    "meta_match_spec": _meta_match_spec,
    "call_memory": lambda found: _measured(found, "call_memory"),
    "call_time": lambda found: _measured(found, "call_time"),
    "call_count": lambda found: found.count if "call_count" in found.kinds else FALSE,
}
"""What can be asked about a function, in the order of the item `all`."""


def _function_items(process: Process) -> dict[str, Callable[[Breakpoint], Term]]:
    known = dict(FUNCTION_ITEMS)
    if process.vm.release < MEMORY_SINCE:
        del known["call_memory"]
    return known


def _function_info(
    process: Process,
    tracing: Tracing,
    session: Session,
    what: tuple[Term, ...],
    item: Term,
) -> Term:
    if len(what) != 3 or type(what[0]) is not Atom or type(what[1]) is not Atom:
        raise badarg()
    if type(what[2]) is not int:
        raise badarg()
    items = _function_items(process)
    if process.vm.release >= STRICT_SINCE and not _is_function_item(item, items):
        raise badarg()
    _load_built_in(process, what[0])
    if not tracing.points.functions(*what) and not tracing.points.exports(*what):
        return UNDEFINED
    point = tracing.points.by_mfa.get(what)
    breakpoint_ = None if point is None else point.of(session)
    if breakpoint_ is None:
        return FALSE
    if item is atom("all"):
        return make_list([(atom(name), items[name](breakpoint_)) for name in items])
    if type(item) is not Atom or item.name not in items:
        raise badarg()
    value = items[item.name](breakpoint_)
    is_old = process.vm.release < STRICT_SINCE
    return NIL if is_old and item is atom("meta") and value is FALSE else value


def _is_function_item(item: Term, items: dict[str, Callable[[Breakpoint], Term]]) -> bool:
    return type(item) is Atom and (item.name in items or item.name == "all")


def _on_load_info(process: Process, pattern: OnLoad, item: Term) -> Term:
    if not pattern.kinds:
        return FALSE
    is_global = "global" in pattern.kinds
    traced: Term = GLOBAL if is_global else LOCAL if "local" in pattern.kinds else FALSE
    values: dict[str, Term] = {
        "traced": traced,
        "match_spec": FALSE if traced is FALSE else _source(pattern.spec),
        "meta": _tracer_pid(pattern.meta_tracer if "meta" in pattern.kinds else None),
        "meta_match_spec": _source(pattern.meta_spec) if "meta" in pattern.kinds else FALSE,
        "call_memory": TRUE if "call_memory" in pattern.kinds else FALSE,
        "call_time": TRUE if "call_time" in pattern.kinds else FALSE,
        "call_count": TRUE if "call_count" in pattern.kinds else FALSE,
    }
    if item is atom("all"):
        shown = ("traced", "match_spec", "meta", "meta_match_spec", "call_count")
        return make_list([(atom(name), values[name]) for name in shown])
    if type(item) is not Atom or item.name not in _function_items(process):
        raise badarg()
    return values[item.name]


# -------------------------------------------------------------------- sessions


class Handle:
    """What keeps a session alive: when no program has it any more, the next collection of
    garbage ends the session."""

    __slots__ = ("__weakref__", "session", "tracing")

    def __init__(self, tracing: Tracing, session: Session) -> None:
        self.tracing = tracing
        self.session = session

    def __del__(self) -> None:
        self.tracing.abandoned.append(self.session)


def living_session(process: Process, term: Term) -> Session:
    """The living session of `{Ref, Name}` or of a name. Raises badarg without one."""
    session: Session | None = None
    if type(term) is tuple and len(term) == 2:
        if type(term[0]) is Reference:
            handle = process.vm.resource(term[0])
            if type(handle) is Handle and handle.session.weak_ref == term[1]:
                session = handle.session
        else:
            session = tracing_of(process.vm).find(term)
    if session is None or session not in tracing_of(process.vm).sessions:
        raise badarg("session")
    return session


@bif("erts_internal", "trace_session_create", 3, process=True)
def trace_session_create_3(process: Process, name: Term, tracer: Term, options: Term) -> Term:
    """A new session: `{Ref, {Name, Number}}`. It ends with the last copy of the reference. With
    the tracer `undefined` whoever asks for tracing gets the messages."""
    if options is not NIL:
        raise badarg("badopt")
    if type(name) is not Atom:
        raise badarg()
    tracing = tracing_of(process.vm)
    whom = tracer[-1] if type(tracer) is tuple and tracer[:1] == (atom("erl_tracer"),) else tracer
    if tracer is not UNDEFINED and (type(whom) is not Pid or whom.node is not process.vm.node):
        raise badarg()
    session = tracing.create(name, None if tracer is UNDEFINED else Tracer(whom))
    ref = process.vm.make_magic_ref(Handle(tracing, session))
    return (ref, session.weak_ref)


@bif("erts_internal", "trace_session_destroy", 1, process=True)
def trace_session_destroy_1(process: Process, term: Term) -> Atom:
    """End a session; false when it has ended before."""
    tracing = tracing_of(process.vm)
    if type(term) is not tuple or len(term) != 2:
        raise badarg("session")
    handle = process.vm.resource(term[0]) if type(term[0]) is Reference else None
    session = handle.session if type(handle) is Handle else tracing.find(term)
    if session is None:
        raise badarg("session")
    return TRUE if tracing.destroy(session) else FALSE


def _sessions_of(process: Process, what: Term) -> Term:
    """`{session, Names}`: the sessions that trace something, newest last."""
    tracing = tracing_of(process.vm)
    found: list[Session] = []
    if what is ANY or (type(what) is Atom and what.name in EVENTS):
        found = [
            session for session in tracing.sessions if what is ANY or session.event(what).is_on
        ]
    elif type(what) is Pid:
        asked = process.vm.processes.get(what)
        if asked is None:
            return UNDEFINED
        found = [session for session, _ in tracing.tracees(asked)]
    elif type(what) is tuple:
        if _function_sessions(tracing, what) is UNDEFINED:
            return UNDEFINED
        point = tracing.points.by_mfa.get(what)
        found = [] if point is None else [found.session for found in point.breakpoints]
    elif what is ON_LOAD:
        found = [session for session in tracing.sessions if session.on_load.kinds]
    elif type(what) is Atom and what.name in ("new", "new_processes"):
        found = [session for session in tracing.sessions if session.new is not None]
    elif type(what) is Port:
        if process.vm.ports.get(what) is None:
            return UNDEFINED
        found = [session for session in tracing.sessions if what in session.ports]
    elif what is atom("new_ports"):
        found = [session for session in tracing.sessions if session.new_ports is not None]
    else:
        raise badarg()
    return (atom("session"), make_list([session.weak_ref for session in found]))


def _function_sessions(tracing: Tracing, what: tuple[Term, ...]) -> Term:
    """[] for a function that there is, undefined for others."""
    if len(what) != 3 or type(what[2]) is not int:
        raise badarg()
    return NIL if tracing.points.functions(*what) else UNDEFINED
