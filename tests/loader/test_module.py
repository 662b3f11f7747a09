"""Whole modules, assembled here."""

from __future__ import annotations

import gzip
import struct
import zlib

import pytest

from enigma_ref.loader import LoadError, read_module
from enigma_ref.loader.chunks import MAX_FORM
from enigma_ref.loader.tables import TypeRow
from enigma_ref.terms import NIL, atom
from tests.loader import assembler as asm
from tests.loader.assembler import a, f, i, lst, op, q, u, words, x

SMALL = asm.small_beam()


def refused(data: bytes) -> str:
    with pytest.raises(LoadError) as caught:
        read_module(data, where="some.beam")
    text = str(caught.value)
    assert text.startswith("some.beam: ")
    assert "\n" not in text
    return caught.value.message


def test_tables() -> None:
    module = read_module(SMALL)
    assert module.name is atom("small")
    assert module.atoms == (NIL, *map(atom, asm.ATOMS))
    assert module.imports == ((atom("erlang"), atom("+"), 2),)
    assert module.exports == ((atom("f"), 1, 2),)
    assert module.locals == ((atom("-f/1-fun-0-"), 2, 6),)
    assert module.funs == ((atom("-f/1-fun-0-"), 2, 6, 0, 1, 12345),)
    assert module.literals[1] == (1, 2)
    assert module.literals[-1:] == [(1, 2)]
    assert module.strings == b"abcd"
    assert module.lines == ((0, 0), (0, 7), (1, 70000))
    assert module.file_names == ("small.erl", "x.hrl")
    assert module.types == ((0x1FFF, None, None, None), (0x20, -1, 10, None))
    assert module.attributes is NIL
    assert module.records == ()
    assert ("Odd?", 20) in module.chunks
    assert [name for name, _ in module.chunks] == list(asm.small_chunks())


def test_code() -> None:
    module = read_module(SMALL)
    number = asm.NUMBERS
    assert module.code[5] == (number["move"], ("x", 0), ("y", 0))
    assert module.code[6][4:] == (("x", 0), ("i", 1 << 70), ("x", 0))
    assert module.code[-1] == (number["int_code_end"],)
    assert module.label_count == 7
    for label, index in module.labels.items():
        assert module.code[index] == (number["label"], ("u", label))
    first, second = module.functions
    assert (first.start, first.info_label, first.entry_label, first.arity) == (0, 1, 2, 1)
    assert (first.end, second.end) == (second.start, len(module.code) - 1)
    assert module.entries == {(atom("f"), 1): 2, (atom("-f/1-fun-0-"), 2): 6}


def test_types_kept() -> None:
    module = read_module(SMALL, keep_types=True)
    assert module.code[6][4] == ("tr", (("x", 0), 1))


def test_gzip_and_trailing_bytes() -> None:
    assert read_module(gzip.compress(SMALL)).md5 == read_module(SMALL + b"more").md5


def test_long_and_latin1_atoms() -> None:
    names = ("ä" * 200, *asm.ATOMS[1:])
    long = asm.small_beam(AtU8=asm.atom_table(names, long=True))
    assert read_module(long).name is atom("ä" * 200)
    old = asm.small_beam(AtU8=None, Atom=asm.atom_table(names, encoding="latin-1"))
    assert read_module(old).name is atom("ä" * 200)


def test_uncompressed_literals() -> None:
    data = asm.literal_table([b"\x83a\7", b"\x83jx"[:2]], compressed=False)
    assert list(read_module(asm.small_beam(LitT=data)).literals) == [7, NIL]


def test_the_last_of_equal_chunks_counts() -> None:
    chunks = [*asm.small_chunks().items(), ("StrT", b"wxyz")]
    assert read_module(asm.form(chunks)).strings == b"wxyz"


def test_the_md5_ignores_old_uniq_and_unimportant_chunks() -> None:
    same = asm.small_beam(
        FunT=asm.table([(10, 2, 6, 0, 1, 999)]), Attr=b"\x83h\0", Line=None, LocT=None
    )
    assert read_module(same).md5 == read_module(SMALL).md5
    assert read_module(asm.small_beam(StrT=b"abce")).md5 != read_module(SMALL).md5


ANY = 0x1FFF
INTEGER = 0x20
BITSTRING = 2

