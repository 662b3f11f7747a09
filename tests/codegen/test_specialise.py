"""Templates become Python code for the operand kinds at hand, and that code runs."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen.emit_engine import emit_engine
from enigma_ref._generated.engine import INLINE, NAMESPACE, TEMPLATES
from enigma_ref.machine.errors import BeamError
from enigma_ref.machine.specialise import specialise
from enigma_ref.terms import NIL, Cons, Float, Map, atom
from tests.codegen.toy import load

Code = Callable[[list[Any], list[Any], Any], Any]
PLUS = ("inline", ("erlang", "+", 2))


def source(name: str, **shapes: Any) -> str:
    """The factory's source; operands that are not named have no shape."""
    template = TEMPLATES[name]
    every = {operand: shapes.get(operand) for operand, _ in template.operands}
    return specialise([(template, every)], INLINE)[0]


def body(name: str, **shapes: Any) -> str:
    """The lines of the function that a factory makes."""
    lines = source(name, **shapes).splitlines()[2:-1]
    return "\n".join(line.removeprefix(" " * 8) for line in lines)


def code(name: str, shapes: dict[str, Any], values: dict[str, Any]) -> Code:
    """The function that runs the instruction with these operands."""
    template = TEMPLATES[name]
    every = {operand: shapes.get(operand) for operand, _ in template.operands}
    text, names = specialise([(template, every)], INLINE)
    made: dict[str, Any] = {}
    exec(compile(text, name, "exec"), NAMESPACE, made)
    values = {"next": "next", **values}
    result: Code = made["make"](*[values[parameter] for parameter in names])
    return result


def test_registers_and_constants_are_told_apart() -> None:
    assert body("move", Src="x", Dst="y") == "s[Dst] = x[Src]\nreturn next"
    assert body("move", Src="y", Dst="x") == "x[Dst] = s[Src]\nreturn next"
    assert body("move", Src="q", Dst="x") == "x[Dst] = Src\nreturn next"


def test_a_rule_for_a_kind_replaces_the_call() -> None:
    assert body("is_eq_exact", A="x", B="a") == "return next if x[A] is B else Fail"
    small = body("is_eq_exact", A="x", B="i")
    assert "is int" in small and "comparison" not in small
    assert "comparison_eq_exact(" in body("is_eq_exact", A="x", B="x")


def test_what_is_known_to_be_an_integer_is_not_tested() -> None:
    assert body("is_lt", Fail=True, A="x", B="i").count("is PlainInt") == 1
    assert body("is_lt", Fail=True, A="x", B="y").count("is PlainInt") == 2


def test_fail_0_leaves_no_try() -> None:
    shapes = {"Bif": PLUS, "A": "x", "B": "i", "Dst": "x"}
    assert "except" not in body("gc_bif2", Fail=False, **shapes)
    caught = body("gc_bif2", Fail=True, **shapes)
    assert caught.splitlines()[-3:] == ["except BeamError:", "    return Fail", "return next"]


def test_what_is_read_after_a_write_is_read_on_entry() -> None:
    """Both elements come out of the old register, also when the first result overwrites it."""
    run = code(
        "get_map_elements",
        {"Src": "x", "Pairs": ("a", "x", "a", "y")},
        {
            "Src": 0,
            "Fail": "fail",
            "Pairs0": atom("k"),
            "Pairs1": 0,
            "Pairs2": atom("l"),
            "Pairs3": -1,
        },
    )
    x: list[Any] = [Map.of([(atom("k"), 1), (atom("l"), 2)])]
    s: list[Any] = [None]
    assert run(x, s, None) == "next"
    assert (x, s) == ([1], [2])
    assert run([Map.of([(atom("k"), 1)])], [None], None) == "fail"


