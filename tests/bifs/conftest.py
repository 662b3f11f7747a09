"""The Erlang runtime that the tests of built-in functions compare with."""

from __future__ import annotations

import pytest

from tests.bifs.oracle import Oracle, find_erl


@pytest.fixture(scope="session")
def oracle() -> Oracle:
    command = find_erl()
    if command is None:
        pytest.skip("no erl on the path: built-in functions are not compared with Ericsson's")
    return Oracle(command)
