"""The command line: `enigma call`, `enigma dis`, `enigma otp`."""

from __future__ import annotations

import argparse
import importlib
import sys

import enigma_ref

COMMANDS = ("call", "dis", "otp")
"""Each is a module of this package with `add_parser(subparsers)` and `run(arguments)`."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit status."""
    given = sys.argv[1:] if arguments is None else arguments
    parser = argparse.ArgumentParser(prog="enigma", description="A BEAM that people can read.")
    parser.add_argument("--version", action="version", version=f"enigma {enigma_ref.__version__}")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    # Importing only the command that runs keeps start-up short.
    wanted = [name for name in COMMANDS if name in given[:1]] or list(COMMANDS)
    for name in wanted:
        importlib.import_module(f"enigma_ref.cli.{name}").add_parser(subparsers)
    options = parser.parse_args(given)
    try:
        status: int = options.run(options)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 141
    return status


if __name__ == "__main__":
    sys.exit(main())
