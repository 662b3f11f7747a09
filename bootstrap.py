#!/usr/bin/env python3
"""Run nox sessions from a bare Python: `python3 bootstrap.py tests`.

Makes a virtual environment in .venv, installs nox into it, and hands the sessions over to it.
Needs nothing but Python 3.11 or later and its standard library.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".venv"
OLDEST = (3, 11)

HELP = """usage: python3 bootstrap.py [SESSION ...] [-- OPTIONS]

Run sessions of nox; without any, those that a change must pass (lint, types, fresh, tests).
OPTIONS go to the session: python3 bootstrap.py conformance -- --otp 25 --filter op_maps
python3 bootstrap.py --list shows all sessions."""


def main(arguments: list[str]) -> int:
    """Run the sessions; their exit status."""
    if arguments in (["--help"], ["-h"]):
        print(HELP)
        return 0
    if sys.version_info < OLDEST:
        wanted = ".".join(map(str, OLDEST))
        print(f"Enigma needs Python {wanted} or later; this is {sys.version.split()[0]}")
        return 1
    nox = ENVIRONMENT / "bin" / "nox"
    if not nox.exists():
        problem = make_environment()
        if problem is not None:
            print(problem, file=sys.stderr)
            return 1
    command = [str(nox), "--noxfile", str(ROOT / "noxfile.py")]
    # What comes after -- is for the sessions themselves.
    end = arguments.index("--") if "--" in arguments else len(arguments)
    for word in arguments[:end]:
        command += [word] if word.startswith("-") else ["-s", word]
    command += arguments[end:]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def make_environment() -> str | None:
    """Make .venv with nox in it; what to do when that is impossible."""
    if not create() and not (install_venv() and create()):
        return "Python's venv is missing here. Install it with: apt-get install python3-venv"
    pip = [str(ENVIRONMENT / "bin" / "python"), "-m", "pip", "install", "--quiet", "nox>=2024.4"]
    if subprocess.run(pip, check=False).returncode != 0:
        return "nox could not be installed; see the lines above"
    return None


def create() -> bool:
    """Create the environment; Debian's Python has no ensurepip until python3-venv is there."""
    result = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT)],
        check=False,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return result.returncode == 0


def install_venv() -> bool:
    """As root on Debian or Ubuntu, install what `venv` needs."""
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        return False
    subprocess.run(["apt-get", "update", "-qq"], check=False)
    install = ["apt-get", "install", "-y", "-qq", "python3-venv"]
    return subprocess.run(install, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
