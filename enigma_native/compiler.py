"""Machine code for handlers: compiled when it is needed first, and kept on disk.

Object files name Python objects by symbols, so that they serve every run of the same Python on the
same kind of machine.
"""

from __future__ import annotations

import atexit
import ctypes
import hashlib
import json
import os
import re
import string
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cached_property
from importlib.machinery import PathFinder
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import immutables

from enigma_native import block
from enigma_native._generated import callbacks
from enigma_native.code import NativeCode
from enigma_native.image import Piece, piece_of, placed
from enigma_native.layout import Unavailable, layout
from enigma_native.shapes import JOINED, Lowerings, Shape
from enigma_ref.loader.cache import Cache
from enigma_ref.machine.binaries import LITTLE, NATIVE, SIGNED, MatchContext
from enigma_ref.machine.code import Lambda
from enigma_ref.machine.errors import BeamError
from enigma_ref.machine.mailbox import Mailbox
from enigma_ref.machine.process import COPIED, ELEMENTS
from enigma_ref.terms import (
    FALSE,
    NIL,
    TRUE,
    Atom,
    Bitstring,
    Cons,
    ExternalFun,
    Float,
    Fun,
    Map,
    Pid,
    Port,
    Reference,
    atom,
)
from enigma_ref.terms.bitstrings import Buffer
from enigma_ref.terms.keys import DeepKey
from enigma_ref.terms.maps import MAX_SMALL
from enigma_ref.terms.maps import PART as MAP_PART
from enigma_ref.terms.order import RANK

if TYPE_CHECKING:
    from filelock import FileLock

    from enigma_native.state import Machine

FOLDER: Final = Path(__file__).parent
LOWERINGS: Final = ("prelude.ll", *sorted(
    f"lowerings/{file.name}" for file in (FOLDER / "lowerings").glob("*.ll")
))  # fmt: skip
PRELUDE: Final = "\n".join((FOLDER / file).read_text() for file in LOWERINGS)
SHAPES: Final = FOLDER / "_generated" / "shapes.json"
"""The shapes of all instructions in OTP's libraries (see survey.py)."""

MADE_FROM: Final = (
    *LOWERINGS, "shapes.py", "lower.py", "compiler.py", "image.py", "llvm.py", "block.py",
    "_generated/semantics.py", "_generated/shapes.json",
)  # fmt: skip
"""The files that object files depend on."""

EXPORTED: Final = (
    "run", "run_handler", "stop", "clear_words", "move_words", "enter_function", "enter_python",
)  # fmt: skip
"""Functions of the prelude that Python needs."""

SHARED: Final = re.compile(r"define internal [^\n]*\) noinline")
"""Functions of the prelude that stand once for all units."""

UNIT: Final = 60
"""How many handlers are compiled together."""

MOST_UNITS: Final = 500
"""How many object files with handlers that OTP does not need are kept."""

GLOBALS: Final = ("cells", "cell_count", "floats", "float_count", "jump")
"""Words of the prelude in memory that all handlers share."""

JUMP_BUFFER: Final = 64
"""Words for what C keeps of the processor's registers (`jmp_buf`), of which none needs more."""

ALONE: Final = 1_000_000
"""For how many nanoseconds a process takes turns that nobody else waits for, before Python looks at
timers, ports and signals again. A call of Python ends this."""

MAX_CELLS: Final = 1_000_000
"""How many list cells that nobody needs are kept."""

MAX_FLOATS: Final = 100_000
"""How many floats that nobody needs are kept."""

UNFOLDED: Final = ("KEYS", "VALUES", "PAIRS", "TRIPLES")
"""What maps are unfolded into."""

DEPTH: Final = 64
"""How deep terms are that machine code compares."""

LONG: Final = 100_000
"""How long lists are that machine code goes through in one go."""

