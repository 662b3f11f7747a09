"""Programs for the VM: kept as .beam files, so that no erlc is needed."""

from __future__ import annotations

import gc
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from enigma_ref.runtime.engines import ENGINES, REFERENCE
from enigma_ref.runtime.vm import VM

HERE = Path(__file__).parent


@pytest.fixture(autouse=True)
def counted_references_only() -> Iterator[None]:
    """Run as the command line does: no collector for cycles while the VM runs."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


OF_THE_REFERENCE = ("test_link", "test_recipes")
"""Modules of tests that are about how the reference engine is made."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the programs on both engines."""
    if "machine" in metafunc.fixturenames:
        name = metafunc.module.__name__.rpartition(".")[2]
        engines = (REFERENCE,) if name in OF_THE_REFERENCE else ENGINES
        metafunc.parametrize("engine", engines)


@pytest.fixture
def machine(engine: str) -> Callable[..., VM]:
    """A maker of VMs with the programs of tests/machine loaded from their checked-in .beam."""

    def make(*modules: str, release: int = 25, **options: object) -> VM:
        options = {"engine": engine, **options}
        vm = VM(release, **options)  # type: ignore[arg-type]  # options are passed through
        for name in modules:
            vm.load((HERE / "programs" / f"{name}.beam").read_bytes(), f"{name}.beam")
        return vm

    return make


@pytest.fixture(scope="session")
def compile_erl(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], bytes]:
    """Compile Erlang text with erlc; left out without one."""
    erlc = shutil.which("erlc")
    if erlc is None:
        pytest.skip("no erlc at hand")
    folder = tmp_path_factory.mktemp("compiled")

    def compile_(name: str, text: str) -> bytes:
        source = folder / f"{name}.erl"
        source.write_text(text)
        subprocess.run([erlc, "-o", str(folder), str(source)], check=True)
        return (folder / f"{name}.beam").read_bytes()

    return compile_
