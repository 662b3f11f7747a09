"""Which built-in functions calls are made for (selection.yaml)."""

from __future__ import annotations

import fnmatch
import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from codegen.load import load_spec
from codegen.model import Bif, Spec
from conformance import paths

FILE: Final = Path(__file__).with_name("selection.yaml")


@functools.cache
def spec() -> Spec:
    """The specification of the folder `spec`."""
    return load_spec(paths.SPEC)


@functools.cache
def _read() -> dict[str, list[dict[str, Any]]]:
    data: dict[str, list[dict[str, Any]]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return data


def _named(part: str) -> dict[str, str]:
    """Why, by pattern."""
    return {pattern: group["why"] for group in _read()[part] for pattern in group["bifs"]}


def _reasons(part: str) -> Mapping[str, str]:
    """Why, by the name of each function that a pattern names."""
    return {
        mfa: why
        for pattern, why in _named(part).items()
        for mfa in spec().bifs
        if fnmatch.fnmatchcase(mfa, pattern)
    }


@functools.cache
def left_out() -> Mapping[str, str]:
    """The functions that no calls are made for, with the reason."""
    return _reasons("left_out")


@functools.cache
def varying() -> Mapping[str, str]:
    """The functions whose results only have to be of the right type, with the reason."""
    return _reasons("varies")


@functools.cache
def varying_with_large_maps() -> Mapping[str, str]:
    """The same for those whose arguments hold a large map, with the reason."""
    return _reasons("varies_with_large_maps")


@functools.cache
def rules_of(mfa: str) -> frozenset[str]:
    """The rules of conformance/normalise.py for the results of a function."""
    return frozenset(
        group["rule"]
        for group in _read()["rules"]
        if any(fnmatch.fnmatchcase(mfa, pattern) for pattern in group["bifs"])
    )


def patterns() -> dict[str, list[str]]:
    """What stands in the file: by pattern, the functions that it names."""
    return {
        pattern: [mfa for mfa in spec().bifs if fnmatch.fnmatchcase(mfa, pattern)]
        for part in ("left_out", "rules", "varies", "varies_with_large_maps")
        for pattern in _named(part)
    }


def selected(otp: int, filters: tuple[str, ...] = ()) -> list[Bif]:
    """The functions of a release that calls are made for; with filters, those whose name holds
    or fits one."""
    return [
        bif
        for mfa, bif in spec().bifs.items()
        if otp in bif.otp
        and mfa not in left_out()
        and (not filters or any(text in mfa or fnmatch.fnmatchcase(mfa, text) for text in filters))
    ]
