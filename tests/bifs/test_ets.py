"""Tables and match specifications: against a model, and against Ericsson's runtime."""

from __future__ import annotations

import random
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enigma_ref.bifs.registry import IMPLEMENTATIONS
from enigma_ref.ets.hash_table import HashTable
from enigma_ref.ets.match_spec import compile_spec
from enigma_ref.ets.ordered_table import OrderedTable
from enigma_ref.ets.sorted_keys import BLOCK, KeyRange, SortedKeys
from enigma_ref.ets.table import Options, Table
from enigma_ref.ets.tables import Tables
from enigma_ref.machine.errors import BeamError
from enigma_ref.runtime.vm import VM, Outcome
from enigma_ref.terms import (
    NIL,
    TRUE,
    Bitstring,
    Cons,
    Float,
    Map,
    Pid,
    Term,
    atom,
    list_items,
    make_list,
    string_of,
)
from enigma_ref.terms.order import equal, identical
from enigma_ref.terms.parse import parse_term
from enigma_ref.terms.sortkeys import sort_key
from tests.bifs.oracle import OK, Call, Oracle, cut

ME = Pid(atom("nonode@nohost"), 1)
KINDS = ("set", "ordered_set", "bag", "duplicate_bag")
A, B, K = atom("a"), atom("b"), atom("k")


def of_list(term: Term) -> list[Term]:
    """The elements of what is a list."""
    items = list_items(term)
    assert items is not None
    return items


def make_table(kind: str) -> Table:
    made = OrderedTable if kind == "ordered_set" else HashTable
    return made(A, Options(kind=kind), ME)


# -------------------------------------------------------------------- against a model


