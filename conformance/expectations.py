"""Known differences of an implementation: one file each, every entry with its reason.

    - cases: "processes/links*"     # a pattern of unit names
      calls: "links:storm(*"        # a pattern of calls; default: all
      otp: [27]                     # default: all
      reason: why it differs

A call that an entry names and that passes after all makes the run fail, so that entries go away.
"""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass
from pathlib import Path

import yaml

from conformance.judge import Judgement, Outcome
from conformance.units import Unit


@dataclass(frozen=True)
class Difference:
    """One entry of the file."""

    cases: str
    calls: str
    otp: frozenset[int] | None
    reason: str

    def covers(self, unit: Unit, call: str) -> bool:
        """Whether the entry is about this call."""
        return (
            (self.otp is None or unit.release in self.otp)
            and (
                fnmatch.fnmatchcase(unit.case, self.cases)
                or fnmatch.fnmatchcase(unit.id, self.cases)
            )
            and fnmatch.fnmatchcase(call, self.calls)
        )


class ExpectationsError(Exception):
    """A file of known differences that breaks its format."""


def read_differences(path: Path) -> list[Difference]:
    """Read the file. Raises ExpectationsError."""
    try:
        entries = yaml.safe_load(path.read_text(encoding="utf-8")) or []
        differences = []
        for entry in entries:
            unknown = set(entry) - {"cases", "calls", "otp", "reason"}
            if unknown or not entry["reason"].strip():
                raise ExpectationsError(f"{path}: {entry}: unknown keys or no reason")
            differences.append(
                Difference(
                    entry["cases"],
                    entry.get("calls", "*"),
                    frozenset(entry["otp"]) if "otp" in entry else None,
                    entry["reason"],
                )
            )
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise ExpectationsError(f"{path}: {error!r}") from error
    return differences


def apply(differences: list[Difference], unit: Unit, call: str, found: Judgement) -> Judgement:
    """The judgement with known differences taken into account."""
    entry = next((one for one in differences if one.covers(unit, call)), None)
    if entry is None or found.outcome in (Outcome.SKIP, Outcome.ERROR):
        return found
    if found.outcome is Outcome.PASS:
        outcome, why = Outcome.UNEXPECTED, f"passes, but is listed as different: {entry.reason}"
    else:
        outcome, why = Outcome.EXPECTED, f"{found.why} ({entry.reason})"
    return Judgement(outcome, why, found.expected, found.actual, found.recorded, found.verified)
