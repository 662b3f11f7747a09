"""What types alone cannot say: calls to make before, arguments that belong together, limits.

One table, by subject. A setup is a function of a Hypothesis draw and the BIF; it says what to do
before the call, and gives some arguments by the names of parameters. The others follow from
their types, and any of them, given or not, may be made wrong later.
"""

from __future__ import annotations

import fnmatch
import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from hypothesis import strategies as st

from codegen.model import Bif
from conformance.generated_calls import pools, values
from conformance.generated_calls.script import (
    Apply,
    Argument,
    Closure,
    Expr,
    ListExpr,
    Made,
    TupleExpr,
    Value,
    parts,
)
from enigma_ref.terms import (
    NIL,
    Bitstring,
    Cons,
    Float,
    Map,
    Reference,
    Term,
    atom,
    make_list,
    make_string,
)
from enigma_ref.terms.external import encode


@dataclass(frozen=True)
class Setup:
    """What a call gets. `limits` are strategies for parameters that must never get anything
    else: a count of gigabytes is no use to anybody."""

    arguments: Mapping[str, Expr] = field(default_factory=dict)
    before: tuple[Expr, ...] = ()
    after: tuple[Expr, ...] = ()
    clean: tuple[Expr, ...] = ()
    limits: Mapping[str, Any] = field(default_factory=dict)
    local: bool = True
    """Whether arguments may hold identities that are new in each run."""


NOTHING: Final = Setup()
Maker = Callable[[Any, Bif], Setup]
_MAKERS: Final[dict[str, Maker]] = {}


def setup(*patterns: str) -> Callable[[Maker], Maker]:
    """Register a setup for the functions whose names fit a pattern (`*` is any text)."""

    def register(maker: Maker) -> Maker:
        _MAKERS.update(dict.fromkeys(patterns, maker))
        return maker

    return register


@functools.cache
def setup_of(mfa: str) -> Maker | None:
    """The setup of a function: the one of the longest pattern that fits."""
    fitting = [pattern for pattern in _MAKERS if fnmatch.fnmatchcase(mfa, pattern)]
    return _MAKERS[max(fitting, key=len)] if fitting else None


def _values(terms: Mapping[str, Term]) -> dict[str, Expr]:
    return {name: Value(term) for name, term in terms.items()}


def _sometimes(draw: Any, one_in: int) -> bool:
    return bool(draw(st.integers(1, one_in)) == 1)


# ---------------------------------------------------------------- memory

_COUNTS: Final = st.one_of(
    st.integers(-2, 70), st.sampled_from([255, 256, 1000, -(1 << 64), -1]), values.floats,
    values.atoms,
)  # fmt: skip


@setup("binary:copy/2")
def _copy(draw: Any, bif: Bif) -> Setup:
    """So many copies are made."""
    return Setup(limits={"N": _COUNTS})


@setup("erlang:make_tuple/*")
def _make_tuple(draw: Any, bif: Bif) -> Setup:
    """So many elements are made; beyond 2^24 none."""
    too_many = st.sampled_from([1 << 24, 1 << 32, 1 << 64])
    return Setup(limits={"Arity": st.one_of(_COUNTS, _COUNTS, too_many)})


@setup("erlang:bsl/2", "erlang:bsr/2")
def _shift(draw: Any, bif: Bif) -> Setup:
    """So many bits are made; with 2^40 none."""
    counts = st.one_of(
        st.integers(-200, 200),
        st.sampled_from([-(1 << 40), 1 << 40, 1 << 64, -(1 << 64), 1 << 70, 3000, -3000]),
        values.floats,
        values.atoms,
    )
    return Setup(limits={"Right": counts})


@setup("erts_internal:counters_new/1", "erts_internal:atomics_new/2")
def _new_counters(draw: Any, bif: Bif) -> Setup:
    """So many words are made; with 2^60 none. The options of atomics are bits."""
    counts = st.one_of(_COUNTS, st.sampled_from([1 << 61, 1 << 64, (1 << 64) - 1]))
    return Setup(limits={"Size": counts, "Arity": counts})


# ---------------------------------------------------------------- atomics and counters


@setup("atomics:*")
def _atomics(draw: Any, bif: Bif) -> Setup:
    """An array of a few atomics with something in it."""
    size = draw(st.integers(1, 3))
    signed = atom(draw(st.sampled_from(["true", "false"])))
    new = Apply("atomics", "new", (Value(size), Value(make_list([(atom("signed"), signed)]))))
    content = st.one_of(st.integers(-2, 2), st.sampled_from(pools.INTEGERS))
    low, high = (-(1 << 63), (1 << 63) - 1) if signed.name == "true" else (0, (1 << 64) - 1)
    first = draw(content.filter(lambda number: low <= number <= high))
    expected = first if draw(st.booleans()) else draw(content)
    return Setup(
        {
            "Ref": Made(1),
            "Ix": Value(draw(st.integers(0, size + 1))),
            "Expected": Value(expected),
        },
        before=(new, Apply("atomics", "put", (Made(1), Value(1), Value(first)))),
        after=tuple(
            Apply("atomics", "get", (Made(1), Value(place))) for place in range(1, size + 1)
        ),
    )


@setup("erts_internal:counters_*")
def _counters(draw: Any, bif: Bif) -> Setup:
    """A few counters with something in them."""
    size = draw(st.integers(1, 3))
    first = draw(st.sampled_from([0, 1, -1, (1 << 63) - 1, -(1 << 63)]))
    new = Apply("erts_internal", "counters_new", (Value(size),))
    return Setup(
        {"Ref": Made(1), "Ix": Value(draw(st.integers(0, size + 1)))},
        before=(new, Apply("erts_internal", "counters_put", (Made(1), Value(1), Value(first)))),
        after=tuple(
            Apply("erts_internal", "counters_get", (Made(1), Value(place)))
            for place in range(1, size + 1)
        ),
    )


