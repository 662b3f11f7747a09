"""Functions on floats, compared with Ericsson's runtime."""

from __future__ import annotations

import math
import random

from enigma_ref.bifs.math import ONE_ARGUMENT, TWO_ARGUMENTS
from enigma_ref.terms import Float, Term
from tests.bifs.oracle import Call, Oracle, answer, one_wrong

EDGES = (0.0, -0.0, 0.5, -0.5, 1.0, -1.0, 1.5, 2.0, -2.0, 10.0, 100.0, 709.0, 710.0, -745.0, -746.0, 1e15,
         1e16, 1e22, 1e300, -1e300, 1e-300, 5e-324, 1.7976931348623157e308)  # fmt: skip


def numbers() -> list[Term]:
    chosen = random.Random(11)
    found: list[Term] = [Float(x) for x in EDGES]
    found += [Float(chosen.uniform(-3, 3)) for _ in range(25)]
    found += [Float(chosen.uniform(-1e6, 1e6)) for _ in range(10)]
    found += [0, 1, -1, 2, 3, 10, 1 << 53, (1 << 53) + 1, 1 << 100, -(1 << 100), 10**308]
    found += [1 << 1024, -(1 << 1024), 10**400]
    return found


ROUNDED_BY_THE_LIBRARY = (
    "acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "cos", "cosh", "erf", "erfc", "exp",
    "log", "log10", "log2", "pow", "sin", "sinh", "tan", "tanh",
)  # fmt: skip
"""Functions whose last digit is up to the C library that a runtime was linked with."""


def compare(oracle: Oracle, calls: list[Call]) -> None:
    vm = oracle.vm()
    same = 0
    for call, (tag, theirs) in zip(calls, oracle.ask(calls), strict=True):
        ours_tag, ours = answer(vm, call)
        if ours_tag is tag and ours == theirs:
            same += 1
            continue
        assert ours_tag is tag, call
        assert call[1] in ROUNDED_BY_THE_LIBRARY, (call, ours, theirs)
        assert abs(ours - theirs) <= 2 * math.ulp(theirs), (call, ours, theirs)
    assert same > len(calls) * 0.95


def test_one_argument(oracle: Oracle) -> None:
    compare(oracle, [("math", name, (x,)) for name in ONE_ARGUMENT for x in numbers()])


def test_two_arguments(oracle: Oracle) -> None:
    chosen = numbers()
    few = [
        chosen[at] for at in (0, 1, 2, 3, 4, 5, 8, 9, 17, 19, 20, 24, 25, 30, 58, 60, 61, 66, 69)
    ]
    compare(oracle, [("math", name, (x, y)) for name in TWO_ARGUMENTS for x in few for y in few])


def test_wrong_arguments(oracle: Oracle) -> None:
    calls: list[Call] = []
    for name in ONE_ARGUMENT:
        calls += one_wrong("math", name, (1,))
    for name in TWO_ARGUMENTS:
        calls += one_wrong("math", name, (1, 1))
        calls += one_wrong("math", name, (1, 1 << 2000))
    compare(oracle, calls)