@pytest.mark.parametrize(("kind", "place"), [("x", 1), ("y", -1), ("q", None), ("i", None)])
def test_every_kind_reads_its_value(kind: str, place: int | None) -> None:
    value = 7 if kind == "i" else Cons(1, NIL)
    run = code(
        "move", {"Src": kind, "Dst": "x"}, {"Src": value if place is None else place, "Dst": 0}
    )
    x: list[Any] = [None, None]
    s: list[Any] = [None, None]
    if place is not None:
        (x if kind == "x" else s)[place] = value
    assert run(x, s, None) == "next"
    assert x[0] is value


ALL = list(itertools.product(["x", "y", "i", "q"], ["x", "y", "i", "q"], [True, False]))


@pytest.mark.parametrize(("a", "b", "fails"), ALL)
def test_addition_of_any_kinds(a: str, b: str, fails: bool) -> None:
    """`q` stands for terms that are no small integers: 1.5 here, and an atom that fails."""
    terms: dict[str, Any] = {"x": 20, "y": 300, "i": 4000, "q": Float(1.5)}
    for right in [terms[b]] if b == "i" else [terms[b], atom("none")]:
        x: list[Any] = [20, None, None]
        s: list[Any] = [300, None]
        operands: dict[str, Any] = {"A": {"x": 0, "y": -2}.get(a, terms[a])}
        operands["B"] = {"x": 1, "y": -1}.get(b, right)
        x[1], s[1] = right, right
        shapes = {"Fail": fails, "Bif": PLUS, "A": a, "B": b, "Dst": "x"}
        run = code("gc_bif2", shapes, {"Fail": "fail", "Dst": 2, **operands})
        if right is not atom("none"):
            assert run(x, s, None) == "next"
            total = terms[a] + right
            assert x[2] == (Float(total) if type(total) is float else total)
        elif fails:
            assert run(x, s, None) == "fail"
            assert x[2] is None
        else:
            with pytest.raises(BeamError) as raised:
                run(x, s, None)
            assert raised.value.reason is atom("badarith")


def test_lists_are_unrolled() -> None:
    assert body("init_yregs", Ys=("y", "y")).count("= NIL") == 2
    assert body("init_yregs", Ys=()) == "return next"
    run = code(
        "put_tuple2",
        {"Dst": "x", "Elems": ("x", "q", "y")},
        {"Dst": 0, "Elems0": 0, "Elems1": "literal", "Elems2": -1},
    )
    x: list[Any] = [1]
    run(x, [3], None)
    assert x == [(1, "literal", 3)]


def test_an_empty_tuple_and_a_single_one() -> None:
    for elements, expected in (((), ()), (("q",), ("e",))):
        values = {"Dst": 0, **{f"Elems{i}": "e" for i in range(len(elements))}}
        x: list[Any] = [None]
        code("put_tuple2", {"Dst": "x", "Elems": elements}, values)(x, [], None)
        assert x == [expected]


def test_swap_reads_both_before_it_writes() -> None:
    x, s = [1], [2]
    code("swap", {"A": "x", "B": "y"}, {"A": 0, "B": -1})(x, s, None)
    assert (x, s) == ([2], [1])


@given(st.integers(0, 5), st.integers(0, 5))
def test_frames_grow_and_shrink(size: int, cut: int) -> None:
    s = ["return address"]
    code("allocate", {"N": size}, {})([], s, None)
    assert len(s) == 1 + size
    if cut <= size:
        code("trim", {"N": cut}, {})([], s, None)
        assert len(s) == 1 + size - cut and s[0] == "return address"


def test_no_text_for_what_does_nothing() -> None:
    assert body("allocate", N=0) == "return next"
    assert body("trim", N=1).splitlines()[0] == "s.pop()"


def test_static_numbers_are_filled_in() -> None:
    text = body("apply", Arity=2)
    assert "x[2]" in text and "x[3]" in text
    assert "(x[0], x[1], )" in text


