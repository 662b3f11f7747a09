"""Terms as bytes and back, compared with Ericsson's runtime."""

from __future__ import annotations

import random

from enigma_ref.terms import NIL, Float, Map, Pid, Term, atom, make_list, make_string
from enigma_ref.terms.external import encode
from enigma_ref.terms.maps import MAX_SMALL
from tests.bifs.oracle import Call, Oracle, answer, binary, bits, one_wrong, unaligned
from tests.bifs.test_hashes import terms


def options(*given: Term) -> Term:
    return make_list([atom(item) if isinstance(item, str) else item for item in given])


def test_encoding(oracle: Oracle) -> None:
    calls: list[Call] = []
    version = atom("minor_version")
    forms = [
        NIL,
        options((version, 0)),
        options((version, 1)),
        options((version, 2)),
        options("compressed"),
    ]
    for term in terms():
        if type(term) is Map and len(term) > MAX_SMALL:
            # The order of the keys differs.
            continue
        calls.append(("erlang", "term_to_binary", (term,)))
        calls += [("erlang", "term_to_binary", (term, form)) for form in forms]
    compressed = atom("compressed")
    long = make_string("hello" * 500)
    for form in (
        options("compressed"), options((compressed, 0)), options((compressed, 1)),
        options((compressed, 9)), options((compressed, 10)), options((compressed, -1)),
        options((version, 3)), options((version, -1)), options("deterministic"), options("local"),
        options("x"), options(1), options((atom("x"), 1)), options("compressed", (version, 2)),
        make_list([compressed], atom("x")), compressed, options((version, atom("x"))),
        options((version, 1, 2)), options("safe"),
    ):  # fmt: skip
        if form != options("local") or oracle.release < 26:
            # Only the node itself reads what `local` gives.
            calls.append(("erlang", "term_to_binary", (atom("short"), form)))
            calls.append(("erlang", "external_size", (atom("short"), form)))
    oracle.compare(calls)
    # How well zlib compresses is its own affair; what comes out of it is not.
    vm = oracle.vm()
    for level in (1, 6, 9):
        [(_, theirs)] = oracle.ask(
            [("erlang", "term_to_binary", (long, options((compressed, level))))]
        )
        ours = vm.call("erlang", "term_to_binary", [long, options((compressed, level))]).value
        assert ours.byte_size < 200
        assert vm.call("erlang", "binary_to_term", [theirs]).value == long
        assert oracle.ask([("erlang", "binary_to_term", (ours,))]) == [(atom("ok"), long)]


def test_sizes(oracle: Oracle) -> None:
    calls: list[Call] = []
    for term in terms():
        calls.append(("erlang", "external_size", (term,)))
        for minor in (0, 1, 2):
            calls.append(
                ("erlang", "external_size", (term, options((atom("minor_version"), minor))))
            )
    oracle.compare(calls)


def test_iovecs(oracle: Oracle) -> None:
    vm = oracle.vm()
    term = (make_string("hello"), binary("abc"), Float(1.5))
    for args in ((term,), (term, options((atom("minor_version"), 2)))):
        parts = vm.call("erlang", "term_to_iovec", args).value
        whole = vm.call("erlang", "iolist_to_binary", [parts]).value
        assert whole == vm.call("erlang", "term_to_binary", args).value
    oracle.compare([("erlang", "term_to_iovec", (1, wrong)) for wrong in (1, options("x"))])


def test_decoding(oracle: Oracle) -> None:
    calls: list[Call] = []
    chosen = random.Random(9)
    for term in terms():
        data = encode(term, release=25)
        calls.append(("erlang", "binary_to_term", (binary(data),)))
        calls.append(("erlang", "binary_to_term", (binary(data + b"rest"), options("used"))))
        calls.append(("erlang", "binary_to_term", (binary(data[:-1]),)))
        if type(term) is Pid:
            # Which numbers are too large for a pid is up to each release.
            continue
        for _ in range(4):
            broken = bytearray(data[:200])
            broken[chosen.randrange(len(broken))] ^= 1 << chosen.randrange(8)
            calls.append(("erlang", "binary_to_term", (binary(bytes(broken)), options("used"))))
    whole = encode((atom("a"), make_string("b"), Float(2.0)), release=25)
    calls.append(("erlang", "binary_to_term", (unaligned(whole),)))
    for form in (
        options("safe"), options("used"), options("safe", "used"), options("x"), options(1),
        atom("used"), make_list([atom("used")], atom("x")),
    ):  # fmt: skip
        calls.append(("erlang", "binary_to_term", (binary(whole), form)))
    for data in (b"", b"\x83", b"\x82a\x01", b"\x83a", b"\x83P\x00\x00", b"\x83P\x00\x00\x00\x01x"):
        calls.append(("erlang", "binary_to_term", (binary(data),)))
    calls.append(("erlang", "binary_to_term", (bits(0x83, 9),)))
    calls += one_wrong("erlang", "binary_to_term", (binary(whole),))
    calls += one_wrong("erlang", "binary_to_term", (binary(whole), NIL))
    oracle.compare(calls)


def test_safe_makes_no_atoms(oracle: Oracle) -> None:
    data = binary(b"\x83w\x12no such atom, safe")
    call: Call = ("erlang", "binary_to_term", (data, options("safe")))
    assert answer(oracle.vm(), call) == (atom("error"), atom("badarg"))
    oracle.compare([call])
