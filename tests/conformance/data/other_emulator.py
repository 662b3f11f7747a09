"""What can be judged instead of the VM: the release itself, which may say or write more."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from enigma_ref.otp.find import read_path


def main() -> int:
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--lie", choices=("none", "output", "file", "status"))
    parser.add_argument("--otp", type=Path, required=True)
    options, words = parser.parse_known_args()
    release = read_path(options.otp, "option")
    erlc = words[:1] == ["erlc"]
    command = release.erlc_command(words[1:]) if erlc else release.erl_command(words)
    done = subprocess.run(command[0], env=command[1], check=False)
    if options.lie == "output":
        print("one line more")
    elif options.lie == "file":
        Path("more.txt").write_text("a file more")
        for beam in Path().glob("*.beam"):
            beam.write_bytes(beam.read_bytes().replace(b"CInf", b"CInG"))
    return 3 if options.lie == "status" else done.returncode


if __name__ == "__main__":
    sys.exit(main())