TYPES: dict[int, list[tuple[bytes, TypeRow]]] = {
    1: [
        (b"\x1f\xff" + struct.pack(">qq", 0, -1), (ANY, None, None, None)),
        (b"\0\x40" + struct.pack(">qq", 3, 9), (INTEGER, 3, 9, None)),
        (b"\0\6" + struct.pack(">qq", 0, -1), (BITSTRING, None, None, None)),
    ],
    2: [
        (b"\x1f\xff", (ANY, None, None, None)),
        (b"\x20\x40" + struct.pack(">q", -3), (INTEGER, -3, None, None)),
        (b"\x80\2\7", (BITSTRING, None, None, 8)),
    ],
    3: [
        (b"\x0f\xff", (ANY, None, None, None)),
        (b"\x20\x20" + struct.pack(">q", 4), (INTEGER, None, 4, None)),
        (b"\x40\2\0", (BITSTRING, None, None, 1)),
    ],
    4: [
        (b"\x1f\xff", (ANY, None, None, None)),
        (b"\x60\x20" + struct.pack(">qq", 4, 5), (INTEGER, 4, 5, None)),
        (b"\x10\0", (0x1000, None, None, None)),
    ],
}


@pytest.mark.parametrize("version", TYPES)
def test_type_versions_are_brought_to_one_form(version: int) -> None:
    rows = TYPES[version]
    data = words(version, len(rows)) + b"".join(row for row, _ in rows)
    assert read_module(asm.small_beam(Type=data)).types == tuple(row for _, row in rows)


def test_hints_of_an_unknown_version_are_ignored() -> None:
    assert read_module(asm.small_beam(Type=words(99, 5))).types is None
    assert read_module(asm.small_beam(Type=None)).types is None


def test_an_unknown_line_version_and_a_missing_table_mean_no_lines() -> None:
    assert read_module(asm.small_beam(Line=words(1))).lines == ((0, 0),)
    assert read_module(asm.small_beam(Line=None)).lines == ((0, 0),)


def test_records() -> None:
    fields = lst(a(8), i(-3), a(2), u(0), a(3), q(1))
    data = words(0, 1, 3) + op("call_last", a(7), a(6), fields)
    (record,) = read_module(asm.small_beam(Recs=data)).records
    assert (record.name, record.exported) == (atom("r"), True)
    assert record.fields == ((atom("field"), ("i", -3)), (atom("f"), None), (atom("g"), ("q", 1)))


def test_debug_lines() -> None:
    data = words(1, 2, 0)
    data += op("call", u(0), u(4)) + op("call", u(1), lst(q(0), x(1))) + op("call", u(0), a(0))
    rows = read_module(asm.small_beam(DbgB=data)).debug_lines
    assert rows == ((("u", 4), (("q", 0), ("x", 1)), ()), (("a", 0), (), ()))


FUNCTION = op("label", u(1)) + op("func_info", a(1), a(2), u(1)) + op("label", u(2))
END = op("return") + op("int_code_end")


def with_code(code: bytes, *, labels: int = 7, functions: int = 1) -> bytes:
    chunks = asm.small_chunks(code)
    chunks["Code"] = asm.code_chunk(code, labels, functions)
    del chunks["FunT"], chunks["LocT"]
    return asm.form(chunks.items())


