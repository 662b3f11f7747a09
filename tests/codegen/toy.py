"""Tiny specifications, written to a folder as codegen reads them."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from codegen.load import load_spec
from codegen.model import Spec

SPEC = Path(__file__).resolve().parents[2] / "spec"

FIRST_LINE = 11
"""Where the semantics of the first instruction of a toy begin in opcodes.yaml."""

PRIMITIVES = """\
cons: {params: {h: term, t: term}, result: term, raises: [], pure: true, python: "Cons({h}, {t})", doc: "A cell."}
is_cons: {params: {a: term}, result: bool, raises: [], pure: true, python: "type({a}) is Cons", doc: "A cell?"}
find: {params: {m: term, k: term}, result: opt, raises: [], pure: true, python: "{m}.get({k})", doc: "A value."}
size: {params: {t: term}, result: uint, raises: [], pure: true, python: "len({t})", doc: "A size."}
head: {params: {a: term}, result: term, raises: [badarg], pure: true, python: lists.head, doc: "The head."}
lookup: {params: {m: term, k: term}, result: term, raises: ["{badkey, K}"], pure: true, python: maps.map_get, doc: "A value."}
add: {params: {a: num, b: num}, result: term, raises: [badarith], pure: true, python: arithmetic.add, fast: [{small: [a, b], python: "{a} + {b}"}], doc: "A sum."}
same: {params: {a: num, b: num}, result: bool, raises: [], pure: true, python: comparison.eq_exact, fast: [{when: {b: a}, python: "{a} is {b}"}], doc: "The same?"}
note: {params: {p: process, a: term}, result: unit, raises: [], pure: false, python: funs.note, doc: "Notes it."}
error: {params: {r: term}, result: never, raises: [R], pure: true, python: exceptions.raise_error, doc: "Raises."}
"""  # one primitive a line, as in the real file


def opcode(
    semantics: str | None,
    args: str = "{Fail: fail, A: src, B: src, D: dst}",
    *,
    name: str = "op",
    code: int = 1,
    category: str = "data",
    raises: str = "[]",
    otp: str = "{23: live, 25: live, 27: live, 29: live}",
    doc: str = "Does something.",
    internal: bool = False,
) -> str:
    """The entry of one instruction. `semantics` begins FIRST_LINE - 2 lines after its name."""
    lines = [f"  {name}:", f"    code: {code}", f"    category: {category}", f"    args: {args}"]
    if not internal:
        lines += [f"    otp: {otp}", "    emitted: []"]
    lines += [f"    raises: {raises}", f'    doc: "{doc}"']
    if semantics is not None:
        lines.append("    semantics: |")
        lines += ["      " + line for line in semantics.strip("\n").split("\n")]
    return "\n".join(lines) + "\n"


def bif(
    name: str = "f/1",
    params: str = '{A: "term()"}',
    *,
    raises: Sequence[str] = ("badarg",),
    pure: bool = True,
    more: str = "",
) -> str:
    """The entry of one built-in function below its module."""
    listed = ", ".join(f'{{reason: "{reason}", when: "it is wrong"}}' for reason in raises)
    return (
        f'  "{name}":\n    kind: bif\n    params: {params}\n    result: "term()"\n'
        f"    raises: [{listed}]\n    guard: false\n    pure: {str(pure).lower()}\n"
        f"    suspends: false\n    otp: [23, 25, 27, 28, 29]\n    doc: A function of a toy.\n{more}"
    )


def write(
    folder: Path,
    opcodes: str,
    *,
    internal: str = "",
    primitives: str = PRIMITIVES,
    bifs: str = "",
    transforms: str = "replace: []\njoin: []\n",
) -> Path:
    """Write a specification with the real schemas; its folder."""
    folder.mkdir(exist_ok=True)
    shutil.copytree(SPEC / "schema", folder / "schema", dirs_exist_ok=True)
    below = f"internal:\n{internal}" if internal else "internal: {}\n"
    (folder / "opcodes.yaml").write_text(f"opcodes:\n{opcodes}{below}", encoding="utf-8")
    (folder / "primitives.yaml").write_text(primitives, encoding="utf-8")
    (folder / "bifs.yaml").write_text(bifs or "{}\n", encoding="utf-8")
    (folder / "transforms.yaml").write_text(transforms, encoding="utf-8")
    return folder


def load(folder: Path, semantics: str, args: str, *, raises: str = "[]", bifs: str = "") -> Spec:
    """The specification of one instruction called op."""
    return load_spec(write(folder, opcode(semantics, args, raises=raises), bifs=bifs))