# ---------------------------------------------------------------- dictionaries of processes


def _has_stable_hash(term: Term) -> bool:
    """Whether `erl` finds a term again in a table. References of other systems with one word it
    hashes with what lies behind them in memory (measured on 23 and 25)."""
    return not any(type(one) is Reference and len(one.words) == 1 for one in parts(term))


# Strategies that are made once: each new one is looked through whole before it is drawn from.
_STABLE: Final = values.terms.filter(_has_stable_hash)
_PAIRS: Final = st.lists(st.tuples(_STABLE, values.terms), max_size=3)


@setup("erlang:put/2", "erlang:get/*", "erlang:get_keys/*", "erlang:erase/*")
def _dictionary(draw: Any, bif: Bif) -> Setup:
    """A process dictionary of a few keys, whose order nobody promises."""
    pairs = draw(_PAIRS)
    before = tuple(Apply("erlang", "put", (Value(key), Value(value))) for key, value in pairs)
    given: dict[str, Expr] = {}
    if pairs and not _sometimes(draw, 3):
        key, value = draw(st.sampled_from(pairs))
        given = {"Key": Value(key)}
        if bif.name == "get_keys":
            given = {"Value": Value(value)}
    return Setup(
        given,
        before,
        after=(Apply("enigma_calls", "sorted", (Apply("erlang", "get"),)),),
    )


@setup("persistent_term:*")
def _persistent_term(draw: Any, bif: Bif) -> Setup:
    """A key that is there, in a name space of its own."""
    key = (atom("enigma_calls"), draw(values.terms))
    value = draw(values.terms)
    other = (atom("enigma_calls"), atom("other"), draw(values.terms))
    given = _values({"Key": draw(st.sampled_from([key, key, other]))})
    if bif.name == "put_new" and draw(st.booleans()):
        given["Value"] = Value(value)
    if bif.arity == 0:
        given = {}
    after = (Apply("persistent_term", "get", (Argument(1), Value(atom("nothing")))),)
    clean = (Apply("persistent_term", "erase", (Argument(1),)),)
    return Setup(
        given,
        before=(Apply("persistent_term", "put", (Value(key), Value(value))),),
        after=after if bif.arity else (),
        clean=(
            *(clean if bif.arity else ()),
            Apply("persistent_term", "erase", (Value(key),)),
        ),
    )


@setup("os:getenv/1", "os:putenv/2", "os:unsetenv/1", "os:*_env_var/*")
def _environment(draw: Any, bif: Bif) -> Setup:
    """A variable that is there. Names begin alike, and are taken away again."""
    text = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)
    name = make_string("ENIGMA_" + draw(text))
    other = make_string("ENIGMA_" + draw(text))
    put = ("os", "putenv") if bif.name in ("getenv", "putenv", "unsetenv") else (
        "os", "set_env_var")  # fmt: skip
    unset = "unsetenv" if put[1] == "putenv" else "unset_env_var"
    get = "getenv" if put[1] == "putenv" else "get_env_var"
    return Setup(
        _values({"VarName": draw(st.sampled_from([name, name, other]))}),
        before=(Apply(*put, (Value(make_string("ENIGMA_A")), Value(make_string(draw(text))))),),
        after=(Apply("os", get, (Argument(1),)),),
        clean=(Apply("os", unset, (Argument(1),)),
               Apply("os", unset, (Value(make_string("ENIGMA_A")),))),
    )  # fmt: skip


# ---------------------------------------------------------------- texts of numbers


_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


@st.composite
def _integer_text(draw: Any, base: int) -> str:
    sign: str = draw(st.sampled_from(["", "", "", "-", "+"]))
    usable = _DIGITS[: min(base, 36)] + (_DIGITS[36 : 36 + base - 10] if base > 10 else "")
    size = draw(st.sampled_from([1, 1, 2, 3, 5, 10, 17, 18, 19, 20, 21, 40, 200]))
    digits: str = draw(st.text(st.sampled_from(usable or "0"), min_size=1, max_size=size))
    return sign + digits


_FLOAT_TEXT: Final = st.one_of(
    values.floats.map(repr),
    st.sampled_from(
        ["1.0", "-1.5e10", "1.0e400", "1.0e-400", "1.", ".5", "1e5", "1.0e", "1.0e+", "0.0", "-0.0",
         "+1.0", "1.0E5", "1,5", "inf", "nan", "1.7976931348623159e308", "4.9e-324", "2.0e-324",
         "1.0e99999999999", "00.1", "1.0e05", " 1.0", "1.0 ", "1_0.0", "2#1.1#e1", "16#f.8#e0"]
    ),
    st.from_regex(r"[-+]?[0-9]{1,25}\.[0-9]{1,25}([eE][-+]?[0-9]{1,3})?", fullmatch=True),
    st.from_regex(r"[-+]?[0-9]*\.?[0-9]*[eE]?[-+]?[0-9]*", fullmatch=True),
)  # fmt: skip


def _as_text(draw: Any, text: str) -> str:
    """The text, at times with something before, in or behind it."""
    if not _sometimes(draw, 4):
        return text
    place = draw(st.integers(0, len(text)))
    odd: str = draw(st.sampled_from([" ", "-", "+", "_", "é", "a", "z", ".", "\0", "\n", "1", "٣"]))
    return text[:place] + odd + text[place:]