def test_the_smallest_code_is_accepted() -> None:
    assert len(read_module(with_code(FUNCTION + END)).code) == 5


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (FUNCTION + op("label", u(2)) + END, "label 2 is defined twice"),
        (FUNCTION + op("label", u(7)) + END, "label 7 is above"),
        (FUNCTION + op("label", u(0)) + END, "a number above 0"),
        (FUNCTION + op("jump", f(5)) + END, "label 5 is used but not defined"),
        (op("return") + FUNCTION + END, "before the first function"),
        (op("func_info", a(1), a(2), u(1)) + op("label", u(2)) + END, "without a label before"),
        (op("label", u(1)) + op("func_info", a(1), a(2), u(1)) + END, "without an entry label"),
        (op("label", u(1)) + op("func_info", a(0), a(2), u(1)) + END, "not an atom"),
        (op("label", u(1)) + op("func_info", a(1), a(2), u(256)) + END, "arity"),
        (END, "no functions"),
        (FUNCTION + op("call_ext", u(2), u(1)) + END, "import table"),
        (FUNCTION + op("call_ext", u(1), u(0)) + END, "import of arity 2"),
        (FUNCTION + op("bif1", f(0), u(0), x(0), x(0)) + END, "import of arity 2"),
        (FUNCTION + op("move", u(1), x(0)) + END, "operand 1 is of the wrong kind, u"),
        (FUNCTION + op("move", x(0), i(1)) + END, "operand 2 is of the wrong kind, i"),
        (FUNCTION + op("move", asm.fr(0), x(0)) + END, "operand 1 is of the wrong kind, fr"),
        (FUNCTION + op("put_tuple2", x(0), x(1)) + END, "operand 2 is of the wrong kind, x"),
        (FUNCTION + op("put_tuple2", x(0), lst(u(1))) + END, "item of its list"),
        (FUNCTION + op("select_val", x(0), f(2), lst(a(1), f(2), i(1))) + END, "groups of 2"),
        (FUNCTION + op("select_val", x(0), f(2), lst(a(1), a(2))) + END, "item of its list"),
        (FUNCTION + op("make_fun2", u(0)) + END, "fun table"),
        (FUNCTION + op("line", u(3)) + END, "line table"),
        (FUNCTION + op("allocate", u(1025), u(0)) + END, "number of registers"),
        (FUNCTION + op("call_last", u(1), f(2), x(1)) + END, "wrong kind"),
        (FUNCTION + op("bs_put_string", u(3), u(2)) + END, "outside the string table"),
        (FUNCTION + op("bs_match_string", f(2), x(0), u(33), u(0)) + END, "outside the string"),
        (FUNCTION + op("bs_match", f(2), x(0), lst(a(1), u(8))) + END, "command that is not known"),
        (FUNCTION + op("bs_create_bin", f(0), u(0), u(0), u(1), x(0), lst(
            a(9), u(0), u(8), a(0), u(2), i(3))) + END, "outside the string"),
        (FUNCTION + op("bs_create_bin", f(0), u(0), u(0), u(1), x(0), lst(a(9))) + END, "six"),
        # All of these are refused by 23, 25, 27 and 29, unless they end 23 (the unit).
        (FUNCTION + op("jump", f(0)) + END, "operand 1 is no label"),
        (FUNCTION + op("is_integer", f(0), x(0)) + END, "operand 1 is no label"),
        (FUNCTION + op("call", u(1), f(0)) + END, "operand 2 is no label"),
        (FUNCTION + op("try", asm.y(0), f(0)) + END, "operand 2 is no label"),
        (FUNCTION + op("select_val", x(0), f(0), lst(i(1), f(2))) + END, "operand 2 is no label"),
        (FUNCTION + op("select_val", x(0), f(2), lst(i(1), f(0))) + END, "an item of its list is"),
        (FUNCTION + op("bs_set_position", x(0), i(8)) + END, "operand 2 is of the wrong kind, i"),
        (FUNCTION + op("bs_test_unit", f(2), x(0), u(0)) + END, "its unit is 0"),
        (FUNCTION + op("return"), "truncated"),
        (FUNCTION + b"\xc0", "unknown opcode 192"),
    ],
)  # fmt: skip
def test_bad_code(code: bytes, message: str) -> None:
    assert message in refused(with_code(code))


def test_the_number_of_functions_must_agree() -> None:
    assert "promises 3" in refused(with_code(FUNCTION + END, functions=3))


@pytest.mark.parametrize("name", ["AtU8", "Code", "ImpT", "ExpT"])
def test_chunks_that_must_be_there(name: str) -> None:
    assert name in refused(asm.small_beam(**{name: None}))
    assert name in refused(asm.small_beam(**{name: b""}))


def test_a_fun_has_at_most_as_many_free_variables_as_arguments() -> None:
    chunks = asm.small_chunks(FUNCTION + END, functions=1)
    chunks["FunT"] = asm.table([(2, 1, 2, 0, 2, 0)])
    del chunks["LocT"]
    assert "free variables" in refused(asm.form(chunks.items()))


