"""Makes the Python code of an instruction for given operand kinds, out of its template.

A factory takes what an instruction's operands hold (register numbers, constants, places) and
returns a function `h(x, s, p)`: the x registers, the stack and the process. `h` runs the
instruction and returns the function of the instruction that comes next.

Marks in the text of templates:

    «A»              the value of operand A: a register that is read, a constant, a static number
    «>A»             register A as the target of an assignment
    «A*»             the values of all elements of the list A, each with a comma; «:N*» the first
                     N x registers
    «=*A»            all elements of the list A as the target of an assignment
    «Bif(A, B)»      a call of the built-in function in operand Bif; «Bif(:N)» with N x registers
    «int A B»        whether the values are integers, as far as that is not known, and no large
                     ones are about (see `recipes`)
    «grow N» «drop N»       make and remove y registers on top of the stack
    «try F» … «except F»    what fails between the lines continues at F, unless F is 0
    «for A, B in L» … «end» the lines between them for the elements of list L in turn
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping, Sequence
from typing import Any

from enigma_ref.machine.template import Template

Shape = Any
"""What is known of an operand: `x y i a q` for registers and constants (small integer, atom or
[], other literal), the number of a static one, whether there is a `fail` label, a tuple of the
elements' kinds for a list; for a bif `("inline", mfa)`, `("plain",)` or `("process",)`."""

_MARK = re.compile(r"«([^»]*)»")
_CALL = re.compile(r"«(\w+)\(([^»]*)\)»")
_READ = re.compile(r"«(\w+)»")
_WRITES = re.compile(r"«>|^\s*x\[\w+\][^=]*=[^=]|x\.__setitem__")
_NAME = re.compile(r"(?<![\w.])[A-Za-z]\w*")
_FOR = re.compile(r"\s*«for ([\w, ]+) in (\w+)»")

Inline = Mapping[tuple[str, str, int], tuple[tuple[dict[int, str], str], ...]]


Part = tuple[Template, Mapping[str, Shape]]
"""An instruction, and what is known of its operands."""


def specialise(parts: Sequence[Part], inline: Inline) -> tuple[str, tuple[str, ...]]:
    """The source of a factory for instructions that run in one go (or a single one) with these
    operand kinds, and the names of its parameters.

    The parameters are operand names, with a number for elements of lists, and `next`. Those of
    several instructions end with `joined_name`'s number, and the docstring of their function tells
    with which of its lines each begins (`instruction_of_line`).
    """
    bodies: list[str] = []
    used: list[str] = []
    begins: list[str] = []
    line = 2
    for number, (template, shapes) in enumerate(parts):
        is_last = number + 1 == len(parts)
        lines, names = _Specialiser(template, shapes, inline, is_last).run()
        body = "\n".join("        " + line for line in lines)
        if len(parts) > 1:
            renamed = {name: joined_name(name, number) for name in names if name != "next"}
            body = _renamed(body, renamed)
            names = [renamed.get(name, name) for name in names]
        bodies.append(body)
        used += names
        begins.append(f"{template.name} {line}")
        line += len(lines)
    function = "_".join(template.name for template, _ in parts)
    function += "_" * keyword.iskeyword(function)
    if len(parts) > 1:
        bodies.insert(0, f'        """{", ".join(begins)}"""')
    body = "\n".join(filter(None, bodies))
    source = (
        f"def make({', '.join(used)}):\n"
        f"    def {function}(x, s, p):\n{body}\n"
        f"    return {function}\n"
    )
    return source, tuple(used)


def instruction_of_line(docstring: str, line: int) -> tuple[int, str]:
    """Which one of several instructions that are one function a line of it belongs to, counted from
    the function's first, and its name."""
    found = (0, "")
    for number, entry in enumerate(docstring.split(", ")):
        name, first = entry.split()
        if not number or int(first) <= line:
            found = (number, name)
    return found


def _renamed(text: str, names: Mapping[str, str]) -> str:
    return _NAME.sub(lambda match: names.get(match[0], match[0]), text)


def joined_name(name: str, number: int) -> str:
    """The parameter for an operand of one of several instructions."""
    return f"{name}_{number}"


