"""The engines beside each other: a fault that is put into machine code has to be found."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conformance.both.comparing import DIFFERS, SAME, UNSTEADY, compare
from conformance.both.digests import digest
from enigma_native import compiler, engine
from enigma_ref.loader.cache import Cache
from enigma_ref.machine.link import Observer
from enigma_ref.runtime.clocks import Clock
from enigma_ref.runtime.vm import VM
from enigma_ref.terms import Cons, Term
from enigma_ref.terms.parse import parse_term

BASICS = (Path(__file__).parent.parent / "machine" / "programs" / "basics.beam").read_bytes()


@pytest.fixture(autouse=True)
def counted_references_only() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def make(name: str, observer: Observer, clock: Clock) -> VM:
    vm = VM(25, engine=name, observer=observer, clock=clock)
    vm.load(BASICS)
    return vm


def compared(function: str, *arguments: Term, seconds: float = 600, **options: Any) -> Any:
    # Long: where machine code is made first, that counts, too.
    return compare(
        make, lambda vm: vm.call("basics", function, arguments).ok, seconds=seconds, **options
    )


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Machine code made from another prelude; returns what changes it."""

    def change(old: str, new: str) -> None:
        assert compiler.PRELUDE.count(old) == 1
        monkeypatch.setattr(compiler, "PRELUDE", compiler.PRELUDE.replace(old, new))
        (tmp_path / "shapes.json").write_text("[]")
        monkeypatch.setattr(compiler, "SHAPES", tmp_path / "shapes.json")
        monkeypatch.setattr(engine, "compilers", [compiler.Compiler(Cache(tmp_path))])

    return change


@pytest.mark.parametrize(
    ("function", "arguments"),
    [("fact", (30,)), ("fun_loop", (9,)), ("ping", (50,)), ("selective", ())],
)
def test_they_agree(function: str, arguments: Any) -> None:
    found = compared(function, *arguments)
    assert (found.verdict, found.whole) == (SAME, True)
    assert found.instructions > 20


def test_wrong_result_is_found(broken: Any) -> None:
    broken("%s = sub i64 %x, %y\n  %r = call i64 @number(i64 %s)", "%r = call i64 @number(i64 %y)")
    found = compared("fact", 9)
    assert found.verdict == DIFFERS
    lines = found.text.splitlines()
    assert lines[0] == "after instruction 2, basics:fact/1+10 gc_bif2 of <0.10.0>"
    # 9 - 1 became 1.
    assert lines[1:5] == ["  x1", "    reference  8", "    native     1", "  the last instructions"]
    assert lines[-1] == "    <0.10.0> basics:fact/1+10 gc_bif2"


def test_wrong_branch_is_found(broken: Any) -> None:
    broken(
        "no:\n  ret i8 0\nslow:\n  %s = call i8 @same_terms",
        "no:\n  ret i8 1\nslow:\n  %s = call i8 @same_terms",
    )
    found = compared("fact", 9)
    assert found.verdict == DIFFERS
    assert "\n  instruction\n" in found.text


def test_lost_reductions_are_found(broken: Any) -> None:
    broken("call void @leave(ptr %p, ptr %ip, ptr %sp, i64 %reds, i64 0, i64 $STATUS_STEP)",
           "%less = sub i64 %reds, 1\n  call void @leave(ptr %p, ptr %ip, ptr %sp, i64 %less, i64 0, i64 $STATUS_STEP)")  # fmt: skip
    found = compared("fact", 9)
    assert found.verdict == DIFFERS
    assert "\n  reductions\n" in found.text


def test_what_does_not_repeat_itself_is_no_difference() -> None:
    calls = iter(range(100))
    found = compare(make, lambda vm: vm.call("basics", "fact", [20 + next(calls)]).ok)
    assert found.verdict == UNSTEADY


def test_only_so_many_instructions() -> None:
    found = compared("tail_loop", 1000, most=100)
    assert (found.verdict, found.instructions, found.whole) == (SAME, 100, False)


def test_digests_tell_terms_apart() -> None:
    texts = "1 -1 1.0 a [] [a] [a|b] {a} {{a}} <<1>> <<1:7>> #{} #{a=>1} <0.1.0> fun"
    terms = [parse_term(text) for text in texts.split()[:-2]]
    assert len({digest(term) for term in terms}) == len(terms)
    assert digest(parse_term("{1, [x, 2.5], #{k => <<5>>}}")) == digest(
        parse_term("{1, [x, 2.5], #{k => <<5>>}}")
    )


def test_digests_of_deep_terms() -> None:
    deep: Term = 1
    for _ in range(1_000_000):
        deep = (Cons(deep, 1),)
    assert digest(deep) == digest(deep)
