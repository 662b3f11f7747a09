"""Text between Erlang and the operating system: names of files and variables, encoded as the
command line and the language of the user say (documentation of `erl`, flag `+fn`)."""

from __future__ import annotations

from enigma_ref.machine.errors import badarg
from enigma_ref.machine.system import System

UTF8 = "utf8"
LATIN1 = "latin1"


def native_bytes(vm: System, text: str) -> bytes:
    """Characters as the operating system gets them. Raises badarg for those that it has none of."""
    if vm.settings.file_names == UTF8:
        return text.encode()
    try:
        return text.encode(LATIN1)
    except UnicodeEncodeError:
        raise badarg() from None


def name_text(vm: System, data: bytes) -> str | None:
    """The characters of a name; None when it is encoded in another way."""
    try:
        return data.decode(vm.settings.file_names)
    except UnicodeDecodeError:
        return None


def any_text(vm: System, data: bytes) -> str:
    """The same, where bytes that are encoded in another way are characters themselves."""
    found = name_text(vm, data)
    return data.decode(LATIN1) if found is None else found
