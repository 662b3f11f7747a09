"""`enigma dis`: show what a `.beam` file holds."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, TypeAlias

from enigma_ref._generated import opcodes
from enigma_ref.cli.complaints import complain
from enigma_ref.loader.compact import Instruction, Operand, opcode_name
from enigma_ref.loader.errors import LoadError
from enigma_ref.loader.module import Module, read_module
from enigma_ref.loader.tables import ANY_TYPE, TypeRow
from enigma_ref.loader.verify import FUNC_INFO, IMPORTS, LAMBDAS, LINES, Function
from enigma_ref.otp import OtpError, find_release
from enigma_ref.terms.lists import list_items
from enigma_ref.terms.text import format_p, format_w

Line: TypeAlias = tuple[str, str]
"""A style, one of `STYLES`, and one line of text."""

STYLES: Final = {
    "plain": "",
    "title": "bold",
    "function": "bold cyan",
    "label": "yellow",
    "instruction": "",
    "comment": "dim",
}

_OPERANDS: Final[dict[str, tuple[str, ...]]] = getattr(opcodes, "OPERANDS", {})

_TYPE_NAMES: Final = (
    "atom", "bitstring", "cons", "float", "fun", "integer", "map", "nil", "pid", "port",
    "reference", "tuple", "record",
)  # fmt: skip

_ALLOCATIONS: Final = ("words", "floats", "funs")

_MAX_DIGITS: Final = 4000
"""Python refuses to write longer numbers in decimal; those are shown in base 16."""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command `dis` to a command line."""
    parser = subparsers.add_parser(
        "dis", help="show what a .beam file holds", description="Show what a .beam file holds."
    )
    parser.add_argument(
        "file", type=Path, metavar="FILE.beam", help="a file, or the name of a module of a release"
    )
    parser.add_argument("--otp", metavar="RELEASE", help="a release (25) or the folder of one")
    parser.add_argument("--chunks", action="store_true", help="only the header and the chunks")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the listing of `args.file`; the exit status."""
    try:
        file = _file(args.file, args.otp)
        if file.exists() and not file.is_file():
            return complain(f"{file}: no regular file")
        module = read_module(file.read_bytes(), where=str(file), keep_types=True)
    except OSError as problem:
        return complain(f"{args.file}: {problem.strerror}")
    except (LoadError, OtpError) as problem:
        return complain(str(problem))
    try:
        _write(header(module) if args.chunks else listing(module))
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has seen enough. Keep Python from flushing into the closed pipe at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _file(given: Path, otp: str | None) -> Path:
    """The file itself, or that of a module of a release when there is only a name. Raises
    OtpError when there is no such release."""
    if otp is None and (given.exists() or len(given.parts) != 1 or given.suffix):
        return given
    folders = find_release(otp).ebin_dirs()
    return next((path for folder in folders if (path := folder / f"{given}.beam").is_file()), given)


def _write(lines: Iterator[Line]) -> None:
    if not sys.stdout.isatty():
        for _, text in lines:
            # Where the output has no Unicode, escapes are better than a traceback.
            encoding = sys.stdout.encoding or "utf-8"
            print(text.encode(encoding, "backslashreplace").decode(encoding))
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    for style, text in lines:
        console.print(Text(text, style=STYLES[style]), soft_wrap=True)


def listing(module: Module) -> Iterator[Line]:
    """Everything: header, tables and code, line by line."""
    yield from header(module)
    yield from _tables(module)
    for function in module.functions:
        yield from _function(module, function)


def header(module: Module) -> Iterator[Line]:
    """The module's name, identity and origin, and its chunks with their sizes in bytes."""
    yield "title", f"module {_text(module.name)}"
    yield "plain", f"  md5         {module.md5.hex()}"
    yield from _pretty("attributes", module.attributes)
    for item in list_items(module.compile_info) or ():
        match item:
            case (key, value):
                yield from _pretty(_text(key), value)
    yield from _section("chunks", [f"{name:4} {size:9}" for name, size in module.chunks])


def _pretty(key: str, term: Any) -> Iterator[Line]:
    first, *rest = format_p(term, encoding="unicode").splitlines()
    yield "plain", f"  {key:11} {first}"
    for line in rest:
        yield "plain", f"{'':14}{line}"


