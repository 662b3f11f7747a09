"""Links, exit signals and their reasons, and what processes say about each other."""

from __future__ import annotations

from typing import Final

from conformance.random_programs.concurrent.writer import Step, View, Writer, operation

REASONS: Final = ("oops", "normal", "kill", "shutdown", "killed", "{shutdown, 1}", "noway")

SUSPENDING: Final = ("erts_internal:suspend_process/2", "erlang:resume_process/1")


@operation(7)
def trap_exits(w: Writer, view: View) -> Step:
    """Trap exits, or no longer."""
    return w.step(f"process_flag(trap_exit, {w.pick(('true', 'true', 'false'))})"), view


@operation(9)
def link(w: Writer, view: View) -> Step:
    """Link."""
    to, _ = w.pid(view, itself=3)
    return w.step(f"link({to})"), view


@operation(6)
def unlink(w: Writer, view: View) -> Step:
    """Unlink; perhaps throw away what may have come."""
    to, _ = w.pid(view, itself=3)
    if w.chance(60):
        return w.step(f"unlink({to})"), view
    pattern = f"{{'EXIT', {'_' if to == 'self()' else to}, _}}"
    text = f"unlink({to}), {w.pause()}, receive {pattern} = Got -> Got after 0 -> none end"
    return w.step(text), view


@operation(14)
def exit_signal(w: Writer, view: View) -> Step:
    """An exit signal."""
    to, _ = w.pid(view)
    return w.step(f"exit({to}, {w.pick(REASONS)})"), view


@operation(4)
def exit_and_look(w: Writer, view: View) -> Step:
    """An exit signal and a question behind it: signals of one pair keep their order."""
    if not view.others:
        return trap_exits(w, view)
    to, _ = w.pid(view, itself=0)
    question = w.pick(
        (
            f"is_process_alive({to})",
            f"process_info({to}, trap_exit)",
            f"monitor(process, {to})",
            f"catch link({to})",
        )
    )
    return w.step(f"exit({to}, {w.pick(REASONS)}), {w.pause()}, {question}"), view


@operation(3)
def message_and_exit(w: Writer, view: View) -> Step:
    """A message and an exit signal to the same process."""
    to, _ = w.pid(view, itself=3)
    sent = f"{to} ! {w.message(view)}"
    ended = f"exit({to}, {w.pick(REASONS)})"
    first, second = (sent, ended) if w.chance(50) else (ended, sent)
    return w.step(f"{first}, {w.pause()}, {second}"), view


@operation(4)
def alive(w: Writer, view: View) -> Step:
    """Whether a process is alive."""
    to, _ = w.pid(view)
    return w.step(f"is_process_alive({to})"), view


@operation(6)
def look(w: Writer, view: View) -> Step:
    """What process_info/2 says of a process.

    Of another one, `messages` are those when it comes to the question; `message_queue_len` may be
    that of a while ago.
    """
    to, _ = w.pid(view, itself=30)
    text = w.pick(
        (
            f"process_info({to}, trap_exit)",
            f"process_info({to}, registered_name)",
            "process_info(self(), trap_exit)" if to == "self()" else f"queue({to})",
            f"case process_info({to}, links) of {{links, Pids}} -> lists:sort(Pids); U -> U end",
            f"case process_info({to}, monitors) of "
            "{monitors, Found} -> length(Found); U -> U end",
            f"case process_info({to}, monitored_by) of "
            "{monitored_by, Pids} -> lists:sort(Pids); U -> U end",
        )
    )
    return w.step(text), view


@operation(3, SUSPENDING)
def suspend(w: Writer, view: View) -> Step | None:
    """Suspend a process, and let it go on after a while."""
    if not view.others:
        return None
    step = w.number_of_step()
    to, _ = w.pid(view, itself=0)
    text = (
        f"true = erlang:suspend_process({to}), "
        f"receive never -> ok after {w.timeout(step)} -> ok end, {w.pause()}, "
        f"{to} ! {w.message(view)}, {w.pause()}, "
        f"erlang:resume_process({to})"
    )
    return w.step(text, step=step), view
