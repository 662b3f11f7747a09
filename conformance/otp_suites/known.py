"""Cases of OTP's suites that are known to differ: one file, every entry with its reason.

    - suite: stdlib/lists_SUITE
      cases: [append_1, "group/case"]  # patterns of names, or of groups and names
      otp: [27]                        # default: all
      reason: why it differs

A case that an entry names and that passes after all makes the run fail, so that entries go away.
With `slow` in place of `reason`, the case takes too long on some computers: it may time out, but
not go wrong otherwise, and it may pass.
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
    is_slow: bool = False

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
            said = [entry[key] for key in ("reason", "slow") if key in entry]
            if set(entry) - {"suite", "cases", "otp", "reason", "slow"}:
                raise KnownError(f"{path}: {entry}: unknown keys")
            if len(said) != 1 or not said[0].strip():
                raise KnownError(f"{path}: {entry}: wants a reason, or how slow it is")
            if not isinstance(entry["cases"], list) or not entry["cases"]:
                raise KnownError(f"{path}: {entry}: cases is not a list of names")
            otp = frozenset(entry["otp"]) if "otp" in entry else None
            cases = tuple(entry["cases"])
            known.append(Known(entry["suite"], cases, otp, said[0].strip(), "slow" in entry))
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise KnownError(f"{path}: {error!r}") from error
    return known


def known_about(
    known: Sequence[Known], otp: int, application: str, suite: str, label: str
) -> Known | None:
    """Why a case is known to differ; None when it is not."""
    return next((one for one in known if one.covers(otp, application, suite, label)), None)
