"""What the emulator prints itself, compared with Ericsson's runtime."""

from __future__ import annotations

import subprocess
import sys

from enigma_ref.bifs.printing import emulator_text
from enigma_ref.terms import (
    NIL,
    ExternalFun,
    Float,
    Map,
    Pid,
    Port,
    Reference,
    Term,
    atom,
    make_list,
    make_string,
)
from enigma_ref.terms.external import encode
from tests.bifs.oracle import Call, Oracle, answer, binary, bits, one_wrong, unaligned
from tests.bifs.test_conversions import random_floats


def terms() -> list[Term]:
    node = atom("nonode@nohost")
    names = ["", "a", "hello world", "A", "a@b", "a1", "1a", "if", "a.b", "a_b", "a'b", "a\\b", "a\nb", "a\x01b",
             "\t\r\b\v\f", "\x1b\x7f"]  # fmt: skip
    found: list[Term] = [atom(name) for name in names]
    found += [0, -1, 1 << 70, -(1 << 70), *random_floats(5), Float(1.0)]
    texts = ["abc", 'a"b\\c', "a\nb\tc\rd", "a\x0bb", "\x1b", "\x7f", " ", ""]
    found += [make_string(text) for text in texts]
    found += [
        make_list([97, 98], atom("c")),
        make_list([97, 300]),
        make_list([make_string("a"), 1]),
    ]
    found += [make_list([1, 2, 3], 4), make_list([97, -1]), NIL, (), (1,), (1, (2, ()), NIL)]
    found += [
        binary(""),
        binary("abc"),
        binary('a"b'),
        binary(b"a\nb"),
        binary(b"\x80"),
        bits(5, 3),
        bits(0x123, 11),
    ]
    found += [
        unaligned(b"abc"),
        unaligned(b"\x00b"),
        Map.EMPTY,
        Map.of([(1, make_string("a")), (atom("b"), Map.EMPTY)]),
    ]
    found += [ExternalFun(atom("lists"), atom("map"), 2), ExternalFun(atom("A b"), atom("if"), 0)]
    found += [Pid(node, 5, 1), Port(node, 7), Reference(node, (1, 2, 3))]
    return found


def test_display(oracle: Oracle, tmp_path: object) -> None:
    given = terms()
    program = "{ok, D} = file:read_file(hd(init:get_plain_arguments())), [erlang:display(T) || T <- binary_to_term(D)], halt()."
    path = f"{tmp_path}/terms"
    with open(path, "wb") as file:
        file.write(encode(make_list(given), release=25))
    done = subprocess.run(
        [oracle.command, "-noshell", "-noinput", "-eval", program, "-extra", path],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    lines = done.stdout.decode("latin1").split("\r\n")
    assert lines.pop() == ""
    for term, line in zip(given, lines, strict=True):
        assert emulator_text(term, oracle.release) == line


def test_display_prints_bytes(oracle: Oracle) -> None:
    program = "erlang:display([[255], list_to_atom([255]), list_to_atom([8364])])"
    done = subprocess.run(
        [oracle.command, "-noshell", "-noinput", "-eval", f"{program}, halt()."],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    term = make_list([make_string("\xff"), atom("\xff"), atom("\u20ac")])
    assert (emulator_text(term, oracle.release) + "\r\n").encode("latin1") == done.stdout
    code = "import sys; from enigma_ref.cli.main import main; sys.exit(main(sys.argv[1:]))"
    ours = subprocess.run(
        [sys.executable, "-c", code, "call", "erlang:display([[255], 'ÿ', '€'])"],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    assert ours.stdout == done.stdout + b"true\n"


def test_display_goes_to_the_output(oracle: Oracle) -> None:
    vm = oracle.vm(write=lambda text: None)
    outcome = vm.call("erlang", "display", [make_string("hi")])
    assert outcome.value is atom("true")
    assert outcome.output == '"hi"\r\n'


def test_texts_with_a_limit(oracle: Oracle) -> None:
    if oracle.release < 27:
        oracle.compare([("erts_internal", "term_to_string", (1, atom("undefined")))])
        return
    tuple_ = (atom("abc"), make_list([1, 2, 3]), make_string("hello"), binary("abc"))
    samples = [
        tuple_,
        atom("abcdef"),
        make_string("abcdef"),
        make_list([1, 2, 3, 4]),
        binary(b"\x01\x02\x03"),
    ]
    samples += [
        Map.of([(atom("a"), atom("b"))]),
        bits(5, 3),
        NIL,
        1,
        Float(1.5),
        (),
        make_list([1], 2),
    ]
    calls: list[Call] = []
    for term in samples:
        calls.append(("erts_internal", "term_to_string", (term, atom("undefined"))))
        calls += [("erts_internal", "term_to_string", (term, limit)) for limit in range(1, 20)]
    for wrong in (0, -1, atom("x"), Float(1.0)):
        calls.append(("erts_internal", "term_to_string", (1, wrong)))
    oracle.compare(calls)


def test_strings(oracle: Oracle) -> None:
    calls: list[Call] = []
    if oracle.release < 27:
        calls += [
            call
            for call in one_wrong("erlang", "display_string", (NIL,))
            if call[2][0] != make_string("abc")
        ]
        calls += [
            ("erlang", "display_string", (make_list([wrong]),)) for wrong in (0xD800, 0x110000)
        ]
    else:
        for wrong in (NIL, 1, atom("x")):
            calls.append(("erlang", "display_string", (wrong, NIL)))
        calls += [
            ("erlang", "display_string", (atom("stderr"), make_list([wrong])))
            for wrong in (-1, 0xD800)
        ]
        calls += [
            ("erlang", "display_string", (atom("stderr"), wrong)) for wrong in (1, bits(5, 3))
        ]
    oracle.compare(calls)
    if oracle.release >= 27:
        vm = oracle.vm(write=lambda text: None)
        outcome = vm.call("erlang", "display_string", [atom("stdout"), make_string("hé\n")])
        assert (outcome.value, outcome.output) == (atom("true"), "hé\n")
    assert answer(oracle.vm(), ("erlang", "display", (1,))) == (atom("ok"), atom("true"))
