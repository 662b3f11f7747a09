"""What real releases answered, recorded in `<case>.expected.yaml` beside each case.

    calls:
      "m:f(1)":
      - {otp: [23, 25], expect: "2"}
      - {otp: [27], expect: {class: error, reason: "badarg"}}
      - {otp: [25], compiled: [25/no_opt], expect: "3"}

    rejected:
    - {otp: [27], compiled: [23/plain]}

`rejected` says which programs a release refused to load. `compiled` limits an entry to programs
made by that release's compiler in that variant; entries with it win over those without. Nobody
edits these files by hand: `python -m conformance record`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from conformance.cases import LOADER, Case, CaseCall, CaseError, Expected


@dataclass(frozen=True, order=True)
class Setting:
    """Under what a call was answered: the release that ran it, and how it was compiled."""

    release: int
    compiler: int
    variant: str

    @property
    def compiled(self) -> str:
        """How the program was compiled, as files name it."""
        return f"{self.compiler}/{self.variant}"


@dataclass
class Recorded:
    """The recorded answers of one case: by call, by release, and by how it was compiled.

    The key "" of the innermost mapping stands for every way to compile it. `rejected` has the
    ways to compile it that a release refuses to load.
    """

    calls: dict[str, dict[int, dict[str, Expected]]] = field(default_factory=dict)
    rejected: dict[int, set[str]] = field(default_factory=dict)

    def find(self, call: CaseCall, setting: Setting) -> Expected | None:
        """What to expect of a call, from this record, else from the case itself."""
        if setting.compiled in self.rejected.get(setting.release, ()):
            return Expected("rejected")
        ways = self.calls.get(call.text, {}).get(setting.release, {})
        return ways.get(setting.compiled) or ways.get("") or call.expect

    def replace(self, call: str, release: int, answers: Mapping[str, Expected]) -> bool:
        """Put the answers of one release, by how it was compiled; whether that changed anything.

        The most frequent answer becomes the one for every way to compile.
        """
        usual = Counter(answers.values()).most_common(1)[0][0]
        ways = {"": usual} | {way: answer for way, answer in answers.items() if answer != usual}
        by_release = self.calls.setdefault(call, {})
        changed = by_release.get(release) != ways
        by_release[release] = ways
        return changed

    def keep(self, calls: Iterable[str]) -> None:
        """Forget the calls that the case no longer makes."""
        wanted = set(calls)
        self.calls = {call: ways for call, ways in self.calls.items() if call in wanted}


def read_recorded(case: Case) -> Recorded:
    """Read what was recorded for a case; empty when nothing was. Raises CaseError."""
    path = case.expected_path
    if not path.exists():
        return Recorded()
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)
        recorded = Recorded()
        for entry in data.get("rejected", ()):
            for release in entry["otp"]:
                recorded.rejected.setdefault(int(release), set()).update(entry["compiled"])
        for call, entries in data["calls"].items():
            by_release = recorded.calls.setdefault(call, {})
            for entry in entries:
                expected = Expected.from_yaml(entry["expect"])
                for release in entry["otp"]:
                    for way in entry.get("compiled", [""]):
                        by_release.setdefault(int(release), {})[way] = expected
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise CaseError(f"{path}: {error!r}") from error
    return recorded


def write_recorded(case: Case, recorded: Recorded) -> None:
    """Write what was recorded, in the order of the case's calls."""
    order = {call.text: None for call in case.calls}
    calls = {call: _entries(recorded.calls[call]) for call in order if recorded.calls.get(call)}
    refused: dict[tuple[str, ...], list[int]] = {}
    for release, ways in sorted(recorded.rejected.items()):
        if ways:
            refused.setdefault(tuple(sorted(ways)), []).append(release)
    rejected = [{"otp": otp, "compiled": list(ways)} for ways, otp in refused.items()]
    text = yaml.dump(
        {"calls": calls} | ({"rejected": rejected} if rejected else {}),
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        width=100,
        default_flow_style=None,
    )
    header = "# Answers of real releases. Made by `python -m conformance record`; do not edit.\n"
    _write_changed(case.expected_path, header + text)


def _entries(by_release: Mapping[int, Mapping[str, Expected]]) -> list[dict[str, Any]]:
    grouped: dict[tuple[Expected, tuple[str, ...]], list[int]] = {}
    for release, ways in sorted(by_release.items()):
        by_answer: dict[Expected, list[str]] = {}
        for way, expected in sorted(ways.items()):
            by_answer.setdefault(expected, []).append(way)
        for expected, names in by_answer.items():
            grouped.setdefault((expected, tuple(names)), []).append(release)
    return [
        {"otp": releases}
        | ({} if names == ("",) else {"compiled": list(names)})
        | {"expect": expected.to_yaml()}
        for (expected, names), releases in grouped.items()
    ]


def _write_changed(path: Path, text: str) -> None:
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


class _Dumper(yaml.SafeDumper):
    """Quotes every text, so that no term is mistaken for a YAML value."""

    def quoted(self, text: str) -> yaml.ScalarNode:
        """A text in the quotes that need the fewest escapes."""
        plain = text.isidentifier() and text not in _YAML_WORDS
        simple = text.isprintable() and "'" not in text
        style = "" if plain else "'" if simple else '"'
        return self.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_YAML_WORDS: Final = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})

_Dumper.add_representer(str, _Dumper.quoted)
