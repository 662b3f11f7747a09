"""What people read agrees with what codegen does."""

from __future__ import annotations

import re

import pytest

from codegen.__main__ import ROOT
from codegen.check import LISTS, READS_AS, STATUSES
from codegen.emit_reference import CATEGORIES, KINDS
from codegen.load import load_spec
from tests.codegen.test_specialise import body
from tests.codegen.toy import SPEC

LANGUAGE = (ROOT / "docs" / "spec-language.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", sorted({*READS_AS, *LISTS, "dst", "bif", "live", "heap", "skip"}))
def test_every_operand_kind_is_described(kind: str) -> None:
    section = LANGUAGE.split("## Operand kinds")[1].split("\n## ")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| ")]
    assert any(re.search(rf"`{kind}[`(]", row) for row in rows)


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_is_described(status: str) -> None:
    assert f"`'{status}'`" in LANGUAGE


def test_the_code_shown_is_the_code_made() -> None:
    for kind in ("a", "x"):
        shown = "\n".join(" " * 8 + line for line in body("is_eq_exact", A="x", B=kind).split("\n"))
        assert shown in LANGUAGE


def test_the_instruction_shown_is_the_real_one() -> None:
    shown = LANGUAGE.split("```yaml\n")[1].split("```")[0]
    assert shown in (SPEC / "opcodes.yaml").read_text(encoding="utf-8")


def test_every_instruction_and_bif_has_its_place() -> None:
    spec = load_spec(SPEC)
    assert {opcode.category for opcode in spec.instructions.values()} == set(CATEGORIES)
    assert {bif.kind for bif in spec.bifs.values()} == set(KINDS)
    instructions = (ROOT / "docs" / "instructions.md").read_text(encoding="utf-8").splitlines()
    for name in spec.instructions:
        assert instructions.count(f"### {name}") == 1
    bifs = (ROOT / "docs" / "bifs.md").read_text(encoding="utf-8")
    assert bifs.count("\n### ") == len(spec.bifs)
