"""Machine code for handlers: compiled when it is needed first, and kept on disk.

Object files name Python objects by symbols, so that they serve every run of the same Python on the
same kind of machine.
"""

from __future__ import annotations

import ctypes
import hashlib
import re
import string
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import llvmlite
import llvmlite.binding as llvm

from enigma_native import block
from enigma_native._generated.semantics import PRIMITIVES
from enigma_native.code import NativeCode
from enigma_native.layout import layout
from enigma_native.lower import Handler, Lowerings, Shape, python_call
from enigma_ref._generated.engine import NAMESPACE
from enigma_ref.loader.cache import Cache
from enigma_ref.machine.code import Lambda
from enigma_ref.machine.errors import BeamError
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

PRELUDE: Final = (Path(__file__).parent / "prelude.ll").read_text()

MAX_CELLS: Final = 1_000_000
"""How many list cells that nobody needs are kept."""

TYPES: Final = {
    "Cons": Cons, "Atom": Atom, "Float": Float, "Fun": Fun, "ExternalFun": ExternalFun,
    "Map": Map, "Bitstring": Bitstring, "Pid": Pid, "Port": Port, "Reference": Reference,
    "int": int, "tuple": tuple, "Lambda": Lambda, "NativeCode": NativeCode,
    "BeamError": BeamError,
}  # fmt: skip
OBJECTS: Final = {"NIL": NIL, "TRUE": TRUE, "FALSE": FALSE, "None": None, "True": True}

API: Final = (
    "_Py_Dealloc", "PyLong_FromLongLong", "PyType_GenericAlloc", "PyObject_GC_UnTrack",
    "PyTuple_New", "PyObject_Vectorcall", "PyErr_ExceptionMatches", "PyErr_Clear",
    "PyErr_Occurred",
)  # fmt: skip
"""Functions of Python that the prelude calls."""

METADATA: Final = """
!0 = !{!"branch_weights", i32 2000, i32 1}
!1 = !{!"branch_weights", i32 1, i32 2000}
!2 = !{}
"""

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


def _prelude(offsets: Mapping[str, int]) -> str:
    """The prelude for the running Python."""
    immortal = bool(offsets["IMMORTAL"])
    found: dict[str, object] = {
        **offsets,
        "SMALL_INTS": 'ptrtoint (ptr @"O_zero" to i64)',
        "INCREF": _COUNT_UP_UNLESS_IMMORTAL if immortal else _COUNT_UP,
        "DECREF": _COUNT_DOWN_UNLESS_IMMORTAL if immortal else _COUNT_DOWN,
        "INT_SIZE": _TAGGED_SIZE if offsets["TAGGED"] else _SIGNED_SIZE,
        "MAX_CELLS": MAX_CELLS,
        "SP": block.SP,
        "REDUCTIONS": block.REDUCTIONS,
        "IP": block.IP,
        "STATUS": block.STATUS,
        "CODE": block.CODE,
        "XB": block.X * 8,
        "STATUS_PYTHON": int(block.Status.PYTHON),
        "F_code_at": 'ptrtoint (ptr @"F_code_at" to i64)',
    }
    found |= {f"T_{name}": f'ptrtoint (ptr @"T_{name}" to i64)' for name in TYPES}
    found |= {f"O_{name}": f'ptrtoint (ptr @"O_{name}" to i64)' for name in OBJECTS}
    return string.Template(PRELUDE).substitute(found)


def _callback(name: str) -> Any:
    """The Python function of a primitive."""
    parameters, _, text = PRIMITIVES[name]
    names = ", ".join(name for name, _ in parameters)
    made: Any = eval(f"lambda {names}: {text}", dict(NAMESPACE))
    return made


