"""Control flow: bodies, case, if, try, catch, receive, maybe, and calls of the module's own."""

from __future__ import annotations

from typing import Final

from conformance.random_programs.generator import Generator, produces
from conformance.random_programs.guards import clause, guard, maybe_guard, test
from conformance.random_programs.kinds import Kind
from conformance.random_programs.literals import ATOMS
from conformance.random_programs.patterns import any_pattern, variable
from conformance.random_programs.scope import Scope
from conformance.random_programs.tree import (
    NO_GUARD,
    Node,
    expression,
    listing,
    other,
    pattern,
    separated,
)

FEW: Final = ((5, 0), (4, 1), (2, 2))
MANY: Final = ((1, 0), (2, 1), (3, 2), (3, 3), (2, 4))
"""How many expressions stand before the last of a body, and in a function's own, by weight."""

REASONS: Final = ("badarg", "badarith", "function_clause", "undef", "if_clause")
TAGS: Final = ("badmatch", "case_clause", "badkey", "badmap", "badfun", "try_clause")
"""Reasons of errors that the machine raises, and what stands before a value in the others."""

MAYBE_SINCE: Final = 27
"""The release in which `maybe` needs no feature to be enabled."""


def body(g: Generator, scope: Scope, kind: Kind, depth: int, *, outermost: bool = False) -> Node:
    """Expressions, the last of which is the value. What they bind stays inside."""
    statements: list[Node] = []
    before = len(scope.variables)
    for _ in range(g.weighted(MANY if outermost else FEW)):
        if g.fuel <= 0:
            break
        if outermost and g.chance(60):
            statements.append(_kept(g, scope, depth))
        else:
            statement, scope = _statement(g, scope, depth)
            statements.append(statement)
    if len(scope.variables) > before and g.chance(60):
        # The compiler leaves out what nobody can see.
        seen = listing([expression(name) for name, _ in scope.variables[before:]])
        statements.append(expression(f"put(k{g.number(0, 1)}, [", seen, "])"))
    statements.append(g.expression(scope, kind, depth))
    return listing(statements, ", ", least=1)


def _kept(g: Generator, scope: Scope, depth: int) -> Node:
    """A value, or the exception instead, where it will be seen and the rest goes on."""
    value = g.expression(scope, g.plain_kind(), depth - 1)
    class_, reason = g.fresh(), g.fresh()
    handler = f"{class_}:{reason} -> {{{class_}, {reason}}}"
    return expression(f"put(k{g.number(2, 5)}, try ", value, f" catch {handler} end)")


def _statement(g: Generator, scope: Scope, depth: int) -> tuple[Node, Scope]:
    kind = g.plain_kind()
    choice = g.number(0, 9)
    if choice <= 5:
        head, bound = variable(g, kind)
        return expression(head, " = ", g.expression(scope, kind, depth)), scope.bind(bound)
    if choice == 6:
        value = g.expression(scope, kind, depth)
        matched, bound = any_pattern(g, scope, kind, 2)
        return expression(matched, " = ", value), scope.bind(bound)
    if choice == 7:
        return expression(
            f"put(k{g.number(0, 1)}, ", g.expression(scope, Kind.ANY, depth - 1), ")"
        ), scope
    if choice == 8:
        return expression("self() ! ", g.expression(scope, Kind.ANY, depth - 1)), scope
    # A variable that each clause binds can be used after the case.
    name = g.fresh()
    clauses = []
    for last in (False, True):
        inner = scope
        matched = pattern("_")
        when = NO_GUARD
        if not last:
            matched, bound = any_pattern(g, scope, Kind.ANY, 2)
            inner = scope.bind(bound)
            when = maybe_guard(g, inner)
        clauses.append(clause(matched, when, other(f"{name} = ", g.expression(inner, kind, depth))))
    subject = g.expression(scope, Kind.ANY, depth - 1)
    node = expression("case ", subject, " of ", listing(clauses, "; ", least=1), " end")
    return node, scope.bind([(name, kind)])


