"""Where results lie: a folder for each machine (ours by its code), in it one for each state of an
application's suites, in it a file for each suite. Each begins with what is recorded."""

from __future__ import annotations

from pathlib import Path

from conformance.otp_suites.machines import ERL, Machine
from conformance.otp_suites.needs import Needs, digest_of_rules
from conformance.otp_suites.recorded import recorded
from conformance.otp_suites.sources import Folder, folder_of_suites
from conformance.otp_suites.verdicts import DamagedError, Shelf
from enigma_ref.otp import Release


def shelf_of(machine: Machine, folder: Folder, suite: str) -> Shelf:
    """Where the results of a suite are kept."""
    path = results_folder(machine, folder) / f"{suite}.jsonl"
    return Shelf(path, recorded(machine, folder).suites.get(suite))


def results_folder(machine: Machine, folder: Folder) -> Path:
    """Where the results of an application's suites are kept."""
    return folder_of_suites() / "results" / machine.key / f"{folder.application}-{folder.digest}"


def needs_of(release: Release, folder: Folder) -> Needs:
    """What the cases of an application's suites need. Raises DamagedError."""
    known = recorded(Machine(ERL, release), folder).needs
    try:
        return Needs(folder.path, known)
    except ValueError as problem:
        raise DamagedError(
            f"{folder.path.parent}/needs-{digest_of_rules()}.json: not what a run writes "
            f"({problem!r}); remove it, and it is made again"
        ) from problem
