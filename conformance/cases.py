"""Reading cases: a YAML file beside the program that it is about (docs/conformance.md)."""

from __future__ import annotations

import functools
import json
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import jsonschema
import yaml

from conformance import paths
from conformance.variants import DEFAULT, VARIANTS
from enigma_ref.otp.cache import cache_folder

DEFAULT_TIMEOUT_MS: Final = 30_000
EXPECTED_SUFFIX: Final = ".expected.yaml"
RULES: Final = ("unordered", "unordered_lists", "no_output", "no_trace")


class CaseError(Exception):
    """A case that breaks its contract; the text names the file and what is wrong."""


class SourceMissing(Exception):
    """OTP's source, which a case takes a program from, is not at hand; says how to get it."""


@dataclass(frozen=True)
class Expected:
    """What a call is expected to do, as term text.

    `kind` is `value` (then `text` is the value), `exception` (`cls`, and `text` the reason) or
    `rejected`. `output` is None when nothing is said about it.
    """

    kind: str
    text: str = ""
    cls: str = ""
    output: str | None = None

    @classmethod
    def from_yaml(cls, value: str | Mapping[str, Any]) -> Expected:
        """Read the `expect` of a call that the schema accepted."""
        if isinstance(value, str):
            return cls("value", value)
        output = value.get("output")
        if "value" in value:
            return cls("value", value["value"], output=output)
        if "class" in value:
            return cls("exception", value["reason"], value["class"], output)
        return cls("rejected")

    def to_yaml(self) -> str | dict[str, Any]:
        """The YAML value for this expectation."""
        output = {} if not self.output else {"output": self.output}
        if self.kind == "value":
            return {"value": self.text} | output if output else self.text
        if self.kind == "exception":
            return {"class": self.cls, "reason": self.text} | output
        return {"rejected": True}


@dataclass(frozen=True)
class CaseCall:
    """One call of a case; `releases` None means all of the case's."""

    text: str
    expect: Expected | None
    releases: frozenset[int] | None
    rules: frozenset[str]
    timeout_ms: int

    def applies_to(self, release: int) -> bool:
        """Whether the call is made on that release."""
        return self.releases is None or release in self.releases


@dataclass(frozen=True)
class Case:
    """A case: `name` is its path below the folder of cases, without the suffix."""

    name: str
    path: Path
    description: str
    sources: tuple[Path, ...]
    calls: tuple[CaseCall, ...]
    variants: tuple[str, ...]
    options: tuple[str, ...]
    opcodes: tuple[str, ...]
    bifs: tuple[str, ...]
    otp: frozenset[int] | None
    compilers: frozenset[int] | None
    refused: frozenset[int]

    @property
    def expected_path(self) -> Path:
        """The file with what real releases answered."""
        return self.path.with_name(self.path.stem + EXPECTED_SUFFIX)

    def applies_to(self, release: int) -> bool:
        """Whether the case runs on that release."""
        return self.otp is None or release in self.otp


def read_cases(root: Path) -> Iterator[Case]:
    """All cases below `root`, by name. Raises CaseError for the first that is wrong.

    Cases about programs of OTP's own source are left out, loudly, when it was not fetched.
    """
    for path in sorted(root.rglob("*.yaml")):
        if path.name.endswith(EXPECTED_SUFFIX):
            continue
        try:
            yield read_case(path, root)
        except SourceMissing as missing:
            print(f"LEFT OUT {path.relative_to(root)}: {missing}", file=sys.stderr)


def read_case(path: Path, root: Path) -> Case:
    """Read one case. Raises CaseError."""
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise CaseError(f"{path}: {error}") from error
    problem = next(iter(sorted(_validator().iter_errors(data), key=str)), None)
    if problem is not None:
        where = "/".join(map(str, problem.absolute_path))
        raise CaseError(f"{path}: {where or 'file'}: {problem.message}")
    case = Case(
        name=path.relative_to(root).with_suffix("").as_posix(),
        path=path,
        description=data["description"].strip(),
        sources=_sources(path, data),
        calls=tuple(_call(call, data) for call in data["calls"]),
        variants=tuple(data.get("compile", DEFAULT)),
        options=tuple(data.get("options", ())),
        opcodes=tuple(data.get("opcodes", ())),
        bifs=tuple(data.get("bifs", ())),
        otp=_releases(data, "otp"),
        compilers=_releases(data, "compilers"),
        refused=frozenset(data.get("refused", ())),
    )
    _check(case)
    return case


def _call(call: Mapping[str, Any], data: Mapping[str, Any]) -> CaseCall:
    rules = set(call.get("normalise", ()))
    if call.get("unordered"):
        rules.add("unordered")
    return CaseCall(
        text=call["call"],
        expect=Expected.from_yaml(call["expect"]) if "expect" in call else None,
        releases=_releases(call, "releases"),
        rules=frozenset(rules),
        timeout_ms=call.get("timeout_ms", data.get("timeout_ms", DEFAULT_TIMEOUT_MS)),
    )


def _sources(path: Path, data: Mapping[str, Any]) -> tuple[Path, ...]:
    if "from_otp" in data:
        own = [path.with_name(name) for name in data.get("modules", ())]
        sources = [_from_otp(path, data["from_otp"]), *own]
    elif "modules" in data:
        sources = [path.with_name(name) for name in data["modules"]]
    else:
        sources = [
            source for suffix in (".erl", ".S") if (source := path.with_suffix(suffix)).exists()
        ]
        if len(sources) != 1:
            raise CaseError(
                f"{path}: needs one program beside it, {path.stem}.erl or {path.stem}.S"
            )
    for source in sources:
        if not source.is_file():
            raise CaseError(f"{path}: there is no {source.name}")
    return tuple(sources)


def _from_otp(path: Path, wanted: Mapping[str, Any]) -> Path:
    """The program out of OTP's source, with its replacements made, in the build folder."""
    number = wanted["release"]
    original = cache_folder() / f"source-{number}" / "tree" / wanted["path"]
    if not original.is_file():
        raise SourceMissing(f"needs OTP's source: enigma otp fetch --source {number}")
    text = original.read_text(encoding="utf-8")
    for old, new in wanted.get("replace", {}).items():
        if old not in text:
            raise CaseError(f"{path}: {original.name} of {number} has no {old!r}")
        text = text.replace(old, new)
    target: Path = paths.cache_folder() / "from_otp" / str(number) / original.name
    if not target.exists() or target.read_text(encoding="utf-8") != text:
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_suffix(f".{os.getpid()}")
        draft.write_text(text, encoding="utf-8")
        draft.replace(target)
    return target


def _check(case: Case) -> None:
    for variant in case.variants:
        if variant not in VARIANTS:
            raise CaseError(
                f"{case.path}: unknown variant {variant!r}; known: {', '.join(VARIANTS)}"
            )
    seen: dict[str, set[int] | None] = {}
    for call in case.calls:
        before = seen.get(call.text, set())
        if before is None or (call.text in seen and call.releases is None):
            raise CaseError(f"{case.path}: {call.text} is there twice")
        if call.releases is not None and before & call.releases:
            raise CaseError(f"{case.path}: {call.text} is there twice for one release")
        seen[call.text] = None if call.releases is None else before | call.releases


def _releases(data: Mapping[str, Any], key: str) -> frozenset[int] | None:
    return frozenset(data[key]) if key in data else None


LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@functools.cache
def _validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json.loads(paths.SCHEMA.read_text(encoding="utf-8")))