def _text_term(name: str, text: str) -> dict[str, Expr]:
    if name in ("Binary", "Bin"):
        return _values({name: Bitstring.of(text.encode("latin-1", "replace"))})
    return _values({name: make_string(text)})


@setup("erlang:binary_to_integer/*", "erlang:list_to_integer/*", "string:list_to_integer/1",
       "erts_internal:binary_to_integer/2", "erts_internal:list_to_integer/2")  # fmt: skip
def _integers_text(draw: Any, bif: Bif) -> Setup:
    """Digits of a base."""
    base = draw(st.one_of(st.just(10), st.integers(2, 36))) if bif.arity == 2 else 10
    text = _as_text(draw, draw(_integer_text(base)))
    return Setup(_text_term(bif.params[0][0], text) | _values({"Base": base}))


@setup("erlang:binary_to_float/1", "erlang:list_to_float/1", "string:list_to_float/1")
def _floats_text(draw: Any, bif: Bif) -> Setup:
    """Floats as text, whole and broken."""
    return Setup(_text_term(bif.params[0][0], _as_text(draw, draw(_FLOAT_TEXT))))


@setup("erlang:binary_to_existing_atom/2", "erlang:list_to_existing_atom/1")
def _existing(draw: Any, bif: Bif) -> Setup:
    """Texts of atoms that are everywhere, or nowhere; others depend on what was loaded."""
    known = ["erlang", "ok", "true", "undefined", "badarg", "lists"]
    text = draw(st.one_of(st.sampled_from(known), st.just("no atom is called like this")))
    return Setup(_text_term(bif.params[0][0], text))


def _has_negative(term: Term) -> bool:
    """Whether a list has a number below 0: of those, 23 makes text that is none, and raises
    whatever its process has raised before."""
    while type(term) is Cons:
        if type(term.head) is int and term.head < 0:
            return True
        term = term.tail
    return False


_CHARACTERS: Final = st.one_of(
    values.strings.map(make_list),
    values.terms,
    st.lists(st.one_of(values.chars, values.integers, values.terms), max_size=4).map(make_list),
).filter(lambda term: not _has_negative(term))


@setup("erlang:list_to_atom/1")
def _atom_text(draw: Any, bif: Bif) -> Setup:
    """Characters, and lists of other things."""
    return Setup(limits={bif.params[0][0]: _CHARACTERS})


@setup("erlang:list_to_pid/1", "erlang:list_to_port/1", "erlang:list_to_ref/1")
def _identity_text(draw: Any, bif: Bif) -> Setup:
    """Texts of identities of this node and of one that nobody knows."""
    form, make = {
        "list_to_pid": ("<0.{1}.{2}>", Apply("erlang", "self")),
        "list_to_port": ("#Port<0.{1}>", None),
        "list_to_ref": ("#Ref<0.{1}.{2}.{3}>", Apply("erlang", "make_ref")),
    }[bif.name]
    if make is not None and draw(st.booleans()):
        text = bif.name.removeprefix("list_to_") + "_to_list"
        return Setup({"String": Apply("erlang", text, (make,))})
    numbers = st.one_of(st.integers(0, 99), st.sampled_from([32767, 32768, 1 << 28, 1 << 32]))
    three = [draw(numbers) for _ in range(4)]
    return Setup(_values({"String": make_string(_as_text(draw, form.format(*three)))}))


# ---------------------------------------------------------------- places in other arguments


@setup("erlang:binary_part/*", "binary:part/*", "erlang:split_binary/2", "binary:at/2",
       "erlang:binary_to_list/3")  # fmt: skip
def _places(draw: Any, bif: Bif) -> Setup:
    """Positions and lengths around the size of the subject."""
    subject = draw(values.bitstrings)
    size = (subject.size + 7) // 8
    first = 1 if bif.name == "binary_to_list" else 0
    start = _place(draw, first, size - 1 + first)
    stop = _place(draw, start, size)
    length = stop - start if draw(st.booleans()) else -_place(draw, 0, start)
    name = bif.params[0][0]
    given = {name: subject, "Start": start, "Pos": start, "Length": length, "Len": length,
             "PosLen": (start, length), "Stop": stop}  # fmt: skip
    return Setup(_values(given))


def _place(draw: Any, low: int, high: int) -> int:
    """A number of a range, mostly; else one close to its ends."""
    if high < low or _sometimes(draw, 4):
        near: int = draw(st.sampled_from([low - 1, high + 1, low - 2, high + 2]))
        return near
    inside: int = draw(st.one_of(st.integers(low, high), st.sampled_from([low, high])))
    return inside


@setup("erlang:element/2", "erlang:setelement/3", "erlang:delete_element/2",
       "erlang:insert_element/3")  # fmt: skip
def _elements(draw: Any, bif: Bif) -> Setup:
    """Positions around the size of the tuple."""
    tuple_ = draw(values.tuples)
    place = _place(draw, 1, len(tuple_))
    return Setup(_values({"Tuple": tuple_, "N": place, "Index": place}))


@setup("erlang:make_tuple/3")
def _make_tuple_3(draw: Any, bif: Bif) -> Setup:
    """Positions around the size of the tuple."""
    size = draw(st.integers(0, 20))
    pairs = st.lists(st.tuples(st.integers(0, size + 1), values.terms), max_size=4)
    good_pairs = st.lists(st.tuples(st.integers(1, max(size, 1)), values.terms), max_size=4)
    return Setup(
        _values({"InitList": make_list(draw(st.one_of(pairs, good_pairs)))}),
        limits={"Arity": st.one_of(st.just(size), st.just(size), _COUNTS)},
    )


