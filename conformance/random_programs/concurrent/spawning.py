"""Making processes."""

from __future__ import annotations

from typing import Final

from conformance.random_programs.concurrent.signals import REASONS
from conformance.random_programs.concurrent.writer import Step, View, Writer, operation
from conformance.random_programs.tree import other

OPTIONS: Final = (
    "link",
    "monitor",
    "{priority, low}",
    "{priority, high}",
    "{message_queue_data, off_heap}",
    "{min_heap_size, 100}",
)


def child(w: Writer, view: View, number: int, arguments: str) -> Step:
    """A step that makes the process with that number."""
    step = w.number_of_step()
    function = f"w{number}"
    called = w.pick(
        (f"?MODULE, {function}, [{arguments}]", f"fun() -> {function}({arguments}) end")
    )
    how = w.pick(("spawn", "spawn_link", "spawn_monitor", "spawn_opt"))
    options = [w.pick(OPTIONS) for _ in range(w.number(0, 3))] if how == "spawn_opt" else []
    made = f"{how}({called}, [{', '.join(options)}])" if how == "spawn_opt" else f"{how}({called})"
    watched = how == "spawn_monitor" or "monitor" in options
    after = view.with_pid(number)
    pattern = f"P{number}"
    if watched:
        variable = w.fresh("R")
        pattern = f"{{P{number}, {variable}}}"
        after = after.with_monitor(variable, number)
    return other(f"{pattern} = spawned(C, {step}, {number}, fun() -> {made} end)"), after


@operation(4)
def doomed(w: Writer, view: View) -> Step:
    """A process that does nothing but end."""
    how = w.pick(("spawn", "spawn_link", "spawn_monitor"))
    end = w.pick((f"exit({w.pick(REASONS)})", "enigma_concurrent:no_such()"))
    called = f"fun() -> {w.pause()}, {end} end"
    step = w.number_of_step()
    made = f"{how}({called})"
    if w.chance(30):
        waiting = f"receive never -> ok after {w.timeout(step)} -> ok end"
        made = f"{how}({called}), {w.pause()}, {waiting}, {w.pause()}, drain()"
    return w.step(made, step=step), view