class Model:
    """A table as a list of objects, in the simplest possible way."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.items: list[tuple[Any, ...]] = []
        self.same: Callable[[Term, Term], bool] = equal if kind == "ordered_set" else identical

    def insert(self, item: tuple[Any, ...]) -> None:
        if self.kind == "bag" and any(identical(item, other) for other in self.items):
            return
        if self.kind in ("set", "ordered_set"):
            self.take(item[0])
        self.items.append(item)

    def lookup(self, key: Term) -> list[tuple[Any, ...]]:
        return [item for item in self.items if self.same(item[0], key)]

    def take(self, key: Term) -> list[tuple[Any, ...]]:
        found = self.lookup(key)
        self.items = [item for item in self.items if not self.same(item[0], key)]
        return found

    def delete_object(self, item: tuple[Any, ...]) -> None:
        self.items = [other for other in self.items if not identical(other, item)]

    def clear(self) -> None:
        self.items = []


KEYS = st.one_of(
    st.integers(0, 6),
    st.integers(0, 6).map(Float),
    st.sampled_from([A, B, NIL, (), (1,), (Float(1.0),), Cons(1, NIL), Map.of([(1, 2)])]),
)
ITEMS = st.tuples(KEYS, st.integers(0, 2))
ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(("insert", "delete_object")), ITEMS),
        st.tuples(st.sampled_from(("take", "lookup")), KEYS),
        st.tuples(st.just("fix"), st.booleans()),
        st.tuples(st.just("clear"), st.none()),
    ),
    max_size=60,
)


def _fixed_order(item: Any) -> tuple[Any, str]:
    """Term order, and for 1 and 1.0, which it does not tell apart, the text."""
    return sort_key(item), repr(item)


@pytest.mark.parametrize("kind", KINDS)
@given(ACTIONS)
def test_model(kind: str, actions: list[tuple[str, Any]]) -> None:
    table = make_table(kind)
    model = Model(kind)
    for name, argument in actions:
        if name == "fix":
            if argument:
                table.fix(ME, 0)
            else:
                table.unfix(ME)
        elif name == "clear":
            table.clear()
            model.clear()
        else:
            assert getattr(table, name)(argument) == getattr(model, name)(argument)
        assert table.size == len(model.items)
        walked = [item for _, items in table.walk() for item in items]
        assert sorted(walked, key=_fixed_order) == sorted(model.items, key=_fixed_order)
        keys = list(by_key(table))
        assert [item[0] for item in walked] == [
            item[0] for key in keys for item in table.lookup(key)
        ]
        slots = range(len(keys)) if not table.fixed else ()
        assert [item for slot in slots for item in table.slot(slot) or ()] == walked or table.fixed
        if kind == "ordered_set":
            assert keys == sorted(keys, key=sort_key)
            backwards = list(by_key(table, "last", "previous"))
            assert backwards == keys[::-1]
            assert [mark for mark, _ in table.walk(reverse=True)] == backwards
        for mark, items in table.walk():
            rest = [item for _, more in table.walk(mark) for item in more]
            assert rest == walked[walked.index(items[-1]) + 1 :] or kind == "duplicate_bag"


def by_key(table: Table, first: str = "first", following: str = "next") -> Iterator[Term]:
    key = getattr(table, first)()
    while key is not None:
        yield key
        key = getattr(table, following)(key)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 60))))
def test_sorted_keys(changes: list[tuple[bool, int]]) -> None:
    keys = SortedKeys()
    model: set[tuple[int, int]] = set()
    # Wide steps fill many blocks.
    for adds, number in changes:
        for place in range(number * 40, number * 40 + 40):
            key = (0, place)
            if adds and key not in model:
                keys.add(key)
                model.add(key)
            elif not adds and key in model:
                keys.remove(key)
                model.remove(key)
    ordered = sorted(model)
    assert list(keys.ascending(None)) == ordered
    assert list(keys.descending(None)) == ordered[::-1]
    for place in (-1, 0, 39, 40, 500, 1200, 2439, 2440):
        key = (0, place)
        above = [other for other in ordered if other > key]
        below = [other for other in ordered if other < key]
        assert keys.after(key) == (above[0] if above else None)
        assert keys.before(key) == (below[-1] if below else None)
        assert list(keys.ascending(key)) == above
        assert list(keys.descending(key)) == below[::-1]
        for low, high in ((-1, 500), (38, 41), (500, 5000), (600, 600)):
            within = KeyRange((0, low), (0, high))
            inside = [other for other in ordered if within.low <= other < within.high]
            assert list(keys.ascending(None, within)) == inside
            assert list(keys.descending(None, within)) == inside[::-1]
            assert list(keys.ascending(key, within)) == [one for one in inside if one > key]
            assert list(keys.descending(key, within)) == [one for one in inside if one < key][::-1]
        if place >= 0:
            assert keys.at(place) == (ordered[place] if place < len(ordered) else None)


def test_walk_survives_deletion() -> None:
    for kind in KINDS:
        table = make_table(kind)
        for number in range(10):
            table.insert((number, A))
        table.fix(ME, 0)
        seen = []
        key = table.first()
        while key is not None:
            seen.append(key)
            table.take(key)
            key = table.next(key)
        assert seen == list(range(10))
        table.unfix(ME)
        assert table.first() is None
        if kind != "ordered_set":
            with pytest.raises(KeyError):
                table.next(3)


def test_mark_of_deleted_entry() -> None:
    table = make_table("set")
    for number in range(10):
        table.insert((number,))
    walk = table.walk()
    mark = [next(walk)[0] for _ in range(4)][-1]
    table.take(3)
    assert [items for _, items in table.walk(mark)] == [[(number,)] for number in range(4, 10)]


# -------------------------------------------------------------------- costs


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("order", ["up", "down", "mixed"])
def test_hundred_thousand(kind: str, order: str) -> None:
    count = 100_000
    numbers = list(range(count))
    if order == "down":
        numbers.reverse()
    elif order == "mixed":
        random.Random(1).shuffle(numbers)
    table = make_table(kind)
    started = time.process_time()
    for number in numbers:
        table.insert((number, A))
    assert table.size == count
    assert sum(len(table.lookup(number)) for number in numbers) == count
    # From the front on, where a table made of one list would move everything each time.
    removed = 0
    while (key := table.first()) is not None:
        removed += len(table.take(key))
    assert removed == count
    assert time.process_time() - started < 20


def test_only_keys_with_the_right_beginning_are_looked_at() -> None:
    table = make_table("ordered_set")
    for group in range(100):
        for number in range(100):
            table.insert(((group, (number, A)), B))
    any_, one = atom("_"), atom("$1")

    def looked_at(*keys: Term) -> int:
        spec = make_list([((key, any_), NIL, make_list([TRUE])) for key in keys])
        within = compile_spec(spec, {}, 25).key_range(0)
        found = [items for _, items in table.walk(within=within)]
        assert [items for _, items in table.walk(within=within, reverse=True)] == found[::-1]
        return len(found)

    assert looked_at((7, any_)) == 100
    assert looked_at((Float(7.0), one)) == 100
    assert looked_at((7, (8, any_))) == 1
    assert looked_at((7, one), (9, (1, A))) == 202
    assert looked_at((7, any_), (7, (3, any_))) == 100
    assert looked_at((A, any_)) == 0
    assert looked_at((any_, (8, any_))) == 10_000
    assert looked_at(any_, (7, any_)) == 10_000
    assert looked_at(make_list([7])) == 0


def test_blocks_stay_small() -> None:
    keys = SortedKeys()
    for number in range(20 * BLOCK):
        keys.add((0, number * 7919 % (20 * BLOCK)))
    assert max(map(len, keys._blocks)) <= 2 * BLOCK
    assert len(keys._blocks) >= 10


def test_many_objects_of_one_key_in_a_bag() -> None:
    table = make_table("bag")
    started = time.process_time()
    for number in range(50_000):
        table.insert((A, number))
        table.insert((A, number))
    assert table.size == 50_000
    assert time.process_time() - started < 10


# -------------------------------------------------------------------- deep terms


def deep(levels: int, end: Term = NIL) -> Term:
    for _ in range(levels):
        end = (end,)
    return end


@pytest.mark.parametrize("kind", KINDS)
def test_deep_keys_and_objects(kind: str) -> None:
    table = make_table(kind)
    table.insert((deep(100_000), deep(100_000, 1)))
    assert len(table.lookup(deep(100_000))) == 1
    assert not table.lookup(deep(100_001))
    table.delete_object((deep(100_000), deep(100_000, 2)))
    assert table.size == 1
    table.delete_object((deep(100_000), deep(100_000, 1)))
    assert table.size == 0


def test_deep_specs() -> None:
    vm = VM(25)
    levels = 100_000
    body: Term = atom("$1")
    for _ in range(levels):
        body = ((body,),)
    spec = make_list([(deep(levels, atom("$1")), NIL, make_list([body]))])
    program = vm.call("ets", "match_spec_compile", [spec]).value
    given = make_list([deep(levels, A), deep(levels - 1, A)])
    result = list_items(vm.call("ets", "match_spec_run_r", [given, program, NIL]).value)
    # The shorter one does not fit: where '$1' should be there is no tuple.
    assert result is not None and len(result) == 1
    assert identical(result[0], deep(levels, A))
    calls: Term = 1
    for _ in range(levels):
        calls = (atom("+"), calls, 1)
    spec = make_list([(atom("_"), NIL, make_list([calls]))])
    program = vm.call("ets", "match_spec_compile", [spec]).value
    outcome = vm.call("ets", "match_spec_run_r", [make_list([A]), program, NIL])
    assert list_items(outcome.value) == [levels + 1]


# -------------------------------------------------------------------- the machine


def call(vm: VM, module: str, function: str, *args: Term) -> Outcome:
    return vm.call(module, function, list(args), timeout=60)


def test_tables_end_with_their_process() -> None:
    vm = VM(25)
    name = call(vm, "ets", "new", A, make_list([atom("named_table")]))
    assert name.value is A
    assert vm.tables.all() == [] and vm.tables.named == {}
    assert call(vm, "ets", "whereis", A).value is atom("undefined")
    unnamed = call(vm, "ets", "new", A, NIL).value
    # It is known to have been a table.
    assert call(vm, "ets", "info", unnamed).value is atom("undefined")
    assert not call(vm, "ets", "info", vm.make_ref()).ok


def test_all_and_give_away() -> None:
    vm = VM(25)
    tables: Tables = vm.tables
    me, you = vm.spawn(None, None, []), vm.spawn(None, None, [])
    unnamed = tables.create(vm, A, Options(), me.pid)
    tables.create(vm, B, Options(named=True), me.pid)
    ref = IMPLEMENTATIONS["ets", "internal_request_all", 0](me)
    assert me.mailbox.messages() == [(ref, make_list([unnamed.tid, B]))]
    give = IMPLEMENTATIONS["ets", "give_away", 3]
    assert give(me, unnamed.tid, you.pid, K) is atom("true")
    assert you.mailbox.messages() == [(atom("ETS-TRANSFER"), unnamed.tid, me.pid, K)]
    assert unnamed.owner == you.pid
    with pytest.raises(BeamError):
        give(me, unnamed.tid, you.pid, K)
    with pytest.raises(BeamError):
        give(you, unnamed.tid, you.pid, K)
    vm.forget(you)
    assert tables.all() == [tables.named[B]]


def test_a_fix_ends_with_its_process() -> None:
    vm = VM(25)
    tables: Tables = vm.tables
    table = tables.create(vm, A, Options(protection="public"), ME)
    assert call(vm, "ets", "safe_fixtable", table.tid, atom("true")).ok
    assert not table.fixed


# -------------------------------------------------------------------- against erl: specifications

SPECS = """
'$1' [] ['$1']; '$1' [] ['$$']; '_' [] ['$_']; '_' [] ['_']; '$0' [] ['$0']; '$00' [] ['$00'];
'$01' [] [x]; '_' [] ['$1']; '$1' ['$2'] ['$1']; '_' [] []; '_' [] a; '_' a [a]; '_' [true|b] [a];
'_' [] [a|b]; '_' [] [a,b,c]; '_' [true,true] [a]; '_' [false] [a]; '_' [1] [a]; '_' [] [{}];
'_' [] [{{}}]; '_' [] [{a}]; '_' [] [{1}]; '_' [] [{{a}}]; '_' [] [{'$1',1}]; '_' [] [{const,1,2}];
'_' [] [{const}]; '_' [] [{const,{a,'$1'}}]; '_' [] [[{const,a},{{1,{const,b}}}]];
{'$1','$2'} [] [{{'$2','$1'}}]; {'$1','$2'} [] [['$1'|'$2']]; {'$1','$1'} [] ['$_'];
{'$3','$1'} [] ['$$']; {'$999999','$7'} [] ['$$']; {a,'_'} [] [x]; {1,'$1'} [] ['$1'];
{1.0,'$1'} [] ['$1']; {'$1',['$2'|'$3']} [] ['$$']; {'$1',[x,'$3']} [] ['$$']; {_,[]} [] ['$_'];
{'_',#{k:='$1'}} [] ['$1']; {'_',#{}} [] ['$_']; {'_',#{k:=v,z:='_'}} [] ['$_'];
{'_',#{'$1':=v}} [] ['$_']; {'_',#{'_':=v}} [] ['$_']; {'_',#{{'$1'}:=v}} [] ['$_'];
{'$1','$2'} [] [#{'$1':='$2'}]; {'$1','$2'} [] [#{a:='$2'}]; '_' [] [#{a:={const,b}}];
{'$1','$2'} [] [#{'$1':='$2',a:=q}];
'_' [] [{hd,[]}]; '_' [] [{'+',{hd,[]},1}]; '_' [] [{{{hd,[]},1}}]; '_' [{hd,[]}] [x];
'_' [] [{'and',1,true}]; '_' [] [{'and',false,1}]; '_' [] [{'and',true}]; '_' [] [{'and'}];
'_' [] [{'and',true,true,false}]; '_' [] [{'or',false,true,true}]; '_' [] [{'or',a}];
'_' [] [{'andalso',1,true}]; '_' [] [{'andalso',true,1}]; '_' [] [{'andalso',false,{hd,[]}}];
'_' [] [{'andalso',true,true,1}]; '_' [] [{'andalso',true,1,1}]; '_' [] [{'orelse',true,1}];
'_' [] [{'orelse',false,1}]; '_' [] [{'orelse',1,1}]; '_' [] [{'orelse'}]; '_' [] [{'andthen',true,x}];
'_' [{'orelse',1,true}] [x]; '_' [{'orelse',true,1}] [x]; '_' [{'or',true,1}] [x];
'_' [] [{{{'andalso',true,{'orelse',false,'$_'}},z}}]; '_' [] [[{'andalso',false,1}|{'orelse',false,2}]];
'_' [] [{self,1}]; '_' [] [{message,1}]; '_' [] [{is_seq_trace}]; '_' [] [{display,a}]; '_' [] [{node}];
'_' [] [{zork}]; '_' [] [{zork,{zork2,1},'$9'}]; '_' [{zork,1}] [{message,1}];
'_' [] [{list_to_tuple,[1]}]; '_' [] [{'=:=',1,1.0}]; '_' [] [{'==',1,1.0}]; '_' [] [{'/=',1,1.0}];
'_' [] [{'=/=',1,1.0}]; '_' [] [{'<',1,a}]; '_' [] [{'>',1,a}]; '_' [] [{'>=',1,1.0}]; '_' [] [{'=<',2,1}]
"""

SUBJECTS = (
    "{a,1}", "{1,a}", "{1,1}", "{1.0,[x,y]}", "{a,[]}", "{a,#{k => v}}", "{a,#{k => v,z => 1}}",
    "a", "[]", "{}", "{1,[x|y]}", "#{k => v}", "'$00'", "{1,1.0}", "{b,{c,d}}", "{'_','$1'}",
)  # fmt: skip

FUNCTIONS = [
    "is_atom",
    "is_float",
    "is_integer",
    "is_list",
    "is_number",
    "is_pid",
    "is_port",
    "is_reference",
    "is_tuple",
    "is_map",
    "is_binary",
    "is_bitstring",
    "is_boolean",
    "is_function",
    "is_record",
    "abs",
    "element",
    "hd",
    "length",
    "node",
    "round",
    "size",
    "map_size",
    "map_get",
    "is_map_key",
    "bit_size",
    "byte_size",
    "tuple_size",
    "binary_part",
    "tl",
    "trunc",
    "float",
    "ceil",
    "floor",
    "min",
    "max",
    "+",
    "-",
    "*",
    "/",
    "div",
    "rem",
    "band",
    "bor",
    "bxor",
    "bnot",
    "bsl",
    "bsr",
    "not",
    "xor",
    "and",
    "or",
    "andalso",
    "orelse",
    ">",
    ">=",
    "<",
    "=<",
    "=:=",
    "==",
    "=/=",
    "/=",
]

ARGUMENTS: tuple[Term, ...] = (
    0, 1, -3, Float(2.5), A, atom("true"), atom("false"), NIL, make_list([1, A]),
    (atom("const"), (A, 1)), (atom("const"), Map.of([(1, 2)])), Bitstring.of(b"abc"),
    Bitstring.from_int(5, 3), Cons(1, 2),
)  # fmt: skip


def written_specs() -> Iterator[Term]:
    for line in SPECS.replace("\n", " ").split(";"):
        text = line.strip().replace(":=", "=>").replace("{_,", "{'_',")
        pattern, guards, body = split_three(text)
        yield make_list([(parse_term(pattern), parse_term(guards), parse_term(body))])
    second = (atom("_"), NIL, make_list([atom("second")]))
    for first in ("{'$1',[{is_atom,'$1'}],[first]}", "{{'$1','_'},[{hd,'$1'}],['$1']}"):
        yield make_list([parse_term(first), second])
    yield from (NIL, A, make_list([A]), make_list([second], A), make_list([second[:2]]))


def split_three(text: str) -> tuple[str, str, str]:
    """Split at the two blanks outside of brackets."""
    level = 0
    parts = [""]
    for character in text:
        level += (character in "[{") - (character in "]}")
        if character == " " and not level:
            parts.append("")
        else:
            parts[-1] += character
    pattern, guards, body = parts
    return pattern, guards, body


def test_specs(oracle: Oracle) -> None:
    calls: list[Call] = [
        ("erlang", "match_spec_test", (parse_term(subject), spec, atom("table")))
        for spec in written_specs()
        for subject in SUBJECTS
    ]
    oracle.compare(calls)


def test_functions_of_specs(oracle: Oracle) -> None:
    calls: list[Call] = []
    chooser = random.Random(5)
    for name in FUNCTIONS:
        for arity in range(5):
            for _ in range(1 if arity in (0, 4) else 25):
                call_ = (atom(name), *chooser.choices(ARGUMENTS, k=arity))
                body = make_list([(atom("_"), NIL, make_list([call_]))])
                guard = make_list([(atom("_"), make_list([call_]), make_list([A]))])
                calls += [
                    ("erlang", "match_spec_test", ((A,), spec, atom("table")))
                    for spec in (body, guard)
                ]
    oracle.compare(calls)


def test_signed_zero_patterns(oracle: Oracle) -> None:
    zeros = (Float(0.0), Float(-0.0), 0)
    calls: list[Call] = [
        (
            "erlang",
            "match_spec_test",
            ((subject, other), make_list([((pattern, atom("_")), NIL, make_list([A]))]), TABLE),
        )
        for pattern in (*zeros, atom("$1"))
        for subject in zeros
        for other in zeros
    ]
    oracle.compare(calls)


TABLE = atom("table")


# -------------------------------------------------------------------- against erl: tables


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory, oracle: Oracle) -> bytes:
    """The program that runs steps, compiled."""
    erlc = shutil.which("erlc")
    if erlc is None:
        pytest.skip("no erlc on the path: tables are not compared with Ericsson's")
    folder = tmp_path_factory.mktemp("ets")
    source = Path(__file__).parent / "programs" / "ets_script.erl"
    subprocess.run([erlc, "-o", str(folder), str(source)], check=True)
    return (folder / "ets_script.beam").read_bytes()


Script = list[Term]


def stdlib(oracle: Oracle) -> Path:
    """The folder of OTP's own modules ets, lists, digraph and so on."""
    [(_, folder)] = oracle.ask([("code", "lib_dir", (atom("stdlib"),))])
    return Path(string_of(folder) or "", "ebin")


def compare_scripts(oracle: Oracle, beam: bytes, scripts: list[Script]) -> None:
    """Fail with the first step of each script that ends in another way than on the runtime."""
    load: Call = ("code", "load_binary", (atom("ets_script"), NIL, Bitstring.of(beam)))
    runs: list[Call] = [("ets_script", "run", (make_list(steps),)) for steps in scripts]
    answers = oracle.ask([load, *runs])[1:]
    vm = VM(oracle.release, [stdlib(oracle)], write=lambda text: None)
    vm.load(beam, "ets_script.beam")
    wrong = []
    for steps, (status, value) in zip(scripts, answers, strict=True):
        assert status is OK, cut(value)
        outcome = call(vm, "ets_script", "run", make_list(steps))
        assert outcome.ok, cut(outcome.reason)
        theirs = list_items(value) or []
        ours = list_items(outcome.value) or []
        assert len(theirs) == len(ours) == len(steps)
        for index, step in enumerate(steps):
            if not identical(ours[index], theirs[index]):
                wrong.append(
                    f"step {index} {cut(step)}\n    erl:    {cut(theirs[index])}\n"
                    f"    enigma: {cut(ours[index])}"
                )
                break
    if wrong:
        pytest.fail(f"{len(wrong)} scripts differ:\n" + "\n".join(wrong[:20]), pytrace=False)


def t(number: int) -> Term:
    """The table made by step `{new, number, ...}`."""
    return (TABLE, number)


def step(name: str, *args: Term) -> Term:
    """A call of `ets:name`."""
    return (atom(name), make_list(args))


def special(kind: str, name: str, *args: Term) -> Term:
    """A call of `ets:name`, done in a special way."""
    return (atom(kind), atom(name), make_list(args))


def new(number: int, options: str, name: str = "t") -> Term:
    return (atom("new"), number, atom(name), parse_term(options))


def texts(*lines: str) -> Script:
    """Steps written as `function argument; argument`; T is table 1."""
    steps = []
    for line in lines:
        name, _, rest = line.partition(" ")
        kind, _, function = name.rpartition(":")
        args = [t(1) if arg.strip() == "T" else parse_term(arg) for arg in rest.split(";") if arg]
        steps.append(special(kind, function, *args) if kind else step(name, *args))
    return steps


OPTIONS = (
    "[]", "[set]", "[bag]", "[duplicate_bag]", "[ordered_set]", "[bag,set]", "[public]", "[private]",
    "[private,protected]", "[named_table]", "[{keypos,2}]", "[{keypos,0}]", "[{keypos,a}]",
    "[{keypos,1152921504606846976}]", "[{heir,none}]", "[{heir,a,1}]", "[{heir,none,1}]", "[zork]",
    "[{zork,1}]", "a", "[bag|a]", "[compressed]", "[{read_concurrency,true}]", "[{read_concurrency,a}]",
    "[{write_concurrency,true}]", "[{write_concurrency,true},ordered_set]", "[{write_concurrency,auto}]",
    "[{write_concurrency,false}]", "[{write_concurrency,a}]", "[ordered_set,{write_concurrency,true}]",
    "[{write_concurrency,auto},{write_concurrency,true}]", "[{decentralized_counters,true}]",
    "[{decentralized_counters,a}]", "[{write_concurrency,true},{decentralized_counters,true}]",
    "[private,{write_concurrency,true},{read_concurrency,true},{decentralized_counters,true}]",
    "[{write_concurrency,auto},{decentralized_counters,false},private,public]", "[{}]", "[1]",
    *(f"[{{write_concurrency,{{debug_hash_fixed_number_of_locks,{number}}}}}{more}]" for number, more in (
        (1, ""), (127, ",bag"), (128, ",public"), (2048, ",{decentralized_counters,true}"), (32768, ""),
        (32769, ""), (0, ""), (-1, ""), ("a", ""), (128, ",private"), (128, ",ordered_set"),
        (128, ",ordered_set,bag"), (128, ",ordered_set,{write_concurrency,true}"),
        (128, ",private,ordered_set"), (32769, ",{write_concurrency,true}"), ("1,2", ""),
    )),
)  # fmt: skip

INFO = (
    "compressed", "decentralized_counters", "fixed", "heir", "id", "keypos", "name", "named_table",
    "node", "owner", "protection", "read_concurrency", "safe_fixed", "size", "type",
    "write_concurrency", "zork", "binary",
)  # fmt: skip


def test_options(oracle: Oracle, script: bytes) -> None:
    scripts = []
    for options in OPTIONS:
        steps = [new(1, options), *(step("info", t(1), atom(item)) for item in INFO)]
        scripts.append([*steps, step("whereis", atom("t")), step("delete", t(1))])
    scripts.append([new(1, "[named_table]"), new(2, "[named_table]"), step("delete", atom("t"))])
    compare_scripts(oracle, script, scripts)


NO_TABLES: tuple[Term, ...] = (atom("zork"), 1, (A,), NIL)


def test_errors(oracle: Oracle, script: bytes) -> None:
    calls = texts(
        "delete T", "delete T; a", "delete_object T; {a}", "delete_object T; a", "delete_object T; {}",
        "first T", "last T", "next T; zork", "prev T; zork", "give_away T; a; b", "info T; size",
        "insert T; a", "insert T; {}", "insert T; [{1}|a]", "insert T; [{1},a]", "insert T; {1}",
        "insert T; []", "insert_new T; {1}", "insert_new T; [{}]", "insert_new T; []", "lookup T; a",
        "lookup_element T; a; 1", "lookup_element T; 1; 0", "lookup_element T; 1; 2", "lookup_element T; 1; a",
        "match T; '_'; 0", "match T; '_'; a", "match T; #{'$1' => 1}", "match T; '$1'", "match T; 1",
        "match_object T; '_'", "match_object T; {'$1'}", "member T; a", "rename T; 1", "rename T; zork2",
        "safe_fixtable T; a", "safe_fixtable T; true", "safe_fixtable T; false", "select T; a",
        "select T; []", "select T; [a]", "select T; []; 1", "select T; [{'_',[],[true]}]; 0",
        "select_count T; []", "select_count T; [{'_',[],[true]}]", "select_count T; [{'_',[],[x]}]",
        "select_reverse T; []", "internal_select_delete T; []", "internal_select_delete T; [{'_',[],[x]}]",
        "internal_select_delete T; [{{z},[],[true]}]", "select_delete T; [{'_',[],[true]}]",
        "setopts T; []", "setopts T; a", "setopts T; {protection,zork}", "setopts T; {zork,1}",
        "setopts T; {heir,a,1}", "setopts T; [{protection,public},{protection,public}]",
        "setopts T; {heir,none}", "setopts T; {protection,protected}", "slot T; -1", "slot T; a",
        "slot T; 100000", "take T; a", "update_counter T; a; 1", "update_counter T; 1; 1",
        "update_counter T; 1; a", "update_counter T; 1; {1,1}", "update_counter T; a; 1; b",
        "update_element T; a; {2,1}", "update_element T; 1; {1,1}", "update_element T; 1; {2,1}",
        "update_element T; a; a", "update_element T; 1; a", "select a", "select {}", "select '$end_of_table'",
        "match a", "match_object '$end_of_table'", "select_reverse '$end_of_table'", "select {a}",
        "whereis 1", "whereis zork", "info zork", "info zork; size", "is_compiled_ms a",
        "internal_delete_all T; undefined", "tab2list T",
    )  # fmt: skip
    scripts: list[Script] = []
    for kind in KINDS:
        for fill in ([], [step("insert", t(1), (1,))]):
            scripts.append([new(1, f"[{kind}]"), *fill, *calls])
            for protection in ("public", "protected", "private"):
                others = [
                    special("other", item[0].name, *(list_items(item[1]) or ())) for item in calls
                ]
                scripts.append([new(1, f"[{kind},{protection}]"), *fill, *others])
    for identifier in NO_TABLES:
        steps = [
            step(item[0].name, *(identifier if arg == t(1) else arg for arg in of_list(item[1])))
            for item in calls
        ]
        scripts.append(steps)
    # A table that is gone.
    scripts.append([new(1, "[]"), step("delete", t(1)), *calls])
    compare_scripts(oracle, script, scripts)


def test_updates(oracle: Oracle, script: bytes) -> None:
    counters = (
        "5", "{2,1}", "{3,-10}", "[]", "[{2,1},{2,1},{3,7}]", "[{2,1},{9,1}]", "{1,1}", "{0,1}", "{-1,1}",
        "{4,1}", "{a,1}", "{2,a}", "{2,1.0}", "{2,1,2}", "{2,1,2,0}", "{2,1,1,0}", "{2,-1,0,9}",
        "{2,-1,1,9}", "{2,0,0,9}", "{2,1,a,0}", "{2,1,1.0,0}", "{2,1,1,a}", "a", "[{2,1}|a]", "[a]", "{}",
        "{2,100000000000000000000}", "{1152921504606846976,1}",
    )  # fmt: skip
    elements = (
        "{2,x}", "[{2,x},{3,y},{2,z}]", "[]", "{1,x}", "{0,x}", "{5,x}", "{a,x}", "{2}", "{2,x,y}", "a",
        "[a]", "[{2,x}|a]", "[{2,x},{9,y}]",
    )  # fmt: skip
    scripts = []
    for kind in KINDS:
        for key in (K, 1, Float(1.0)):
            for name, changes in (("update_counter", counters), ("update_element", elements)):
                steps = [new(1, f"[{kind}]")]
                for change in changes:
                    steps += [
                        step("insert", t(1), make_list([(K, 1, 2, A), (1, 1, 2, A)])),
                        step(name, t(1), key, parse_term(change)),
                        special("sort", "tab2list", t(1)),
                        step("delete_all_objects", t(1)),
                        step(name, t(1), key, parse_term(change)),
                    ]
                    if name == "update_counter" or oracle.release >= 27:
                        steps += [
                            step(name, t(1), key, parse_term(change), (B, 1, 2, A)),
                            step("tab2list", t(1)),
                            step("delete_all_objects", t(1)),
                        ]
                scripts.append(steps)
    compare_scripts(oracle, script, scripts)


def test_order_in_bags(oracle: Oracle, script: bytes) -> None:
    scripts = []
    for kind in ("bag", "duplicate_bag"):
        for texts_ in (
            ["{1,a}", "[{1,b},{1,c}]", "{1,d}", "[{1,e},{2,f},{1,g}]"],
            ["[{1,a},{2,b}]", "[{1,c},{3,d},{1,a},{1,e}]", "[{1,f}]"],
        ):
            steps = [new(1, f"[{kind}]")]
            for text in texts_:
                steps += [step("insert", t(1), parse_term(text)), step("lookup", t(1), 1)]
            steps += [
                step("delete_object", t(1), (1, A)),
                step("insert_new", t(1), parse_term("[{4,a},{4,b}]")),
                step("insert", t(1), (1, A)),
                step("lookup_element", t(1), 1, 2),
                step("lookup", t(1), 4),
                step("match_object", t(1), parse_term("{1,'_'}")),
                step("take", t(1), 1),
            ]
            scripts.append(steps)
    compare_scripts(oracle, script, scripts)


def test_heirs_and_names(oracle: Oracle, script: bytes) -> None:
    scripts = []
    for options in ("[]", "[named_table]", "[private,ordered_set]"):
        scripts.append(
            [
                (atom("heir"), 1, atom("t"), parse_term(options)),
                step("insert", t(1), (1, 2)),
                step("lookup", t(1), 1),
                step("rename", t(1), A),
                step("info", t(1), atom("name")),
                step("whereis", A),
                special("other", "insert", t(1), (2,)),
                step("setopts", t(1), parse_term("[{protection,public},{heir,none}]")),
                special("other", "insert", t(1), (2,)),
                special("other", "setopts", t(1), parse_term("{protection,private}")),
                special("other", "delete", t(1)),
                step("info", t(1), atom("size")),
            ]
        )
    scripts.append(
        [
            new(1, "[named_table]", "one"),
            new(2, "[named_table]", "two"),
            new(3, "[]", "three"),
            *texts("rename one; two", "rename one; three", "rename three; one", "rename zork; one"),
            step("rename", t(3), A),
            *texts("delete one", "delete two", "whereis two"),
        ]
    )
    compare_scripts(oracle, script, scripts)


RANDOM_KEYS: tuple[Term, ...] = (
    0, 1, 2, Float(1.0), Float(2.0), A, B, NIL, (A, 1), (A, Float(1.0)), make_list([1]), 1 << 70,
    Bitstring.of(b"k"), Map.of([(1, A)]), Map.of([(Float(1.0), A)]),
)  # fmt: skip

RANDOM_SPECS = (
    "[{'_',[],['$_']}]", "[{{'$1','$2'},[],['$$']}]", "[{{1,'$1'},[],['$1']}]", "[{{a,'_'},[],['$_']}]",
    "[{{1,'_'},[],['$_']},{{a,'_'},[],['$_']},{{2,'_'},[],['$_']},{{1,'_'},[],['$_']}]",
    "[{{1.0,'_'},[],['$_']}]", "[{{{a,'$1'},'_'},[],['$1']}]", "[{{'$1','$2'},[{'>','$2',2}],['$1']}]",
    "[{{'$1','_'},[{is_number,'$1'}],[{{'$1',{'+','$1',1}}}]}]", "[{{'$1','_','_'},[],['$_']}]",
    "[{{[],'_'},[],[x]},{{'_',3},[],[y]}]", "[{{#{1 => '_'},'_'},[],['$_']}]", "[{{a},[],['$_']}]",
)  # fmt: skip


def random_script(chooser: random.Random, kind: str, release: int) -> Script:
    ordered = kind == "ordered_set"
    steps = [new(1, f"[{kind}]")]
    specs = [parse_term(text) for text in RANDOM_SPECS]

    def item() -> Term:
        return (chooser.choice(RANDOM_KEYS), chooser.randrange(5))

    def items(count: int) -> Term:
        # Which one of equal keys wins in a set is left open, and differs from run to run.
        return make_list(
            list({sort_key(one[0]): one for one in [item() for _ in range(count)]}.values())
        )

    for _ in range(80):
        key = chooser.choice(RANDOM_KEYS)
        spec = chooser.choice(specs)
        actions: list[Term] = [
            step("insert", t(1), item()),
            step("insert", t(1), items(chooser.randrange(7))),
            step("insert_new", t(1), items(chooser.randrange(3))),
            step("lookup", t(1), key),
            step("lookup_element", t(1), key, 2),
            step("member", t(1), key),
            step("delete", t(1), key),
            step("delete_object", t(1), item()),
            step("take", t(1), key),
            step("info", t(1), atom("size")),
            special("sort", "tab2list", t(1)),
            special("sort", "select", t(1), spec),
            special("sort", "select_reverse", t(1), spec),
            step("select_count", t(1), spec),
            step("select_delete", t(1), make_list([(*of_list(spec)[0][:2], TRUE_BODY)])),
            special("sort", "match", t(1), of_list(spec)[0][0]),
            special("sort", "match_object", t(1), of_list(spec)[0][0]),
            special("sorted_chunks", "select", t(1), spec, chooser.randrange(1, 6))
            if not ordered and "'_'," in cut(spec)
            else special("chunks" if ordered else "sort", "select", t(1), spec, *([3] * ordered)),
            (atom("sorted_walk"), atom("first"), atom("next"), t(1)),
        ]
        if ordered:
            actions += [
                step("select", t(1), spec),
                step("select_reverse", t(1), spec),
                step("next", t(1), key),
                step("prev", t(1), key),
                step("tab2list", t(1)),
                special("chunks", "select", t(1), spec, chooser.randrange(1, 6)),
                special("chunks", "select_reverse", t(1), spec, chooser.randrange(1, 6)),
                special("chunks", "match", t(1), of_list(spec)[0][0], 2),
                special("chunks", "match_object", t(1), of_list(spec)[0][0], 2),
                step("slot", t(1), chooser.randrange(4)),
                (atom("walk"), atom("last"), atom("prev"), t(1)),
            ]
            if release >= 27:
                actions += [
                    step(name, t(1), *([key] * name.startswith(("next", "prev"))))
                    for name in ("first_lookup", "last_lookup", "next_lookup", "prev_lookup")
                ]
        steps.append(chooser.choice(actions))
    return steps


TRUE_BODY = make_list([atom("true")])


@pytest.mark.parametrize("kind", KINDS)
def test_random_scripts(oracle: Oracle, script: bytes, kind: str) -> None:
    scripts = [random_script(random.Random(seed), kind, oracle.release) for seed in range(60)]
    compare_scripts(oracle, script, scripts)


def test_digraph(oracle: Oracle, tmp_path: Path) -> None:
    cases = Path(__file__).parents[2] / "conformance" / "cases" / "stdlib"
    subprocess.run(
        [shutil.which("erlc") or "erlc", "-o", tmp_path, cases / "std_digraph.erl"], check=True
    )
    beam = (tmp_path / "std_digraph.beam").read_bytes()
    edges = "[{1,2},{2,3},{3,1},{4,5},{6,6},{5,a}]"
    calls: list[Call] = [
        ("std_digraph", name, tuple(map(parse_term, args)))
        for name, args in (
            ("shape", [edges]), ("paths", [edges, "1", "3"]), ("components", [edges]),
            ("order", ["[{a,b},{b,c},{a,d}]"]), ("change", [edges]), ("reach", [edges, "1"]),
            ("cyclic_forbidden", ["[{a,b},{b,c},{c,a}]"]), ("tree", ["5"]),
        )
    ]  # fmt: skip
    load: Call = ("code", "load_binary", (atom("std_digraph"), NIL, Bitstring.of(beam)))
    vm = VM(oracle.release, [stdlib(oracle)])
    vm.load(beam, "std_digraph.beam")
    for call_, (status, value) in zip(calls, oracle.ask([load, *calls])[1:], strict=True):
        outcome = call(vm, call_[0], call_[1], *call_[2])
        assert status is OK and outcome.ok, cut(outcome.reason)
        assert identical(outcome.value, value), call_[1]
    assert not vm.tables.all()
