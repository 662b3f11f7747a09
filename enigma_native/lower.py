"""Makes the machine code of an instruction for given operand kinds, out of its semantics.

An instruction is a row of words: the address of its handler, then its operands. A handler gets
the block of the machine (`%p`, see `block`), its own words (`%ip`), the top of the stack (`%sp`)
and the reductions that are left, and ends with a tail call of the handler of the instruction that
comes next, or gives the processor back. A handler may run several instructions that stand in a row
(spec/transforms.yaml); the words of each are where they would be without, and whatever asks for the
instruction that runs is told the right one.

Each way through a block is written on its own: what follows an `if` stands behind both of its
branches, so that nothing has to be joined. What registers held before is released at the end of the
way, so that everything read stays alive.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from enigma_native._generated.semantics import INLINE, INSTRUCTIONS, PRIMITIVES
from enigma_native.block import (
    CODE,
    FRAME_SPARE,
    IP,
    LIMIT,
    PROCESS,
    REDUCTIONS,
    SP,
    STATUS,
    SUSPENDED,
    UNTIL,
    Status,
    X,
)
from enigma_native.shapes import PLANNED, Lowerings, Shape, bif_name, has_word, instructions_of

Tree = Any
SIGNATURE: Final = "ptr %p, ptr %ip, ptr %sp, i64 %reds"

READ: Final = ("src", "inout")
WRITTEN: Final = ("dst", "inout")


@dataclass
class Value:
    """A value in machine code. `kind` is `term` (a word), `object` (a word that is no small
    integer), `number`, `test`, `place` (the address of words) or `code` (an object that stands for
    code). `owned`: there is a reference to release."""

    name: str
    kind: str
    owned: bool = False


@dataclass
class Path:
    """What is known on the way through a block that is being written."""

    env: dict[str, Value] = field(default_factory=dict)
    dead: list[Value] = field(default_factory=list)
    frames: list[tuple[str, int]] = field(default_factory=list)
    sp: str = "%sp"
    reds: str = "%reds"
    on_error: str | None = None

    def copy(self) -> Path:
        """For a branch."""
        return Path(
            dict(self.env), list(self.dead), list(self.frames), self.sp, self.reds, self.on_error
        )


@dataclass(frozen=True)
class Handler:
    """The text of a function in LLVM's language, with its name left open as `@@@`, and with how
    many arguments it calls Python."""

    text: str
    arities: frozenset[int]


def handler(shape: Shape, lowerings: Lowerings) -> Handler:
    """The handler for a shape. It names Python objects as symbols: `a_NAME` atoms, `f_NAME` the
    functions of primitives, `T_NAME` types, `O_NAME` others."""
    writer = _Writer(shape, lowerings)
    return Handler(writer.text(), frozenset(writer.arities))


class _Part:
    """An instruction, of which a handler may run several: its operands with their kinds, what is
    known of them and which of its words they are, and its semantics."""

    def __init__(self, name: str, known: Sequence[Any]) -> None:
        operands, self.tree = INSTRUCTIONS[name]
        self.kinds = {name: kind.partition("(")[0] for name, kind in operands}
        self.elements = {
            name: kind[kind.index("(") + 1 : -1].split(", ")
            for name, kind in operands
            if kind.startswith("list(")
        }
        self.known = {name: one for (name, _), one in zip(operands, known, strict=True)}
        self.position: dict[str, int] = {}
        for name, one in self.known.items():
            if has_word(self.kinds[name], one):
                self.position[name] = len(self.position) + 1
            if self.kinds[name] in PLANNED:
                self.position[f"{name}*"] = len(self.position) + 1
        self.length = 1 + len(self.position)
        self.has_loop = "'for'" in repr(self.tree)


class _Writer:
    def __init__(self, shape: Shape, lowerings: Lowerings) -> None:
        self.shape = shape
        self.lowerings = lowerings
        self.arities: set[int] = set()
        self.parts = [_Part(*one) for one in instructions_of(shape)]
        self.lines: list[str] = []
        self.counter = 0
        self.current = "entry"
        self.parameters: dict[str, Tree] = {}
        self.number_of_part = 0
        self.part = self.parts[0]
        self.ip = "%ip"
        self.sp = "%sp"
        self.values: dict[str, Value] = {}

    @property
    def kinds(self) -> dict[str, str]:
        """The kinds of the operands of the instruction that is being written."""
        return self.part.kinds

    @property
    def known(self) -> dict[str, Any]:
        """What is known of its operands."""
        return self.part.known

    # ---------------------------------------------------------------- text

    def text(self) -> str:
        """The function, with its name left open as `@@@`."""
        self.lines = [f"define ghccc void @@@({SIGNATURE}) {{", "entry:"]
        self.instruction(Path())
        self.lines.append("}")
        return "\n".join(self.lines)

    def instruction(self, path: Path) -> None:
        """Write the instruction, and the end of the way."""
        for name, kind in self.kinds.items():
            if kind in READ:
                self.values[name] = self.load(name)
        if self.part.has_loop:
            for name, value in self.values.items():
                self.out(f"call void @incref(i64 {value.name})")
                path.dead.append(self.values[name])
        self.block(list(self.part.tree), path)

    def go_on(self, path: Path) -> None:
        """Continue behind the instruction: with the next one of those that run in one go, or with
        another handler."""
        if self.number_of_part + 1 == len(self.parts):
            self.go(self.following(), path)
            return
        before = self.number_of_part, self.part, self.ip, self.sp, self.values
        # What a frame was that is gone may be a frame again.
        self.clear_frames(path)
        path.frames = []
        path.env = {}
        self.ip, self.sp = self.following().name, path.sp
        self.number_of_part += 1
        self.part = self.parts[self.number_of_part]
        self.values = {}
        self.instruction(path)
        self.number_of_part, self.part, self.ip, self.sp, self.values = before

    def out(self, text: str) -> None:
        self.lines.append("  " + text)

    def let(self, text: str) -> str:
        self.counter += 1
        name = f"%v{self.counter}"
        self.out(f"{name} = {text}")
        return name

    def label(self) -> str:
        self.counter += 1
        return f"L{self.counter}"

    def at(self, label: str) -> None:
        self.lines.append(f"{label}:")
        self.current = label

    def branch(self, test: str, yes: str, no: str, weights: str = "") -> None:
        prof = f", !prof !{weights}" if weights else ""
        self.out(f"br i1 {test}, label %{yes}, label %{no}{prof}")

    def symbol(self, name: str) -> str:
        return f'ptrtoint (ptr @"{name}" to i64)'

    # ---------------------------------------------------------------- operands

    def word(self, name: str) -> str:
        place = self.let(f"getelementptr i64, ptr {self.ip}, i64 {self.part.position[name]}")
        return self.let(f"load i64, ptr {place}, !invariant.load !2")

    def list_place(self, name: str) -> str:
        planned = self.kinds[name] in PLANNED
        word = self.word(f"{name}*" if planned else name)
        return self.let(f"inttoptr i64 {word} to ptr")

    def register(self, name: str) -> str:
        base = "%p" if self.known[name] == "x" else self.sp
        offset = self.word(name)
        return self.let(f"getelementptr i8, ptr {base}, i64 {offset}")

    def x_place(self, number: int) -> str:
        return self.let(f"getelementptr i64, ptr %p, i64 {X + number}")

    def load(self, name: str) -> Value:
        known = self.known[name]
        if known in ("x", "y"):
            return Value(self.let(f"load i64, ptr {self.register(name)}"), "term")
        return Value(self.word(name), "object" if known in ("a", "o") else "term")

    # ---------------------------------------------------------------- ends

    def finish(self, path: Path) -> None:
        for value in path.dead:
            self.release(value)
        self.clear_frames(path)

    def clear_frames(self, path: Path) -> None:
        for sp, count in path.frames:
            self.out(f"call void @clear_frame(ptr {sp}, i64 {count})")

    def release(self, value: Value) -> None:
        if value.kind == "term":
            self.out(f"call void @decref(i64 {value.name})")
        elif value.kind in ("object", "code"):
            self.out(f"call void @decref_o(i64 {value.name})")

    def store(self, field_: int, value: str) -> None:
        self.out(f"store {value}, ptr {self.let(f'getelementptr i64, ptr %p, i64 {field_}')}")

    def leave(self, path: Path, status: int) -> None:
        self.store(SP, f"ptr {path.sp}")
        self.store(REDUCTIONS, f"i64 {path.reds}")
        self.store(IP, f"ptr {self.ip}")
        self.store(STATUS, f"i64 {status}")
        self.out("ret void")

    def go(self, target: Value, path: Path) -> None:
        """Continue at a place or at code."""
        if target.kind == "code":
            self.go_to_code(target, path)
            return
        self.finish(path)
        handler = self.let(f"load ptr, ptr {target.name}")
        self.out(
            f"musttail call ghccc void {handler}(ptr %p, ptr {target.name}, ptr {path.sp}, "
            f"i64 {path.reds})"
        )
        self.out("ret void")

    def go_to_code(self, code: Value, path: Path) -> None:
        """Code is native, or a function of the reference engine, which Python has to call."""
        native, other = self.label(), self.label()
        test = self.let(f"call i1 @is_of(i64 {code.name}, i64 {self.symbol('T_NativeCode')})")
        self.branch(test, native, other, "0")
        self.at(native)
        address = self.let(f"call i64 @slot(i64 {code.name}, i64 32)")
        place = self.let(f"inttoptr i64 {address} to ptr")
        branch = path.copy()
        if code.owned:
            branch.dead.append(code)
        self.go(Value(place, "place"), branch)
        self.at(other)
        if not code.owned:
            self.out(f"call void @incref_o(i64 {code.name})")
        self.finish(path)
        self.store(CODE, f"i64 {code.name}")
        self.leave(path, Status.PYTHON)

    def following(self) -> Value:
        return Value(self.let(f"getelementptr i64, ptr {self.ip}, i64 {self.part.length}"), "place")

    def failed(self, path: Path) -> None:
        """A Python exception is pending."""
        if path.on_error is not None:
            ours, other = self.label(), self.label()
            self.branch(self.let("call i1 @caught()"), ours, other)
            self.at(ours)
            branch = path.copy()
            branch.on_error = None
            self.go(self.expression(["name", path.on_error], branch), branch)
            self.at(other)
        self.finish(path)
        self.leave(path, Status.ERROR)

    def reductions(self, path: Path) -> None:
        path.reds = self.let(f"sub i64 {path.reds}, 1")

    # ---------------------------------------------------------------- statements

    def block(self, body: list[Tree], path: Path) -> None:
        """Write statements, and the end of the way."""
        for index, statement in enumerate(body):
            if self.statement(statement, body[index + 1 :], path):
                return
        self.go_on(path)

    def statement(self, node: Tree, rest: list[Tree], path: Path) -> bool:
        """Write a statement; whether the way ends with it, or it wrote the rest, too."""
        match node:
            case ["set", [["name", target]], [["call", name, *nodes]]] if (
                f"into_{name}" in self.lowerings.results
            ):
                self.call_into(target, name, nodes, rest, path)
                return True
            case ["set", targets, values]:
                found = [self.expression(value, path) for value in values]
                if len(found) > 1:
                    found = [self.own(value) for value in found]
                for target, value in zip(targets, found, strict=True):
                    self.assign(target, value, path)
            case ["set_all", name, value]:
                self.assign_all(name, self.expression(value, path), path)
            case ["if", test, then, otherwise]:
                yes, no = self.label(), self.label()
                self.condition(test, yes, no, path)
                self.at(yes)
                self.block([*then, *rest], path.copy())
                self.at(no)
                self.block([*otherwise, *rest], path.copy())
                return True
            case ["for", variables, name, body]:
                self.loop(variables, name, body, path)
            case ["try", inner, fail]:
                path.on_error = fail if self.known[fail] else None
                self.statement(inner, [], path)
                path.on_error = None
            case ["raise", call]:
                self.raised(call, path)
                return True
            case ["jump", ["name", name]] if (
                self.kinds.get(name) == "fail" and not self.known[name]
            ):
                # No label: the code relies on not coming here.
                self.out("call void @llvm.trap()")
                self.out("unreachable")
                return True
            case ["jump", place]:
                self.go(self.expression(place, path), path)
                return True
            case ["enter", place]:
                self.enter(place, path)
                return True
            case ["suspend", why, place]:
                self.suspend(why, place, path)
                return True
            case ["push", place]:
                self.push(self.expression(place, path), path)
            case ["grow", count]:
                self.grow(self.number(count), path)
            case ["drop", count]:
                self.drop(self.number(count), path)
            case ["do", call]:
                value = self.expression(call, path)
                if value.owned:
                    self.release(value)
            case _:
                raise AssertionError(f"{self.shape.name}: {node} was let through")
        return False

    def call_into(
        self, target: str, name: str, nodes: list[Tree], rest: list[Tree], path: Path
    ) -> None:
        """Set a register to the result of a function that puts it there on its own."""
        values = self.arguments(nodes, path)
        words = "".join(f", i64 {value.name}" for value in values)
        done = self.let(f"call i1 @into_{name}(ptr {self.register(target)}{words})")
        good, bad = self.label(), self.label()
        self.branch(done, good, bad, "0")
        self.at(good)
        self.block(rest, path.copy())
        self.at(bad)
        _, result = PRIMITIVES[name]
        value = self.python(self.symbol(f"f_{name}"), values, result, False, path)
        self.assign(["name", target], value, path)
        self.block(rest, path)

    def enter(self, place: Tree, path: Path) -> None:
        # As in the reference engine: counted first, even when there is no way on.
        self.reductions(path)
        left = path.reds
        target = self.expression(place, path)
        go_on, over, another, stop = (self.label() for _ in range(4))
        before = self.current
        self.branch(self.let(f"icmp sgt i64 {left}, 0"), go_on, over, "0")
        self.at(over)
        # The turn is over; nobody else may be waiting for one.
        more = self.let("call i64 @another_turn(ptr %p)")
        new = self.let(f"add i64 {left}, {more}")
        self.branch(self.let(f"icmp sgt i64 {new}, 0"), another, stop)
        self.at(another)
        self.out(f"br label %{go_on}")
        self.at(go_on)
        branch = path.copy()
        branch.reds = self.let(f"phi i64 [ {left}, %{before} ], [ {new}, %{another} ]")
        self.go(target, branch)
        self.at(stop)
        path.reds = new
        self.resume_at(target, path, Status.YIELD)

    def resume_at(self, target: Value, path: Path, status: int) -> None:
        """Give the processor back, to go on there."""
        if target.kind == "code" and not target.owned:
            self.out(f"call void @incref_o(i64 {target.name})")
        self.finish(path)
        word = target.name
        if target.kind == "place":
            word = self.let(f"ptrtoint ptr {target.name} to i64")
            # An address, in the form of a return address.
            word = self.let(f"or i64 {word}, 2")
        self.store(CODE, f"i64 {word}")
        self.leave(path, status)

    def suspend(self, why: str, place: Tree, path: Path) -> None:
        target = self.expression(place, path)
        self.resume_at(target, path, Status.SUSPENDED + SUSPENDED.index(why))

    def raised(self, call: Tree, path: Path) -> None:
        value = self.expression(call, path)
        # The function always raises; a value would be a fault of it.
        del value
        self.out("unreachable")

    def push(self, place: Value, path: Path) -> None:
        word = self.let(f"ptrtoint ptr {place.name} to i64")
        tagged = self.let(f"or i64 {word}, 2")
        self.out(f"store i64 {tagged}, ptr {path.sp}")
        path.sp = self.let(f"getelementptr i64, ptr {path.sp}, i64 1")

    def grow(self, count: int, path: Path) -> None:
        enough, short = self.label(), self.label()
        end = self.let(f"getelementptr i64, ptr {path.sp}, i64 {count + FRAME_SPARE}")
        limit = self.let(f"load ptr, ptr {self.let(f'getelementptr i64, ptr %p, i64 {LIMIT}')}")
        self.branch(self.let(f"icmp ule ptr {end}, {limit}"), enough, short, "0")
        self.at(short)
        self.finish(path)
        self.leave(path, Status.GROW)
        self.at(enough)
        if count <= 8:
            for index in range(count):
                place = self.let(f"getelementptr i64, ptr {path.sp}, i64 {index}")
                self.out(f"store i64 1, ptr {place}")
        else:
            self.out(f"call void @make_frame(ptr {path.sp}, i64 {count})")
        path.sp = self.let(f"getelementptr i64, ptr {path.sp}, i64 {count}")

    def drop(self, count: int, path: Path) -> None:
        if not count:
            return
        if count <= 4:
            for index in range(count):
                place = self.let(f"getelementptr i64, ptr {path.sp}, i64 {-1 - index}")
                path.dead.append(Value(self.let(f"load i64, ptr {place}"), "term"))
        else:
            path.frames.append((path.sp, count))
        path.sp = self.let(f"getelementptr i64, ptr {path.sp}, i64 {-count}")

    # ---------------------------------------------------------------- assignments

    def assign(self, target: Tree, value: Value, path: Path) -> None:
        match target:
            case ["x", number]:
                self.put(self.x_place(self.number(number)), value, path)
            case ["name", name] if name in self.kinds and self.kinds[name] in WRITTEN:
                self.put(self.register(name), value, path)
            case ["name", name] if name in path.env and path.env[name].kind == "cell":
                self.put(path.env[name].name, value, path, now=True)
            case ["name", name]:
                if value.kind in ("term", "object", "code"):
                    value = self.own(value)
                    path.dead.append(value)
                    value = Value(value.name, value.kind)
                path.env[name] = value
            case _:
                raise AssertionError(f"{self.shape.name}: {target} was let through")

    def put(self, place: str, value: Value, path: Path, now: bool = False) -> None:
        if value.kind == "number":
            value = Value(self.let(f"call i64 @number(i64 {value.name})"), "term", True)
        value = self.own(value)
        old = Value(self.let(f"load i64, ptr {place}"), "term")
        self.out(f"store i64 {value.name}, ptr {place}")
        if now:
            self.release(old)
        else:
            path.dead.append(old)

    def assign_all(self, name: str, value: Value, path: Path) -> None:
        """The elements of a tuple to the registers of a list operand."""
        where = self.list_place(name)
        self.out(f"call void @spread(ptr %p, ptr {path.sp}, ptr {where}, i64 {value.name})")

    def own(self, value: Value) -> Value:
        """A value with a reference of its own."""
        if value.owned or value.kind not in ("term", "object", "code"):
            return value
        which = "incref" if value.kind == "term" else "incref_o"
        self.out(f"call void @{which}(i64 {value.name})")
        return Value(value.name, value.kind, True)

    # ---------------------------------------------------------------- loops

    def loop(self, variables: Sequence[str], name: str, body: list[Tree], path: Path) -> None:
        """The elements of a list operand in turn."""
        kinds = self.part.elements[name]
        where = self.list_place(name)
        count = self.let(f"load i64, ptr {where}")
        before = self.current
        head, inside, after = self.label(), self.label(), self.label()
        self.out(f"br label %{head}")
        self.at(head)
        index = f"%i{self.counter}"
        slot = len(self.lines)
        self.lines.append("")
        self.branch(self.let(f"icmp ult i64 {index}, {count}"), inside, after)
        self.at(inside)
        branch = path.copy()
        for offset, variable in enumerate(variables):
            at = self.let(f"add i64 {index}, {offset + 1}")
            place = self.let(f"getelementptr i64, ptr {where}, i64 {at}")
            word = self.let(f"load i64, ptr {place}")
            call = f"(ptr %p, ptr {path.sp}, i64 {word})"
            if kinds[offset % len(kinds)] in WRITTEN:
                branch.env[variable] = Value(self.let(f"call ptr @element_place{call}"), "cell")
            else:
                branch.env[variable] = Value(self.let(f"call i64 @element_word{call}"), "term")
        outer = list(branch.dead)
        for position, statement in enumerate(body):
            match statement:
                case ["if", test, [["jump", place]], []]:
                    yes, no = self.label(), self.label()
                    self.condition(test, yes, no, branch)
                    self.at(yes)
                    exit_ = branch.copy()
                    self.go(self.expression(place, exit_), exit_)
                    self.at(no)
                case ["set", _, _]:
                    self.statement(statement, [], branch)
                case _:
                    raise AssertionError(f"{self.shape.name}: no {body[position]} in a loop")
        for value in branch.dead[len(outer) :]:
            self.release(value)
        end = self.current
        step = self.let(f"add i64 {index}, {len(variables)}")
        self.out(f"br label %{head}")
        self.lines[slot] = f"  {index} = phi i64 [ 0, %{before} ], [ {step}, %{end} ]"
        self.at(after)

    # ---------------------------------------------------------------- tests

    def condition(self, node: Tree, yes: str, no: str, path: Path) -> None:
        match node:
            case ["not", inner]:
                self.condition(inner, no, yes, path)
            case ["and" | "or" as word, *parts]:
                for part in parts[:-1]:
                    between = self.label()
                    first = (between, no) if word == "and" else (yes, between)
                    self.condition(part, *first, path)
                    self.at(between)
                self.condition(parts[-1], yes, no, path)
            case _:
                self.branch(self.test(node, path), yes, no)

    def test(self, node: Tree, path: Path) -> str:
        match node:
            case ["is_none", inner]:
                value = self.expression(inner, path)
                found = self.let(f"icmp eq i64 {value.name}, {self.symbol('O_None')}")
                if value.owned:
                    self.release(value)
                return found
            case ["==" | "!=" as sign, left, right]:
                one, other = self.expression(left, path), self.expression(right, path)
                word = "eq" if sign == "==" else "ne"
                return self.let(f"icmp {word} i64 {one.name}, {other.name}")
            case ["not", inner]:
                return self.let(f"xor i1 {self.test(inner, path)}, true")
        return self.expression(node, path).name

    # ---------------------------------------------------------------- expressions

    def number(self, node: Tree) -> int:
        """The value of a static expression."""
        match node:
            case ["int", value]:
                return int(value)
            case ["name", name]:
                return int(self.known[name])
            case ["add", left, right]:
                return self.number(left) + self.number(right)
        raise AssertionError(f"{self.shape.name}: {node} is not static")

    def expression(self, node: Tree, path: Path) -> Value:
        match node:
            case ["atom", name]:
                return Value(self.symbol(f"a_{name}"), "object")
            case ["nil"]:
                return Value(self.symbol("O_NIL"), "object")
            case ["int", value]:
                return Value(str(value), "number")
            case ["next"]:
                return self.following()
            case ["pop"]:
                path.sp = self.let(f"getelementptr i64, ptr {path.sp}, i64 -1")
                word = self.let(f"load i64, ptr {path.sp}")
                address = self.let(f"sub i64 {word}, 2")
                return Value(self.let(f"inttoptr i64 {address} to ptr"), "place")
            case ["x", number]:
                return Value(self.let(f"load i64, ptr {self.x_place(self.number(number))}"), "term")
            case ["name", name]:
                return self.named(name, path)
            case ["tuple", *parts]:
                return self.tuple(parts, path)
            case ["call", name, *arguments]:
                return self.call(name, arguments, path)
            case ["not" | "and" | "or" | "is_none" | "==" | "!=", *_]:
                yes, no, join = self.label(), self.label(), self.label()
                self.condition(node, yes, no, path)
                self.at(yes)
                self.out(f"br label %{join}")
                self.at(no)
                self.out(f"br label %{join}")
                self.at(join)
                return Value(self.let(f"phi i1 [ true, %{yes} ], [ false, %{no} ]"), "test")
        raise AssertionError(f"{self.shape.name}: {node} was let through")

    def named(self, name: str, path: Path) -> Value:
        if name in self.parameters:
            return self.expression(self.parameters[name], path)
        if name in path.env:
            return path.env[name]
        if name in self.values:
            return self.values[name]
        kind = self.kinds[name]
        if kind == "static":
            return Value(str(self.known[name]), "number")
        word = self.word(name)
        if kind in ("label", "fail", "function"):
            return Value(self.let(f"inttoptr i64 {word} to ptr"), "place")
        if kind == "uint":
            return Value(word, "number")
        return Value(word, "object")

    def tuple(self, parts: list[Tree], path: Path) -> Value:
        match parts:
            case [["all", name]]:
                where = self.list_place(name)
                made = self.let(f"call i64 @tuple_of(ptr %p, ptr {path.sp}, ptr {where})")
                return Value(made, "object", True)
        values = self.arguments(parts, path)
        boxed = [self.boxed(value) for value in values]
        new = self.let(f"call ptr @PyTuple_New(i64 {len(boxed)})")
        made = self.let(f"call ptr @there(ptr {new})")
        for index, value in enumerate(boxed):
            place = self.let(f"getelementptr i8, ptr {made}, i64 {24 + 8 * index}")
            self.out(f"store i64 {value}, ptr {place}")
        return Value(self.let(f"ptrtoint ptr {made} to i64"), "object", True)

    def boxed(self, value: Value) -> str:
        """A value as an object, with a reference of its own."""
        if value.kind == "term":
            name = self.let(f"call i64 @box(i64 {value.name})")
            if value.owned:
                self.release(value)
            return name
        if value.kind == "number":
            return self.let(f"call i64 @box_raw(i64 {value.name})")
        if value.kind == "place":
            word = self.let(f"ptrtoint ptr {value.name} to i64")
            return self.let(f"call i64 @code_object(i64 {word})")
        return self.own(value).name

    def arguments(self, nodes: Sequence[Tree], path: Path) -> list[Value]:
        values = []
        for node in nodes:
            match node:
                case ["x_up_to", count]:
                    for index in range(self.number(count)):
                        values.append(self.expression(["x", ["int", index]], path))
                case _:
                    values.append(self.expression(node, path))
        return values

    def call(self, name: str, nodes: list[Tree], path: Path) -> Value:
        if name in self.kinds:
            return self.call_bif(name, nodes, path)
        return self.primitive(name, self.arguments(nodes, path), path)

    def call_bif(self, name: str, nodes: list[Tree], path: Path) -> Value:
        shape = self.known[name]
        if shape[0] == "inline":
            parameters, tree = INLINE[shape[1]]
            flat: list[Tree] = []
            for node in nodes:
                if node[0] == "x_up_to":
                    flat += [["x", ["int", i]] for i in range(self.number(node[1]))]
                else:
                    flat.append(node)
            self.parameters = dict(zip(parameters, flat, strict=True))
            value = self.expression(tree, path)
            self.parameters = {}
            return value
        values = self.arguments(nodes, path)
        lowered = shape[1] if len(shape) > 1 else None
        if lowered is not None:
            found = self.lowerings.of(bif_name(lowered))
            assert found is not None
            process = shape[0] == "process"
            return self.lowered(*found, values, "term", partial(self.word, name), process, path)
        return self.python(self.word(name), values, "term", shape[0] == "process", path)

    def primitive(self, name: str, values: list[Value], path: Path) -> Value:
        parameters, result = PRIMITIVES[name]
        process = bool(parameters) and parameters[0][1] == "process"
        callee = partial(self.symbol, f"f_{name}")
        found = self.lowerings.of(name)
        if found is not None:
            return self.lowered(*found, values, result, callee, process, path)
        return self.python(callee(), values, result, process, path)

    def lowered(
        self,
        function: str,
        returned: str,
        values: list[Value],
        result: str,
        callee: Callable[[], str],
        process: bool,
        path: Path,
    ) -> Value:
        """A call of machine code, and of Python where that gives up."""
        words = []
        if process or function.startswith("do_"):
            words.append("ptr %p")
        for value in values:
            if value.kind == "place":
                words.append(f"ptr {value.name}")
            elif value.kind == "test":
                words.append(f"i1 {value.name}")
            elif function.startswith("place_") and not words:
                words.append(f"ptr {self.let(f'inttoptr i64 {value.name} to ptr')}")
            else:
                words.append(f"i64 {value.name}")
        kinds = [word.partition(" ")[0] for word in words]
        assert kinds == self.lowerings.parameters[function], f"{function} is called with {kinds}"
        charging = function in self.lowerings.charging
        if charging:
            self.store(REDUCTIONS, f"i64 {path.reds}")
        call = f"call {returned} @{function}({', '.join(words)})"
        if returned == "void":
            self.out(call)
            self.done(values)
            return Value("", "nothing")
        name = self.let(call)
        if charging:
            path.reds = self.reload(REDUCTIONS, "i64")
        prefix = function.partition("_")[0]
        if returned == "i1":
            self.done(values)
            return Value(name, "test")
        kind = "code" if result == "code" else "term"
        if prefix in ("new", "borrow", "uint"):
            self.done(values)
            return Value(name, "number" if prefix == "uint" else kind, prefix == "new")
        return self.or_python(name, function, returned, kind, values, result, callee, process, path)

    def fail_early(self, test: str, values: list[Value], path: Path) -> None:
        """Go to the fail label where the arguments are wrong for certain."""
        if path.on_error is None or test not in self.lowerings.results:
            return
        wrong, unsure = self.label(), self.label()
        words = ", ".join(f"i64 {value.name}" for value in values)
        self.branch(self.let(f"call i1 @{test}({words})"), wrong, unsure)
        self.at(wrong)
        self.done(values)
        branch = path.copy()
        branch.on_error = None
        self.go(self.expression(["name", path.on_error], branch), branch)
        self.at(unsure)

    def or_python(
        self,
        name: str,
        function: str,
        returned: str,
        kind: str,
        values: list[Value],
        result: str,
        callee: Callable[[], str],
        process: bool,
        path: Path,
    ) -> Value:
        """What machine code gave, or Python where that gave up."""
        prefix = function.partition("_")[0]
        empty = {"i8": "2", "ptr": "null"}.get(returned, "0")
        good, bad, join = self.label(), self.label(), self.label()
        self.branch(self.let(f"icmp ne {returned} {name}, {empty}"), good, bad, "0")
        self.at(bad)
        if prefix == "place":
            # Rare: the way goes on where Python says. The table's dictionary is its second word.
            table = self.let(f"inttoptr i64 {values[0].name} to ptr")
            place = self.let(f"getelementptr i64, ptr {table}, i64 1")
            values = [Value(self.let(f"load i64, ptr {place}"), "object"), *values[1:]]
            branch = path.copy()
            self.go(self.python(callee(), values, result, process, branch), branch)
            self.at(good)
            return Value(name, "place")
        self.fail_early(f"fails_{function.partition('_')[2]}", values, path)
        branch = path.copy()
        slow = self.python(callee(), values, result, process, branch)
        from_slow = slow.name
        if returned == "i8":
            from_slow = self.let(f"zext i1 {slow.name} to i8")
        bad_end = self.current
        sp, reds = branch.sp, branch.reds
        self.out(f"br label %{join}")
        self.at(good)
        if prefix == "find":
            self.out(f"call void @incref{'_o' if kind == 'code' else ''}(i64 {name})")
        self.done(values)
        good_end = self.current
        self.out(f"br label %{join}")
        self.at(join)
        phi = self.let(f"phi {returned} [ {name}, %{good_end} ], [ {from_slow}, %{bad_end} ]")
        if process:
            path.sp = self.let(f"phi ptr [ {path.sp}, %{good_end} ], [ {sp}, %{bad_end} ]")
            path.reds = self.let(f"phi i64 [ {path.reds}, %{good_end} ], [ {reds}, %{bad_end} ]")
        if returned == "i8":
            return Value(self.let(f"trunc i8 {phi} to i1"), "test")
        return Value(phi, kind, True)

    def done(self, values: Sequence[Value]) -> None:
        """Release the arguments that belong to a call."""
        for value in values:
            if value.owned:
                self.release(value)

    def python(
        self,
        callee: str,
        values: list[Value],
        result: str,
        process: bool,
        path: Path,
    ) -> Value:
        """A call of a Python function."""
        words = [self.boxed(value) for value in values]
        # Any of them may ask which instruction is running (`running_place`).
        self.store(IP, f"ptr {self.ip}")
        if process:
            self.store(SP, f"ptr {path.sp}")
            self.store(REDUCTIONS, f"i64 {path.reds}")
            place = self.let(f"getelementptr i64, ptr %p, i64 {PROCESS}")
            own = self.let(f"load i64, ptr {place}")
            self.out(f"call void @incref_o(i64 {own})")
            words.insert(0, own)
        # What happens there may take long, or let others run.
        self.store(UNTIL, "i64 0")
        self.arities.add(len(words))
        listed = "".join(f", i64 {word}" for word in words)
        name = self.let(f"call i64 @python{len(words)}(i64 {callee}{listed})")
        fine, bad = self.label(), self.label()
        if process:
            path.sp = self.reload(SP, "ptr")
            path.reds = self.reload(REDUCTIONS, "i64")
        self.branch(self.let(f"icmp ne i64 {name}, 0"), fine, bad, "0")
        self.at(bad)
        self.failed(path.copy())
        self.at(fine)
        if result == "bool":
            test = self.let(f"icmp eq i64 {name}, {self.symbol('O_True')}")
            self.out(f"call void @decref_o(i64 {name})")
            return Value(test, "test")
        if result == "uint":
            word = self.let(f"call i64 @normal(i64 {name})")
            self.out(f"call void @decref_o(i64 {name})")
            return Value(self.let(f"ashr i64 {word}, 1"), "number")
        return Value(name, "code" if result == "code" else "object", True)

    def reload(self, field_: int, type_: str) -> str:
        return self.let(f"load {type_}, ptr {self.let(f'getelementptr i64, ptr %p, i64 {field_}')}")


def python_call(arity: int) -> str:
    """The function that calls Python with so many arguments, which it takes over."""
    parameters = "".join(f", i64 %a{i}" for i in range(arity))
    lines = [f"define internal i64 @python{arity}(i64 %fn{parameters}) noinline {{"]
    lines.append(f"  %v = alloca [{arity + 1} x i64]")
    lines.append("  %first = getelementptr i64, ptr %v, i64 1")
    for i in range(arity):
        lines.append(f"  %p{i} = getelementptr i64, ptr %v, i64 {i + 1}")
        lines.append(f"  store i64 %a{i}, ptr %p{i}")
    lines.append("  %f = inttoptr i64 %fn to ptr")
    # The place before the arguments may be used (PY_VECTORCALL_ARGUMENTS_OFFSET).
    count = arity - (1 << 63)
    lines.append(f"  %r = call ptr @PyObject_Vectorcall(ptr %f, ptr %first, i64 {count}, ptr null)")
    lines += [f"  call void @decref_o(i64 %a{i})" for i in range(arity)]
    lines += ["  %ri = ptrtoint ptr %r to i64", "  ret i64 %ri", "}"]
    return "\n".join(lines)
