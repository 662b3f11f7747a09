"""Which files are made from the specification, and by which emitter."""

from __future__ import annotations

from pathlib import Path

from codegen.emit_bifs import emit_bifs
from codegen.emit_data import emit_bif_data, emit_opcode_data
from codegen.emit_engine import emit_engine
from codegen.emit_native import emit_callbacks, emit_native
from codegen.emit_opcodes import emit_opcodes
from codegen.emit_reference import emit_bif_reference, emit_instructions
from codegen.model import Spec


def products(spec: Spec, folder: Path) -> dict[str, str]:
    """The text of every generated file, by its path below the repository."""
    return {
        "enigma_ref/_generated/opcodes.py": emit_opcodes(spec),
        "enigma_ref/_generated/bifs.py": emit_bifs(spec),
        "enigma_ref/_generated/engine.py": emit_engine(spec),
        "enigma_native/_generated/semantics.py": emit_native(spec),
        "enigma_native/_generated/callbacks.py": emit_callbacks(spec),
        "docs/instructions.md": emit_instructions(spec),
        "docs/bifs.md": emit_bif_reference(spec),
        "spec/generated/opcodes.json": emit_opcode_data(spec),
        "spec/generated/bifs.json": emit_bif_data(spec),
    }
