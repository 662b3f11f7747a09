from __future__ import annotations

from pathlib import Path

import pytest

from codegen.load import load_spec
from codegen.model import SpecError
from codegen.types import (
    AtomOf,
    FunOf,
    ListOf,
    MapOf,
    Named,
    Range,
    TupleOf,
    TypeSyntaxError,
    Union,
    parse_type,
)
from tests.codegen.toy import bif, opcode, write

ATOM = Named("atom")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("term()", Named("term")),
        ("ok", AtomOf("ok")),
        ("'receive'", AtomOf("receive")),
        ("7", Range(7, 7)),
        ("-1..9", Range(-1, 9)),
        ("atom() | 0..1", Union((ATOM, Range(0, 1)))),
        ("{}", TupleOf(())),
        ("{a, atom()}", TupleOf((AtomOf("a"), ATOM))),
        ("[]", ListOf(None)),
        ("[atom()]", ListOf(ATOM)),
        ("[atom(), ...]", ListOf(ATOM, nonempty=True)),
        ("list(atom())", ListOf(ATOM)),
        ("nonempty_list(atom())", ListOf(ATOM, nonempty=True)),
        ("list()", Named("list")),
        ("#{}", MapOf(())),
        (
            "#{a := atom(), atom() => 1}",
            MapOf(((AtomOf("a"), ATOM, True), (ATOM, Range(1, 1), False))),
        ),
        ("fun()", Named("fun")),
        ("fun(() -> ok)", FunOf(0)),
        ("fun((term(), atom()) -> ok | error)", FunOf(2)),
        ("fun((...) -> ok)", FunOf(None)),
        ("Year :: 1..9", Range(1, 9)),
        (
            "{Key :: atom(), Value :: [A :: atom() | b]}",
            TupleOf((ATOM, ListOf(Union((ATOM, AtomOf("b")))))),
        ),
        (
            "nonempty_improper_list(atom(), term())",
            Named("nonempty_improper_list", (ATOM, Named("term"))),
        ),
    ],
)
def test_trees(text: str, tree: object) -> None:
    assert parse_type(text) == tree


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "a type expected"),
        ("integr()", "no type is called integr()"),
        ("[atom(), a]", "... expected"),
        ("[atom()", "']' expected"),
        ("{a b}", "',' expected"),
        ("#{a}", "'=>' expected"),
        ("1..a", "an integer expected"),
        ("a b", "more than one type"),
        ("a $", "not understood"),
        ("fun(() -> )", "a type expected"),
        ("|", "a type expected"),
    ],
)
def test_what_is_no_type_is_refused(text: str, why: str) -> None:
    with pytest.raises(TypeSyntaxError) as caught:
        parse_type(text)
    assert why in str(caught.value)
    assert repr(text) in str(caught.value)


def test_a_bad_type_in_the_spec_is_told_with_its_line(tmp_path: Path) -> None:
    toy = "toy:\n" + bif("f/1", params='{A: "integr()"}')
    folder = write(tmp_path / "spec", opcode("D = cons(A, B)"), bifs=toy)
    with pytest.raises(SpecError, match=r"bifs.yaml:\d+: .*no type is called integr"):
        load_spec(folder)
