"""Where the installed Erlang keeps its modules."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest


def run_erl(expression: str) -> str:
    """What `expression` prints on the installed Erlang."""
    command = ["erl", "-noshell", "-noinput", "-eval", f"{expression}, halt()."]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return done.stdout


@pytest.fixture(scope="session")
def installed_beams() -> list[Path]:
    """Every `.beam` file below the installed Erlang's root."""
    if shutil.which("erl") is None:
        pytest.skip("no erl on this machine: the loader is not compared with a real release")
    root = Path(run_erl('io:format("~ts", [code:root_dir()])'))
    beams = sorted(root.resolve().rglob("*.beam"))
    assert beams, f"no .beam files below {root}"
    return beams
