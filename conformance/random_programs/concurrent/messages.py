"""Sending and receiving."""

from __future__ import annotations

from typing import Final

from conformance.random_programs.concurrent.writer import (
    ALIASES_SINCE,
    TAG,
    Step,
    View,
    Writer,
    operation,
)
from conformance.random_programs.tree import Node, listing, other

PATTERNS: Final = (
    "{'EXIT', _, _}",
    "{'DOWN', _, process, _, _}",
    "{'DOWN', _, _, _, noproc}",
    "{timeout, _, _}",
    "{later, _}",
    "{'ETS-TRANSFER', _, _, _}",
    "{peers, _, _}",
)


@operation(16)
def send(w: Writer, view: View) -> Step:
    """A message to a process."""
    step = w.number_of_step()
    to, _ = w.pid(view)
    message = w.message(view)
    text = w.weighted(
        (
            (6, f"{to} ! {message}"),
            (2, f"erlang:send({to}, {message}, [{w.pick(('', 'nosuspend', 'noconnect'))}])"),
            (2, f"{to} ! {{ask, self(), {message}}}"),
        )
    )
    return w.step(text, step=step), view


@operation(5)
def send_twice(w: Writer, view: View) -> Step:
    """Two messages to two processes in one step: only each pair has an order."""
    step = w.number_of_step()
    one, two = w.pid(view)[0], w.pid(view)[0]
    first = w.message(view)
    text = f"{one} ! {first}, {w.pause()}, {two} ! {{second, {first}}}"
    return w.step(text, step=step), view


@operation(6)
def send_to_name(w: Writer, view: View) -> Step:
    """A message to a name that may be nobody's."""
    step = w.number_of_step()
    name = w.name()
    to = name if w.chance(70) else f"{{{name}, node()}}"
    return w.step(f"{to} ! {w.message(view)}", step=step), view


@operation(14)
def receive(w: Writer, view: View) -> Step:
    """A message of some kind, or a time-out, and more steps for each."""
    step = w.number_of_step()
    some = [_pattern(w, view) for _ in range(w.number(1, 2))]
    clauses = [other(f"{one} = Got -> Got") for one in some]
    received = w.step(
        "receive ",
        listing(clauses, "; ", least=1),
        f" after {w.timeout(step)} -> timeout end",
        step=step,
    )
    if w.chance(60):
        return received, view
    return other("case ", received, " of ", _cases(w, view, some), " end"), view


def _cases(w: Writer, view: View, patterns: list[str]) -> Node:
    clauses = [other(f"{one} -> ", w.inner(view)) for one in dict.fromkeys((*patterns, "timeout"))]
    return listing([*clauses, other("_ -> ok")], "; ", least=1)


def _pattern(w: Writer, view: View) -> str:
    _, number = w.pid(view)
    return w.weighted(
        (
            (4, f"{{{TAG}, {number}, _}}"),
            (4, f"{{{TAG}, _, _}}"),
            (1, f"{{second, {{{TAG}, {number}, _}}}}"),
            (3, w.pick(PATTERNS)),
            (4, "_"),
        )
    )


@operation(6)
def receive_all(w: Writer, view: View) -> Step:
    """All messages that are there, in their order."""
    if w.chance(60):
        return w.step("drain()", safely=100), view
    step = w.number_of_step()
    waiting = f"receive never -> ok after {w.timeout(step)} -> ok end"
    return w.step(f"{waiting}, {w.pause()}, drain()", step=step, safely=100), view


@operation(3)
def look_at_queue(w: Writer, view: View) -> Step:
    """The queue, as process_info/2 shows it.

    A receive comes before it: what a process asks about itself need not know of messages from
    others that no receive has looked for (erl_bif_info.c, pi_maybe_flush_signals).
    """
    return w.step("receive never -> ok after 0 -> queue(self()) end"), view


@operation(6)
def answer(w: Writer, view: View) -> Step:
    """An answer to whoever asks."""
    step = w.number_of_step()
    text = (
        f"receive {{ask, From, What}} -> {w.pause()}, From ! {{answer, {view.me}, What}} "
        f"after {w.timeout(step)} -> nobody end"
    )
    return w.step(text, step=step), view


@operation(5)
def ask(w: Writer, view: View) -> Step | None:
    """A request with a monitor and an answer, as gen_server makes it."""
    if not view.others:
        return None
    step = w.number_of_step()
    to, _ = w.pid(view, itself=0)
    alias = w.release >= ALIASES_SINCE and w.chance(50)
    options = ", [{alias, reply_demonitor}]" if alias else ""
    reply_to = "Ref" if alias else "self()"
    text = (
        f"Ref = monitor(process, {to}{options}), {w.pause()}, "
        f"{to} ! {{ask, {reply_to}, Ref}}, {w.pause()}, "
        "receive {answer, _, Ref} = Got -> "
        f"{w.pause()}, demonitor(Ref, [flush]), Got; "
        "{'DOWN', Ref, process, _, Reason} -> {down, Reason} "
        f"after {w.timeout(step)} -> {w.pause()}, {{late, demonitor(Ref, [flush, info])}} end"
    )
    return w.step(text, step=step), view
