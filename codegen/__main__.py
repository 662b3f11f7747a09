"""Works on the specification.

`regen` writes everything that is made from spec/; `fresh` only compares. `facts` compares the
specification with the tables of facts and with the Erlang/OTP releases that are installed here.
`measure` notes in opcodes.yaml which instructions the compilers of these releases write.
"""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Mapping
from pathlib import Path

from codegen.facts import Report, compare_facts
from codegen.live import compare_live
from codegen.load import load_spec
from codegen.model import RELEASES, Spec, SpecError
from codegen.products import products
from codegen.text import write_if_changed
from enigma_ref.otp import OtpError, Release, all_releases, find_release

ROOT = Path(__file__).resolve().parent.parent


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit status."""
    parser = argparse.ArgumentParser(
        prog="codegen", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", choices=["regen", "fresh", "facts", "measure"])
    parser.add_argument("--spec", type=Path, default=ROOT / "spec", help="folder of the spec")
    parser.add_argument("--out", type=Path, default=ROOT, help="folder to write below")
    parser.add_argument(
        "--otp", action="append", help="a release, by number or folder (default: all found)"
    )
    options = parser.parse_args(arguments)
    try:
        spec = load_spec(options.spec)
        if options.command == "regen":
            return regen(products(spec, options.spec), options.out)
        if options.command == "fresh":
            return fresh(products(spec, options.spec), options.out)
        wanted = options.otp
        releases = [find_release(name) for name in wanted] if wanted else all_releases()
        if options.command == "facts":
            return facts(spec, options.spec, releases)
        return note_measured(options.spec, releases)
    except (SpecError, OtpError) as error:
        print(error, file=sys.stderr)
        return 1


def regen(made: Mapping[str, str], out: Path) -> int:
    """Write the generated files that differ."""
    changed = [path for path, text in made.items() if write_if_changed(out / path, text)]
    for path in changed:
        print(f"wrote {path}")
    print(f"{len(made)} generated files, {len(changed)} changed")
    return 0


def fresh(made: Mapping[str, str], out: Path) -> int:
    """Compare the generated files with what the specification gives; 1 when one is stale."""
    stale = 0
    for path, text in made.items():
        there = out / path
        old = there.read_text(encoding="utf-8") if there.exists() else ""
        if old != text:
            stale += 1
            diff = difflib.unified_diff(
                old.splitlines(),
                text.splitlines(),
                f"{path} (checked in)",
                f"{path} (from spec)",
                lineterm="",
            )
            print("\n".join(line[:200] for line in list(diff)[:40]))
    if stale:
        print(f"{stale} of {len(made)} generated files are stale: run `nox -s regen`")
        return 1
    print(f"all {len(made)} generated files are fresh")
    return 0


def facts(spec: Spec, folder: Path, releases: list[Release]) -> int:
    """Compare the specification with the facts; 1 for a difference, or for nothing compared."""
    tables = compare_facts(spec, folder / "facts")
    live = compare_live(spec, releases)
    for report in (tables, live):
        for what, number in report.compared.items():
            print(f"{what}: {number} compared")
    if not live.compared:
        print("NO ERLANG/OTP RELEASE HERE: the specification was compared with tables only")
    return _judged(tables, live)


def _judged(*reports: Report) -> int:
    problems = [problem for report in reports for problem in report.problems]
    empty = [what for report in reports for what in report.looked_at_nothing()]
    for problem in problems:
        print(problem, file=sys.stderr)
    for what in empty:
        print(f"{what}: nothing was compared", file=sys.stderr)
    print(f"{len(problems)} differences")
    return 1 if problems or empty else 0


def note_measured(folder: Path, releases: list[Release]) -> int:
    """Measure each release and write `emitted` into opcodes.yaml; 1 when none could be measured."""
    # The loader needs generated tables, which `regen` must be able to repair.
    from codegen.measure import measure, noted

    cases = sorted((ROOT / "conformance" / "cases").rglob("*.erl"))
    seen: dict[int, set[str]] = {}
    for release in releases:
        if release.number not in RELEASES or release.number in seen:
            continue
        found = measure(release, cases)
        for problem in found.failed:
            print(f"OTP {release.version}: {problem}")
        print(
            f"OTP {release.version}: {len(found.names)} instructions in {found.modules} modules "
            f"({found.instructions} places); passed over {found.foreign} of other compilers, "
            f"{len(found.failed)} failed"
        )
        if found.modules:
            seen[release.number] = found.names
    if not seen:
        print("no release to measure: install one, or name one with --otp", file=sys.stderr)
        return 1
    path = folder / "opcodes.yaml"
    changed = write_if_changed(path, noted(path.read_text(encoding="utf-8"), seen))
    print(f"{path.name}: {'changed' if changed else 'nothing new'}; now run `nox -s regen`")
    return 0


if __name__ == "__main__":
    sys.exit(main())