@pytest.mark.parametrize(
    ("chunk", "data", "message"),
    [
        ("AtU8", words(0), "no atoms"),
        ("AtU8", b"\0", "truncated"),
        ("AtU8", words(1 << 30), "promises"),
        ("AtU8", words(2) + b"\1a", "atom 2"),
        ("AtU8", words(1) + b"\1\xff", "UTF-8"),
        ("AtU8", struct.pack(">i", -1) + u(256) + b"a" * 256, "255 characters"),
        ("AtU8", struct.pack(">i", -1) + a(1) + b"a", "not tagged u"),
        ("AtU8", struct.pack(">i", -1) + u(1 << 70) + b"a", "truncated"),
        ("Code", words(16, 1, 1, 1, 1), "instruction set 1"),
        ("Code", words(16, 0, 250, 1, 1), "newer release"),
        ("Code", words(17, 0, 1, 1, 1), "header"),
        ("ImpT", words(1, 1, 1), "promises"),
        ("ImpT", words(1, 1, 99, 1), "atom table"),
        ("ImpT", words(1, 1, 0, 1), "atom table"),
        ("ImpT", words(1, 4, 5, 256), "arity"),
        ("ExpT", asm.table([(2, 1, 3)]), "label 3"),
        ("ExpT", asm.table([(2, 2, 2)]), "label 2"),
        ("FunT", asm.table([(10, 2, 6, 0, 2, 1)]), "as the fun table says"),
        ("FunT", asm.table([(10, 2, 5, 0, 1, 1)]), "label 5"),
        ("FunT", asm.table([(10, 2, 6, 0, 1, 1)]) + b"\0", "size"),
        ("LitT", words(5) + b"junk", "compression"),
        ("LitT", words(900) + zlib.compress(words(0)), "promised size"),
        ("LitT", words(2) + zlib.compress(words(0)), "promised size"),
        ("LitT", words((1 << 32) - 1) + zlib.compress(words(0)), "too many"),
        ("LitT", asm.literal_table([b"\x83a\1", b"\x83\xff"], compressed=False), "literal 1"),
        ("LitT", words(0, 1, 99) + b"\x83a\1", "literal 0"),
        ("Attr", b"\x83", "Attr"),
        ("CInf", b"\x83h\3", "CInf"),
        ("Line", words(0, 0, 0, 1, 0) + u(1), "neither"),
        ("Line", words(0, 0, 0, 1, 0) + i(-1) + b"  ", "negative"),
        ("Line", words(0, 0, 0, 1, 0) + a(1) + i(1), "no file name 1"),
        ("Line", words(0, 0, 0, 0, 1) + b"\0\1\xff", "UTF-8"),
        ("Line", words(0, 0, 0, 0, 1) + b"\0\2a", "truncated"),
        ("Type", words(4, 1) + b"\0\1", "first type"),
        ("Type", words(4, 2) + b"\x1f\xff\0\0", "empty"),
        ("Type", words(4, 2) + b"\x1f\xff\x20\x20", "truncated"),
        ("Type", words(4, 9), "promises"),
        ("Recs", words(7, 0, 0), "version 7"),
        ("Recs", words(0, 1, 1) + op("call_last", a(7), a(6), lst()), "number of fields"),
        ("Recs", words(0, 1, 0) + op("call_last", a(7), a(2), lst()), "not a boolean"),
        ("Recs", words(0, 1, 1) + op("call_last", a(7), a(6), lst(a(2))), "default"),
        ("Recs", words(0, 1, 1) + op("call_last", a(7), a(6), lst(a(2), x(1))), "constant"),
        ("Recs", words(0, 1, 1) + op("call_last", a(7)), "truncated"),
        ("DbgB", words(1, 1, 0) + op("call", u(1), lst()), "out of order"),
        ("DbgB", words(1, 2, 0) + op("call", u(0), u(1)), "promises 2"),
    ],
)  # fmt: skip
def test_bad_chunks(chunk: str, data: bytes, message: str) -> None:
    text = refused(asm.small_beam(**{chunk: data}))
    assert message in text
    assert chunk in text or "fun table" in text


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "FOR1"),
        (b"FOR1", "truncated"),
        (b"FOR1\0\0\0\4BEAN", "BEAM"),
        (SMALL[:-4], "truncated"),
        (SMALL[:8] + b"BEAM" + b"abcd", "truncated"),
        (gzip.compress(SMALL, mtime=0)[:-9], "truncated"),
        (gzip.compress(SMALL, mtime=0)[:10] + b"\xff" * 50, "damaged"),
    ],
)
def test_bad_containers(data: bytes, message: str) -> None:
    assert message in refused(data)


def test_a_gzip_bomb_is_refused() -> None:
    compressor = zlib.compressobj(wbits=31)
    block = bytes(1 << 20)
    parts = [compressor.compress(block) for _ in range((MAX_FORM >> 20) + 1)]
    assert "larger than" in refused(b"".join([*parts, compressor.flush()]))


def test_every_truncation_is_refused() -> None:
    for size in range(len(SMALL)):
        assert refused(SMALL[:size])
