"""Monitors of processes and names, and aliases."""

from __future__ import annotations

from typing import Final

from conformance.random_programs.concurrent.messages import send
from conformance.random_programs.concurrent.writer import (
    ALIASES_SINCE,
    Step,
    View,
    Writer,
    operation,
)

FLUSHES: Final = ("", ", []", ", [flush]", ", [info]", ", [flush, info]", ", [info, flush]")
MONITOR_OPTIONS: Final = (
    "{alias, explicit_unalias}",
    "{alias, demonitor}",
    "{alias, reply_demonitor}",
    "{tag, watched}",
    "{tag, {watched, here}}",
)


@operation(9)
def monitor(w: Writer, view: View) -> Step:
    """Watch a process."""
    to, number = w.pid(view, itself=4)
    variable = w.fresh("R")
    node = w.step(f"monitor(process, {to})", bind=variable)
    return node, view.with_monitor(variable, number)


@operation(5)
def monitor_name(w: Writer, view: View) -> Step:
    """Watch whoever has a name."""
    name = w.name()
    variable = w.fresh("R")
    item = name if w.chance(60) else f"{{{name}, node()}}"
    return w.step(f"monitor(process, {item})", bind=variable), view.with_monitor(variable, None)


@operation(6, ("erlang:monitor/3",), ALIASES_SINCE)
def monitor_with_options(w: Writer, view: View) -> Step:
    """Watch with a tag, or with an alias."""
    to, number = w.pid(view, itself=4)
    item = w.name() if w.chance(20) else to
    variable = w.fresh("R")
    options = ", ".join(w.pick(MONITOR_OPTIONS) for _ in range(w.number(1, 2)))
    node = w.step(f"monitor(process, {item}, [{options}])", bind=variable)
    after = view.with_monitor(variable, number if item == to else None)
    return node, after.with_alias(variable) if "alias" in options else after


@operation(8)
def demonitor(w: Writer, view: View) -> Step | None:
    """Watch no more."""
    if not view.monitors:
        return None
    variable, _ = w.pick(view.monitors)
    return w.step(f"demonitor({variable}{w.pick(FLUSHES)})"), view


@operation(6)
def await_down(w: Writer, view: View) -> Step | None:
    """The message of a monitor, or a time-out."""
    if not view.monitors:
        return None
    step = w.number_of_step()
    variable, _ = w.pick(view.monitors)
    pattern = w.pick((f"{{'DOWN', {variable}, _, _, _}}", f"{{_, {variable}, process, _, _}}"))
    text = f"receive {pattern} = Got -> Got after {w.timeout(step)} -> timeout end"
    return w.step(text, step=step), view


@operation(4)
def await_end(w: Writer, view: View) -> Step | None:
    """The end of a younger process, however long that takes: younger ones do not wait for it."""
    younger = [number for number in view.pids if number > view.me]
    if not younger:
        return None
    to = f"P{w.pick(younger)}"
    down = "receive {'DOWN', Ref, process, _, Why} -> Why end"
    text = f"Ref = monitor(process, {to}), {w.pause()}, {down}"
    return w.step(text), view


@operation(4, ("erlang:alias/1",), ALIASES_SINCE)
def alias(w: Writer, view: View) -> Step:
    """An alias, of which another process learns."""
    variable = w.fresh("A")
    to, _ = w.pid(view, itself=4)
    made = w.pick(("alias()", "alias([])", "alias([reply])", "alias([explicit_unalias])"))
    text = f"A = {made}, {w.pause()}, {to} ! {{ask, A, known}}, A"
    return w.step(text, bind=variable), view.with_alias(variable)


@operation(4, ("erlang:unalias/1",), ALIASES_SINCE)
def unalias(w: Writer, view: View) -> Step | None:
    """End an alias."""
    if not view.aliases:
        return None
    return w.step(f"unalias({w.pick(view.aliases)})"), view


@operation(4, (), ALIASES_SINCE)
def send_to_alias(w: Writer, view: View) -> Step:
    """A message to an alias of its own, which may be none any more."""
    if not view.aliases:
        return send(w, view)
    step = w.number_of_step()
    text = f"{w.pick(view.aliases)} ! {w.message(view)}, {w.pause()}, drain()"
    return w.step(text, step=step), view
