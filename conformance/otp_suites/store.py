"""Where results lie: a folder for each machine (ours by its code), in it one for each state of an
application's suites, in it a file for each suite."""

from __future__ import annotations

from pathlib import Path

from conformance.otp_suites.machines import Machine
from conformance.otp_suites.sources import Folder, folder_of_suites
from conformance.otp_suites.verdicts import Shelf


def shelf_of(machine: Machine, folder: Folder, suite: str) -> Shelf:
    """Where the results of a suite are kept."""
    return Shelf(results_folder(machine, folder) / f"{suite}.jsonl")


def results_folder(machine: Machine, folder: Folder) -> Path:
    """Where the results of an application's suites are kept."""
    return folder_of_suites() / "results" / machine.key / f"{folder.application}-{folder.digest}"
