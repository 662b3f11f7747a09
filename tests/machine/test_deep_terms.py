"""A million levels of nesting are legal everywhere, and freeing them is too."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from enigma_ref.runtime.vm import VM
from enigma_ref.terms import atom
from enigma_ref.terms.text import format_p, format_w

DEPTH = 1_000_000


@pytest.mark.parametrize("kind", ["tail", "head", "improper", "tuple", "map", "env", "mixed"])
def test_deep_term(machine: Callable[..., VM], kind: str) -> None:
    vm = machine("deep")
    outcome = vm.call("deep", "run", [atom(kind), DEPTH])
    assert outcome.ok, format_w(outcome.reason, depth=10)
    ok, term = outcome.value
    assert ok is atom("ok")
    assert len(format_w(term, depth=8)) < 200
    assert len(format_p(term, depth=8)) < 200


def test_body_recursion(machine: Callable[..., VM]) -> None:
    outcome = machine("deep").call("deep", "body", [DEPTH])
    assert outcome.value == DEPTH