@setup("maps:*", "erlang:map_get/2", "erlang:is_map_key/2")
def _maps(draw: Any, bif: Bif) -> Setup:
    """Keys that are there, and those that are equal but not the same. Orders are not promised."""
    map_ = draw(values.maps)
    key = _known(draw, map_.keys())
    return Setup(_values({"Key": key, "Map": map_, "Map1": map_}))


def _known(draw: Any, keys: list[Term]) -> Term:
    """Mostly one of the keys, or a number that is equal to one; else anything."""
    if not keys or _sometimes(draw, 4):
        return draw(values.terms)
    return _alike(draw, draw(st.sampled_from(keys)))


def _alike(draw: Any, term: Term) -> Term:
    """The term, or one that is almost the same."""
    if _sometimes(draw, 3):
        if type(term) is int and abs(term) < 1 << 1000:
            return Float(term)
        if type(term) is Float:
            return int(term) if draw(st.booleans()) else Float(-term)
    return term


@setup("erts_internal:map_*")
def _map_internals(draw: Any, bif: Bif) -> Setup:
    """Flat maps for those that want them, large ones for the others."""
    return Setup(_values({"M": draw(values.maps)}))


@setup("lists:key*")
def _key_lists(draw: Any, bif: Bif) -> Setup:
    """Tuples with keys, among other things."""
    tuples = st.lists(st.tuples(values.terms, values.terms), min_size=1, max_size=5)
    items: list[Term] = list(draw(tuples))
    place = draw(st.integers(0, 3))
    keys = [one[place - 1] for one in items if 0 < place <= 2]
    if _sometimes(draw, 3):
        items.insert(draw(st.integers(0, len(items))), draw(values.terms))
    return Setup(_values({"Key": _known(draw, keys), "N": place, "TupleList": make_list(items)}))


@setup("lists:member/2")
def _member(draw: Any, bif: Bif) -> Setup:
    """Elements that are there, or equal to one."""
    items = draw(st.lists(values.terms, min_size=1, max_size=5))
    return Setup(_values({"Elem": _known(draw, items), "List": make_list(items)}))


@setup("erlang:--/2", "erlang:subtract/2")
def _subtract(draw: Any, bif: Bif) -> Setup:
    """Elements that are there, or equal to one."""
    items = draw(st.lists(values.terms, max_size=6))
    count = draw(st.integers(0, 3))
    taken = [_known(draw, items) for _ in range(count)]
    return Setup(_values({"List": make_list(items), "Remove": make_list(taken)}))


_COMPARISONS: Final = ("==", "/=", "=:=", "=/=", "<", "=<", ">", ">=", "max", "min")


@setup(*(f"erlang:{name}/2" for name in _COMPARISONS), "erts_internal:cmp_term/2",
       "erts_debug:same/2")  # fmt: skip
def _compared(draw: Any, bif: Bif) -> Setup:
    """Two of a kind, most of the time."""
    left = draw(st.one_of(values.terms, values.floats, values.integers, values.maps))
    right = _close(draw, left)
    names = [name for name, _ in bif.params]
    if bif.name == "same":
        # Whether two equal terms are one in memory is for each implementation to say.
        return Setup({names[0]: Value(1 << 70), names[1]: Value(atom("a"))})
    return Setup(_values({names[0]: left, names[1]: right}))


def _close(draw: Any, term: Term) -> Term:
    """The same, or something close to it."""
    if _sometimes(draw, 4):
        return draw(values.terms)
    kind = type(term)
    if kind is int:
        return draw(st.sampled_from([term, term + 1, -term, _alike(draw, term)]))
    if kind is Float:
        near = [term, Float(-term)]
        if abs(term) < 1e300:
            near += [int(term), int(term) + 1]
        return draw(st.sampled_from(near))
    if kind is tuple and term:
        return (*term[:-1], _alike(draw, term[-1]))
    if kind is Map and len(term):
        keys = term.keys()
        key = draw(st.sampled_from(keys))
        return term.put(key, _alike(draw, term.get(key)))
    return term


# ---------------------------------------------------------------- binaries


@setup("binary:match*/*", "binary:split/*")
def _search(draw: Any, bif: Bif) -> Setup:
    """Patterns that are in the subject, compiled at times, and places around its size."""
    letters = st.binary(max_size=20).map(lambda data: bytes(b"ab\0\xff"[byte & 3] for byte in data))
    subject = draw(st.one_of(letters, values.binaries.map(lambda one: one.to_bytes())))
    size = len(subject)

    def part() -> Bitstring:
        start = draw(st.integers(0, size))
        return Bitstring.of(subject[start : start + draw(st.integers(0, 4))])

    patterns: Term = part()
    if draw(st.booleans()):
        patterns = make_list([part() for _ in range(draw(st.integers(0, 3)))])
    pattern: Expr = Value(patterns)
    if _sometimes(draw, 4):
        usable = [Bitstring.of(b"a"), make_list([Bitstring.of(b"ab"), Bitstring.of(b"b")])]
        pattern = Apply("binary", "compile_pattern", (Value(draw(st.sampled_from(usable))),))
    place = st.integers(-2, size + 2)
    scope = (atom("scope"), (draw(place), draw(st.integers(-size - 2, size + 2))))
    options: list[Term] = [scope, *map(atom, ("global", "trim", "trim_all"))]
    if bif.name != "split":
        options = [scope]
    if _sometimes(draw, 8):
        options.append(draw(values.terms))
    chosen = draw(st.lists(st.sampled_from(options), max_size=3))
    return Setup(
        {"Subject": Value(Bitstring.of(subject)), "Pattern": pattern,
         "Options": Value(make_list(chosen))}
    )  # fmt: skip


