"""Cases of OTP's suites that are known to differ: one file, every entry with its reason.

    - suite: stdlib/lists_SUITE
      cases: [append_1, "group/case"]  # patterns of names, or of groups and names
      otp: [27]                        # default: all
      reason: why it differs

A case that an entry names and that passes after all makes the run fail, so that entries go away.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from conformance import paths

KNOWN: Final = paths.EXPECTATIONS / "otp_suites.yaml"


class KnownError(Exception):
    """The file breaks its format; the text says how."""


@dataclass(frozen=True)
class Known:
    """One entry of the file."""

    suite: str
    cases: tuple[str, ...]
    otp: frozenset[int] | None
    reason: str

    def covers(self, otp: int, application: str, suite: str, label: str) -> bool:
        """Whether it is about this case."""
        name = label.rpartition("/")[2]
        return (
            (self.otp is None or otp in self.otp)
            and fnmatch.fnmatchcase(f"{application}/{suite}", self.suite)
            and any(fnmatch.fnmatchcase(one, case) for case in self.cases for one in (label, name))
        )


def read_known(path: Path = KNOWN) -> list[Known]:
    """Read the file. Raises KnownError."""
    try:
        entries = yaml.safe_load(path.read_text(encoding="utf-8")) or []
        known = []
        for entry in entries:
            if set(entry) - {"suite", "cases", "otp", "reason"} or not entry["reason"].strip():
                raise KnownError(f"{path}: {entry}: unknown keys or no reason")
            if not isinstance(entry["cases"], list) or not entry["cases"]:
                raise KnownError(f"{path}: {entry}: cases is not a list of names")
            otp = frozenset(entry["otp"]) if "otp" in entry else None
            known.append(Known(entry["suite"], tuple(entry["cases"]), otp, entry["reason"].strip()))
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise KnownError(f"{path}: {error!r}") from error
    return known


def reason(known: Sequence[Known], otp: int, application: str, suite: str, label: str) -> str:
    """Why a case is known to differ; "" when it is not."""
    covering = (one for one in known if one.covers(otp, application, suite, label))
    return next((one.reason for one in covering), "")
