"""Making programs of one suite run on a machine of another.

A program built against a newer C library than the machine's refuses to start. It is given the
loader and the libraries of its own suite: the path of the loader stands in the program itself, and
so does the list of folders where the loader looks (`DT_RPATH`, which also serves the modules that
the program loads later, such as NIFs).
"""

from __future__ import annotations

import ctypes
import shutil
import sysconfig
from collections.abc import Iterable
from pathlib import Path

from enigma_ref.otp.errors import OtpFetchError
from enigma_ref.otp.tools import need, run

_ELF = b"\x7fELF"

OPENED = {"libsctp.so.1": "libsctp1"}
"""What the runtime opens by name when it is needed first (inet_drv.c), so that no program says that
it needs it; and its package, which the runtime's only recommends."""


def elf_files(folder: Path) -> list[Path]:
    """List the programs and shared objects below a folder, symbolic links left out."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink() and _elf(path)
    )


def unmet(files: Iterable[Path]) -> list[str]:
    """List what the machine's own loader does not find for these files: libraries and versions;
    with what the runtime will ask for by name."""
    ldd = need("ldd")
    lines: dict[str, None] = {}
    for file in files:
        # 1: something is not found, or the file is not dynamic.
        for line in run([ldd, str(file)], answers=(0, 1)).splitlines():
            if "not found" in line:
                lines[line.strip()] = None
    return [*lines, *(name for name in OPENED if not _opens(name))]


def _opens(name: str) -> bool:
    """Whether the machine has a library that is opened by name."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def use_own(files: Iterable[Path], libraries: Path, *, final: Path) -> None:
    """Let programs use the loader and the libraries unpacked in the folder `libraries`.

    `final` is where that folder will be when the programs run. Raises `OtpFetchError` when the
    folder holds no loader for them, or a program cannot be changed.
    """
    if ":" in str(final):
        raise OtpFetchError(f"a cache folder with a colon in its name does not work: {final}")
    patchelf = _patchelf()
    folders = sorted({path.parent for path in libraries.rglob("lib*.so.*")})
    search = ":".join(str(final / folder.relative_to(libraries)) for folder in folders)
    for file in files:
        interpreter = _interpreter(patchelf, file)
        if interpreter is None:
            continue
        loader = next((f / interpreter for f in folders if (f / interpreter).is_file()), None)
        if loader is None:
            raise OtpFetchError(f"the libraries fetched for {file.name} hold no {interpreter}")
        run(
            [
                patchelf,
                "--set-interpreter",
                str(final / loader.relative_to(libraries)),
                "--force-rpath",
                "--set-rpath",
                search,
                str(file),
            ]
        )


def _interpreter(patchelf: str, file: Path) -> str | None:
    """Name the loader that a program asks for; None for a shared object."""
    path = run([patchelf, "--print-interpreter", str(file)], answers=(0, 1)).strip()
    return Path(path).name if path else None


def _patchelf() -> str:
    """Find the program `patchelf`, first the one that came with this Python environment."""
    own = shutil.which("patchelf", path=sysconfig.get_path("scripts"))
    return own or need("patchelf")


def _elf(path: Path) -> bool:
    with path.open("rb") as content:
        return content.read(4) == _ELF
