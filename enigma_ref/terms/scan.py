"""Erlang text to tokens (Erlang Reference Manual, character set and source file encoding)."""

from __future__ import annotations

import math
import re
from typing import Any, Final, NamedTuple

from enigma_ref.terms.atoms import MAX_ATOM_CHARACTERS
from enigma_ref.terms.floats import Float
from enigma_ref.terms.scalar_text import is_reserved


class TermSyntaxError(ValueError):
    """Text that is no term. The message is one line and names the place.

    `position` is the index of the character in the text, `line` and `column` count from 1.
    """

    def __init__(self, message: str, text: str, position: int) -> None:
        self.position = position
        self.line = text.count("\n", 0, position) + 1
        self.column = position - text.rfind("\n", 0, position)
        super().__init__(f"line {self.line}, column {self.column}: {message}")


class Token(NamedTuple):
    """A token: its kind, what it stands for, and where it starts in the text.

    Kinds are `integer`, `float`, `char`, `atom`, `string`, `variable`, `dot`, `eof`; reserved
    words and punctuation are their own kind.
    """

    kind: str
    value: Any
    position: int


_NAME: Final = "0-9A-Z_@a-zÀ-ÖØ-öø-ÿ"
_blank = re.compile("(?:[\x00- \x80-\xa0]+|%[^\n]*)+").match
_atom = re.compile(f"[a-zß-öø-ÿ][{_NAME}]*").match
_variable = re.compile(f"[A-Z_À-ÖØ-Þ][{_NAME}]*").match
_digits = re.compile(r"[0-9]+(?:_[0-9]+)*").match
_based = re.compile(r"[0-9A-Za-z]+(?:_[0-9A-Za-z]+)*").match
_fraction = re.compile(r"\.[0-9]+(?:_[0-9]+)*(?:[eE][+-]?[0-9]+(?:_[0-9]+)*)?").match
_broken_exponent = re.compile(r"[eE](?:[+-]|[0-9_])?").match
_octal = re.compile("[0-7]{1,3}").match
_hex2 = re.compile("[0-9A-Fa-f]{2}").match
_hex = re.compile(r"\{([0-9A-Fa-f]+)\}").match
_punctuation = re.compile(
    r"<<|>>|<-|<=|=>|:=|->|\|\||==|=:=|=/=|=<|>=|/=|\+\+|--|\.\.\.|\.\.|::|[-+*/(){}\[\]|,:;#=<>!?.]"
).match
_string_run = {quote: re.compile(f"[^{quote}\\\\]*").match for quote in "\"'"}
_NAMED_ESCAPES: Final = {
    "b": 8, "d": 127, "e": 27, "f": 12, "n": 10, "r": 13, "s": 32, "t": 9, "v": 11,
}  # fmt: skip


def scan(text: str, release: int = 25) -> list[Token]:
    """The tokens of `text`, one of kind `eof` last; raises TermSyntaxError.

    Like `erl_scan:string/1` of that release, without what OTP 27 and 28 added: triple-quoted
    strings, sigils and based floats are errors.
    """
    return _Scanner(text, release).tokens()