TYPES: Final = {
    "Cons": Cons, "Atom": Atom, "Float": Float, "Fun": Fun, "ExternalFun": ExternalFun,
    "Map": Map, "Bitstring": Bitstring, "Pid": Pid, "Port": Port, "Reference": Reference,
    "int": int, "tuple": tuple, "Nil": type(NIL), "dict": dict, "Lambda": Lambda,
    "NativeCode": NativeCode, "BeamError": BeamError, "DeepKey": DeepKey,
    "MatchContext": MatchContext, "Buffer": Buffer, "bytes": bytes,
    "Mailbox": Mailbox,
}  # fmt: skip
OBJECTS: Final = {
    "NIL": NIL, "TRUE": TRUE, "FALSE": FALSE, "None": None, "True": True, "False": False,
}  # fmt: skip
FUNCTIONS: Final = {
    "trie": immutables.Map, "trie_get": immutables.Map.get, "trie_set": immutables.Map.set,
}  # fmt: skip
ATOMS: Final = ("ok", "error", "none", "iterator", "all")
"""Objects, functions of Python and atoms that the prelude names."""

STRINGS: Final = {"equal": "=:="} | {
    name: name
    for name in (
        "append", "binary", "ensure_at_least", "ensure_exactly", "get_tail", "integer",
        "private_append", "skip", "string", "utf8",
    )
}  # fmt: skip
"""Names of atoms that the prelude compares with."""

RANKED: Final = (int, Float, Atom, tuple, Map, type(NIL), Cons, Bitstring)
"""Types whose place in the order machine code knows."""

API: Final = (
    "_Py_Dealloc", "PyLong_FromLongLong", "PyType_GenericAlloc", "PyObject_GC_UnTrack",
    "PyTuple_New", "PyObject_Vectorcall", "PyErr_ExceptionMatches", "PyErr_Clear",
    "PyErr_Occurred", "PyDict_GetItemWithError", "PyDict_Copy", "PyDict_SetItem",
    "PyDict_Contains", "PyDict_Size", "PyUnicode_Compare",
    "PyDict_DelItem", "PyDict_Merge", "PyDict_Next", "PyDict_New", "PyList_New",
    "PyBytes_FromStringAndSize", "PyByteArray_Resize", "PyErr_NoMemory",
    "_Py_FatalErrorFunc",
)  # fmt: skip
"""Functions of Python that the prelude calls."""

C: Final = (
    "memcpy",
    "memmove",
    "memset",
    "memcmp",
    "bcmp",
    "_setjmp",
    "longjmp",
    "clock_gettime",
)
"""Functions of C that the prelude calls, or LLVM of its own accord."""

METADATA: Final = """
!0 = !{!"branch_weights", i32 2000, i32 1}
!1 = !{!"branch_weights", i32 1, i32 2000}
!2 = !{}
"""

CHECKS: Final = "ENIGMA_NATIVE_CHECKS"
"""The variable of the environment for machine code that looks at each object whose references it
counts, and ends the program where that is none (for those who change the prelude)."""

_CHECK: Final = """\
  call void @check_object(ptr %p)
"""
_POISON: Final = "  store i64 0, ptr %p"
"""List cells that are kept for the next ones have no references, which gives them away."""

_COUNT_UP: Final = """\
  %rc = load i64, ptr %p
  %rc1 = add i64 %rc, 1
  store i64 %rc1, ptr %p
  ret void"""
_COUNT_DOWN: Final = """\
  %rc = load i64, ptr %p
  %rc1 = sub i64 %rc, 1
  store i64 %rc1, ptr %p
  %zero = icmp eq i64 %rc1, 0
  br i1 %zero, label %dead, label %done, !prof !1"""
_COUNT_UP_UNLESS_IMMORTAL: Final = """\
  %rc = load i32, ptr %p
  %rc1 = add i32 %rc, 1
  %immortal = icmp eq i32 %rc1, 0
  br i1 %immortal, label %same, label %more
more:
  store i32 %rc1, ptr %p
  ret void
same:
  ret void"""
_COUNT_DOWN_UNLESS_IMMORTAL: Final = """\
  %low = load i32, ptr %p
  %immortal = icmp slt i32 %low, 0
  br i1 %immortal, label %done, label %mortal
mortal:
  %rc = load i64, ptr %p
  %rc1 = sub i64 %rc, 1
  store i64 %rc1, ptr %p
  %zero = icmp eq i64 %rc1, 0
  br i1 %zero, label %dead, label %done, !prof !1"""
_SIGNED_SIZE: Final = """\
  %negative = icmp slt i64 %s, 0
  %other = sub i64 0, %s
  %digits = select i1 %negative, i64 %other, i64 %s"""
