"""What LLVM does for us: object files out of its language, and machine code in memory where object
files are not of the kind that `image` knows.

Imported when something has to be compiled only: it takes a tenth of a second, and much memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import llvmlite.binding as llvm
from llvmlite.binding.newpassmanagers import NewPassManager

llvm.initialize_native_target()
llvm.initialize_native_asmprinter()


def _new_machine() -> Any:
    target = llvm.Target.from_default_triple()
    cpu = llvm.get_host_cpu_name()
    return target.create_target_machine(cpu=cpu, opt=2, codemodel="large", reloc="static")


def compiled(text: str) -> bytes:
    """The object file of a module."""
    module = llvm.parse_assembly(text)
    module.verify()
    options = llvm.create_pipeline_tuning_options(speed_level=2)
    machine = _new_machine()
    builder = llvm.create_pass_builder(machine, options)
    passes = builder.getModulePassManager()
    try:
        passes.run(module, builder)
    finally:
        # llvmlite does not, because the class inherits another `_dispose`, which does nothing.
        NewPassManager._dispose(passes)
        passes.detach()
    return bytes(machine.emit_object(module))


def linked(
    data: bytes, symbols: Mapping[str, int], names: Iterable[str]
) -> tuple[dict[str, int], Any]:
    """The addresses of functions of an object file in memory, and what has to be kept for them.
    `symbols` are the addresses of all that it refers to."""
    for name, address in symbols.items():
        llvm.add_symbol(name, address)
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), _new_machine())
    engine.add_object_file(llvm.ObjectFileRef.from_data(data))
    engine.finalize_object()
    return {name: engine.get_function_address(name) for name in names}, engine
