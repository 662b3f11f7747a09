"""Erlang text to terms: what `erl_parse:parse_term/1` accepts."""

from __future__ import annotations

from typing import Any, Final

from enigma_ref.terms.atoms import Atom, atom
from enigma_ref.terms.bitstrings import Bitstring
from enigma_ref.terms.constant_bits import Specifier, segment
from enigma_ref.terms.floats import Float
from enigma_ref.terms.funs import ExternalFun
from enigma_ref.terms.lists import NIL, make_list, make_string
from enigma_ref.terms.maps import Map
from enigma_ref.terms.scan import TermSyntaxError, Token, scan

__all__ = ["TermSyntaxError", "parse_call", "parse_term"]


def parse_term(text: str, release: int = 25) -> Any:
    """The term that `text` writes; a dot at the end is optional.

    Raises TermSyntaxError. Of equal keys in a map the last one counts, as in OTP.
    """
    parser = _Parser(text, release)
    term = parser.term()
    parser.finish()
    return term


def parse_call(text: str, release: int = 25) -> tuple[Atom, Atom, list[Any]]:
    """Module, function and arguments of a call of constants, as in `lists:seq(1, 5)`.

    Raises TermSyntaxError.
    """
    parser = _Parser(text, release)
    module = atom(parser.expect("atom", "a module name").value)
    parser.expect(":")
    function = atom(parser.expect("atom", "a function name").value)
    parser.expect("(")
    arguments: list[Any] = []
    if not parser.accept(")"):
        arguments.append(parser.term())
        while parser.accept(","):
            arguments.append(parser.term())
        parser.expect(")", "',' or ')'")
    parser.finish()
    return module, function, arguments


_CLOSING: Final = {"[": "]", "[|": "]", "{": "}", "(": ")"}


class _Frame:
    """Something that is being read around the term that is read now.

    `kind` is the bracket that opened it, `[|` for the tail of a list, `key` and `value` in a
    map, `<<` and `size` in a binary, `sign` behind a `+` or `-`.
    """

    __slots__ = ("items", "kind", "spec", "token")

    def __init__(self, kind: str, token: Token) -> None:
        self.kind = kind
        self.token = token
        self.items: list[Any] = []
        self.spec: Any = None


class _Text(str):
    """A string literal inside a binary, where it stands for its characters one by one."""

    __slots__ = ()