class _Specialiser:
    def __init__(
        self, template: Template, shapes: Mapping[str, Shape], inline: Inline, is_last: bool
    ) -> None:
        self.template = template
        self.variants = template.variants if is_last else template.inner
        self.shapes = dict(shapes)
        self.inline = inline
        self.kinds: dict[str, Any] = {}
        for (name, _), shape in zip(template.operands, shapes.values(), strict=True):
            if type(shape) is tuple and (
                not shape or shape[0] not in ("inline", "plain", "process")
            ):
                self.kinds.update({f"{name}{i}": kind for i, kind in enumerate(shape)})
            else:
                self.kinds[name] = shape

    def run(self) -> tuple[list[str], list[str]]:
        """The lines of the instruction, and which of its operands they name."""
        lines = self.unrolled(self.variant().splitlines())
        lines = [self.called(line) for line in self.tried(lines)]
        text = "\n".join(
            done for line in lines if (done := self.filled(line)).strip() not in ("", "pass")
        )
        entry, text = self.registers(text)
        lines = [*entry, *text.splitlines()]
        used = set(_NAME.findall("\n".join(lines)))
        return lines, [name for name in (*self.kinds, *self.places(), "next") if name in used]

    def places(self) -> list[str]:
        """Operands with one value that is neither a register nor a number to fill in."""
        return [name for name, _ in self.template.operands if name not in self.kinds]

    def variant(self) -> str:
        for conditions, text in self.variants:
            if all(self.kinds.get(name) == kind for name, kind in conditions.items()):
                return text
        raise AssertionError(f"{self.template.name}: the last variant has no conditions")

    def elements(self, name: str) -> list[str]:
        return [f"{name}{i}" for i in range(len(self.shapes[name]))]

    def unrolled(self, lines: list[str]) -> list[str]:
        result: list[str] = []
        position = 0
        while position < len(lines):
            loop = _FOR.fullmatch(lines[position])
            if loop is None:
                result.append(lines[position])
                position += 1
                continue
            end = position + 1
            while lines[end].strip() != "«end»":
                end += 1
            variables = loop[1].split(", ")
            elements = self.elements(loop[2])
            for first in range(0, len(elements), len(variables)):
                named = dict(zip(variables, elements[first:], strict=False))
                for line in lines[position + 1 : end]:
                    for variable, element in named.items():
                        line = line.replace(f"«{variable}»", f"«{element}»")
                        line = line.replace(f"«>{variable}»", f"«>{element}»")
                    result.append(line)
            position = end + 1
        return result

    def tried(self, lines: list[str]) -> list[str]:
        result = []
        inside = ""
        for line in lines:
            words = line.strip().strip("«»").split()
            if words[:1] == ["try"] and line.strip().startswith("«"):
                if self.kinds[words[1]]:
                    result.append("try:")
                    inside = "    "
            elif words[:1] == ["except"] and line.strip().startswith("«"):
                if self.kinds[words[1]]:
                    result += ["except BeamError:", f"    return {words[1]}"]
                inside = ""
            else:
                result.append(inside + line)
        return result

    def called(self, line: str) -> str:
        def call(match: re.Match[str]) -> str:
            arguments: list[str] = []
            for name in filter(None, match[2].split(", ")):
                if name.startswith(":"):
                    arguments += [f"x[{i}]" for i in range(self.number(name[1:]))]
                else:
                    arguments.append(f"«{name}»")
            shape = self.shapes[match[1]]
            if shape[0] != "inline":
                process = ["p"] if shape[0] == "process" else []
                return f"{match[1]}({', '.join(process + arguments)})"
            kinds = [self.kinds.get(argument.strip("«»")) for argument in arguments]
            for conditions, text in self.inline[shape[1]]:
                if all(kinds[position] == kind for position, kind in conditions.items()):
                    return _MARK.sub(lambda mark: _positional(mark[1], arguments), text)
            raise AssertionError(f"{shape[1]}: the last rule has no conditions")

        return _CALL.sub(call, line)

    def number(self, text: str) -> int:
        """The value of a static expression: a number, a static operand, or a sum."""
        return sum(
            int(part) if part.isdigit() else int(self.kinds[part]) for part in text.split("+")
        )

    def filled(self, line: str) -> str:
        """The line with all marks but those of registers replaced."""
        return _MARK.sub(self.mark, line)

    def mark(self, match: re.Match[str]) -> str:
        words = match[1].split()
        if words[0] == "grow":
            count = self.number("".join(words[1:]))
            return f"s += ({'None, ' * count})" if count else ""
        if words[0] == "drop":
            count = self.number("".join(words[1:]))
            return "" if count == 0 else "s.pop()" if count == 1 else f"del s[-{count}:]"
        if words[0] == "int":
            unknown = dict.fromkeys(w for w in words[1:] if self.kinds.get(w) != "i")
            tests = [f"type({w if '[' in w else f'«{w}»'}) is PlainInt" for w in unknown]
            return " and ".join(tests) or "True"
        if words[0].startswith("=*"):
            targets = [f"«>{element}»" for element in self.elements(words[0][2:])]
            return f"({''.join(target + ', ' for target in targets)})" if targets else "_"
        if words[0].endswith("*"):
            name = words[0][:-1]
            if name.startswith(":"):
                return "".join(f"x[{i}], " for i in range(self.number(name[1:])))
            return "".join(f"«{element}», " for element in self.elements(name))
        name = words[0]
        if "+" in name or type(self.kinds.get(name)) is int:
            return str(self.number(name))
        return match[0]

    def registers(self, text: str) -> tuple[list[str], str]:
        """Lines that read operands on entry, and the text with its registers filled in.

        An operand that is read once, before anything is written, is read in place.
        """
        lines = text.split("\n")
        first_write = next((i for i, line in enumerate(lines) if _WRITES.search(line)), len(lines))
        entry = []
        for name in dict.fromkeys(_READ.findall(text)):
            kind = self.kinds[name]
            place = {"x": f"x[{name}]", "y": f"s[{name}]"}.get(kind, name)
            mark = f"«{name}»"
            late = any(mark in line for line in lines[first_write + 1 :])
            if place != name and (late or text.count(mark) > 1):
                entry.append(f"{name}_ = {place}")
                place = f"{name}_"
            text = text.replace(mark, place)
        for name in dict.fromkeys(re.findall(r"«>(\w+)»", text)):
            base = "x" if self.kinds[name] == "x" else "s"
            text = text.replace(f"«>{name}»", f"{base}[{name}]")
        return entry, text


def _positional(mark: str, arguments: list[str]) -> str:
    """A mark in the expression of a BIF, whose operands are argument positions."""
    words = mark.split()
    if words[0] == "int":
        return "«int " + " ".join(arguments[int(word)].strip("«»") for word in words[1:]) + "»"
    return arguments[int(mark)]
