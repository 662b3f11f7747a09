"""Finds the PCRE libraries that wheels from PyPI bring along (docs/re.md tells why these).

PCRE 8 is a shared library inside of pygit2's wheel. PCRE2 is linked into the extension module of
the wheel `pcre2`, which does not export it; but the module keeps its symbol table, so that the
functions can be called at their addresses. Neither package is imported. Where there is no such
wheel, the system's own libraries do as well.
"""

from __future__ import annotations

import ctypes
import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

Address = Callable[[str], int]
"""Where the C function of a name lies."""

WIDTH: Final = "_8"
"""What PCRE2 appends to the names of its functions for characters of 8 bits."""


class LibraryMissing(Exception):
    """There is no PCRE of the wanted generation on this machine."""


def pcre8() -> Address:
    """The functions of PCRE 8 (`pcre_compile2` and so on). Raises LibraryMissing."""
    for folder in _folders("pygit2"):
        for path in sorted(folder.parent.glob("pygit2.libs/libpcre-*.so*")):
            return _exported(str(path))
    from ctypes.util import find_library  # takes a while, and wheels come first

    name = find_library("pcre")
    if name is None:
        raise LibraryMissing(
            "regular expressions of OTP 27 and older need PCRE 8: "
            "install a wheel of pygit2, or your system's libpcre3"
        )
    return _exported(name)


def pcre2() -> Address:
    """The functions of PCRE2 (`pcre2_compile` and so on, without width). Raises LibraryMissing."""
    for folder in _folders("pcre2"):
        for path in sorted(folder.glob("_cy*.so")):
            return _hidden(path)
    from ctypes.util import find_library  # takes a while, and wheels come first

    name = find_library("pcre2-8")
    if name is None:
        raise LibraryMissing(
            "regular expressions of OTP 28 and newer need PCRE2: "
            "install a wheel of pcre2, or your system's libpcre2-8"
        )
    address = _exported(name)
    return lambda function: address(function + WIDTH)


def _folders(package: str) -> list[Path]:
    """Where a package is installed, found without importing it."""
    spec = importlib.util.find_spec(package)
    return [Path(folder) for folder in (spec and spec.submodule_search_locations) or ()]


def _exported(name: str) -> Address:
    library = ctypes.CDLL(name)
    return lambda function: _pointer(getattr(library, function))


def _hidden(path: Path) -> Address:
    """The functions in the symbol table of an extension module, also those it does not export."""
    # Takes longer to import than most programs run, and few need it.
    from elftools.elf.elffile import ELFFile
    from elftools.elf.sections import SymbolTableSection

    library = ctypes.CDLL(str(path))
    with path.open("rb") as file:
        table = ELFFile(file).get_section_by_name(".symtab")
        symbols: dict[str, int] = {}
        if isinstance(table, SymbolTableSection):
            for symbol in table.iter_symbols():
                if symbol["st_info"]["type"] == "STT_FUNC":
                    symbols[symbol.name] = symbol["st_value"]
    initial = next((name for name in symbols if name.startswith("PyInit_")), None)
    if initial is None:
        raise LibraryMissing(f"{path} has no symbol table; install the wheel of pcre2 as it comes")
    base = _pointer(getattr(library, initial)) - symbols[initial]
    _KEPT.append(library)

    def address(function: str) -> int:
        if function + WIDTH not in symbols:
            raise LibraryMissing(f"{path} has no {function}{WIDTH}")
        return base + symbols[function + WIDTH]

    return address


_KEPT: Final[list[ctypes.CDLL]] = []
"""Libraries that are called by address and must stay loaded."""


def _pointer(function: Any) -> int:
    return ctypes.cast(function, ctypes.c_void_p).value or 0
