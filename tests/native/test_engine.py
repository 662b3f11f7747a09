"""The native engine: what it shares with the reference engine is tested with both of them
(tests/machine); this is what only it has."""

from __future__ import annotations

import gc
import re
import sys
import weakref
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from enigma_native import compiler as compiler_module
from enigma_native import engine as engine_module
from enigma_native import layout as layout_module
from enigma_native.compiler import PRELUDE, Unit, needed, parts_of
from enigma_native.engine import NativeEngine
from enigma_native.image import Piece
from enigma_native.layout import Unavailable, layout
from enigma_native.lower import handler
from enigma_native.shapes import JOINED, Lowerings, Shape, instructions_of, joined
from enigma_native.words import constant_word, is_small, term_of
from enigma_ref.bifs.process_listing import backtrace
from enigma_ref.loader.cache import Cache
from enigma_ref.machine.engine import Engine
from enigma_ref.machine.errors import MachineFault
from enigma_ref.runtime import engines
from enigma_ref.runtime.vm import VM
from enigma_ref.terms import NIL, Term, atom, list_items, make_list
from enigma_ref.terms.parse import parse_term

PROGRAMS = Path(__file__).parent.parent / "machine" / "programs"


@pytest.fixture(autouse=True)
def counted_references_only() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def native(*modules: str) -> VM:
    vm = VM(25, engine="native")
    for name in modules:
        vm.load((PROGRAMS / f"{name}.beam").read_bytes(), f"{name}.beam")
    assert isinstance(vm.engine, NativeEngine)
    return vm


def value(vm: VM, function: str, *arguments: Term) -> Term:
    outcome = vm.call("basics", function, list(arguments))
    assert outcome.ok, outcome.reason
    return outcome.value


# ---------------------------------------------------------------- words


@pytest.mark.parametrize("number", [0, 1, -1, 255, 1 << 30, -(1 << 59), (1 << 60) - 1])
def test_small_integers_are_words(number: int) -> None:
    assert is_small(number)
    word = constant_word(number)
    assert word & 1
    assert term_of(word) == number


def test_large_integers_are_objects() -> None:
    for number in (1 << 60, -(1 << 60), 1 << 200):
        assert not is_small(number)
        assert constant_word(number) == id(number)


# ---------------------------------------------------------------- where it can run


def test_layout_is_found() -> None:
    found = layout()
    assert found["CONS_HEAD"] != found["CONS_TAIL"]
    assert {found["CONS_HEAD"], found["CONS_TAIL"]} == {16, 24}


def test_other_pythons_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout_module, "SUPPORTED", ((3, 9),))
    with pytest.raises(Unavailable, match=r"is not supported \(CPython 3\.9 are\)"):
        layout()


