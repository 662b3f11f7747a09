"""The reference for readers: docs/instructions.md and docs/bifs.md."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from codegen.derive import counts, falls_through, is_pure, suspends
from codegen.model import BIF_RELEASES, RELEASES, Bif, Opcode, Raises, Spec
from codegen.text import MARKDOWN_HEADER, erlang_atom

CATEGORIES = {
    "loader": "Directives",
    "call": "Calls and returns",
    "frame": "Stack frames",
    "bif": "Built-in functions",
    "data": "Moving and building terms",
    "test": "Tests",
    "control": "Jumps and choices",
    "fun": "Funs",
    "map": "Maps",
    "record": "Native records",
    "float": "Floating point",
    "binary_match": "Matching bitstrings",
    "binary_build": "Building bitstrings",
    "message": "Messages",
    "exception": "Exceptions",
    "obsolete": "Obsolete",
    "internal": "Internal instructions",
}
"""Every category and its heading, in the order of the page."""

KINDS = {
    "bif": "ordinary",
    "ubif": "light: never gives up the processor, may stand in guards",
    "hbif": "heavy: may run for long",
    "nif": "a native function of the runtime's own modules",
}
"""What OTP's build tools call the sorts of built-in functions."""


def emit_instructions(spec: Spec) -> str:
    """The text of `docs/instructions.md`."""
    instructions = list(spec.instructions.values())
    lines = [
        MARKDOWN_HEADER,
        "",
        "# Instructions",
        "",
        f"The {len(spec.opcodes)} generic instructions of `.beam` files, and "
        f"{len(spec.internal)} internal ones that the reference machine adds. Everything here is "
        "made from `spec/opcodes.yaml`; what runs is the semantics shown. "
        "[The semantics language](spec-language.md) explains them and the kinds of operands.",
        "",
        f"Releases: the description covers OTP {_numbers(RELEASES)}. An instruction is *loaded* by "
        "a release whose loader accepts it, and *obsolete* where the number is still known but "
        "refused. *Written* names the releases whose own compiler was seen to emit it, in their "
        "libraries and in the conformance cases.",
        "",
        "| number | instruction | loaded by | written by |",
        "| ---: | --- | --- | --- |",
    ]
    for opcode in spec.opcodes.values():
        lines.append(
            f"| {opcode.code} | [`{opcode.name}`](#{opcode.name}) | "
            f"{_numbers(opcode.live) or '—'} | {_numbers(opcode.emitted) or '—'} |"
        )
    for category, title in CATEGORIES.items():
        members = [opcode for opcode in instructions if opcode.category == category]
        if members:
            lines += ["", f"## {title}"]
        for opcode in members:
            lines += _instruction(opcode, spec)
    lines += [
        "",
        "## Rows",
        "",
        "Rows of instructions that become another one, and rows that run in one go "
        "([transforms](spec-language.md#transforms)).",
        "",
    ]
    lines += [f"- `{', '.join(one.row)}`: `{one.by}`" for one in spec.replacements]
    lines += [f"- `{', '.join(row)}`" for row in spec.joins]
    return "\n".join(lines) + "\n"


def _instruction(opcode: Opcode, spec: Spec) -> list[str]:
    number = f"Number {opcode.code}" if opcode.code > 0 else "In no file"
    lines = [
        "",
        f"### {opcode.name}",
        "",
        opcode.doc,
        "",
        f"- {number}. {_history(opcode)}".rstrip(),
    ]
    if opcode.operands:
        operands = ", ".join(f"`{operand.name}: {operand.text}`" for operand in opcode.operands)
        lines.append(f"- Operands: {operands}.")
    if opcode.raises:
        lines.append(f"- Raises {', '.join(f'`{reason}`' for reason in opcode.raises)}.")
    lines += [f"- {fact}" for fact in _facts(opcode, spec)]
    if opcode.semantics is not None:
        lines += ["", "```python", *opcode.semantics.rstrip("\n").split("\n"), "```"]
    return lines


