"""Random modules as Hypothesis strategies: what fails is made smaller by Hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st

from conformance.random_programs.choices import Drawn
from conformance.random_programs.modules import module
from conformance.random_programs.tree import Node


@st.composite
def modules(draw: st.DrawFn, release: int, without: frozenset[str] = frozenset()) -> Node:
    """Modules for a release, as trees; `str` gives the source (see `modules.module`)."""
    return module(Drawn(draw), release, without)