def _tables(module: Module) -> Iterator[Line]:
    yield from _section(
        "exports", [f"{_text(e.name)}/{e.arity}  label {e.label}" for e in module.exports]
    )
    yield from _section(
        "imports",
        [
            f"{_text(i.module)}:{_text(i.name)}/{i.arity}"
            for i in sorted(module.imports, key=lambda i: (i.module.name, i.name.name, i.arity))
        ],
    )
    yield from _section(
        "funs",
        [
            f"{fun.index}  {_text(fun.name)}/{fun.arity}  label {fun.label}  free {fun.num_free}"
            for fun in module.funs
        ],
    )
    yield from _section(
        "records",
        [
            f"{_text(record.name)}{'' if record.exported else ' (not exported)'}  "
            + ", ".join(
                _text(field) + ("" if default is None else f" = {_operand(module, default)}")
                for field, default in record.fields
            )
            for record in module.records
        ],
    )
    yield from _section(
        "literals", [f"{index}  {_text(term)}" for index, term in enumerate(module.literals)]
    )


def _section(title: str, rows: list[str]) -> Iterator[Line]:
    if rows:
        yield "plain", ""
        yield "title", title
        for row in rows:
            yield "plain", f"  {row}"


def _function(module: Module, function: Function) -> Iterator[Line]:
    name = module.atoms[function.name]
    exported = any(e.label == function.entry_label for e in module.exports)
    yield "plain", ""
    yield (
        "function",
        f"function {_text(name)}/{function.arity}"
        f"{' (exported)' if exported else ''}, entry {function.entry_label}",
    )
    for instruction in module.code[function.start : function.end]:
        yield _instruction(module, instruction)


def _instruction(module: Module, instruction: Instruction) -> Line:
    name = opcode_name(instruction[0])
    operands = instruction[1:]
    if name == "label":
        return "label", f" label {operands[0][1]}"
    names = _OPERANDS.get(name) or tuple(f"a{at}" for at in range(len(operands)))
    parts = [
        f"{label}={_in_place(module, name, place, operand)}"
        for place, (label, operand) in enumerate(zip(names, operands, strict=True), 1)
    ]
    text = f"    {name} {' '.join(parts)}".rstrip()
    comment = _comment(module, name, operands)
    if comment:
        text = f"{text}  % {comment}"
    return ("comment" if name in LINES or instruction[0] == FUNC_INFO else "instruction"), text


def _in_place(module: Module, name: str, place: int, operand: Operand) -> str:
    """An operand as text, a number that stands for an import or a fun resolved."""
    kind, value = operand
    if kind == "u" and IMPORTS.get(name) == place:
        called = module.imports[value]
        return f"{_text(called.module)}:{_text(called.name)}/{called.arity}"
    if kind == "u" and place == 1 and name in LAMBDAS:
        fun = module.funs[value]
        return f"{_text(fun.name)}/{fun.arity}"
    return _operand(module, operand)


def _comment(module: Module, name: str, operands: tuple[Operand, ...]) -> str:
    if name in LINES:
        number = operands[LINES[name] - 1][1]
        if 0 < number < len(module.lines):
            file, line = module.lines[number]
            return f"{module.file_names[file]}:{line}".encode("unicode_escape").decode("ascii")
    elif name == "bs_put_string":
        (_, size), (_, offset) = operands
        return _bytes(module.strings[offset : offset + size])
    elif name == "bs_match_string":
        (_, bits), (_, offset) = operands[2:]
        return _bytes(module.strings[offset : offset + (bits + 7) // 8])
    return ""


def _bytes(data: bytes) -> str:
    return f"<<{','.join(map(str, data))}>>"


def _operand(module: Module, operand: Operand) -> str:
    kind, value = operand
    match kind:
        case "a":
            return _text(module.atoms[value])
        case "q":
            return _text(module.literals[value])
        case "i":
            return _text(value)
        case "u":
            return f"u{_text(value)}"
        case "list":
            return f"[{', '.join(_operand(module, item) for item in value)}]"
        case "alloc":
            items = (f"{_ALLOCATIONS[tag]}: {_text(number)}" for tag, number in value)
            return f"{{{', '.join(items)}}}"
        case "tr":
            register, index = value
            return f"{_operand(module, register)}{_type(module, index)}"
        case "h":
            return f"${value}"
    return f"{kind}{value}"


def _type(module: Module, index: int) -> str:
    if module.types is None:
        return ""
    return f":{_type_text(module.types[index])}"


def _type_text(row: TypeRow) -> str:
    union, lower, upper, unit = row
    if union == ANY_TYPE:
        return "any"
    text = "|".join(name for bit, name in enumerate(_TYPE_NAMES) if union >> bit & 1)
    if lower is not None or upper is not None:
        text += f"({'' if lower is None else lower}..{'' if upper is None else upper})"
    if unit is not None:
        text += f"*{unit}"
    return text


def _text(term: Any) -> str:
    if type(term) is int:
        digits = term.bit_length() * 3 // 10
        return str(term) if digits < _MAX_DIGITS else f"{'-' if term < 0 else ''}16#{abs(term):X}"
    return format_w(term, encoding="unicode")