class _Scanner:
    def __init__(self, text: str, release: int) -> None:
        self.text = text
        self.release = release

    def error(self, message: str, position: int) -> TermSyntaxError:
        return TermSyntaxError(message, self.text, position)

    def tokens(self) -> list[Token]:
        text = self.text
        size = len(text)
        found: list[Token] = []
        position = 0
        while True:
            blank = _blank(text, position)
            if blank:
                position = blank.end()
            if position >= size:
                found.append(Token("eof", None, size))
                return found
            token, position = self.token(text[position], position)
            found.append(token)

    def token(self, first: str, position: int) -> tuple[Token, int]:
        """The token that starts with the character `first`, and where it ends."""
        text = self.text
        if first in "0123456789":
            return self.number(position)
        name = _atom(text, position)
        if name:
            word = name[0]
            kind = word if is_reserved(word, self.release) else "atom"
            if len(word) > MAX_ATOM_CHARACTERS:
                raise self.error(f"an atom of {len(word)} characters", position)
            return Token(kind, word, position), name.end()
        if first == '"':
            if self.release >= 27 and text.startswith('"""', position):
                raise self.error("triple-quoted strings are not supported", position)
            value, end = self.quoted(position, '"')
            if self.release >= 27 and text.startswith('"', end):
                raise self.error("no white space between two strings", end)
            return Token("string", value, position), end
        if first == "'":
            value, end = self.quoted(position, "'")
            if len(value) > MAX_ATOM_CHARACTERS:
                raise self.error(f"an atom of {len(value)} characters", position)
            return Token("atom", value, position), end
        if first == "$":
            return self.character(position)
        variable = _variable(text, position)
        if variable:
            return Token("variable", variable[0], position), variable.end()
        punctuation = _punctuation(text, position)
        if punctuation is None:
            raise self.error(f"unexpected character {first!r}", position)
        end = punctuation.end()
        if punctuation[0] == "." and (end == len(text) or _blank(text, end)):
            return Token("dot", None, position), end
        return Token(punctuation[0], None, position), end

    def number(self, position: int) -> tuple[Token, int]:
        text = self.text
        digits = _digits(text, position)
        assert digits is not None
        end = digits.end()
        fraction = _fraction(text, end)
        if fraction:
            if "e" not in fraction[0].lower() and _broken_exponent(text, fraction.end()):
                raise self.error("a float with a broken exponent", position)
            value = float((digits[0] + fraction[0]).replace("_", ""))
            if not math.isfinite(value):
                raise self.error("a float that is too large", position)
            return Token("float", Float(value), position), fraction.end()
        if text[end : end + 1] != "#":
            return Token("integer", _to_int(digits[0].replace("_", ""), 10), position), end
        base = _to_int(digits[0].replace("_", ""), 10)
        if not 2 <= base <= 36:
            raise self.error("a number whose base is not between 2 and 36", position)
        # Of what looks like digits, those of the base belong to the number.
        based = _based(text, end + 1)
        count = 0
        if based:
            for count, digit in enumerate(based[0], 1):
                if digit != "_" and int(digit, 36) >= base:
                    count -= 1
                    break
        shown = based[0][:count].rstrip("_") if based else ""
        if not shown:
            raise self.error(f"digits of base {base} are missing", position)
        value_ = _to_int(shown.replace("_", ""), base)
        return Token("integer", value_, position), end + 1 + len(shown)

    def character(self, position: int) -> tuple[Token, int]:
        text = self.text
        if position + 1 >= len(text):
            raise self.error("a character is missing after $", position)
        if text[position + 1] == "\\":
            code, end = self.escape(position + 1)
            return Token("char", code, position), end
        code = ord(text[position + 1])
        self.check(code, position)
        return Token("char", code, position), position + 2

    def quoted(self, position: int, quote: str) -> tuple[str, int]:
        """The text between quotes, and where it ends."""
        text = self.text
        run = _string_run[quote]
        parts: list[str] = []
        here = position + 1
        while True:
            plain = run(text, here)
            assert plain is not None
            parts.append(plain[0])
            here = plain.end()
            if here >= len(text):
                raise self.error(f"no {quote} ends what this one starts", position)
            if text[here] == quote:
                return "".join(parts), here + 1
            code, here = self.escape(here)
            parts.append(chr(code))

    def escape(self, position: int) -> tuple[int, int]:
        """The character of the escape sequence at `position`, and where it ends."""
        text = self.text
        here = position + 1
        letter = text[here : here + 1]
        if not letter:
            raise self.error("the text ends in an escape sequence", position)
        octal = _octal(text, here)
        if octal:
            return int(octal[0], 8), octal.end()
        if letter == "x":
            two = _hex2(text, here + 1)
            if two:
                return int(two[0], 16), two.end()
            braces = _hex(text, here + 1)
            if braces is None:
                raise self.error("a bad \\x escape sequence", position)
            code = int(braces[1], 16)
            self.check(code, position)
            return code, braces.end()
        if letter == "^":
            control = text[here + 1 : here + 2]
            if not control:
                raise self.error("the text ends in an escape sequence", position)
            if self.release >= 27:
                if control == "?":
                    return 127, here + 2
                if not ("@" <= control <= "_" or "a" <= control <= "z"):
                    raise self.error("a bad \\^ escape sequence", position)
            self.check(ord(control), position)
            return ord(control) & 31, here + 2
        code = _NAMED_ESCAPES.get(letter, ord(letter))
        self.check(code, position)
        return code, here + 1

    def check(self, code: int, position: int) -> None:
        if 0xD800 <= code < 0xE000 or code in (0xFFFE, 0xFFFF) or code > 0x10FFFF:
            raise self.error(f"{code:#x} is not the code of a character", position)


_MAX_DIGITS: Final = 4000
"""Digits that `int` takes at once; CPython limits decimal ones to 4300."""


def _to_int(digits: str, base: int) -> int:
    if len(digits) <= _MAX_DIGITS or base in (2, 4, 8, 16, 32):
        return int(digits, base)
    # Put blocks together two by two, so that large numbers take less than quadratic time.
    start = len(digits) % _MAX_DIGITS
    blocks = [digits[:start]] if start else []
    blocks += [digits[at : at + _MAX_DIGITS] for at in range(start, len(digits), _MAX_DIGITS)]
    values = [int(block, base) for block in blocks]
    power = base**_MAX_DIGITS
    while len(values) > 1:
        if len(values) % 2:
            values.insert(0, 0)
        values = [high * power + low for high, low in zip(values[::2], values[1::2], strict=True)]
        power *= power
    return values[0]