def test_operands_of_one_name_are_parameters() -> None:
    first = source("is_eq_exact", A="x", B="q").splitlines()[0]
    assert first == "def make(Fail, A, B, next):"


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_every_instruction_compiles(name: str) -> None:
    """With registers everywhere and with constants where they can stand."""
    template = TEMPLATES[name]
    made = 0
    for read in ("x", "y", "i", "a", "q"):
        for fails in (True, False):
            shapes: dict[str, Any] = {}
            for operand, text in template.operands:
                kind, _, inner = text.partition("(")
                written = "x" if read != "y" else "y"
                count = inner.count(",") + 1
                shapes[operand] = {
                    "src": read,
                    "dst": written,
                    "inout": written,
                    "static": 2,
                    "fail": fails,
                    "bif": PLUS if name == "gc_bif2" else ("plain",),
                    "segments": (read, "x"),
                    "commands": (written, "y"),
                    "puts": (read, "x", "y"),
                    "list": tuple(
                        read if part.strip(" )") != "dst" else written for part in inner.split(",")
                    )
                    * (2 if count else 0),
                }.get(kind)
            text, names = specialise([(template, shapes)], INLINE)
            assert "«" not in text and "»" not in text
            namespace: dict[str, Any] = {}
            exec(compile(text, name, "exec"), NAMESPACE, namespace)
            assert callable(namespace["make"](*[None] * len(names)))
            made += 1
    assert made == 10


def test_the_template_of_a_toy(tmp_path: Path) -> None:
    spec = load(
        tmp_path / "spec",
        "try:\n    D = add(A, B)\nexcept Error:\n    jump(Fail)",
        "{Fail: fail, A: src, B: src, D: dst}",
        raises="[badarith]",
    )
    text = emit_engine(spec)
    assert (
        "            ({}, '''\\\n"
        "«try Fail»\n"
        "«>D» = («A» + «B» if «int A B» else arithmetic_add(«A», «B»))\n"
        "«except Fail»\n"
        "return next\n"
        "'''),\n"
    ) in text
    assert "        raises=True,\n        pushes=False,\n        empty=False,\n" in text


def test_a_fast_rule_needs_something_to_test(tmp_path: Path) -> None:
    """A local is neither operand nor register, so the sum is computed the slow way."""
    spec = load(
        tmp_path / "spec",
        "v = head(A)\nD = add(v, A)",
        "{A: src, D: dst}",
        raises="[badarg, badarith]",
    )
    assert "«>D» = arithmetic_add(v_, «A»)\n" in emit_engine(spec)


def test_a_variant_for_a_kind(tmp_path: Path) -> None:
    spec = load(
        tmp_path / "spec",
        "if not same(A, B):\n    jump(F)",
        "{F: label, A: src, B: src}",
    )
    assert (
        "            ({'B': 'a'}, '''\\\nreturn next if «A» is «B» else F\n'''),\n"
        "            ({}, '''\\\nreturn next if comparison_eq_exact(«A», «B») else F\n'''),\n"
    ) in emit_engine(spec)


def test_instructions_that_run_in_one_go() -> None:
    def part(name: str, **shapes: Any) -> tuple[Any, dict[str, Any]]:
        return TEMPLATES[name], {name: shapes.get(name) for name, _ in TEMPLATES[name].operands}

    text, names = specialise(
        [
            part("is_nonempty_list", A="x"),
            part("get_list", Src="x", Hd="x", Tl="y"),
            part("move", Src="y", Dst="x"),
        ],
        INLINE,
    )
    made: dict[str, Any] = {}
    exec(compile(text, "joined", "exec"), NAMESPACE, made)
    operands = {
        "Fail_0": "elsewhere", "A_0": 0, "Src_1": 0, "Hd_1": 0, "Tl_1": -1, "Src_2": -1, "Dst_2": 1,
    }  # fmt: skip
    run: Code = made["make"](*[operands.get(name, name) for name in names])
    x: list[Any] = [Cons(1, NIL), None]
    s: list[Any] = [None]
    assert run(x, s, None) == "next"
    assert (x, s) == ([1, NIL], [NIL])
    assert run([NIL, 5], s, None) == "elsewhere"