@setup("binary:longest_common_*")
def _common(draw: Any, bif: Bif) -> Setup:
    """Binaries that have something in common."""
    common = draw(st.binary(max_size=12))
    rests = draw(st.lists(st.binary(max_size=4), min_size=1, max_size=4))
    joined = [common + rest if bif.name.endswith("prefix") else rest + common for rest in rests]
    return Setup(_values({"Binaries": make_list(map(Bitstring.of, joined))}))


@setup("erlang:md5_update/2", "erlang:md5_final/1")
def _md5(draw: Any, bif: Bif) -> Setup:
    """A context that has seen something; what it looks like is the release's own."""
    data = Value(Bitstring.of(draw(st.binary(max_size=80))))
    context = Apply("erlang", "md5_update", (Apply("erlang", "md5_init"), data))
    if bif.name == "md5_final":
        return Setup({"Context": context})
    after = (Apply("erlang", "md5_final", (Made(0),)),)
    return Setup({"Context": context}, after=after)


# Tags 73 and 75 are atoms by their place in the emulator's own table (docs/conformance.md).
_BYTES: Final = st.sampled_from([byte for byte in range(256) if byte not in (73, 75)])


@setup("erlang:binary_to_term/*")
def _external(draw: Any, bif: Bif) -> Setup:
    """External terms, whole and broken."""
    term = draw(st.one_of(values.terms, values.maps, values.integers, values.floats))
    data = bytearray(encode(term, release=25))
    way = draw(st.integers(0, 5))
    if way == 0:
        place = draw(st.integers(0, len(data) - 1))
        data[place] = draw(_BYTES)
    elif way == 1:
        del data[draw(st.integers(0, len(data))) :]
    elif way == 2:
        data += draw(st.binary(max_size=3))
    name = bif.params[0][0]
    return Setup(_values({name: Bitstring.of(bytes(data[:5000]))}))


# ---------------------------------------------------------------- text


_UNICODE_BITS: Final = st.one_of(
    st.text(max_size=8).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.text(max_size=8).map(lambda text: text.encode("utf-16-be", "surrogatepass")),
    st.text(max_size=8).map(lambda text: text.encode("utf-16-le", "surrogatepass")),
    st.text(max_size=8).map(lambda text: text.encode("utf-32-be", "surrogatepass")),
    st.text(max_size=8).map(lambda text: text.encode("utf-8", "surrogatepass")[:-1]),
    st.binary(max_size=8),
)


@setup("unicode:characters_to_*")
def _unicode(draw: Any, bif: Bif) -> Setup:
    """Lists of characters and of binaries in several encodings."""
    item = st.one_of(values.chars, _UNICODE_BITS.map(Bitstring.of))
    inner = st.lists(item, max_size=3).map(make_list)
    tail = draw(st.one_of(st.just(NIL), st.just(NIL), _UNICODE_BITS.map(Bitstring.of)))
    items = draw(st.lists(st.one_of(item, item, inner), max_size=4))
    data = make_list(items, tail) if items else tail
    return Setup(_values({"Data": data}))


# ---------------------------------------------------------------- files of modules


def _chunk(name: str, data: bytes) -> bytes:
    padding = bytes(-len(data) % 4)
    return name.encode() + len(data).to_bytes(4, "big") + data + padding


@setup("code:get_chunk/2", "code:module_md5/1", "erts_internal:beamfile_*")
def _beam_files(draw: Any, bif: Bif) -> Setup:
    """Something like a .beam file (IFF: names, sizes and contents), whole and broken."""
    names = ["AtU8", "Code", "StrT", "ImpT", "ExpT", "LitT", "Meta", "FunT", "Attr", "Abcd"]
    some = draw(st.lists(st.sampled_from(names), max_size=6))
    contents = [_chunk(name, draw(st.binary(max_size=9))) for name in some]
    if _sometimes(draw, 2):
        contents = [_chunk(name, bytes(20)) for name in names]
    body = b"BEAM" + b"".join(contents)
    data = b"FOR1" + len(body).to_bytes(4, "big") + body
    if _sometimes(draw, 4):
        data = data[: draw(st.integers(0, len(data)))]
    wanted = draw(st.sampled_from([*some, "Code", "None"]))
    return Setup(_values({"Bin": Bitstring.of(data), "Chunk": make_string(wanted)}))


# ---------------------------------------------------------------- mathematics


@setup("math:acos/1", "math:asin/1", "math:atanh/1")
def _unit_interval(draw: Any, bif: Bif) -> Setup:
    """Numbers between -1 and 1."""
    inside = [one for one in pools.FLOATS if abs(one) <= 1]
    number = st.one_of(st.sampled_from(inside), st.floats(-1, 1).map(Float), st.integers(-1, 1))
    return Setup(_values({bif.params[0][0]: draw(number)}))


# ---------------------------------------------------------------- times

_NEAR: Final = (
    ((1970, 1, 1), (0, 0, 0)), ((2000, 2, 29), (23, 59, 59)), ((1900, 2, 29), (0, 0, 0)),
    ((2038, 1, 19), (3, 14, 8)), ((2024, 3, 31), (2, 30, 0)), ((2024, 12, 31), (24, 0, 0)),
    ((1969, 12, 31), (23, 59, 59)), ((9999, 12, 31), (23, 59, 59)), ((2023, 2, 30), (1, 1, 60)),
    ((0, 1, 1), (0, 0, 0)), ((-1, 1, 1), (0, 0, 0)), ((2024, 13, 1), (0, 0, 0)),
)  # fmt: skip