class Compiler:
    """The handlers of this run of Python: their addresses by shape."""

    def __init__(self, cache: Cache | None = None) -> None:
        llvm.initialize_native_target()
        llvm.initialize_native_asmprinter()
        self.offsets = layout()
        self.lowerings = Lowerings(PRELUDE)
        self.addresses: dict[Shape, int] = {}
        self.seconds = 0.0
        self._cache = cache
        self._prelude = _prelude(self.offsets)
        self._known: dict[str, int] = {}
        self._kept: list[Any] = []
        self._objects: dict[str, int] = {}
        target = llvm.Target.from_default_triple()
        self._cpu = llvm.get_host_cpu_name()
        self._machine = target.create_target_machine(
            cpu=self._cpu, opt=2, codemodel="large", reloc="static"
        )
        self._cells = (ctypes.c_int64 * 2)()
        cells = ctypes.addressof(self._cells)
        llvm.add_symbol("cells", cells)
        llvm.add_symbol("cell_count", cells + 8)
        for function in API:
            address = ctypes.cast(getattr(ctypes.pythonapi, function), ctypes.c_void_p).value
            llvm.add_symbol(function, address)
        for name, value in {**TYPES, "": None}.items():
            if name:
                self._name(f"T_{name}", value)
        for name, value in OBJECTS.items():
            self._name(f"O_{name}", value)
        llvm.add_symbol("O_zero", self.offsets["SMALL_INTS"])
        self._objects["O_zero"] = self.offsets["SMALL_INTS"]
        self.code_at: dict[int, NativeCode] = {}
        self._name("F_code_at", self.place)
        base = self._build({}, ["run", "clear_words", "move_words", "enter_function", "enter_python"])
        self.enter_function = base["enter_function"]
        self.enter_python = base["enter_python"]
        prototype = ctypes.PYFUNCTYPE(None, ctypes.c_void_p)
        self.run = prototype(base["run"])
        self.clear_words = ctypes.PYFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int64)(
            base["clear_words"]
        )

        self.move_words = ctypes.PYFUNCTYPE(
            None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64
        )(base["move_words"])

    def place(self, address: int) -> NativeCode:
        """The object that stands for a place."""
        address &= ~2
        found = self.code_at.get(address)
        if found is None:
            found = self.code_at[address] = NativeCode(address.to_bytes(8, "little"))
        return found

    def prepare(self, shapes: Iterable[Shape]) -> None:
        """Have the handlers of all shapes."""
        wanted: dict[str, str] = {}
        names: dict[Shape, str] = {}
        symbols: set[str] = set()
        arities: set[int] = set()
        for shape in shapes:
            if shape in self.addresses or shape in names:
                continue
            handler = Handler(shape, self.lowerings)
            text = handler.text()
            name = "h_" + hashlib.sha256(text.encode()).hexdigest()[:20]
            names[shape] = name
            if name not in self._known:
                wanted[name] = text.replace("@@@", f"@{name}", 1)
                symbols |= handler.symbols
                arities |= handler.arities
        if wanted:
            for symbol in symbols:
                self._define(symbol)
            self._known |= self._build(wanted, [], symbols, arities)
        for shape, name in names.items():
            self.addresses[shape] = self._known[name]

    def _define(self, symbol: str) -> None:
        if symbol in self._objects:
            return
        kind, _, name = symbol.partition("_")
        if kind == "a":
            self._name(symbol, atom(name))
        elif kind == "f":
            self._name(symbol, _callback(name))
        else:
            raise AssertionError(f"nobody knows the symbol {symbol}")

    def _name(self, symbol: str, value: Any) -> None:
        self._kept.append(value)
        self._objects[symbol] = id(value)
        llvm.add_symbol(symbol, id(value))

    def _build(
        self,
        functions: Mapping[str, str],
        exported: Iterable[str],
        symbols: Iterable[str] = (),
        arities: Iterable[int] = (),
    ) -> dict[str, int]:
        """Compile functions, or take them from the cache; their addresses by name."""
        start = time.perf_counter()
        prelude = self._prelude
        exported = [*exported]
        if not exported:
            # Only the unit of the base has what Python calls.
            prelude = prelude[: prelude.index("; ---------------------------------------------------------------- for Python")]
        parts = [prelude, *functions.values()]
        parts += [python_call(arity) for arity in sorted({*arities, 1})]
        text = "\n".join(parts)
        mentioned = sorted(set(re.findall(r'@"([TOFaf]_[^"]*)"', text)))
        text += METADATA + "".join(f'@"{name}" = external global i8\n' for name in mentioned)
        data = self._object(text)
        engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), self._machine_for_engine())
        engine.add_object_file(llvm.ObjectFileRef.from_data(data))
        engine.finalize_object()
        self._kept.append(engine)
        found = {name: engine.get_function_address(name) for name in [*functions, *exported]}
        self.seconds += time.perf_counter() - start
        return found

    def _machine_for_engine(self) -> Any:
        return llvm.Target.from_default_triple().create_target_machine(
            cpu=self._cpu, opt=2, codemodel="large", reloc="static"
        )

    def _object(self, text: str) -> bytes:
        identity = hashlib.sha256(
            f"{llvmlite.__version__} {sys.version} {self._cpu}\n{text}".encode()
        ).digest()
        if self._cache is not None:
            stored = self._cache.load(b"native" + identity)
            if stored is not None:
                return bytes(stored[0])
        module = llvm.parse_assembly(text)
        module.verify()
        options = llvm.create_pipeline_tuning_options(speed_level=2)
        builder = llvm.create_pass_builder(self._machine, options)
        builder.getModulePassManager().run(module, builder)
        data = bytes(self._machine.emit_object(module))
        if self._cache is not None:
            self._cache.store(b"native" + identity, (data,))
        return data
