"""A generated call with what it needs: as terms for enigma_calls.erl, and as Erlang text.

The expressions are few on purpose: everything that a value needs besides being written down.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from enigma_ref.terms import (
    NIL,
    Bitstring,
    Fun,
    Pid,
    Port,
    Reference,
    Term,
    atom,
    make_list,
)
from enigma_ref.terms.external import encode
from enigma_ref.terms.keys import subterms
from enigma_ref.terms.maps import MAX_SMALL, Map
from enigma_ref.terms.pretty import format_p
from enigma_ref.terms.scalar_text import atom_text

TEXT_LIMIT: Final = 4000
"""A longer text of a value, in characters, is cut: nobody copies it."""

_WRITTEN_FOR: Final = 27
"""The release whose notation is used: it writes -0.0 and tells it from 0.0."""


@dataclass(frozen=True, eq=False)
class Value:
    """A term written down. A `fixed` one stays as it is when the script is made smaller."""

    term: Term
    fixed: bool = False


@dataclass(frozen=True, eq=False)
class Apply:
    """What a call gives."""

    module: str
    function: str
    arguments: tuple[Expr, ...] = ()


@dataclass(frozen=True, eq=False)
class Made:
    """What the expression number `number` before the call gave; 0: what the call itself gave."""

    number: int


@dataclass(frozen=True, eq=False)
class Argument:
    """The argument number `number` of the judged call, for what comes after it."""

    number: int


@dataclass(frozen=True, eq=False)
class Moved:
    """A bitstring that begins at bit `offset` of a larger one."""

    offset: int
    bits: Bitstring


@dataclass(frozen=True, eq=False)
class Closure:
    """A local fun of `arity` arguments that gives `term`."""

    arity: int
    term: Term


@dataclass(frozen=True, eq=False)
class TupleExpr:
    """A tuple with elements that are expressions."""

    elements: tuple[Expr, ...]


@dataclass(frozen=True, eq=False)
class ListExpr:
    """A list with elements that are expressions."""

    elements: tuple[Expr, ...]
    tail: Expr = Value(NIL)


Expr: TypeAlias = Value | Apply | Made | Argument | Moved | Closure | TupleExpr | ListExpr


@dataclass(frozen=True, eq=False)
class Script:
    """One judged call. `before` makes what it needs, `after` looks at what it did, `clean`
    undoes what would outlive the process that makes the call."""

    module: str
    function: str
    arguments: tuple[Expr, ...]
    before: tuple[Expr, ...] = ()
    after: tuple[Expr, ...] = ()
    clean: tuple[Expr, ...] = ()

    @property
    def mfa(self) -> str:
        """The function's name as `module:name/arity`."""
        return f"{self.module}:{self.function}/{len(self.arguments)}"

    def with_argument(self, position: int, argument: Expr) -> Script:
        """The same with another argument at a position."""
        arguments = list(self.arguments)
        arguments[position] = argument
        return replace(self, arguments=tuple(arguments))

    def term(self, explain: bool = False) -> Term:
        """The script as enigma_calls:run/1 takes it."""
        return (
            _list(self.before),
            (atom(self.module), atom(self.function), _list(self.arguments)),
            _list(self.after),
            _list(self.clean),
            atom("true" if explain else "false"),
        )

    def encoded(self, explain: bool = False) -> bytes:
        """The script in external term format, the same for every release."""
        return encode(self.term(explain), release=25)

    def has_large_map(self) -> bool:
        """Whether a map of more than 32 keys is in it."""
        return any(type(part) is Map and len(part) > MAX_SMALL for part in parts(self.term()))

    def text(self) -> str:
        """One Erlang expression that does the same, to paste into a shell."""
        if not self.before and not self.after:
            return call_text(self.module, self.function, self.arguments)
        parts = [f"R{number} = {text(one)}" for number, one in enumerate(self.before, 1)]
        if not self.after:
            parts.append(call_text(self.module, self.function, self.arguments))
            return f"begin {', '.join(parts)} end"
        parts += [f"A{number} = {text(one)}" for number, one in enumerate(self.arguments, 1)]
        named = tuple(map(Argument, range(1, len(self.arguments) + 1)))
        parts.append(f"R0 = (catch {call_text(self.module, self.function, named)})")
        parts.append(f"{{R0, {', '.join(f'(catch {text(one)})' for one in self.after)}}}")
        return f"begin {', '.join(parts)} end"


def _list(expressions: Sequence[Expr]) -> Term:
    return make_list([wire(one) for one in expressions])


def wire(expression: Expr) -> Term:
    """An expression as enigma_calls.erl takes it."""
    match expression:
        case Value(term):
            return (atom("q"), term)
        case Apply(module, function, arguments):
            return (atom("c"), atom(module), atom(function), _list(arguments))
        case Made(number):
            return (atom("r"), number)
        case Argument(number):
            return (atom("a"), number)
        case Moved(offset, bits):
            return (atom("s"), offset, (atom("q"), bits))
        case Closure(arity, term):
            return (atom("f"), arity, term)
        case TupleExpr(elements):
            return (atom("t"), _list(elements))
        case ListExpr(elements, tail):
            return (atom("l"), _list(elements), wire(tail))


def text(expression: Expr) -> str:
    """An expression as Erlang text."""
    match expression:
        case Value(term):
            return term_text(term)
        case Apply(module, function, arguments):
            return call_text(module, function, arguments)
        case Made(number):
            return f"R{number}"
        case Argument(number):
            return f"A{number}"
        case Moved(offset, bits):
            size = bits.size
            return (
                f"(fun(B) -> <<_:{offset}, M:{size}/bits, _/bits>> = <<5:{offset}, B/bits, 1:5>>, "
                f"M end)({term_text(bits)})"
            )
        case Closure(arity, term):
            return f"fun({', '.join('_' * arity)}) -> {term_text(term)} end"
        case TupleExpr(elements):
            return "{" + ", ".join(map(text, elements)) + "}"
        case ListExpr(elements, tail):
            inner = ", ".join(map(text, elements))
            is_proper = isinstance(tail, Value) and tail.term is NIL
            return f"[{inner}]" if is_proper else f"[{inner} | {text(tail)}]"


def call_text(module: str, function: str, arguments: Sequence[Expr]) -> str:
    """A call as Erlang text; operators, too, as functions."""
    name = ":".join(atom_text(part, "unicode") for part in (module, function))
    return f"{name}({', '.join(map(text, arguments))})"


def term_text(term: Term) -> str:
    """A term as Erlang text that gives the same term in a shell."""
    if _has_identity(term):
        data = encode(term, release=25)
        found = f"binary_to_term(<<{','.join(map(str, data))}>>)"
    else:
        found = format_p(term, width=0, encoding="unicode", release=_WRITTEN_FOR)
    return found if len(found) <= TEXT_LIMIT else f"{found[:TEXT_LIMIT]}..."


def _has_identity(term: Term) -> bool:
    return any(type(part) in (Pid, Port, Reference, Fun) for part in parts(term))


def parts(term: Term) -> Iterator[Term]:
    """The term and everything in it. Never recurses."""
    stack = [term]
    while stack:
        one = stack.pop()
        yield one
        stack.extend(subterms(one))
