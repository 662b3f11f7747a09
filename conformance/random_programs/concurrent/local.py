"""What concerns one process only: its dictionary, its flags, exceptions."""

from __future__ import annotations

from conformance.random_programs.concurrent.writer import Step, View, Writer, operation


@operation(4)
def dictionary(w: Writer, view: View) -> Step:
    """The process dictionary."""
    step = w.number_of_step()
    key = w.pick(("k1", "k2"))
    text = w.pick((f"put({key}, {step})", f"get({key})", f"erase({key})"))
    return w.step(text, step=step), view


@operation(4)
def exception(w: Writer, view: View) -> Step:
    """An exception, which is caught or ends the process."""
    class_ = w.pick(("error", "exit", "throw"))
    raised = w.pick(
        (
            f"erlang:raise({class_}, oops, [])",
            f"{class_}({{oops, {view.me}}})",
            "exit(normal)",
            "list_to_atom(self())",
            "{no, match} = self()",
        )
    )
    text = w.pick((f"catch {raised}", raised))
    return w.step(text, safely=80), view


@operation(2)
def flag(w: Writer, view: View) -> Step:
    """A flag."""
    text = w.pick(
        (
            f"process_flag(priority, {w.pick(('normal', 'low', 'high'))})",
            f"process_flag(message_queue_data, {w.pick(('on_heap', 'off_heap'))})",
        )
    )
    # The value depends on how erl is disturbed.
    return w.step(f"{text}, ok"), view


@operation(3)
def give_way(w: Writer, view: View) -> Step:
    """Let others run."""
    to, _ = w.pid(view, itself=40)
    collect = f"garbage_collect({to})"
    return w.step(w.pick(("erlang:yield()", "garbage_collect()", collect))), view