_TAGGED_SIZE: Final = """\
  %digits = lshr i64 %s, 3
  %sign = and i64 %s, 3
  %negative = icmp eq i64 %sign, 2"""


def _prelude(offsets: Mapping[str, int], checks: bool) -> str:
    """The prelude for the running Python."""
    immortal = bool(offsets["IMMORTAL"])
    check = _CHECK if checks else ""
    found: dict[str, object] = {
        **offsets,
        "SMALL_INTS": 'ptrtoint (ptr @"O_zero" to i64)',
        "INCREF": check + (_COUNT_UP_UNLESS_IMMORTAL if immortal else _COUNT_UP),
        "DECREF": check + (_COUNT_DOWN_UNLESS_IMMORTAL if immortal else _COUNT_DOWN),
        "POISON": _POISON if checks else "",
        "COUNT_BITS": "i32" if immortal else "i64",
        "INT_SIZE": _TAGGED_SIZE if offsets["TAGGED"] else _SIGNED_SIZE,
        "MAX_CELLS": MAX_CELLS,
        "MAX_FLOATS": MAX_FLOATS,
        "DEPTH": DEPTH,
        "LONG": LONG,
        "ELEMENTS": ELEMENTS,
        "COPIED": COPIED,
        "MAP_PART": MAP_PART,
        "SP": block.SP,
        "REDUCTIONS": block.REDUCTIONS,
        "IP": block.IP,
        "STATUS": block.STATUS,
        "CODE": block.CODE,
        "XB": block.X * 8,
        "STATUS_PYTHON": int(block.Status.PYTHON),
        "PROCESS": block.PROCESS,
        "TURN": block.TURN,
        "UNTIL": block.UNTIL,
        "ALONE": ALONE,
        "CLOCK": time.CLOCK_MONOTONIC,
        "GRANTED": block.GRANTED,
        "MAX_SMALL": MAX_SMALL,
        "RANKS": _ranks(),
        "LITTLE_OR_NATIVE": LITTLE | NATIVE,
        "SIGNED": SIGNED,
        **{name: number for number, name in enumerate(UNFOLDED)},
        "STATUS_STEP": int(block.Status.STEP),
        "STATUS_MEMORY": int(block.Status.MEMORY),
        "JUMP_BUFFER": JUMP_BUFFER,
    }
    found |= {f"F_{name}": f'ptrtoint (ptr @"F_{name}" to i64)' for name in ("code_at", *FUNCTIONS)}
    found |= {f"S_{name}": f'ptrtoint (ptr @"S_{name}" to i64)' for name in STRINGS}
    found |= {f"A_{name}": f'ptrtoint (ptr @"a_{name}" to i64)' for name in ATOMS}
    found |= {f"T_{name}": f'ptrtoint (ptr @"T_{name}" to i64)' for name in TYPES}
    found |= {f"O_{name}": f'ptrtoint (ptr @"O_{name}" to i64)' for name in OBJECTS}
    return string.Template(PRELUDE).substitute(found)


def _ranks() -> str:
    """The rank of the type `%t` in the order of terms, -1 for others."""
    lines = []
    last = "-1"
    for number, type_ in enumerate(RANKED):
        name = type_.__name__
        lines.append(f'  %c{number} = icmp eq i64 %t, ptrtoint (ptr @"T_{name}" to i64)')
        lines.append(f"  %r{number} = select i1 %c{number}, i64 {RANK[type_]}, i64 {last}")
        last = f"%r{number}"
    return "\n".join([*lines, f"  ret i64 {last}"])


def parts_of(text: str) -> dict[str, str]:
    """The functions of the prelude by name; what is no function, each line under itself."""
    parts: dict[str, str] = {}
    lines: list[str] = []
    for line in text.splitlines():
        if lines or line.startswith("define "):
            lines.append(line)
            if line == "}":
                name = re.search(r"@(\w+)\(", lines[0])
                assert name is not None
                parts[name[1]] = "\n".join(lines)
                lines = []
        elif line.startswith(("declare ", "@")):
            found = re.search(r"@([\w.]+)", line)
            assert found is not None
            parts[found[1]] = line
    return parts


