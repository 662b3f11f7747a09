"""A short run of the fuzzer; `python -m tests.loader.fuzz` runs long ones."""

from __future__ import annotations

from tests.loader.fuzz import base_files, fuzz


def test_mutated_files_are_read_or_refused() -> None:
    results = fuzz(1500, 20, base_files())
    # A mutation that hits nothing important leaves a readable file; most do not.
    assert results["refused"] > 500
    assert results["read"] > 50
