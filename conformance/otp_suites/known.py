"""Cases of OTP's suites that are known to differ: one file, every entry with its reason.

    - suite: stdlib/lists_SUITE        # or a pattern, as stdlib/ets*_SUITE
      cases: [append_1, "group/case"]  # patterns of names, or of groups and names
      otp: [27]                        # default: all
      reason: why it differs

A case that an entry names and that passes after all makes the run fail, so that entries go away.
With `slow` in place of `reason`, the case takes too long on some computers: it may time out, but
not go wrong otherwise, and it may pass.
"""

from __future__ import annotations

import fnmatch
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeGuard

import yaml

from conformance import paths
from conformance.otp_suites.sources import APPLICATIONS, OTP

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


class _Loader(yaml.SafeLoader):
    """Does not let the later of two equal keys win."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        names: list[object] = []
        for key, _ in node.value:
            name = self.construct_object(key)
            if name in names:
                raise yaml.MarkedYAMLError(
                    problem=f"{name} occurs twice", problem_mark=key.start_mark
                )
            names.append(name)
        return super().construct_mapping(node, deep)


def read_known(path: Path = KNOWN) -> list[Known]:
    """Read the file. Raises KnownError."""
    try:
        entries = yaml.load(path.read_text(encoding="utf-8"), _Loader)
    except OSError as error:
        raise KnownError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise KnownError(f"{path}: it is not UTF-8: {error}") from error
    except yaml.YAMLError as error:
        raise KnownError(f"{path}{_told(error)}") from error
    if entries is None:
        return []
    if not isinstance(entries, list):
        raise KnownError(f"{path}: it is not a list of entries")
    known = []
    for entry in entries:
        if problem := _problem(entry):
            raise KnownError(f"{path}: {entry}: {problem}")
        said = entry.get("reason") or entry["slow"]
        otp = frozenset(entry["otp"]) if "otp" in entry else None
        cases = tuple(entry["cases"])
        known.append(Known(entry["suite"], cases, otp, said.strip(), "slow" in entry))
    for one, other in itertools.combinations(known, 2):
        if one.is_slow != other.is_slow and (case := _in_both(one, other)):
            raise KnownError(
                f"{path}: {one.suite}: {case} has a reason in one entry and is slow in another, "
                "and only the first would be looked at"
            )
    return known


def _told(error: yaml.YAMLError) -> str:
    """Where YAML is broken, and how, in one line."""
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        return f", line {error.problem_mark.line + 1}: {error.problem}"
    return f": {' '.join(str(error).split())}"


def _problem(entry: object) -> str:
    """How an entry breaks the format; nothing if it does not."""
    if not isinstance(entry, dict):
        return "an entry has keys"
    if set(entry) - {"suite", "cases", "otp", "reason", "slow"}:
        return "unknown keys"
    said = [entry[key] for key in ("reason", "slow") if key in entry]
    if len(said) != 1 or not _is_text(said[0]):
        return "wants a reason, or how slow it is"
    suite, cases = entry.get("suite"), entry.get("cases")
    if not _is_text(suite) or not suite.endswith("_SUITE"):
        return "suite is not as stdlib/lists_SUITE"
    if suite.partition("/")[0] not in APPLICATIONS:
        return f"suite is of none of {', '.join(APPLICATIONS)}"
    if not _is_list(cases) or not all(map(_is_text, cases)):
        return "cases is not a list of names"
    otp = entry.get("otp", [*OTP])
    if not _is_list(otp) or not all(type(one) is int and one in OTP for one in otp):
        return f"otp is not a list of some of {', '.join(map(str, OTP))}"
    return ""


def _is_text(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and bool(value.strip())


def _is_list(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list) and bool(value)


def _in_both(one: Known, other: Known) -> str:
    """A case that both entries are about, as far as their patterns tell; "" if there is none."""
    if (one.otp and other.otp and not one.otp & other.otp) or not _agree(one.suite, other.suite):
        return ""
    for case, another in itertools.product(one.cases, other.cases):
        # A name without groups is that of a case in any group.
        names = [case, another]
        if "/" not in case or "/" not in another:
            names = [name.rpartition("/")[2] for name in names]
        if _agree(*names):
            return case
    return ""


def _agree(one: str, other: str) -> bool:
    return fnmatch.fnmatchcase(one, other) or fnmatch.fnmatchcase(other, one)


def known_about(
    known: Sequence[Known], otp: int, application: str, suite: str, label: str
) -> Known | None:
    """Why a case is known to differ; None when it is not."""
    return next((one for one in known if one.covers(otp, application, suite, label)), None)