@setup("erlang:*time_to_*")
def _times(draw: Any, bif: Bif) -> Setup:
    """Dates that are hard, and numbers of seconds around them."""
    year = st.integers(1890, 2120)
    date = st.tuples(year, st.integers(1, 12), st.integers(1, 31))
    clock = st.tuples(st.integers(0, 23), st.integers(0, 59), st.integers(0, 60))
    when = draw(st.one_of(st.sampled_from(_NEAR), st.tuples(date, clock)))
    seconds = draw(
        st.one_of(st.integers(-(1 << 33), 1 << 33), st.sampled_from([0, -1, 1 << 31, 1 << 40]))
    )
    name = bif.params[0][0]
    return Setup(_values({name: seconds if name == "Posixtime" else when}))


# ---------------------------------------------------------------- functions

_CALLS: Final[tuple[tuple[str, str, tuple[Term, ...]], ...]] = (
    ("erlang", "abs", (-1,)), ("lists", "reverse", (make_list([1, 2]),)), ("erlang", "+", (1, 2)),
    ("erlang", "hd", (NIL,)), ("erlang", "throw", (1,)), ("erlang", "error", (atom("a"),)),
    ("lists", "seq", (1, 3)), ("enigma_none", "f", ()), ("lists", "none_such", (1,)),
    ("lists", "nth", (0, NIL)), ("erlang", "node", ()),
)  # fmt: skip


@setup("erlang:apply/3", "erlang:make_fun/3", "erlang:is_builtin/3")
def _named_function(draw: Any, bif: Bif) -> Setup:
    """Functions that are there and do no harm, and some that are not."""
    module, name, given = draw(st.sampled_from(_CALLS))
    arity = len(given) if not _sometimes(draw, 4) else draw(st.integers(-1, 256))
    return Setup(
        _values(
            {"Module": atom(module), "Function": atom(name), "Args": make_list(given),
             "Arity": arity}
        )
    )  # fmt: skip


@setup("erlang:apply/2")
def _applied_fun(draw: Any, bif: Bif) -> Setup:
    """Funs with as many arguments as they take, most of the time."""
    arity = draw(st.integers(0, 3))
    given = arity if not _sometimes(draw, 4) else draw(st.integers(0, 4))
    items = draw(st.lists(values.terms, min_size=given, max_size=given))
    return Setup({"Fun": Closure(arity, draw(values.terms)), "Args": Value(make_list(items))})


@setup("erlang:raise/3")
def _raise(draw: Any, bif: Bif) -> Setup:
    """Classes, and traces good and bad."""
    cls = atom(draw(st.sampled_from(["error", "exit", "throw", "error", "other"])))
    info = make_list([(atom("line"), 3)])
    items: list[Term] = [
        (atom("m"), atom("f"), 1, NIL), (atom("m"), atom("f"), make_list([1, 2]), NIL),
        (atom("m"), atom("f"), 1), (atom("m"), atom("f"), 1, info), (1, 2), atom("a"),
    ]  # fmt: skip
    trace = make_list(draw(st.lists(st.sampled_from(items), max_size=3)))
    return Setup(_values({"Class": cls, "Stacktrace": trace}))


# ---------------------------------------------------------------- ets

_TABLE_TYPES: Final = ("set", "ordered_set", "bag", "duplicate_bag")
_IN_ORDER: Final = re.compile(
    r"ets:(first|last|next|prev)(_lookup)?/.|ets:slot/2|ets:(match|match_object|select"
    r"|select_reverse)/[13]|erts_internal:ets_.*"
)
_SPECS: Final[tuple[Term, ...]] = tuple(
    make_list([(head, make_list(guards), make_list(body))])
    for head, guards, body in (
        (atom("$1"), [], [atom("$_")]),
        ((atom("$1"), atom("$2")), [], [atom("$1")]),
        ((atom("$1"), atom("$2")), [(atom(">"), atom("$1"), 2)], [(atom("$$"),)]),
        ((atom("$1"), atom("_")), [(atom("is_atom"), atom("$1"))], [atom("true")]),
        ((1, atom("$1")), [], [((atom("a"), atom("$1")),)]),
        ((atom("$1"), atom("$1")), [], [(atom("+"), atom("$1"), 1)]),
        (atom("_"), [], [(atom("const"), (1, 2))]),
        ((atom("$1"), atom("$2")), [(atom("foo"), 1)], [atom("$1")]),
    )
)


_INFO_ITEMS: Final = (
    "binary", "compressed", "decentralized_counters", "fixed", "heir", "id", "keypos", "name",
    "named_table", "node", "owner", "protection", "safe_fixed", "size", "type",
    "write_concurrency", "read_concurrency",
)  # fmt: skip


_KEYS: Final = st.one_of(
    st.integers(1, 4), st.sampled_from([atom("a"), Float(1.0), Float(2.0)]),
    _STABLE,
)  # fmt: skip
_ITEMS: Final = st.one_of(st.integers(0, 3), _KEYS)
_OBJECTS: Final = st.tuples(_KEYS, _ITEMS)
_COUNTERS: Final = st.one_of(st.integers(-2, 2), values.integers)
_OPERATIONS: Final = st.one_of(
    st.integers(-2, 2),
    st.tuples(st.integers(1, 3), st.integers(-2, 2)),
    st.tuples(st.integers(2, 3), st.integers(-2, 2), st.integers(-1, 3), st.integers(0, 1)),
    values.integers,
)
_ONE_OR_MORE: Final = st.one_of(_OBJECTS, st.lists(_OBJECTS, max_size=3).map(make_list))


