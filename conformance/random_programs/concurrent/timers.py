"""Timers that send messages."""

from __future__ import annotations

from conformance.random_programs.concurrent.writer import Step, View, Writer, operation


@operation(6)
def start(w: Writer, view: View) -> Step:
    """A timer."""
    step = w.number_of_step()
    to = w.name() if w.chance(15) else w.pid(view, itself=50)[0]
    # One of 0 milliseconds takes a moment, too.
    time = f"timer(C, {step}, {w.pick((0, 0, 1, 2, 3))})"
    variable = w.fresh("T")
    text = w.pick(
        (
            f"erlang:send_after({time}, {to}, {{later, {step}}})",
            f"erlang:start_timer({time}, {to}, {step})",
            f"erlang:send_after({time}, {to}, {{later, {step}}}, [])",
            f"erlang:start_timer({time}, {to}, {step}, [{{abs, false}}])",
        )
    )
    return w.step(text, step=step, bind=variable), view.with_timer(variable)


@operation(5)
def end(w: Writer, view: View) -> Step | None:
    """Cancel a timer, or ask for what it has left; perhaps look at the queue, too."""
    if not view.timers:
        return None
    timer = w.pick(view.timers)
    text = w.pick(
        (
            f"left(erlang:cancel_timer({timer}))",
            f"left(erlang:read_timer({timer}))",
            f"left(erlang:cancel_timer({timer}, [{{info, false}}]))",
            f"Left = left(erlang:cancel_timer({timer})), {w.pause()}, {{Left, drain()}}",
            f"erlang:cancel_timer({timer}, [{{async, true}}]), "
            f"receive {{cancel_timer, {timer}, Left}} -> left(Left) end",
            f"erlang:cancel_timer({timer}, [{{async, true}}, {{info, false}}])",
            f"erlang:read_timer({timer}, [{{async, true}}]), "
            f"receive {{read_timer, {timer}, Left}} -> left(Left) end",
        )
    )
    return w.step(text), view


@operation(5)
def sleep(w: Writer, view: View) -> Step:
    """Some time."""
    step = w.number_of_step()
    return w.step(f"receive after {w.timeout(step)} -> ok end", step=step), view
