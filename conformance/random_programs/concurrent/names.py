"""Registered names."""

from __future__ import annotations

from conformance.random_programs.concurrent.writer import Step, View, Writer, operation


@operation(9)
def register(w: Writer, view: View) -> Step:
    """Register a process; others may be faster."""
    to, _ = w.pid(view, itself=60)
    return w.step(f"register({w.name()}, {to})", safely=90), view


@operation(4)
def unregister(w: Writer, view: View) -> Step:
    """Take a name away."""
    return w.step(f"unregister({w.name()})", safely=90), view


@operation(6)
def whereis(w: Writer, view: View) -> Step:
    """Who has a name; perhaps something with it."""
    name = w.name()
    use = w.weighted(
        (
            (3, "whereis({0})"),
            (2, "case whereis({0}) of undefined -> none; Pid -> {1}, exit(Pid, oops) end"),
            (2, "case whereis({0}) of undefined -> none; Pid -> {1}, link(Pid) end"),
            (1, "lists:member({0}, registered())"),
        )
    )
    return w.step(use.format(name, w.pause())), view