@setup("ets:*", "erts_internal:ets_*")
def _ets(draw: Any, bif: Bif) -> Setup:
    """A table with a few objects. Tables without order are asked for what has none only."""
    in_order = _IN_ORDER.fullmatch(bif.mfa) is not None
    kind = "ordered_set" if in_order else draw(st.sampled_from(_TABLE_TYPES))
    keypos = 1 if not _sometimes(draw, 6) else 2
    options: list[Term] = [atom(kind), atom(draw(st.sampled_from(["public", "protected"])))]
    if keypos != 1:
        options.append((atom("keypos"), keypos))
    named = _sometimes(draw, 4)
    if named:
        options.append(atom("named_table"))
    name = atom("enigma_table")
    least = 3 if bif.arity == 1 and bif.params[0][0] == "Continuation" else 0
    objects = draw(st.lists(_OBJECTS, min_size=least, max_size=5))
    if bif.name == "update_counter" and not _sometimes(draw, 4):
        objects = [(one, draw(_COUNTERS)) for one, _ in objects] or [(1, draw(_COUNTERS))]
    new = Apply("ets", "new", (Value(name), Value(make_list(options), fixed=in_order)))
    insert = Apply("ets", "insert", (Made(1), Value(make_list(objects))))
    known = _known(draw, [one[keypos - 1] for one in objects])
    table: Expr = Value(name) if named else Made(1)
    given: dict[str, Expr] = {
        "Table": table, "Tab": table, "Key": Value(known), "Key1": Value(known),
        "MatchSpec": Value(draw(st.sampled_from(_SPECS))),
        "UpdateOp": Value(draw(_OPERATIONS)),
        "Default": Value((known, draw(_ITEMS), 0)),
        "ElementSpec": Value((draw(st.integers(0, 4)), draw(_ITEMS))),
        "Pattern": Value(draw(st.sampled_from([
            atom("_"), (atom("$1"), atom("_")), (known, atom("$1")), (atom("$2"), atom("$1")),
        ]))),
        "Position": Value(draw(st.integers(0, 4))), "Pos": Value(draw(st.integers(0, 4))),
    }  # fmt: skip
    if "Object" in dict(bif.params) and objects:
        given["Object"] = Value(draw(st.sampled_from(objects)))
    if bif.name == "info" and bif.arity == 2:
        # How much memory it takes is for the implementation to say.
        given["Item"] = Value(atom(draw(st.sampled_from(_INFO_ITEMS))))
    if bif.name in ("insert", "insert_new"):
        given[bif.params[1][0]] = Value(draw(_ONE_OR_MORE))
    before: tuple[Expr, ...] = (new, insert)
    if bif.name in ("match", "match_object", "select", "select_reverse") and bif.arity == 1:
        # Some of which there are more.
        what = Value(_SPECS[0] if bif.name.startswith("select") else atom("$1"))
        before += (Apply("ets", bif.name, (table, what, Value(1))),)
        given["Continuation"] = Apply("erlang", "element", (Value(2), Made(3)))
    all_of = Apply("enigma_calls", "sorted", (Apply("ets", "tab2list", (Made(1),)),))
    return Setup(
        given,
        before,
        after=() if bif.name == "new" else (all_of,),
    )


@setup("ets:match_spec_run_r/3", "ets:is_compiled_ms/1")
def _compiled_spec(draw: Any, bif: Bif) -> Setup:
    """A compiled match specification, and objects that it may match."""
    spec = draw(st.sampled_from(_SPECS[:-1]))
    compiled = Apply("ets", "match_spec_compile", (Value(spec),))
    objects = draw(st.lists(st.tuples(values.small_integers, values.terms), max_size=4))
    return Setup(
        {"List": Value(make_list(objects)), "CompiledMatchSpec": compiled, "Term": compiled}
    )


@setup("ets:new/2")
def _ets_new(draw: Any, bif: Bif) -> Setup:
    """Nothing is there before; the names are of no atom that means something."""
    return Setup({"Name": Value(atom("enigma_table"))})


@setup("erlang:match_spec_test/3")
def _match_spec_test(draw: Any, bif: Bif) -> Setup:
    """A match specification and something that it may match."""
    against = draw(st.one_of(st.tuples(values.small_integers, values.terms), values.tuples))
    spec = draw(st.sampled_from(_SPECS))
    return Setup(_values({"MatchAgainst": against, "MatchSpec": spec}))


# ---------------------------------------------------------------- regular expressions

_PATTERNS: Final = (
    "", "a", "abc", "a*", "a+b?", "(a)(b)?", "[a-c]+", "[^a]", "^a$", "\\d+", "\\w\\s", ".", "a|b",
    "(?<n>a)(?<m>b)", "(", "[", "a{2,3}", "a{1", "\\", "(?i)A", "(a|b)*c", "\\bfoo\\b", "é", "日",
    "(?:x)", "(?=a)a", "(?<=a)b", "\\1(a)", "(a)\\1", "x*", "(?P<n>a)", "\\p{Lu}", "\\x{e9}",
    "a\nb", "$", "^", "(?m)^b", "a.c", "[[:alpha:]]+", "*a", "(?<n>a)|(?<n>b)",
)  # fmt: skip
_SUBJECTS: Final = (
    "", "a", "abc", "aab", "ABC", "a b", "foo bar", "123", "éa", "日本", "a\nb", "xxabcxx", "aaaa",
    "ab\r\nab", "\0a",
)  # fmt: skip
_RUN_OPTIONS: Final[tuple[Term, ...]] = (
    atom("global"), atom("anchored"), atom("notempty"), atom("notbol"), atom("noteol"),
    atom("caseless"), atom("unicode"), atom("multiline"), atom("dotall"), atom("extended"),
    (atom("offset"), 0), (atom("offset"), 1), (atom("offset"), 9), (atom("capture"), atom("none")),
    (atom("capture"), atom("all"), atom("index")), (atom("capture"), atom("first"), atom("list")),
    (atom("capture"), atom("all_but_first"), atom("binary")), (atom("capture"), make_list([1, 2])),
    (atom("capture"), make_list([atom("n")]), atom("list")), (atom("match_limit"), 3),
    atom("report_errors"), (atom("capture"), atom("all_names"), atom("binary")),
    (atom("newline"), atom("lf")), atom("ungreedy"), atom("firstline"), atom("notempty_atstart"),
)  # fmt: skip


