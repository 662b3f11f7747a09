"""Where the suite's files are, and where it writes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

PACKAGE: Final = Path(__file__).resolve().parent
ROOT: Final = PACKAGE.parent
CASES: Final = PACKAGE / "cases"
EXPECTATIONS: Final = PACKAGE / "expectations"
SCHEMA: Final = PACKAGE / "case.schema.json"
SPEC: Final = ROOT / "spec"


def build_folder() -> Path:
    """The folder for everything made: `build/` beside the package, or `$ENIGMA_BUILD`."""
    named = os.environ.get("ENIGMA_BUILD")
    return Path(named).absolute() if named else ROOT / "build"


def cache_folder() -> Path:
    """Where compiled modules are kept by the hash of what they were made from."""
    return build_folder() / "conformance"


def report_folder() -> Path:
    """Where a run's results and the reports made from them go."""
    return build_folder() / "report"
