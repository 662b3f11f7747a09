"""What finds faults in counting references: checked machine code, and counts around calls."""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conformance.references import left_behind
from enigma_native.compiler import CHECKS
from enigma_ref.runtime.vm import VM
from enigma_ref.terms import Bitstring, Cons, atom

BASICS = Path(__file__).parent.parent / "machine" / "programs" / "basics.beam"

BROKEN = """
import gc, json, sys
from pathlib import Path
from enigma_native import compiler, engine
from enigma_ref.loader.cache import Cache
from enigma_ref.runtime.vm import VM
gc.disable()
folder, beam, old, new = sys.argv[1:]
assert compiler.PRELUDE.count(old) == 1
compiler.PRELUDE = compiler.PRELUDE.replace(old, new)
compiler.SHAPES = Path(folder) / "shapes.json"
compiler.SHAPES.write_text("[]")
engine.compilers.append(compiler.Compiler(Cache(Path(folder))))
vm = VM(25, engine="native")
vm.load(Path(beam).read_bytes())
print(vm.call("basics", "selective", []).ok)
"""


@pytest.fixture(autouse=True)
def counted_references_only() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def run_broken(folder: Path, old: str, new: str) -> Any:
    return subprocess.run(
        [sys.executable, "-c", BROKEN, str(folder), str(BASICS), old, new],
        env={**os.environ, CHECKS: "1"},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_checked_code_runs(tmp_path: Path) -> None:
    found = run_broken(tmp_path, "  %ho = call i64 @box(i64 %h)", "  %ho = call i64 @box(i64 %h)")
    assert (found.returncode, found.stdout) == (0, "True\n")


def test_reference_given_back_twice_is_found(tmp_path: Path) -> None:
    found = run_broken(tmp_path, "  %to = call i64 @box(i64 %t)", "  %to = add i64 %t, 0")
    assert found.returncode == -signal.SIGABRT
    assert "machine code: a reference to what is no object now" in found.stderr
    assert "enigma_native/running.py" in found.stderr


def test_nothing_left_behind() -> None:
    def call() -> None:
        vm = VM(25, engine="native")
        vm.load(BASICS.read_bytes())
        assert vm.call("basics", "ping", [50]).ok
        vm.close()

    from enigma_native.engine import compilers

    assert left_behind(call, lambda: compilers[0].kept if compilers else {}) == {}


def test_what_is_left_behind_is_told() -> None:
    kept: list[Any] = []

    def call() -> None:
        kept.append((Cons(1, 2), Bitstring.of(b"1"), atom("ok"), atom("ok")))

    found = left_behind(call, dict)
    assert found == {"ok": 2, "Cons": 1, "Bitstring": 1}


def test_what_is_missing_is_told() -> None:
    kept = [atom("ok")] * 20

    def call() -> None:
        del kept[-3:]

    assert left_behind(call, dict) == {"ok": -3}


HUNGRY = """
import gc, os, resource, sys
from pathlib import Path
from enigma_ref.runtime.vm import VM
from enigma_ref.terms.parse import parse_term
gc.disable()
beam, function, *arguments = sys.argv[1:]
vm = VM(25, engine="native")
vm.load(Path(beam).read_bytes())
pages = int(Path("/proc/self/statm").read_text().split()[0])
limit = pages * resource.getpagesize() + (300 << 20)
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
reserve = [bytearray(16 << 20)]
try:
    vm.call("hungry", function, [parse_term(one) for one in arguments])
except Exception as fault:  # a tuple of classes would need memory
    reserve.clear()
    causes = (type(fault), type(fault.__cause__))
    os.write(1, b"no memory" if MemoryError in causes else repr(fault).encode())
    os._exit(0)
"""


@pytest.mark.parametrize(
    "call",
    [
        ("cells", "[]"),
        ("tuples", "[]"),
        ("floats", "[]", "1.0"),
        ("integers", "[]", "1"),
        ("funs", "[]"),
        ("maps", "#{}", "1"),
        ("small_maps", "[]"),
        ("binaries", "[]", "1"),
        ("bits", "[]", "<<1, 2, 3>>"),
    ],
)
def test_no_memory_ends_a_run_in_an_orderly_way(call: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", HUNGRY, str(BASICS.with_name("hungry.beam")), *call],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (done.stdout, done.returncode) == ("no memory", 0), done.stderr


class Allocated(ctypes.Structure):
    """What C's `mallinfo2` gives back."""

    _fields_ = [
        (name, ctypes.c_size_t)
        for name in (
            "arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks",
            "fordblks", "keepcost",
        )
    ]  # fmt: skip


def allocated() -> int:
    """How many bytes the program has from `malloc`."""
    told = ctypes.CDLL(None).mallinfo2
    told.restype = Allocated
    gc.collect()
    used: int = told().uordblks
    return used


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallinfo2"), reason="C does not tell")
def test_what_llvm_needs_is_given_back() -> None:
    from enigma_native.llvm import compiled

    def compile_once() -> None:
        assert compiled("define i64 @f(i64 %a) {\n  %b = add i64 %a, 1\n  ret i64 %b\n}\n")

    compile_once()
    before = allocated()
    for _ in range(20):
        compile_once()
    assert allocated() - before < 20 * 10_000


def test_nothing_is_kept_of_modules_that_are_gone() -> None:
    vm = VM(25, engine="native")
    linker: Any = vm.linker

    def come_and_go() -> list[int]:
        vm.load(BASICS.read_bytes())
        assert vm.call("basics", "fact", [3]).value == 6
        vm.code.delete(atom("basics"))
        vm.code.drop_old(atom("basics"))
        held = (linker.machine._places, linker._stubs, linker._words, linker._entries, linker._ways)
        return [len(one) for one in held]

    come_and_go()
    first = come_and_go()
    assert [come_and_go() for _ in range(5)] == [first] * 5
