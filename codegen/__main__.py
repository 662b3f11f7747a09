"""`python -m codegen regen` writes everything that is made from spec/; `fresh` only compares."""

from __future__ import annotations

import argparse
import difflib
import sys
from pathlib import Path

from codegen.load import load_spec
from codegen.model import SpecError
from codegen.products import products
from codegen.text import write_if_changed

ROOT = Path(__file__).resolve().parent.parent


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit status."""
    parser = argparse.ArgumentParser(prog="codegen", description=__doc__)
    parser.add_argument("command", choices=["regen", "fresh"])
    parser.add_argument("--spec", type=Path, default=ROOT / "spec", help="folder of the spec")
    parser.add_argument("--out", type=Path, default=ROOT, help="folder to write below")
    options = parser.parse_args(arguments)
    try:
        spec = load_spec(options.spec)
        made = products(spec, options.spec)
    except SpecError as error:
        print(error, file=sys.stderr)
        return 1
    if options.command == "regen":
        changed = [
            path for path, text in made.items() if write_if_changed(options.out / path, text)
        ]
        for path in changed:
            print(f"wrote {path}")
        print(f"{len(made)} generated files, {len(changed)} changed")
        return 0
    stale = 0
    for path, text in made.items():
        there = options.out / path
        old = there.read_text(encoding="utf-8") if there.exists() else ""
        if old != text:
            stale += 1
            diff = difflib.unified_diff(
                old.splitlines(), text.splitlines(), f"{path} (checked in)", f"{path} (from spec)"
            )
            print("\n".join(list(diff)[:40]))
    if stale:
        print(f"{stale} of {len(made)} generated files are stale: run `nox -s regen`")
        return 1
    print(f"all {len(made)} generated files are fresh")
    return 0


if __name__ == "__main__":
    sys.exit(main())
