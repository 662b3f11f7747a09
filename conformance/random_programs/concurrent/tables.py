"""ETS tables that several processes use, change owners, and go with them."""

from __future__ import annotations

from typing import Final

from conformance.random_programs.concurrent.writer import Step, View, Writer, operation
from conformance.random_programs.tree import Node, listing

KINDS: Final = ("set", "ordered_set", "bag", "duplicate_bag")
NAMED: Final = "'?MODULE_t'"
"""A table that every process can name, whoever makes it."""

KEYS: Final = ("a", "b")


def made(w: Writer, view: View, variable: str) -> Step:
    """A new table in that variable."""
    kind = w.pick((*KINDS, "set", "ordered_set"))
    access = w.pick(("public", "public", "public", "protected", "private"))
    options = [kind, access]
    if w.chance(35):
        to, _ = w.pid(view, itself=10)
        options.append(f"{{heir, {to}, {{from, {view.me}}}}}")
    text = f"ets:new({NAMED}, [{', '.join(options)}])"
    return w.step(text, bind=variable, safely=100), view.with_table(variable)


@operation(3)
def new(w: Writer, view: View) -> Step:
    """A table of its own."""
    return made(w, view, w.fresh("E"))


@operation(3)
def new_named(w: Writer, view: View) -> Step:
    """The table that everybody knows, unless it is there already."""
    heir = ""
    if w.chance(40):
        to, _ = w.pid(view, itself=0)
        heir = f", {{heir, {to}, mine}}"
    return w.step(f"ets:new({NAMED}, [named_table, public, {w.pick(KINDS)}{heir}])"), view


def _table(w: Writer, view: View) -> str:
    return w.pick(view.tables) if view.tables and w.chance(75) else NAMED


def _key(w: Writer) -> str:
    return w.pick(KEYS)


@operation(11)
def use(w: Writer, view: View) -> Step:
    """An operation on an object."""
    step = w.number_of_step()
    table, key = _table(w, view), _key(w)
    text = w.pick(
        (
            f"ets:insert({table}, {{{key}, {step}}})",
            f"ets:lookup({table}, {key})",
            f"ets:insert_new({table}, {{{key}, {step}}})",
            f"ets:update_counter({table}, {key}, 1, {{{key}, 0}})",
            f"ets:update_counter({table}, {key}, {{2, 3}})",
            f"ets:take({table}, {key})",
            f"ets:delete({table}, {key})",
            f"ets:member({table}, {key})",
            f"lists:sort(ets:tab2list({table}))",
            f"ets:insert({table}, [{{a, {step}}}, {{b, {step}}}])",
            f"ets:update_element({table}, {key}, {{2, {step}}})",
            f"ets:select_delete({table}, [{{{{{key}, '_'}}, [], [true]}}])",
            f"ets:lookup_element({table}, {key}, 2)",
        )
    )
    return w.step(text, step=step), view


@operation(4)
def read_and_write(w: Writer, view: View) -> Step:
    """A counter in two steps, between which others may come."""
    table, key = _table(w, view), _key(w)
    variable = w.fresh("N")
    read = w.step(f"ets:lookup({table}, {key})", bind=variable)
    new = f"case {variable} of [{{_, N}} | _] when is_integer(N) -> N + 1; _ -> 1 end"
    write = w.step(f"ets:insert({table}, {{{key}, {new}}})")
    return _both(read, write), view


def _both(*nodes: Node) -> Node:
    return listing(nodes, ",\n    ", least=1)


@operation(5)
def give(w: Writer, view: View) -> Step:
    """Give a table away."""
    step = w.number_of_step()
    to, _ = w.pid(view, itself=5)
    return w.step(f"ets:give_away({_table(w, view)}, {to}, {{gift, {step}}})", step=step), view


@operation(4)
def heir(w: Writer, view: View) -> Step:
    """Say who inherits a table."""
    to, _ = w.pid(view, itself=5)
    wanted = w.pick((f"{{heir, {to}, {{left_by, {view.me}}}}}", "{heir, none}"))
    return w.step(f"ets:setopts({_table(w, view)}, {wanted})"), view


@operation(2)
def delete(w: Writer, view: View) -> Step:
    """Delete a table."""
    return w.step(f"ets:delete({_table(w, view)})"), view


@operation(4)
def info(w: Writer, view: View) -> Step:
    """Whose a table is, and how much it holds."""
    item = w.pick(("owner", "size", "heir", "type"))
    return w.step(f"ets:info({_table(w, view)}, {item})"), view