def _clauses(
    g: Generator, scope: Scope, subject: Kind, kind: Kind, depth: int, total: int = 80
) -> Node:
    """Clauses for a value of the kind `subject`; so many percent have one for all the rest."""
    clauses = []
    for _ in range(g.number(1, 3)):
        head, bound = any_pattern(g, scope, subject, 3)
        inner = scope.bind(bound)
        when = maybe_guard(g, inner)
        clauses.append(clause(head, when, body(g, inner, kind, depth)))
    if g.chance(total):
        head, bound = variable(g, subject)
        clauses.append(clause(head, NO_GUARD, body(g, scope.bind(bound), kind, depth)))
    return listing(clauses, "; ", least=1)


@produces(5)
def case(g: Generator, scope: Scope, kind: Kind, depth: int) -> Node:
    """`case`."""
    subject = g.plain_kind()
    value = g.expression(scope, subject, depth)
    return expression("case ", value, " of ", _clauses(g, scope, subject, kind, depth), " end")


@produces(2)
def if_(g: Generator, scope: Scope, kind: Kind, depth: int) -> Node:
    """`if`."""
    clauses = []
    for _ in range(g.number(1, 2)):
        when = listing([test(g, scope)], least=1)
        clauses.append(clause(other(), when, body(g, scope, kind, depth)))
    if g.chance(85):
        clauses.append(clause(other(), other("true"), body(g, scope, kind, depth)))
    return expression("if ", listing(clauses, "; ", least=1), " end")


@produces(1)
def block(g: Generator, scope: Scope, kind: Kind, depth: int) -> Node:
    """`begin`."""
    return expression("begin ", body(g, scope, kind, depth), " end")


@produces(3)
def try_(g: Generator, scope: Scope, kind: Kind, depth: int) -> Node:
    """`try` with or without its parts."""
    tried = body(g, scope, kind, depth)
    parts: list[str | Node] = ["try ", tried]
    if g.chance(25):
        parts += [" of ", _clauses(g, scope, kind, kind, depth)]
    after = g.chance(25)
    if not after or g.chance(60):
        handlers = [_handler(g, scope, kind, depth) for _ in range(g.number(1, 2))]
        if g.chance(60):
            handlers.append(_handler(g, scope, kind, depth, everything=True))
        parts += [" catch ", listing(handlers, "; ", least=1)]
    if after:
        parts += [" after ", body(g, scope, Kind.ANY, depth - 1)]
    return expression(*parts, " end")


def _handler(
    g: Generator, scope: Scope, kind: Kind, depth: int, *, everything: bool = False
) -> Node:
    class_ = g.pick(("error", "throw", "exit", "_"))
    bound: list[tuple[str, Kind]] = []
    if everything or g.chance(20):
        class_ = g.fresh()
        bound.append((class_, Kind.ATOM))
    if everything or g.chance(40):
        reason, names = variable(g, Kind.ANY)
    elif class_ == "error" and g.chance(30):
        reason, names = pattern(g.pick(REASONS)), []
    elif class_ == "error" and g.chance(40):
        inside, names = variable(g, Kind.ANY)
        reason = pattern(f"{{{g.pick(TAGS)}, ", inside, "}")
    else:
        reason, names = any_pattern(g, scope, Kind.ANY, 2)
    inner = scope.bind([*bound, *names])
    when = maybe_guard(g, inner, 15)
    written: list[str | Node] = [f"{class_}:", reason]
    if g.chance(10):
        trace = g.fresh()
        written.append(f":{trace}")
        value = expression("{is_list(", trace, "), ", g.expression(inner, Kind.ANY, depth), "}")
        return clause(other(*written), when, value)
    return clause(other(*written), when, body(g, inner, kind, depth))


@produces(1)
def catch_(g: Generator, scope: Scope, kind: Kind, depth: int) -> Node:
    """`catch`, without the stack trace in its value."""
    value, reason = g.fresh(), g.fresh()
    return expression(
        "case (catch ", g.expression(scope, kind, depth), ") of ",
        f"{{'EXIT', {{{reason}, [_ | _]}}}} -> {{'EXIT', {reason}}}; {value} -> {value} end",
    )  # fmt: skip


@produces(1)
def raising(g: Generator, scope: Scope, kind: Kind, depth: int) -> Node:
    """Something that raises."""
    reason = g.expression(scope, Kind.ANY, depth - 1)
    raisers = ("throw(", "error(", "exit(", "erlang:error(")
    if g.chance(10):
        return expression(f"erlang:raise({g.pick(('error', 'exit', 'throw'))}, ", reason, ", [])")
    return expression(g.pick(raisers), reason, ")")


