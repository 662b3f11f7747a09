"""Broken specifications are refused, with file, line and entry."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.load import load_spec
from codegen.model import SpecError
from tests.codegen.toy import FIRST_LINE, PRIMITIVES, bif, opcode, write

DEFAULT = "{Fail: fail, A: src, B: src, D: dst}"

GOOD = [
    ("D = cons(A, B)", DEFAULT, "[]"),
    ("D = head(A)", DEFAULT, "[badarg]"),
    ("try:\n    D = head(A)\nexcept Error:\n    jump(Fail)", DEFAULT, "[badarg]"),
    ("m = find(A, B)\nif m is None:\n    jump(Fail)\nD = m", DEFAULT, "[]"),
    ("raise error(tup('bad', A))", DEFAULT, '["{bad, A}"]'),
    ("for K in L:\n    if not is_cons(K):\n        jump(F)", "{F: label, L: list(src)}", "[]"),
    ("A, B = B, A", "{A: inout, B: inout}", "[]"),
    ("x[0] = x[N + 1]\ngrow(N)", "{N: static}", "[]"),
    ("if size(A) == N:\n    enter(To)", "{A: src, N: uint, To: function}", "[]"),
    ("push(next)\nsuspend('waiting', pop())", "{}", "[]"),
]


@pytest.mark.parametrize(("semantics", "args", "raises"), GOOD)
def test_good_ones_are_taken(semantics: str, args: str, raises: str, tmp_path: Path) -> None:
    """The refusals below would prove nothing if everything were refused."""
    spec = load_spec(write(tmp_path / "spec", opcode(semantics, args, raises=raises)))
    assert spec.opcodes["op"].body


BAD = {
    "unknown operand": ("D = C", DEFAULT, 0, "unknown name C in `C`"),
    "unknown primitive": ("D = tail(A)", DEFAULT, 0, "unknown primitive tail"),
    "unknown primitive, second line": ("D = A\ntail(A)", DEFAULT, 1, "unknown primitive tail"),
    "writing a src": ("A = B", DEFAULT, 0, "operand of kind src cannot be written in `A`"),
    "writing a fail": ("Fail = A", DEFAULT, 0, "operand of kind fail cannot be written"),
    "reading a dst": ("D = cons(D, A)", DEFAULT, 0, "a dst operand can only be written in `D`"),
    "reading a hint": ("D = L", "{L: live, D: dst}", 0, "an operand of kind live has no value"),
    "unreachable": ("jump(Fail)\nD = A", DEFAULT, 1, "unreachable statement in `D = A`"),
    "unreachable in a branch": (
        "if is_cons(A):\n    enter(Fail)\n    D = A",
        DEFAULT,
        2,
        "unreachable statement",
    ),
    "unreachable after both": (
        "if is_cons(A):\n    jump(Fail)\nelse:\n    jump(next)\nD = A",
        DEFAULT,
        4,
        "unreachable statement",
    ),
    "too few arguments": ("D = cons(A)", DEFAULT, 0, "cons takes 2 arguments, not 1"),
    "process written": ("note(A, B)", DEFAULT, 0, "note takes 1 arguments, not 2"),
    "jump to a term": ("jump(A)", DEFAULT, 0, "code is needed here, not term in `A`"),
    "enter a term": ("enter(A)", DEFAULT, 0, "code is needed here, not term"),
    "push a term": ("push(A)", DEFAULT, 0, "code is needed here, not term"),
    "register of code": ("D = Fail", DEFAULT, 0, "a register cannot hold code"),
    "term as a number": ("if size(A) == B:\n    jump(Fail)", DEFAULT, 0, "uint is needed here"),
    "condition of a term": ("if head(A):\n    jump(Fail)", DEFAULT, 0, "bool is needed here"),
    "maybe none": ("m = find(A, B)\nD = m", DEFAULT, 1, "a register cannot hold opt"),
    "none of a bool": (
        "if is_cons(A) is None:\n    jump(Fail)",
        DEFAULT,
        0,
        "this is never None",
    ),
    "raise of what does not raise": (
        "raise head(A)",
        DEFAULT,
        0,
        "the primitive does not always raise in `head(A)`",
    ),
    "value thrown away": ("cons(A, B)", DEFAULT, 0, "unit is needed here, not term"),
    "value of nothing": ("v = note(A)", DEFAULT, 0, "there is no value to store"),
    "loop over no list": ("for K in A:\n    note(K)", DEFAULT, 0, "elements of a list operand"),
    "loop with too few names": (
        "for K in L:\n    note(K)",
        "{L: 'list(src, dst)'}",
        0,
        "elements of a list operand",
    ),
    "loop in a branch": (
        "if is_cons(A):\n    for K in L:\n        note(K)",
        "{A: src, L: list(src)}",
        1,
        "for and try stand at the outer level only",
    ),
    "name twice": ("m = find(A, B)\nm = A", DEFAULT, 1, "m is a name already"),
    "name of a primitive": ("head = A", DEFAULT, 0, "head is a name already"),
    "handler that goes nowhere": (
        "try:\n    D = head(A)\nexcept Error:\n    note(A)",
        DEFAULT,
        3,
        "a handler is jump(F) with a fail operand F",
    ),
    "handler at a label": (
        "try:\n    D = head(A)\nexcept Error:\n    jump(L)",
        "{L: label, A: src, D: dst}",
        3,
        "a handler is jump(F) with a fail operand F",
    ),
    "jump that is protected": (
        "try:\n    jump(Fail)\nexcept Error:\n    jump(Fail)",
        DEFAULT,
        1,
        "try protects an assignment or a call",
    ),
    "branch that may be empty": (
        "if is_cons(A):\n    drop(N)",
        "{A: src, N: static}",
        1,
        "a branch that may do nothing",
    ),
    "status": ("suspend('tired', next)", "{}", 0, "a process cannot be 'tired'"),
    "register by a term": ("x[A] = B", DEFAULT, 0, "a constant or a static operand is needed"),
    "another array": ("y[0] = A", DEFAULT, 0, "only x[...] has an index"),
    "spread of a term": ("D = tup(*A)", DEFAULT, 0, "only list operands spread"),
    "frame of a term": ("grow(A)", DEFAULT, 0, "a constant or a static operand is needed"),
    "while": ("while is_cons(A):\n    note(A)", DEFAULT, 0, "statement is not in the language"),
    "arithmetic": ("D = A + B", DEFAULT, 0, "expression is not in the language"),
    "a boolean": ("D = True", DEFAULT, 0, "expression is not in the language"),
    "attribute": ("D = A.head", DEFAULT, 0, "expression is not in the language"),
    "syntax": ("D = A\nD = (", DEFAULT, 1, "was never closed"),
    "reason of a register": ("raise error(x[0])", DEFAULT, 0, "no reason: x[0]"),
}


@pytest.mark.parametrize("what", BAD)
def test_broken_semantics(what: str, tmp_path: Path) -> None:
    semantics, args, offset, message = BAD[what]
    raises = "[badarg]" if "head(" in semantics else "[]"
    folder = write(tmp_path / "spec", opcode(semantics, args, raises=raises))
    with pytest.raises(SpecError) as refused:
        load_spec(folder)
    assert str(refused.value).startswith(f"opcodes.yaml:{FIRST_LINE + offset}: op: ")
    assert message in str(refused.value)


def test_raises_must_be_what_the_primitives_raise(tmp_path: Path) -> None:
    folder = write(tmp_path / "spec", opcode("D = head(A)", raises="[badarith]"))
    with pytest.raises(SpecError) as refused:
        load_spec(folder)
    assert str(refused.value) == (
        f"opcodes.yaml:{FIRST_LINE}: op: raises is ['badarith'], "
        "but its primitives raise ['badarg']"
    )


ENTRIES = {
    "schema: no doc": (
        opcode("D = A").replace('    doc: "Does something."\n', ""),
        2,
        "'doc' is a required property",
    ),
    "schema: category": (opcode("D = A", category="fun_and_games"), 4, "is not one of"),
    "schema: kind": (opcode("D = A", "{A: src, D: target}"), 5, "does not match"),
    "schema: state": (opcode("D = A", otp="{23: dead, 25: live, 27: live, 29: live}"), 6, "'dead'"),
    "schema: release": (opcode("D = A", otp="{23: live, 25: live, 27: live}"), 6, "'29'"),
    "schema: unknown key": (opcode("D = A") + "    note: hello\n", 2, "'note' was unexpected"),
    "length": (opcode(None, "{S: string(N)}"), 2, "operand S names no operand as its length"),
    "instruction twice": (opcode("D = A") + opcode("D = A", code=2), 12, "op stands twice"),
    "key twice": (opcode("D = A").replace("code: 1\n", "code: 1\n    code: 2\n"), 4, "code stands"),
    "operand twice": (opcode("D = A", "{A: src, A: src, D: dst}"), 5, "A stands twice"),
    "number twice": (
        opcode("D = A") + opcode("D = A", name="other"),
        21,
        "other: number 1 is op's",
    ),
}


@pytest.mark.parametrize("what", ENTRIES)
def test_broken_entries(what: str, tmp_path: Path) -> None:
    entries, line, message = ENTRIES[what]
    with pytest.raises(SpecError) as refused:
        load_spec(write(tmp_path / "spec", entries))
    assert str(refused.value).startswith(f"opcodes.yaml:{line}: ")
    assert message in str(refused.value)


def test_yaml_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"opcodes\.yaml.*\n?.*line 2"):
        load_spec(write(tmp_path / "spec", "  op: {{\n"))


PRIMITIVE = (
    "odd: {params: {a: term}, result: term, raises: [], pure: true, python: %s, doc: Odd indeed.}\n"
)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (PRIMITIVE % '"{b}.head"', "primitives.yaml:11: odd: no parameter b"),
        (PRIMITIVE % "f, fast: [{small: [c], python: '{a}'}]", "odd: no parameter c"),
        (PRIMITIVE % "f, fast: [{when: {d: i}, python: '{a}'}]", "odd: no parameter d"),
        (PRIMITIVE % "f, note: n", "primitives.yaml:11: odd: "),
        (PRIMITIVE.replace("result: term", "result: thing") % "f", "'thing' is not one of"),
        (PRIMITIVES.splitlines()[0], "primitives.yaml:11: cons stands twice"),
    ],
)
def test_broken_primitives(entry: str, message: str, tmp_path: Path) -> None:
    folder = write(tmp_path / "spec", opcode("D = A"), primitives=PRIMITIVES + entry)
    with pytest.raises(SpecError) as refused:
        load_spec(folder)
    assert message in str(refused.value)


TRANSFORMS = "replace: [%s]\njoin: [%s]\n"
REPLACE = "{row: [op F A B D, %s], by: %s}"


@pytest.mark.parametrize(
    ("replace", "join", "message"),
    [
        ("", "[op, other]", "op, other: there is no instruction other"),
        ("", "[op]", "join/0: ['op'] is too short"),
        ("", "[i_leave, op]", "i_leave, op: nothing follows i_leave"),
        ("", "[op, i_nothing]", "op, i_nothing: i_nothing does nothing"),
        (REPLACE % ("i_leave F", "i_leave F"), "", "i_leave F: i_leave has 0 operands"),
        (REPLACE % ("i_leave", "i_leave E"), "", "i_leave E: i_leave has 0 operands"),
        (REPLACE % ("op F A B D", "i_leave"), "", "op F A B D: F stands twice in the row"),
        (REPLACE % ("i_leave", "op F A B E"), "", "op F A B E: no E in the row"),
        (REPLACE % ("other", "i_leave"), "", "other: there is no instruction other"),
    ],
)
def test_broken_transforms(replace: str, join: str, message: str, tmp_path: Path) -> None:
    opcodes = opcode("D = cons(A, B)", DEFAULT)
    internal = opcode("jump(pop())", "{}", name="i_leave", code=-1, internal=True)
    internal += opcode("pass", "{}", name="i_nothing", code=-2, internal=True)
    folder = write(
        tmp_path / "spec", opcodes, internal=internal, transforms=TRANSFORMS % (replace, join)
    )
    with pytest.raises(SpecError) as refused:
        load_spec(folder)
    assert "transforms.yaml" in str(refused.value)
    assert message in str(refused.value)


SEMANTICS = "    semantics: %s\n"


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (bif("f/2"), "bifs.yaml:2: m:f/2: 1 params"),
        (bif() + bif(), "f/1 stands twice"),
        (bif(params='{a: "term()"}'), "does not match"),
        (bif(params='{A: "term()", A: "term()"}'), "A stands twice"),
        (bif("f"), "does not match"),
        (bif(more="    instruction: i_none\n"), "m:f/1: there is no instruction i_none"),
        (bif(more=SEMANTICS % "head(B)"), "bifs.yaml:12: m:f/1: unknown name B"),
        (bif(more=SEMANTICS % "tail(A)"), "m:f/1: unknown primitive tail"),
        (bif(more=SEMANTICS % "is_cons(A)"), "m:f/1: term is needed here, not bool"),
        (bif(more=SEMANTICS % "head("), "bifs.yaml:12: m:f/1: "),
        (bif(raises=(), more=SEMANTICS % "head(A)"), "m:f/1: head raises badarg, which is not"),
        (
            bif(raises=("{badkey, A, A}",), more=SEMANTICS % "lookup(A, A)"),
            "m:f/1: lookup raises {badkey, K}, which is not listed",
        ),
    ],
)
def test_broken_bifs(entry: str, message: str, tmp_path: Path) -> None:
    folder = write(tmp_path / "spec", opcode("D = A"), bifs="m:\n" + entry)
    with pytest.raises(SpecError) as refused:
        load_spec(folder)
    assert message in str(refused.value)


def test_names_of_variables_in_reasons_do_not_count(tmp_path: Path) -> None:
    entry = bif(raises=("{badkey, A}", "system_limit"), more=SEMANTICS % "lookup(A, A)")
    spec = load_spec(write(tmp_path / "spec", opcode("D = A"), bifs="m:\n" + entry))
    assert spec.bifs["m:f/1"].semantics == "lookup(A, A)"


def test_pure_bifs_use_pure_primitives(tmp_path: Path) -> None:
    impure = PRIMITIVES.replace("raises: [badarg], pure: true", "raises: [badarg], pure: false")
    for pure in (False, True):
        folder = write(
            tmp_path / "spec",
            opcode("D = A"),
            primitives=impure,
            bifs="m:\n" + bif(pure=pure, more=SEMANTICS % "head(A)"),
        )
        if pure:
            with pytest.raises(SpecError, match="m:f/1: head is not pure"):
                load_spec(folder)
        else:
            assert not load_spec(folder).bifs["m:f/1"].pure