def test_reference_engine_runs_where_it_cannot(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(layout_module, "SUPPORTED", ((3, 9),))
    monkeypatch.setattr(engines, "_told", set())
    for _ in range(2):
        assert type(engines.make_engine("native", 25, None)) is Engine
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert told.startswith("enigma: the reference engine runs, as cpython 3.")


def test_missing_library_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(engines, "_told", set())
    monkeypatch.setattr(
        engine_module, "PathFinder", SimpleNamespace(find_spec=lambda name: None)
    )  # fmt: skip
    assert type(engines.make_engine("native", 25, None)) is Engine
    assert "(pip install llvmlite)" in capsys.readouterr().err


def test_unknown_engine() -> None:
    with pytest.raises(ValueError, match="there is no engine 'fast': reference or native"):
        engines.make_engine("fast", 25, None)


# ---------------------------------------------------------------- handlers


def test_only_what_is_needed_is_compiled() -> None:
    parts = parts_of(PRELUDE)
    assert len(parts) > 50
    made = needed(parts, ["call i64 @new_cons(i64 1, i64 1)"])
    names = [name for name, text in parts.items() if text in made]
    assert "new_cell" in names
    assert "prim_mul" not in names


def test_handlers_of_all_kinds_of_operands_differ() -> None:
    lowerings = Lowerings(PRELUDE)
    texts = {
        handler(Shape("move", (one, other)), lowerings).text for one in "xyiao" for other in "xy"
    }
    # A constant atom and another object are moved alike.
    assert len(texts) == 8


def test_rows_run_in_one_go_unless_they_are_observed() -> None:
    def handlers(**options: Any) -> tuple[set[int], set[str]]:
        vm = VM(25, engine="native", **options)
        vm.load((PROGRAMS / "basics.beam").read_bytes(), "basics.beam")
        assert value(vm, "fact", 3) == 6
        engine: Any = vm.engine
        by_address = {
            address: shape for shape, address in engine.machine.compiler.addresses.items()
        }
        found = [
            by_address.get(words.memory[offset])
            for words in engine.linker._words.values()
            for offset in words.offsets
        ]
        return {len(instructions_of(shape)) for shape in found if shape}, {
            shape.name for shape in found if shape
        }

    lengths, names = handlers()
    assert lengths >= {1, 2}
    assert any(JOINED in name for name in names)
    observed: set[str] = set()

    def observe(code: Any, name: str, owner: Any, position: int) -> Any:
        observed.add(name)
        return code

    handlers(observer=observe)
    assert {"gc_bif2", "return"} <= observed
    assert not any(JOINED in name for name in observed)


def test_a_handler_of_a_row_tells_which_instruction_runs() -> None:
    """What calls Python, or asks for a larger stack, says where the second one stands."""
    add = Shape("gc_bif2", (False, None, ("inline", ("erlang", "+", 2)), "x", "x", "x"))
    text = handler(joined([add, Shape("allocate", (1, None))]), Lowerings(PRELUDE)).text
    second = re.search(r"(%v\d+) = getelementptr i64, ptr %ip, i64 4\n", text)
    assert second is not None
    assert len(re.findall(r"store ptr %ip,", text)) == 2
    assert len(re.findall(rf"store ptr {second[1]},", text)) == 1


# ---------------------------------------------------------------- memory


def test_references_are_balanced() -> None:
    vm = native("basics")
    things: list[Any] = [NIL, atom("done"), atom("a"), atom("timed_out")]

    def run() -> list[int]:
        value(vm, "fact", 30)
        value(vm, "tail_loop", 500)
        value(vm, "fun_loop", 500)
        value(vm, "selective")
        value(vm, "ping", 20)
        gc.collect()
        return [sys.getrefcount(thing) for thing in things]

    run()
    first = run()
    assert [run() for _ in range(5)][-1] == first


def test_nothing_outlives_its_vm(tmp_path: Path) -> None:
    vm = VM(25, engine="native", cache=Cache(tmp_path))
    vm.load((PROGRAMS / "basics.beam").read_bytes(), "basics.beam")
    assert value(vm, "fact", 3) == 6
    linker: Any = vm.linker
    kept = [weakref.ref(thing) for thing in (vm, linker, linker.drafts, vm.engine)]
    vm.close()
    del vm, linker
    before = set(tmp_path.iterdir())
    gc.collect()
    assert [ref() for ref in kept] == [None] * 4
    # Its functions as words are kept for the next one.
    assert set(tmp_path.iterdir()) - before


@pytest.mark.parametrize("side", ["heads", "tails"])
def test_deep_lists_are_freed_without_recursion(side: str) -> None:
    vm = native("basics")
    deep: Term = NIL
    if side == "heads":
        for _ in range(1_000_000):
            deep = make_list([deep])
    else:
        deep = make_list(range(1_000_000))
    outcome = vm.call("erlang", "hd", [make_list([deep])])
    assert outcome.ok
    del deep, outcome
    gc.collect()
    assert value(vm, "fact", 3) == 6


# ---------------------------------------------------------------- defects


def test_defect_names_the_instruction(monkeypatch: pytest.MonkeyPatch) -> None:
    vm = native("basics")

    def broken(*_: Term) -> Term:
        raise ZeroDivisionError("a defect")

    bif = vm.export(atom("erlang"), atom("process_flag"), 2).bif
    assert bif is not None
    monkeypatch.setattr(bif, "call", broken)
    export = vm.export(atom("erlang"), atom("process_flag"), 2)
    export.code = vm.linker.stub("i_call_bif_only", export)
    with pytest.raises(MachineFault, match=r"in erlang:process_flag/2: ZeroDivisionError"):
        vm.call("erlang", "process_flag", [atom("trap_exit"), atom("true")])


# ---------------------------------------------------------------- tracing


def test_processes_that_begin_while_something_is_traced_go_on_without() -> None:
    vm = native("basics")
    on = parse_term("[existing, true, [call]]")
    off = parse_term("[existing, false, [all]]")
    for flags in (on, off):
        outcome = vm.call("erts_internal", "trace", list_items(flags) or [])
        assert outcome.ok, outcome.reason
        assert value(vm, "ping", 20) is atom("ok")
        assert value(vm, "fact", 5) == 120


def test_calls_that_are_traced_leave_nothing_behind() -> None:
    vm = native("basics")
    spec = parse_term("[{'_', [], [{return_trace}]}]")
    assert vm.call("erts_internal", "trace", list_items(parse_term("[all, true, [call]]")) or []).ok
    mfa = (atom("basics"), atom("fact"), 1)
    assert vm.call("erts_internal", "trace_pattern", [mfa, spec, parse_term("[local]")]).ok
    for _ in range(3):
        assert value(vm, "fact", 50) > 0
    engine: Any = vm.tracing._plain
    assert engine.machine._wrapped == {}
    assert len(vm.tracing.frames) == 0


def test_new_processes_take_nothing_of_the_turn() -> None:
    vm = native("basics")
    outcome = vm.call("erlang", "spawn", [atom("basics"), atom("fact"), make_list([5])])
    assert outcome.ok
    maker, made = vm.start("erlang", "self", []), vm.start("erlang", "self", [])
    maker.reductions = 7
    made.reductions = 9
    assert (maker.reductions, made.reductions) == (7, 9)


def test_return_addresses_show() -> None:
    vm = native("basics")
    process = vm.start("basics", "forever", [])
    while vm.run_turn():
        pass
    process.stack += [(1, 2)]
    assert process.stack[-1] == (1, 2)
    shown = "\n".join(backtrace(process))
    assert "y(0)     {1,2}" in shown
    assert "Return addr 0x" in shown


def test_functions_as_words_are_added_to_those_of_earlier_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for function, arguments in (("fact", [3]), ("tail_loop", [3]), ("fact", [4])):
        vm = VM(25, engine="native", cache=Cache(tmp_path))
        vm.load((PROGRAMS / "basics.beam").read_bytes(), "basics.beam")
        assert vm.call("basics", function, arguments).ok
        linker: Any = vm.linker
        (drafts,) = linker.drafts._modules.values()
        vm.close()
        del vm, linker
        gc.collect()
        # Written as its system went.
        assert drafts.drafts
    assert len(drafts.drafts) == 2
    assert drafts.made == 0
    assert "Traceback" not in capsys.readouterr().err


def test_words_that_a_cache_gave_are_not_changed(tmp_path: Path) -> None:
    class Kept(Cache):
        kept: dict[bytes, Any]

        def load(self, data: bytes) -> Any:
            found = self.kept.get(data) or super().load(data)
            if found is not None:
                self.kept[data] = found
            return found

    cache = Kept(tmp_path)
    cache.kept = {}
    for function, arguments in (("fact", [3]), ("tail_loop", [3]), ("tail_loop", [3])):
        vm = VM(25, engine="native", cache=cache)
        vm.load((PROGRAMS / "basics.beam").read_bytes(), "basics.beam")
        assert vm.call("basics", function, arguments).ok
        vm.close()
        del vm
        gc.collect()


# ---------------------------------------------------------------- what is lost


def test_handlers_whose_code_is_lost_are_made_again() -> None:
    """Units kept on disk name functions of each other's; a unit may be gone."""
    linker: Any = native().linker
    compiler = linker.compiler
    known = dict(compiler.addresses)
    piece = Piece(b"", b"", (), {})
    compiler._add([Unit(piece, b"", (), (), {("lost", ()): "h_of_a_unit_that_is_gone"})])
    assert compiler.addresses == known


def test_without_llvm_the_reference_engine_runs_what_needs_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> Any:
        raise Unavailable("llvmlite cannot be used (for a test)")

    vm = native("basics")
    linker: Any = vm.linker
    compiler = linker.compiler
    monkeypatch.setattr(compiler_module, "_llvm", broken)
    monkeypatch.setattr(compiler, "addresses", {})
    monkeypatch.setattr(engines, "_told", set())
    assert value(vm, "fact", 5) == 120
    assert value(vm, "fact", 6) == 720
    told = "enigma: the reference engine runs, as llvmlite cannot be used (for a test)\n"
    assert capsys.readouterr().err == told


def test_without_llvm_from_the_beginning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> Any:
        raise Unavailable("llvmlite cannot be used (for a test)")

    monkeypatch.setattr(compiler_module, "_llvm", broken)
    monkeypatch.setattr(engine_module, "compilers", [])
    monkeypatch.setattr(engines, "_told", set())
    vm = VM(25, engine="native", cache=Cache(tmp_path))
    assert type(vm.engine) is Engine
    assert capsys.readouterr().err.endswith("llvmlite cannot be used (for a test)\n")
