"""What errors tell besides their reasons: `error_info`, and what OTP's explanations make of it."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from enigma_ref._generated.bifs import BIFS
from enigma_ref.bifs.registry import IMPLEMENTATIONS
from enigma_ref.machine.binaries import Segment
from enigma_ref.machine.errors import BeamError, badarg
from enigma_ref.machine.primitives.construction_errors import explained
from enigma_ref.otp import find_release
from enigma_ref.runtime.vm import VM
from enigma_ref.terms import Bitstring, Float, Term, atom, list_items, make_list
from enigma_ref.terms.order import identical
from enigma_ref.terms.parse import parse_call, parse_term
from tests.bifs.oracle import OK, Call, Oracle, call_term, cut, shown

SPEC: Final = Path(__file__).parents[2] / "spec" / "bifs.yaml"
PROGRAM: Final = Path(__file__).parent / "programs" / "explained.erl"

INFO_SINCE: Final = 24
MANY: Final = 2500

VALUES: Final = {
    "integer": "0 1 -1 2 5 255 256 1000000000000000000000000 -1000000000000000000000000",
    "float": "1.0 -2.5 0.0 1.0e308",
    "atom": "a true x undefined set none '\\x{436}'",
    "tuple": "{} {a} {a,1} {1,2,3} {{a,b},c}",
    "list": '[] [1] [a,b] [1,2,3] "abc" [1|2] [{a,1},{b,2}] [{a,1}|x] [[1],<<"x">>] [256]',
    "map": "#{} #{a=>1} #{1=>2,b=>c}",
    "binary": '<<>> <<"abc">> <<1,2,3,4>> <<5:3>> <<255>> <<"1.5">>',
    "pid": "'@self' '@dead' '@other'",
    "reference": "'@ref' '@gone' '@table'",
    "fun": "'@fun' '@reverse'",
}
"""Arguments by a word that is in the types they fit; those with @ the program puts in."""

TABLES: Final = [
    "set",
    "ordered",
    "bag",
    "'@table'",
    "'@gone'",
    "none",
    "hidden",
    "seen",
    "1",
    "'@ref'",
    "[]",
]

LEFT_OUT: Final = frozenset(
    (
        # These take the tables away that the other calls are about.
        "ets:delete/1", "ets:rename/2", "ets:give_away/3", "ets:setopts/2", "ets:new/2",
        # Which slots there are depends on how a table is stored.
        "ets:slot/2", "ets:internal_request_all/0",
        # Up to 27, erl overwrites memory where a default is too short.
        "ets:update_counter/4", "ets:update_element/4",
        # What a long list does depends on how erl divides its work.
        "erlang:iolist_to_iovec/1",
    )
)  # fmt: skip

MODULES: Final = ("binary", "ets", "lists", "maps", "math", "unicode")


def functions(release: int) -> list[tuple[str, str, list[str]]]:
    """The functions to call, with the types of their arguments."""
    found = []
    for module, entries in yaml.safe_load(SPEC.read_text()).items():
        for key, entry in entries.items():
            name, _, arity = key.rpartition("/")
            mfa = (module, name, int(arity))
            if f"{module}:{key}" in LEFT_OUT or release not in BIFS[mfa].releases:
                continue
            known = mfa in IMPLEMENTATIONS or BIFS[mfa].in_place
            if known and (module in MODULES or (module == "erlang" and entry["pure"])):
                found.append((module, name, list(entry["params"].values())))
    return found


def argument(rng: random.Random, module: str, type_: str) -> str:
    """A value, of the type more often than not."""
    if module == "ets" and "reference" in type_:
        return rng.choice(TABLES)
    fitting = [word for word in VALUES if word in type_]
    word = rng.choice(fitting if fitting and rng.random() < 0.6 else list(VALUES))
    return rng.choice(VALUES[word].split())


def many_calls(release: int) -> list[Call]:
    rng = random.Random(2026)
    known = functions(release)
    calls: list[Call] = []
    for _ in range(MANY):
        module, name, types = rng.choice(known)
        text = ", ".join(argument(rng, module, type_) for type_ in types)
        calls.append((module, name, tuple(list_items(parse_term(f"[{text}]")) or [])))
    return calls


def test_like_the_runtime(oracle: Oracle, tmp_path: Path) -> None:
    program = f'{{ok, _}} = compile:file("{PROGRAM}", [{{outdir, "{tmp_path}"}}]), halt().'
    command = [oracle.command, "-noshell", "-noinput", "-eval", program]
    subprocess.run(command, check=True, timeout=60, stdout=subprocess.DEVNULL)
    beam = (tmp_path / "explained.beam").read_bytes()
    calls = many_calls(oracle.release)
    question = make_list(map(call_term, calls))
    load: Call = ("code", "load_binary", (atom("explained"), make_list([]), Bitstring.of(beam)))
    _, answer = oracle.ask([load, ("explained", "run", (question,))])
    paths = find_release(str(oracle.release)).ebin_dirs()
    vm = VM(oracle.release, paths, write=lambda text: None)
    vm.load(beam, "explained.beam")
    outcome = vm.call("explained", "run", [question], timeout=300)
    assert outcome.ok, cut(outcome.reason)
    theirs = list_items(answer[1]) or []
    ours = list_items(outcome.value) or []
    assert answer[0] is OK and len(ours) == len(theirs) == len(calls)
    failures = sum(their is not OK for their in theirs)
    assert failures > MANY / 3
    wrong = [
        f"{shown(call)}\n    erl:    {cut(their)}\n    enigma: {cut(our)}"
        for call, their, our in zip(calls, theirs, ours, strict=True)
        if not identical(our, their)
    ]
    if wrong:
        pytest.fail(f"{len(wrong)} of {len(calls)} calls differ:\n" + "\n".join(wrong[:20]))


def top(release: int, text: str) -> Any:
    """The first item of the trace of a call that fails."""
    module, function, arguments = parse_call(text)
    outcome = VM(release, []).call(module.name, function.name, arguments)
    assert not outcome.ok
    return (list_items(outcome.trace) or [])[0]


@pytest.mark.parametrize(
    ("text", "info"),
    [
        ("ets:lookup(none, a)", "#{module => erl_stdlib_errors, cause => id}"),
        ("ets:lookup(1, a)", "#{module => erl_stdlib_errors, cause => type}"),
        ("ets:new(a, x)", "#{module => erl_stdlib_errors}"),
        ("maps:find(a, x)", "#{module => erl_stdlib_errors}"),
        ("math:sqrt(-1)", "#{module => erl_stdlib_errors}"),
        ("os:getenv(1)", "#{module => erl_kernel_errors}"),
        ("erlang:atom_to_list(1)", "#{module => erl_erts_errors}"),
        ("erlang:'+'(a, 1)", "#{module => erl_erts_errors}"),
        ("erlang:register(1, 2)", "#{module => erl_erts_errors, cause => none}"),
        ("erlang:monitor(x, 1)", "#{module => erl_erts_errors, cause => badtype}"),
        ("erlang:send_after(-1, x, y)", "#{module => erl_erts_errors, cause => time}"),
        ("erlang:start_timer(-1, x, y, z)", "#{module => erl_erts_errors, cause => badopt}"),
        ("persistent_term:get(none)", "#{module => erl_erts_errors}"),
    ],
)
def test_information_of_functions(text: str, info: str) -> None:
    expected = make_list([(atom("error_info"), parse_term(info))])
    assert identical(top(29, text)[3], expected)
    assert identical(top(23, text)[3], make_list([]))


def failure(
    release: int, segments: list[tuple[str, int, bool]], values: list[Term]
) -> tuple[Term, Term]:
    """Reason and cause, for segments given as type, unit and whether all is wanted."""
    plan = tuple(
        Segment(type_, unit, False, b"", whole, number)
        for number, (type_, unit, whole) in enumerate(segments, 1)
    )
    error = explained(release, plan, tuple(values), badarg())
    assert isinstance(error, BeamError)
    [(_, info)] = list_items(error.extra) or []
    return error.reason, info.get(atom("cause"))


BADARG = atom("badarg")
LIMIT = atom("system_limit")
ALL = atom("all")
A = atom("a")


@pytest.mark.parametrize(
    ("segments", "values", "ends"),
    [
        ([("integer", 1, False)], [A, 8], (BADARG, (1, "integer", "type", A))),
        ([("integer", 1, False)], [1, -1], (BADARG, (1, "integer", "size", -1))),
        ([("integer", 1, False)], [1, ALL], (BADARG, (1, "integer", "size", ALL))),
        ([("integer", 8, False)], [1, 1 << 64], (LIMIT, (1, "integer", "size", 1 << 64))),
        ([("integer", 64, False)], [1, 1 << 58], (LIMIT, (1, "integer", "size", 1 << 58))),
        ([("float", 1, False)], [1, 24], (BADARG, (1, "float", "invalid", 24))),
        ([("float", 1, False)], [1, 0], (BADARG, (1, "float", "invalid", 0))),
        ([("float", 1, False)], [A, 64], (BADARG, (1, "float", "type", A))),
        ([("float", 1, False)], [1 << 2000, 64], (BADARG, (1, "float", "no_float", 1 << 2000))),
        ([("binary", 8, True)], [A, ALL], (BADARG, (1, "binary", "type", A))),
        ([("append", 8, True)], [A, ALL], (BADARG, (1, "binary", "type", A))),
        ([("binary", 8, False)], [A, ALL], (BADARG, (1, "binary", "size", ALL))),
        # All sizes come before all values.
        (
            [("integer", 8, False), ("binary", 8, True)],
            [A, 1, A, ALL],
            (BADARG, (2, "binary", "type", A)),
        ),
        (
            [("utf16", 0, False), ("utf32", 0, False)],
            [A, 0, A, 0],
            (BADARG, (2, "utf32", "type", A)),
        ),
    ],
)
def test_why_a_bitstring_cannot_be_built(
    segments: list[tuple[str, int, bool]], values: list[Term], ends: tuple[Term, tuple[Any, ...]]
) -> None:
    reason, (number, type_, what, culprit) = ends
    expected = (reason, (number, atom(type_), atom(what), culprit))
    for release in (25, 27, 29):
        assert failure(release, segments, values) == expected


def test_bits_of_binaries() -> None:
    three = Bitstring.of(b"abc")
    odd = three.slice(0, 9)
    for type_ in ("binary", "append"):
        _, cause = failure(27, [(type_, 8, True)], [odd, ALL])
        assert cause == (1, atom("binary"), atom("unit"), odd)
    _, cause = failure(27, [("binary", 8, False)], [three, 4])
    assert cause == (1, atom("binary"), atom("short"), three)


def test_characters_in_utf8_come_with_the_sizes_since_27() -> None:
    segments = [("float", 1, False), ("utf8", 0, False)]
    values: list[Term] = [A, 64, -1, 0]
    assert failure(25, segments, values)[1] == (1, atom("float"), atom("type"), A)
    assert failure(27, segments, values)[1] == (2, atom("utf8"), atom("type"), -1)


def test_what_cannot_be_explained_stays() -> None:
    plan = (Segment("float", 1, False, b"", False, 1),)
    other = badarg()
    assert explained(27, plan, (Float(1.0), 64), other) is other