@setup("re:*")
def _regular(draw: Any, bif: Bif) -> Setup:
    """Patterns whole and broken, compiled at times, and subjects that some of them match."""

    def data(text: str) -> Term:
        encoding = "latin-1" if _sometimes(draw, 2) else "utf-8"
        whole = Bitstring.of(text.encode(encoding, "replace"))
        return make_list([whole]) if _sometimes(draw, 5) else whole

    pattern = data(draw(st.sampled_from(_PATTERNS)))
    subject = data(draw(st.sampled_from(_SUBJECTS)))
    options = draw(st.lists(st.sampled_from(_RUN_OPTIONS), max_size=3))
    compiled = Apply("erlang", "element", (Value(2), Apply("re", "compile", (Value(pattern),))))
    given: dict[str, Expr] = {
        "Subject": Value(subject), "RE": Value(pattern), "Regexp": Value(pattern),
        "MP": compiled,
    }  # fmt: skip
    if bif.name != "compile":
        given["Options"] = Value(make_list(options))
    if _sometimes(draw, 3):
        given["RE"] = compiled
    if bif.name == "import":
        exported = Value(make_list([atom("export")]))
        given["Exported"] = Apply(
            "erlang", "element", (Value(2), Apply("re", "compile", (Value(pattern), exported)))
        )
    return Setup(given)


# ---------------------------------------------------------------- packets

_PACKETS: Final = (
    b"GET / HTTP/1.1\r\n", b"HTTP/1.0 200 OK\r\n", b"Host: x\r\nA: b\r\n", b"\r\n", b"line\nnext",
    b"POST http://h:80/p?q HTTP/1.1\n\n", b"OPTIONS * HTTP/1.1\r\n", b"X-y:  z \r\n folded\r\nB:c",
    b"Content-Length: 10\r\n\r\n", b"ab\r\ncd", b"\0\0\0\3abcd", b"\0\3abcd", b"\3abcd",
    b"\3\0\0\7abcd", b"\x30\3abc", b"\x30\x82\0\3abc", b"\x01\x01\0\1\0\3\1\0abcx",
    b"\x80\0\0\3abc", b"GIOP\1\0\0\0\0\0\0\1a",
)  # fmt: skip


@setup("erlang:decode_packet/3")
def _packets(draw: Any, bif: Bif) -> Setup:
    """Packets of all types, whole, cut off and with more behind them."""
    data = draw(st.sampled_from(_PACKETS))
    if _sometimes(draw, 3):
        data = data[: draw(st.integers(0, len(data)))]
    if _sometimes(draw, 4):
        data += draw(st.sampled_from(_PACKETS))
    return Setup(_values({"Bin": Bitstring.of(data)}))


# ---------------------------------------------------------------- terms with parts that are made


@setup("erlang:is_record/2", "erlang:is_record/3")
def _records(draw: Any, bif: Bif) -> Setup:
    """Tuples with an atom in front."""
    tag = draw(values.atoms)
    tuple_ = (tag, *draw(st.lists(values.terms, max_size=3)))
    return Setup(_values({"Term": tuple_, "RecordTag": tag, "Size": len(tuple_)}))


@setup("records:*", "erlang:is_record/1")
def _native_records(draw: Any, bif: Bif) -> Setup:
    """Native records (29) of a module that defines two, and fields that they have or not."""
    kind = draw(st.sampled_from(["open", "closed"]))
    record = Apply("enigma_owner", "make", (Value(atom(kind)), Value(draw(values.terms))))
    field_names = ["x", "y", "z", "w"]
    names = st.sampled_from(field_names).map(atom)
    fields = draw(st.lists(st.tuples(names, values.terms), max_size=3))
    given: dict[str, Expr] = {
        "Record": record, "Src": record, "Term": record,
        "Module": Value(atom("enigma_owner")),
        "RecordName": Value(atom(kind if not _sometimes(draw, 5) else "other")),
        "Key": Value(draw(names)),
        "Fields": Value(make_list(fields)), "FieldsMap": Value(Map.of(fields)),
    }  # fmt: skip
    if draw(st.booleans()):
        exported = atom("true" if kind == "open" else "false")
        given["Options"] = Value(Map.of([(atom("is_exported"), exported)]))
    return Setup(given, before=(record,))


@setup("erlang:*", "erts_debug:*")
def _with_identities(draw: Any, bif: Bif) -> Setup:
    """Nothing special, but at times a term that holds what cannot be written down."""
    if "hash" in bif.name:
        return Setup(local=False)
    if not _sometimes(draw, 10):
        return NOTHING
    inner = (Apply("erlang", "self"), Closure(1, atom("a")), Apply("erlang", "make_ref"))
    whole = TupleExpr(inner) if draw(st.booleans()) else ListExpr(inner)
    names = [name for name, type_ in bif.params if type_ == "term()"]
    return Setup(dict.fromkeys(names[:1], whole))