def needed(parts: Mapping[str, str], roots: Iterable[str]) -> list[str]:
    """The parts that some texts need, directly or not, in their order."""
    wanted: set[str] = set()
    open_ = list(roots)
    while open_:
        for name in re.findall(r"@([\w.]+)", open_.pop()):
            if name in parts and name not in wanted:
                wanted.add(name)
                open_.append(parts[name])
    return [text for name, text in parts.items() if name in wanted]


class Unit(NamedTuple):
    """Machine code of some handlers and of what else is in it: memory, or an object file for LLVM;
    the functions that others use; the symbols that it names; and which shapes the handlers are
    for."""

    piece: Piece | None
    data: bytes
    names: tuple[str, ...]
    symbols: tuple[str, ...]
    shapes: dict[tuple[Any, ...], str]


class Compiler:
    """The handlers of this run of Python: their addresses by shape.

    `cache` keeps machine code between runs; without one the user's own is taken.
    """

    def __init__(self, cache: Cache | None = None) -> None:
        start = time.perf_counter()
        self.offsets = layout()
        self.checks = bool(os.environ.get(CHECKS))
        self.addresses: dict[Shape, int] = {}
        self.machine: Callable[[], Machine | None] = lambda: None
        """Tells the machine that runs now."""
        self._cache = cache or Cache.of_user()
        self._known: dict[str, int] = {}
        self._kept: list[Any] = []
        self._symbols: dict[str, int] = {}
        self._made: list[Unit] = []
        self._define_runtime()
        self.identity = self._identify()
        self._load_or_build()
        self.seconds = time.perf_counter() - start

    @cached_property
    def joined(self) -> frozenset[Shape]:
        """The shapes of several instructions for which there are handlers."""
        return frozenset(shape for shape in _listed() if JOINED in shape.name)

    @property
    def kept(self) -> dict[str, int]:
        """How many objects that nobody needs wait for their next use, by class."""
        words = dict(zip(GLOBALS, self._globals, strict=True))
        return {"Cons": words["cell_count"], "Float": words["float_count"]}

    @cached_property
    def lowerings(self) -> Lowerings:
        """What has machine code of its own."""
        return Lowerings(PRELUDE)

    # ---------------------------------------------------------------- what machine code names

    def _define_runtime(self) -> None:
        """What object files refer to, but for atoms and functions of primitives."""
        self._globals = (ctypes.c_int64 * len(GLOBALS))()
        for number, name in enumerate(GLOBALS):
            self._symbols[name] = ctypes.addressof(self._globals) + 8 * number
        for name, value in TYPES.items():
            self._name(f"T_{name}", value)
        for name, found in OBJECTS.items():
            self._name(f"O_{name}", found)
        self._symbols["O_zero"] = self.offsets["SMALL_INTS"]
        self._name("F_code_at", self._code_at)
        for name, function in FUNCTIONS.items():
            self._name(f"F_{name}", function)
        for name, text in STRINGS.items():
            self._name(f"S_{name}", atom(text).name)

    def _address_of(self, symbol: str) -> int:
        """What a symbol stands for."""
        found = self._symbols.get(symbol) or self._known.get(symbol)
        if found is None:
            kind, _, name = symbol.partition("_")
            if symbol in API or symbol in C:
                call = getattr(ctypes.pythonapi if symbol in API else ctypes.CDLL(None), symbol)
                found = ctypes.cast(call, ctypes.c_void_p).value or 0
                self._symbols[symbol] = found
            elif kind == "a":
                found = self._name(symbol, atom(name))
            elif kind == "f":
                found = self._name(symbol, getattr(callbacks, symbol))
            else:
                raise AssertionError(f"nobody knows the symbol {symbol}")
        return found

    def _name(self, symbol: str, value: Any) -> int:
        self._kept.append(value)
        self._symbols[symbol] = id(value)
        return id(value)

    def _code_at(self, address: int) -> NativeCode:
        """What machine code asks for: the object that stands for a place."""
        machine = self.machine()
        assert machine is not None
        return machine.place(address)

    # ---------------------------------------------------------------- object files

    def _identify(self) -> bytes:
        """What object files depend on."""
        offsets = {name: value for name, value in self.offsets.items() if name != "SMALL_INTS"}
        digest = hashlib.sha256(
            f"{_llvm_version()} {sys.version} {_processor()} {sorted(offsets.items())} "
            f"{self.checks}".encode()
        )
        for file in MADE_FROM:
            digest.update((FOLDER / file).read_bytes())
        return b"native" + digest.digest()

    def _load_or_build(self) -> None:
        stored = self._load(self.identity)
        if stored is None:
            # Of several that start at once, one compiles.
            with self._alone():
                stored = self._load(self.identity)
                if stored is None:
                    units = self._build_all()
                    stored = _packed(units)
                    self._store(self.identity, units)
        first, *others = _unpacked(stored)
        self._add([first])
        self._add([*others, *_unpacked(self._load(self._more()) or ())])
        address = self._known.__getitem__
        self.enter_function = address("enter_function")
        self.enter_python = address("enter_python")
        self.stop = address("stop")
        self.run = ctypes.PYFUNCTYPE(None, ctypes.c_void_p)(address("run"))
        self.run_handler = ctypes.PYFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)(
            address("run_handler")
        )
        self.clear_words = ctypes.PYFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int64)(
            address("clear_words")
        )
        self.move_words = ctypes.PYFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64)(
            address("move_words")
        )
        atexit.register(self.save)

    def _alone(self) -> AbstractContextManager[Any]:
        """A lock on the cache; none where nothing can be written."""
        if self._cache is None:
            return nullcontext()
        from filelock import FileLock

        try:
            self._cache.folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self._cache.folder / "native.lock")
            lock.acquire()
        except OSError:
            return nullcontext()
        return _held(lock)

    def _load(self, identity: bytes) -> tuple[Any, ...] | None:
        return None if self._cache is None else self._cache.load(identity)

    def _store(self, identity: bytes, units: Iterable[Unit]) -> None:
        if self._cache is not None:
            self._cache.store(identity, _packed(units))

    def _more(self) -> bytes:
        return self.identity + b"more"

    def _build_all(self) -> list[Unit]:
        """Machine code for all shapes that OTP has."""
        shapes = _listed()
        parts = [shapes[first : first + UNIT] for first in range(0, len(shapes), UNIT)]
        from rich.console import Console
        from rich.progress import Progress

        console = Console(stderr=True)
        units = [self._kept_unit((), is_first=True)]
        with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
            for part in progress.track(parts, description="making machine code"):
                units.append(self._kept_unit(part))
        return units

    def _kept_unit(self, shapes: Sequence[Shape], is_first: bool = False) -> Unit:
        """A unit of those that OTP needs. Each is kept, so that a run that is killed has not
        worked for nothing."""
        key = self.identity + repr(shapes).encode()
        stored = _unpacked(self._load(key) or ())
        if not stored:
            stored = [self._unit(shapes, is_first)]
            self._store(key, stored)
        return stored[0]

    def prepare(self, shapes: Iterable[Shape]) -> None:
        """Have the handlers of all shapes."""
        missing = [shape for shape in dict.fromkeys(shapes) if shape not in self.addresses]
        if missing:
            start = time.perf_counter()
            unit = self._unit(missing)
            if len(self._made) < MOST_UNITS:
                self._made.append(unit)
            self._add([unit])
            self.seconds += time.perf_counter() - start

    def save(self) -> None:
        """Keep what this run has made beyond what was there."""
        if self._made:
            stored = _unpacked(self._load(self._more()) or ())
            if len(stored) < MOST_UNITS:
                self._store(self._more(), [*stored, *self._made][:MOST_UNITS])
            self._made = []

    def _unit(self, shapes: Iterable[Shape], is_first: bool = False) -> Unit:
        """Compile the handlers of some shapes, as far as they are not known yet. The first unit
        has the functions that all others share."""
        # Most starts make no machine code.
        from enigma_native.lower import handler, python_call

        llvm = _llvm()

        exported: tuple[str, ...]
        functions: dict[str, str] = {}
        names: dict[tuple[Any, ...], str] = {}
        arities = {1}
        for shape in shapes:
            made = handler(shape, self.lowerings)
            name = "h_" + hashlib.sha256(made.text.encode()).hexdigest()[:20]
            names[shape.name, shape.operands] = name
            if name not in self._known:
                functions[name] = made.text.replace("@@@", f"@{name}", 1)
                arities |= made.arities
        parts = parts_of(_prelude(self.offsets, self.checks))
        shared = {name: text for name, text in parts.items() if SHARED.match(text)}
        if is_first:
            exported = (*EXPORTED, *shared)
            parts |= {name: text.replace("internal ", "", 1) for name, text in shared.items()}
        else:
            exported = ()
            parts |= {name: _declaration(text) for name, text in shared.items()}
        parts |= {f"python{arity}": python_call(arity) for arity in sorted(arities)}
        roots = [*functions.values(), *(f"@{name}(" for name in exported)]
        text = "\n".join([*needed(parts, roots), *functions.values()])
        symbols = tuple(sorted(set(re.findall(r'@"([TOFSaf]_[^"]*)"', text))))
        text += METADATA + "".join(f'@"{name}" = external global i8\n' for name in symbols)
        data = llvm.compiled(text)
        piece = piece_of(data)
        return Unit(
            piece, b"" if piece else data, (*functions, *exported), (*symbols, *API, *C), names
        )

    def _add(self, units: Sequence[Unit]) -> None:
        """Have the functions of some units."""
        pieces = [unit.piece for unit in units if unit.piece is not None]
        found, memory = placed(pieces, self._address_of)
        self._kept.append(memory)
        placed_ones = iter(found)
        for unit in units:
            functions = next(placed_ones) if unit.piece is not None else self._linked(unit)
            for name in unit.names:
                self._known.setdefault(name, functions[name])
            for (name, operands), function in unit.shapes.items():
                # A function may be in a unit that somebody else has made, and that is lost.
                if function in self._known:
                    self.addresses[Shape(name, operands)] = self._known[function]

    def _linked(self, unit: Unit) -> dict[str, int]:
        """The functions of an object file that only LLVM can use."""
        llvm = _llvm()
        symbols = {name: self._address_of(name) for name in (*unit.symbols, *GLOBALS)}
        functions: dict[str, int]
        functions, kept = llvm.linked(unit.data, symbols, unit.names)
        self._kept.append(kept)
        return functions