def _history(opcode: Opcode) -> str:
    parts = []
    for state, words in (("live", "Loaded by"), ("obsolete", "obsolete in"), ("absent", "not in")):
        releases = [release for release, found in opcode.otp.items() if found == state]
        if releases:
            parts.append(f"{words} {_numbers(releases)}")
    if opcode.live:
        parts.append(f"written by {_numbers(opcode.emitted) or 'none of their compilers'}")
    text = "; ".join(parts)
    return text[:1].upper() + text[1:] + "." if text else ""


def _facts(opcode: Opcode, spec: Spec) -> list[str]:
    """Sentences on the properties that are derived from the semantics."""
    if opcode.semantics is None:
        return []
    found = []
    if is_pure(opcode, spec.primitives) and opcode.semantics.strip() != "pass":
        found.append("Pure: touches nothing but registers.")
    if suspends(opcode):
        found.append("Can suspend the process.")
    if counts(opcode):
        found.append("Costs a reduction: the process may be preempted here.")
    if not falls_through(opcode):
        found.append("Never falls through to the next instruction.")
    return found


def emit_bif_reference(spec: Spec) -> str:
    """The text of `docs/bifs.md`."""
    modules: dict[str, list[Bif]] = {}
    for bif in spec.bifs.values():
        modules.setdefault(bif.module, []).append(bif)
    lines = [
        MARKDOWN_HEADER,
        "",
        "# Built-in functions",
        "",
        f"The {len(spec.bifs)} functions of {len(modules)} modules that Erlang code of "
        f"OTP {_numbers(BIF_RELEASES)} calls and that the machine itself provides: BIFs, and the "
        "native functions of the runtime's own modules. Made from `spec/bifs.yaml`.",
        "",
        "Kinds, in the words of OTP's build tools: "
        + "; ".join(f"*{kind}* is {words}" for kind, words in KINDS.items())
        + ". *Guard* functions are allowed in guards. *Pure* ones give the same result for the "
        "same arguments and have no effect. *May suspend* means that the caller may have to wait, "
        "or that the work can be spread over several slices of reductions.",
        "",
        "| module | functions |",
        "| --- | ---: |",
        *(f"| [`{name}`](#{name}) | {len(found)} |" for name, found in modules.items()),
    ]
    for name, found in modules.items():
        lines += ["", f"## {name}"]
        for bif in found:
            lines += _bif(bif)
    return "\n".join(lines) + "\n"


def spec_line(bif: Bif) -> str:
    """The `-spec` of a built-in function, as Erlang writes it."""
    params = ", ".join(f"{name} :: {type_}" for name, type_ in bif.params)
    return f"-spec {erlang_atom(bif.name)}({params}) -> {bif.result}."


def _bif(bif: Bif) -> list[str]:
    words = [f"Kind *{bif.kind}*"]
    words += [
        word
        for word, holds in (
            ("guard", bif.guard),
            ("pure", bif.pure),
            ("may suspend", bif.suspends),
        )
        if holds
    ]
    releases = "all releases" if bif.otp == BIF_RELEASES else f"OTP {_numbers(bif.otp)}"
    lines = [
        "",
        f"### {_escaped(bif.name)}/{bif.arity}",
        "",
        "```erlang",
        spec_line(bif),
        "```",
        "",
        bif.doc,
        "",
        f"{', '.join(words)}. In {releases}.",
    ]
    if bif.raises:
        lines += ["", *(_raised(item) for item in bif.raises)]
    else:
        lines += ["", "Raises nothing."]
    if bif.semantics is not None:
        lines += ["", f"Semantics: `{bif.semantics.strip()}`"]
    if bif.instruction is not None:
        lines += [
            "",
            f"Implemented by [`{bif.instruction}`](instructions.md#{bif.instruction}).",
        ]
    return lines


def _raised(item: Raises) -> str:
    cls = "" if item.cls == "error" else f" (class {item.cls})"
    text = f"- `{item.reason}`{cls}: {item.when}."
    if item.causes:
        causes = ", ".join(f"`{cause}`" for cause in item.causes)
        text += f" Causes in `error_info`: {causes}."
    return text


def _escaped(name: str) -> str:
    """A heading's text in which nothing is Markdown."""
    return re.sub(r"([*_<>|+\-=!#])", r"\\\1", name)


def _numbers(releases: Sequence[int] | Iterable[int]) -> str:
    return ", ".join(map(str, releases))
