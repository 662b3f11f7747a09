from __future__ import annotations

import pytest

from conformance.normalise import normalise, same_head
from conformance.protocol import Frame
from conformance.terms import call_of, is_text_of, term_of, text_of
from enigma_ref.terms import (
    NIL,
    Bitstring,
    Cons,
    ExternalFun,
    Float,
    Map,
    Pid,
    Record,
    Reference,
    Term,
    atom,
    list_items,
    make_list,
    make_string,
)
from enigma_ref.terms.deep import identical
from enigma_ref.terms.external import encode

LOCAL = atom("nonode@nohost")


def pid(number: int) -> Pid:
    return Pid(LOCAL, number)


def ref(number: int) -> Reference:
    return Reference(LOCAL, (number, 0, 0))


def test_plain_terms_stay_as_they_are() -> None:
    term = term_of('{1, [a, "b" | <<1:3>>], #{a => 1.5}}')
    assert normalise(term) is term


def test_identities_are_numbered_in_order() -> None:
    term = (pid(99), ref(5), pid(7), pid(99), make_list([pid(7)]))
    assert text_of(normalise(term)) == "{{'$pid',1},{'$ref',1},{'$pid',2},{'$pid',1},[{'$pid',2}]}"


def test_the_same_structure_is_the_same_whatever_the_numbers() -> None:
    assert identical(normalise((pid(1), pid(2), pid(1))), normalise((pid(8), pid(5), pid(8))))
    assert not identical(normalise((pid(1), pid(2), pid(1))), normalise((pid(1), pid(2), pid(2))))


def test_identities_of_other_nodes_keep_everything() -> None:
    far = Pid(atom("a@b"), 1, 2, 3)
    assert text_of(normalise(far)) == "{'$pid',a@b,1,2,3}"
    assert not identical(normalise(far), normalise(Pid(atom("a@b"), 1, 2, 4)))


def test_keys_of_maps_are_normalised() -> None:
    term = Map.of([(pid(9), ref(1)), (pid(3), ref(2))])
    assert text_of(normalise(term)) == "#{{'$pid',1} => {'$ref',1},{'$pid',2} => {'$ref',2}}"


def test_funs_and_records() -> None:
    assert text_of(normalise(ExternalFun(atom("m"), atom("f"), 2))) == "{'$export',m,f,2}"
    record = Record(atom("m"), atom("r"), True, (atom("x"),), (pid(3),))
    assert text_of(normalise(record)) == "{'$record',m,r,true,[{x,{'$pid',1}}]}"


def test_unordered_sorts_only_the_value() -> None:
    term = term_of("[[3, 1], [2], [1, 0]]")
    assert text_of(normalise(term, {"unordered"})) == "[[1,0],[2],[3,1]]"
    assert text_of(normalise(term, {"unordered_lists"})) == "[[0,1],[1,3],[2]]"
    assert text_of(normalise(term)) == "[[3,1],[2],[1,0]]"
    assert text_of(normalise(term_of("{[b, a]}"), {"unordered"})) == "{[b,a]}"


def test_deep_terms_are_no_problem() -> None:
    deep: Term = pid(4)
    for _ in range(300_000):
        deep = (deep,)
    unfolded: Term = normalise(deep)
    for _ in range(300_000):
        (unfolded,) = unfolded
    assert unfolded == (atom("$pid"), 1)


def test_long_lists_are_no_problem() -> None:
    term = normalise(make_list([pid(n) for n in range(50_000)]))
    items = list_items(term)
    assert items is not None
    assert items[-1] == (atom("$pid"), 50_000)
    assert normalise(Cons(pid(1), 2)) == Cons((atom("$pid"), 1), 2)
    assert normalise(NIL) is NIL


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        (Frame("m", "f", 1), Frame("m", "f", 1, "m.erl", 3), True),
        (Frame("m", "f", 1, "m.erl", 4), Frame("m", "f", 1, "m.erl", 3), False),
        (Frame("m", "f", 1), Frame("m", "f", 2), False),
        (Frame("m", "f", 1), None, False),
        (None, None, True),
    ],
)
def test_heads_of_traces(a: Frame | None, b: Frame | None, same: bool) -> None:
    assert same_head(a, b) is same
    assert same_head(b, a) is same


@pytest.mark.parametrize(
    "text", ['"text"', "-0.0", "<<1:3>>", "'odd atom'", "[1,2|x]", "#{1 => #{}}", "[]", "1.0e300"]
)
def test_text_reads_back(text: str) -> None:
    assert is_text_of(text_of(term_of(text)), term_of(text))


def test_zeros_are_told_apart() -> None:
    assert not is_text_of("0.0", Float(-0.0))
    assert not is_text_of("0", Float(0.0))


