"""Reading .beam files."""

from __future__ import annotations

from enigma_ref.loader.cache import Cache, load_module, load_module_file
from enigma_ref.loader.errors import LoadError
from enigma_ref.loader.module import Module, read_module

__all__ = ["Cache", "LoadError", "Module", "load_module", "load_module_file", "read_module"]
