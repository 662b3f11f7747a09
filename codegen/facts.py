"""Compares the specification with what is known of OTP's releases.

spec/facts/*.csv hold the opcode numbers, the built-in functions and the runtime's NIFs of each
sampled release. Both directions count: what the facts know must be in the specification, and the
other way round.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from codegen.model import BIF_RELEASES, RELEASES, Opcode, Spec, SpecError

Row = Mapping[str, str]


@dataclass
class Report:
    """What was compared, by what it was compared with, and every difference in words."""

    compared: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def count(self, what: str, number: int = 1) -> None:
        """Note that `number` more things were compared."""
        self.compared[what] = self.compared.get(what, 0) + number

    def expect(self, where: str, what: str, found: object, known: object) -> None:
        """Note a difference unless the specification says what is known."""
        if found != known:
            self.problems.append(f"{where}: {what} is {_show(found)}, but {_show(known)} in OTP")

    def looked_at_nothing(self) -> list[str]:
        """The comparisons that had nothing to compare; a check that checks nothing is a failure."""
        return [what for what, number in self.compared.items() if number == 0]


def compare_facts(spec: Spec, folder: Path) -> Report:
    """Compare with the CSV files in `folder`. Raises SpecError when one cannot be read."""
    report = Report()
    _opcodes(spec, _rows(folder / "opcodes.csv", ("number", "name", "arity")), report)
    builtins = _rows(
        folder / "builtins.csv", ("module", "function", "arity", "kind", "guard", "pure")
    )
    nifs = _rows(folder / "nifs.csv", ("module", "function", "arity"))
    _bifs(spec, builtins, report)
    _nifs(spec, nifs, report)
    known = {_mfa(row) for row in (*builtins, *nifs)}
    for name, bif in spec.bifs.items():
        if name not in known:
            report.problems.append(f"bifs.yaml:{bif.line}: {name}: the facts do not know it")
    return report


def _rows(path: Path, columns: Iterable[str]) -> Sequence[Row]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            rows = list(reader)
    except OSError as error:
        raise SpecError(f"{path.name}: {error.strerror}") from error
    missing = [name for name in columns if name not in (reader.fieldnames or ())]
    if missing:
        raise SpecError(f"{path.name}: no column {', '.join(missing)}")
    return rows


def _opcodes(spec: Spec, rows: Sequence[Row], report: Report) -> None:
    report.count("opcodes.csv", len(rows))
    by_code: dict[int, Opcode] = {opcode.code: opcode for opcode in spec.opcodes.values()}
    for row in rows:
        opcode = by_code.pop(int(row["number"]), None)
        if opcode is None:
            report.problems.append(
                f"opcodes.yaml: {row['name']}: number {row['number']} is not there"
            )
            continue
        where = f"opcodes.yaml:{opcode.line}: {opcode.name}"
        report.expect(where, f"the name of number {opcode.code}", opcode.name, row["name"])
        report.expect(where, "the arity", file_arity(opcode), int(row["arity"]))
        for release in RELEASES:
            state = opcode.otp.get(release)
            report.expect(where, f"its state in {release}", state, row[f"otp{release}"])
    for opcode in by_code.values():
        report.problems.append(
            f"opcodes.yaml:{opcode.line}: {opcode.name}: the facts know no number {opcode.code}"
        )


def file_arity(opcode: Opcode) -> int:
    """How many operands files hold for an opcode."""
    return sum(operand.in_file for operand in opcode.operands)


def _bifs(spec: Spec, rows: Sequence[Row], report: Report) -> None:
    report.count("builtins.csv", len(rows))
    for row in rows:
        bif = spec.bifs.get(_mfa(row))
        if bif is None:
            report.problems.append(f"bifs.yaml: {_mfa(row)}: it is not there")
            continue
        where = f"bifs.yaml:{bif.line}: {bif.mfa}"
        report.expect(where, "kind", bif.kind, row["kind"] or "bif")
        report.expect(where, "guard", bif.guard, row["guard"] == "true")
        report.expect(where, "pure", bif.pure, row["pure"] == "true")
        report.expect(where, "otp", bif.otp, _releases(row))


def _nifs(spec: Spec, rows: Sequence[Row], report: Report) -> None:
    report.count("nifs.csv", len(rows))
    for row in rows:
        bif = spec.bifs.get(_mfa(row))
        if bif is None:
            report.problems.append(f"bifs.yaml: {_mfa(row)}: it is not there")
            continue
        where = f"bifs.yaml:{bif.line}: {bif.mfa}"
        report.expect(where, "kind", bif.kind, "nif")
        report.expect(where, "otp", bif.otp, _releases(row))


def _mfa(row: Row) -> str:
    return f"{row['module']}:{row['function']}/{row['arity']}"


def _releases(row: Row) -> tuple[int, ...]:
    return tuple(release for release in BIF_RELEASES if row[f"otp{release}"] == "1")


def _show(value: object) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(map(str, value)) + "]"
    return str(value).lower() if isinstance(value, bool) else str(value)
