"""Systems of the checked-in programs of this folder, which need no erlc."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from enigma_ref.otp import OtpNotFound, find_release
from enigma_ref.runtime.vm import VM

PROGRAMS = Path(__file__).parent / "programs"


@pytest.fixture(autouse=True)
def counted_references_only() -> Iterator[None]:
    """Run as the command line does: no collector for cycles while the VM runs."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.fixture
def make_vm() -> Callable[..., VM]:
    """A maker of systems, with OTP's own modules when there are any."""
    try:
        paths = find_release("25").ebin_dirs()
    except OtpNotFound:
        pytest.skip("no Erlang/OTP 25 here for the modules lists and ets")

    def make(**options: object) -> VM:
        return VM(25, [PROGRAMS, *paths], **options)  # type: ignore[arg-type]  # passed through

    return make