class _Parser:
    def __init__(self, text: str, release: int) -> None:
        self.text = text
        self.release = release
        self.tokens = scan(text, release)
        self.index = 0

    def error(self, message: str, token: Token) -> TermSyntaxError:
        return TermSyntaxError(message, self.text, token.position)

    def unexpected(self, token: Token, wanted: str) -> TermSyntaxError:
        kind = token.kind
        if kind == "eof":
            shown = "the end of the text"
        elif kind == "variable":
            shown = f"the variable {token.value}"
        elif kind == "dot":
            shown = "a dot"
        elif kind in ("atom", "string", "integer", "float", "char"):
            shown = f"{'an' if kind[0] in 'ai' else 'a'} {kind}"
        else:
            shown = f"'{kind}'"
        return self.error(f"{shown} where {wanted} is expected", token)

    def next(self) -> Token:
        token = self.tokens[self.index]
        if token.kind != "eof":
            self.index += 1
        return token

    def accept(self, kind: str) -> bool:
        if self.tokens[self.index].kind != kind:
            return False
        self.index += 1
        return True

    def expect(self, kind: str, wanted: str = "") -> Token:
        token = self.next()
        if token.kind != kind:
            raise self.unexpected(token, wanted or f"'{kind}'")
        return token

    def finish(self) -> None:
        """The end, with or without a dot."""
        self.accept("dot")
        token = self.next()
        if token.kind != "eof":
            raise self.unexpected(token, "the end")

    def term(self) -> Any:
        """One term; what encloses it is on a stack, not in recursion."""
        stack: list[_Frame] = []
        while True:
            value, signable = self.open(stack)
            # `_OPENED`: a bracket was opened, read on inside; else close what can be closed.
            while value is not _OPENED:
                if not stack:
                    return value
                value, signable = self.close(stack, value, signable)

    def open(self, stack: list[_Frame]) -> tuple[Any, bool]:
        """A term of one token, or a new frame; and whether a sign may stand before it."""
        token = self.next()
        kind = token.kind
        if kind in ("integer", "float", "char"):
            return token.value, True
        if kind == "atom":
            return atom(token.value), False
        if kind == "string":
            text = token.value
            if self.tokens[self.index].kind == "string":
                parts = [text]
                while self.tokens[self.index].kind == "string":
                    parts.append(self.next().value)
                text = "".join(parts)
            # Parentheses make no difference to what a string in a binary is.
            around = next((frame.kind for frame in reversed(stack) if frame.kind != "("), "")
            return (_Text(text) if around == "<<" else make_string(text)), False
        if kind == "[":
            if self.accept("]"):
                return NIL, False
        elif kind == "{":
            if self.accept("}"):
                return (), False
        elif kind == "#":
            self.expect("{", "'{' of a map")
            if self.accept("}"):
                return Map.EMPTY, False
            kind = "key"
        elif kind == "<<":
            if self.accept(">>"):
                return Bitstring.EMPTY, False
        elif kind in ("+", "-"):
            if stack and stack[-1].kind in ("sign", "size"):
                raise self.unexpected(token, "a number")
            kind = "sign"
        elif kind == "fun":
            return self.external_fun(), False
        elif kind != "(":
            raise self.unexpected(token, "a term")
        stack.append(_Frame(kind, token))
        return _OPENED, False

    def external_fun(self) -> ExternalFun:
        module = atom(self.expect("atom", "a module name").value)
        self.expect(":")
        name = atom(self.expect("atom", "a function name").value)
        self.expect("/")
        arity = self.expect("integer", "an arity")
        if arity.value > 255:
            raise self.error("a fun has at most 255 arguments", arity)
        return ExternalFun(module, name, arity.value)

    def close(self, stack: list[_Frame], value: Any, signable: bool) -> tuple[Any, bool]:
        """Put a complete term into the innermost frame; the term that this completes, if any."""
        frame = stack[-1]
        kind = frame.kind
        if kind == "sign":
            if not signable:
                raise self.error("a sign before something that is no plain number", frame.token)
            stack.pop()
            if frame.token.kind == "-":
                if type(value) is int:
                    value = -value
                elif value or self.release >= 25:
                    value = Float(-value)
                # Otherwise 0.0: before OTP 25 its negation had no sign.
            return value, False
        if kind == "<<" or kind == "size":
            return self.close_segment(stack, value)
        if kind == "key":
            self.expect("=>", "'=>'")
            frame.items.append(value)
            frame.kind = "value"
            return _OPENED, False
        token = self.next()
        if kind == "value":
            frame.items.append(value)
            if token.kind == ",":
                frame.kind = "key"
                return _OPENED, False
            if token.kind != "}":
                raise self.unexpected(token, "',' or '}'")
            stack.pop()
            return Map.of(zip(frame.items[::2], frame.items[1::2], strict=True)), False
        if kind == "(":
            if token.kind != ")":
                raise self.unexpected(token, "')'")
            stack.pop()
            return value, signable
        if token.kind == _CLOSING[kind]:
            stack.pop()
            if kind == "[|":
                return make_list(frame.items, value), False
            frame.items.append(value)
            return (make_list(frame.items) if kind == "[" else tuple(frame.items)), False
        frame.items.append(value)
        if token.kind == "," and kind != "[|":
            return _OPENED, False
        if token.kind == "|" and kind == "[":
            frame.kind = "[|"
            return _OPENED, False
        wanted = {"[": "',', '|' or ']'", "[|": "']'", "{": "',' or '}'"}[kind]
        raise self.unexpected(token, wanted)

    def close_segment(self, stack: list[_Frame], value: Any) -> tuple[Any, bool]:
        """A complete value or size in a binary: read the rest of its segment."""
        frame = stack[-1]
        size = None
        if frame.kind == "size":
            size = value
            value = frame.spec
            frame.kind = "<<"
        elif self.accept(":"):
            frame.spec = value
            frame.kind = "size"
            return _OPENED, False
        here = self.tokens[self.index]
        spec = Specifier()
        try:
            if self.accept("/"):
                self.specifiers(spec)
            if type(value) is _Text:
                if spec.type == "binary":
                    raise ValueError("a binary is expected in this segment")
                for character in value:
                    frame.items.append(segment(ord(character), size, spec, self.release))
                if not value:
                    segment(0, size, spec, self.release)
            else:
                frame.items.append(segment(value, size, spec, self.release))
        except TermSyntaxError:
            raise
        except ValueError as error:
            raise self.error(str(error), here) from None
        if self.accept(","):
            return _OPENED, False
        self.expect(">>", "',' or '>>'")
        stack.pop()
        return Bitstring.join(frame.items), False

    def specifiers(self, spec: Specifier) -> None:
        while True:
            name = self.expect("atom", "a segment type").value
            value = self.expect("integer", "a unit").value if self.accept(":") else None
            spec.add(name, value)
            if not self.accept("-"):
                return


class _Opened:
    __slots__ = ()


_OPENED: Final = _Opened()