def test_long_text_is_hashed() -> None:
    term = make_list(list(range(10_000)))
    text = text_of(term)
    assert text.startswith("sha256:")
    assert is_text_of(text, term)
    assert not is_text_of(text, make_list(list(range(10_001))))


def test_calls_are_parsed() -> None:
    call = call_of("'odd m':f([1], {})")
    assert (call.module, call.function, call.args.text) == ("odd m", "f", "[[1],{}]")


# ---------------------------------------------------------------- what some functions show


def same_under(rule: str, one: Term, other: Term) -> bool:
    return identical(normalise(one, {rule}), normalise(other, {rule}))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("<0.12.0>", "<0.99.3>", True),
        ("#Ref<0.1.2.3>", "#Ref<0.9.8.7>", True),
        ("#Port<0.1>", "#Port<0.20>", True),
        ("{<0.1.0>,a}", "{<0.2.0>,a}", True),
        ("<7.12.0>", "<8.12.0>", True),
        ("<7.12.0>", "<7.13.0>", False),
        ("<7.12.0>", "<0.12.0>", False),
        ("<0.12.0>", "#Port<0.12>", False),
        ("abc", "abd", False),
    ],
)
def test_texts_of_identities(one: str, other: str, same: bool) -> None:
    assert same_under("identity_text", make_string(one), make_string(other)) is same


def external(term: Term) -> Bitstring:
    return Bitstring.of(encode(term, release=25))


def test_external_terms_with_identities_are_compared_as_terms() -> None:
    assert same_under("external", external((pid(1), 2)), external((pid(5), 2)))
    assert not same_under("external", external((pid(1), 2)), external((pid(1), 3)))
    data = external(pid(1)).to_bytes()
    parts = [Bitstring.of(data[:3]), Bitstring.of(data[3:])]
    assert same_under("external", make_list(parts), external(pid(9)))


def test_external_terms_without_are_compared_as_bytes() -> None:
    long_way = Bitstring.of(bytes([131, 98, 0, 0, 0, 1]))
    assert not same_under("external", external(1), long_way)
    broken = Bitstring.of(bytes([131, 1]))
    assert normalise(broken, {"external"}) is broken


def test_unfinished_md5_counts_as_far_as_it_is_filled() -> None:
    def context(state: int, bits: int, block: bytes) -> Bitstring:
        return Bitstring.of(
            bytes([state] * 16) + bits.to_bytes(8, "little") + block.ljust(64, b"x")
        )

    assert same_under("md5_context", context(1, 16, b"abc"), context(1, 16, b"abd"))
    assert not same_under("md5_context", context(1, 24, b"abc"), context(1, 24, b"abd"))
    assert not same_under("md5_context", context(1, 16, b"ab"), context(2, 16, b"ab"))


def test_words_of_memory_are_masked() -> None:
    assert same_under(
        "memory", term_of("[{memory, 1}, {size, 2}]"), term_of("[{memory, 9}, {size, 2}]")
    )
    assert not same_under("memory", term_of("[{size, 1}]"), term_of("[{size, 2}]"))


def test_what_a_table_goes_on_with_is_masked() -> None:
    assert same_under("continuation", term_of("{[a], {t, 85}}"), term_of("{[a], {t, 2}}"))
    assert not same_under("continuation", term_of("{[a], {t, 85}}"), term_of("{[b], {t, 85}}"))
    end = term_of("{[a], '$end_of_table'}")
    assert not same_under("continuation", term_of("{[a], {t, 85}}"), end)


def test_terms_for_this_system_only_are_compared_as_terms() -> None:
    def local(hash_: int, data: bytes) -> Bitstring:
        return Bitstring.of(bytes([131, 121]) + hash_.to_bytes(4, "big") + data)

    assert same_under("external", local(1, b"a\x07"), local(2, b"a\x07"))
    assert not same_under("external", local(1, b"a\x07"), local(1, b"a\x08"))


def test_what_a_compiled_expression_holds_is_masked() -> None:
    def deep(pattern: str) -> Term:
        return term_of(f"{{value, [{{ok, {pattern}}}]}}")

    one, other = deep("{re_pattern, 1, 0, 0, <<1>>}"), deep("{re_pattern, 1, 0, 0, <<2, 3>>}")
    assert same_under("compiled_re", one, other)
    assert not same_under("compiled_re", one, deep("{re_pattern, 2, 0, 0, <<1>>}"))
    assert not same_under("compiled_re", deep("{a, 1, 0, 0, 1}"), deep("{a, 1, 0, 0, 2}"))


def test_tuples_without_order() -> None:
    assert same_under("unordered_tuple", (1, 2), (2, 1))
    assert not same_under("unordered_tuple", (1, 2), (2, 2))