@produces(1)
def receive_(g: Generator, scope: Scope, kind: Kind, depth: int) -> Node:
    """Look into the queue, without waiting."""
    parts: list[str | Node] = ["receive "]
    if not g.chance(5):
        parts += [_clauses(g, scope, g.plain_kind(), kind, depth, 30), " "]
    timeout = "0" if g.chance(80) else g.pick(("(1 - 1)", "1", "(2 band 1)"))
    return expression(*parts, f"after {timeout} -> ", body(g, scope, kind, depth), " end")


@produces(2, Kind.ATOM, Kind.INTEGER, Kind.LIST, Kind.TUPLE)
def dictionary(g: Generator, scope: Scope, kind: Kind, depth: int) -> Node:
    """The process dictionary."""
    if g.chance(50):
        return expression(f"get(k{g.number(0, 1)})")
    if g.chance(30):
        return expression(f"erase(k{g.number(0, 1)})")
    return expression(f"put(k{g.number(0, 1)}, ", g.expression(scope, kind, depth), ")")


@produces(1)
def maybe_(g: Generator, scope: Scope, kind: Kind, depth: int) -> Node | None:
    """`maybe`."""
    if g.release < MAYBE_SINCE:
        return None
    steps: list[Node] = []
    inner = scope
    for _ in range(g.number(1, 2)):
        subject = g.plain_kind()
        value = g.expression(inner, subject, depth)
        matched, bound = any_pattern(g, inner, subject, 2)
        steps.append(other(matched, " ?= ", value))
        inner = inner.bind(bound)
    steps.append(g.expression(inner, kind, depth))
    parts: list[str | Node] = ["maybe ", listing(steps, least=1)]
    if g.chance(50):
        parts += [" else ", _clauses(g, scope, Kind.ANY, kind, depth)]
    return expression(*parts, " end")


@produces(5)
def own_call(g: Generator, scope: Scope, kind: Kind, depth: int) -> Node | None:
    """Call a later function of the module."""
    usable = [one for one in scope.functions if one.result is kind] or list(scope.functions)
    if not usable:
        return None
    called = g.pick(usable)
    arguments = [
        expression(f"{g.number(0, 3)}")
        if called.counts and position == 0 and not g.chance(10)
        else g.expression(scope, its, depth)
        for position, its in enumerate(called.parameters)
    ]
    name = f"?MODULE:{called.name}" if called.exported and g.chance(10) else called.name
    return expression(f"{name}(", other(*separated(arguments)), ")")


@produces(4)
def own_recursion(g: Generator, scope: Scope, kind: Kind, depth: int) -> Node | None:
    """Call the function or named fun itself, one step nearer to its end."""
    usable = [one for one in scope.itself if one.result is kind] or list(scope.itself)
    if not usable:
        return None
    called = g.pick(usable)
    arguments = [expression(f"({called.counter} - 1)")]
    arguments += [g.expression(scope, its, depth - 1) for its in called.parameters[1:]]
    return expression(f"{called.name}(", other(*separated(arguments)), ")")


@produces(2)
def fun_call(g: Generator, scope: Scope, kind: Kind, depth: int) -> Node:
    """Call a fun."""
    if g.chance(25):
        called = g.expression(scope, Kind.FUN2, depth)
        first, second = (g.expression(scope, Kind.ANY, depth) for _ in range(2))
        if _is_name(called):
            return expression("apply(", called, ", [", first, ", ", second, "])")
        return expression("(", called, ")(", first, ", ", second, ")")
    called = g.expression(scope, Kind.FUN, depth)
    argument = g.expression(scope, Kind.ANY, depth)
    if g.chance(15) or _is_name(called):
        return expression("apply(", called, ", [", argument, "])")
    return expression("(", called, ")(", argument, ")")


def _is_name(called: Node) -> bool:
    """Whether the expression is an atom, which would name a function where a fun is called."""
    return str(called) in ATOMS


@produces(1)
def guarded(g: Generator, scope: Scope, kind: Kind, depth: int) -> Node | None:
    """A choice by a guard over two values."""
    if not scope.variables:
        return None
    first, second = (g.expression(scope, kind, depth) for _ in range(2))
    return expression("case ok of _", guard(g, scope), " -> ", first, "; _ -> ", second, " end")