def _declaration(text: str) -> str:
    """The declaration of a function that is defined in another unit."""
    head = text.partition("\n")[0].replace("define internal", "declare")
    return re.sub(r" %\w+", "", head.rpartition(")")[0]) + ")"


def _llvm() -> Any:
    """What LLVM does for us. Raises Unavailable, also when the reader of what it makes is not
    there."""
    try:
        import elftools.elf.elffile  # noqa: F401

        from enigma_native import llvm
    except (ImportError, OSError, RuntimeError, AttributeError) as problem:
        raise Unavailable(f"llvmlite or pyelftools cannot be used ({problem})") from problem
    return llvm


def _llvm_version() -> str:
    """Which LLVM makes machine code, without importing it. Raises Unavailable."""
    found = PathFinder.find_spec("llvmlite")
    if found is None or found.origin is None:
        raise Unavailable("llvmlite is not installed (pip install llvmlite)")
    try:
        return (Path(found.origin).parent / "_version.py").read_text()
    except OSError as problem:
        raise Unavailable(f"llvmlite cannot be used ({problem})") from problem


def _processor() -> str:
    """The processor, as far as machine code is made for it."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as file:
            lines = takewhile(str.strip, file)
            return "".join(line for line in lines if line.startswith(("model", "flags", "CPU")))
    except OSError:
        import llvmlite.binding

        name: str = llvmlite.binding.get_host_cpu_name()
        return name


@contextmanager
def _held(lock: FileLock) -> Iterator[None]:
    """Give a lock back in the end."""
    try:
        yield
    finally:
        lock.release()


def _listed() -> list[Shape]:
    return [shape_of(one) for one in json.loads(SHAPES.read_text())]


def shape_of(data: Any) -> Shape:
    """A shape from JSON."""
    name, operands = data
    return Shape(name, _tuples(operands))


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


def _packed(units: Iterable[Unit]) -> tuple[Any, ...]:
    return tuple((unit.piece and tuple(unit.piece), *unit[1:]) for unit in units)


def _unpacked(stored: tuple[Any, ...]) -> list[Unit]:
    return [Unit(piece and Piece(*piece), *others) for piece, *others in stored]
