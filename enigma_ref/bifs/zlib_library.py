"""The C library zlib, as streams need it (docs/zlib.md tells why not Python's own module)."""

from __future__ import annotations

import ctypes
import functools
from typing import Any, Final

from enigma_ref.bifs.re_libraries import LibraryMissing

Z_OK: Final = 0
Z_STREAM_END: Final = 1
Z_NEED_DICT: Final = 2
Z_STREAM_ERROR: Final = -2
Z_DATA_ERROR: Final = -3
Z_MEM_ERROR: Final = -4
Z_BUF_ERROR: Final = -5

Z_NO_FLUSH: Final = 0
WINDOW: Final = 1 << 15
"""Bytes of the largest window, and so of the largest dictionary."""


class State(ctypes.Structure):
    """z_stream of zlib.h."""

    _fields_ = [
        ("next_in", ctypes.c_void_p),
        ("avail_in", ctypes.c_uint),
        ("total_in", ctypes.c_ulong),
        ("next_out", ctypes.c_void_p),
        ("avail_out", ctypes.c_uint),
        ("total_out", ctypes.c_ulong),
        ("msg", ctypes.c_char_p),
        ("state", ctypes.c_void_p),
        ("zalloc", ctypes.c_void_p),
        ("zfree", ctypes.c_void_p),
        ("opaque", ctypes.c_void_p),
        ("data_type", ctypes.c_int),
        ("adler", ctypes.c_ulong),
        ("reserved", ctypes.c_ulong),
    ]

    next_in: int | None
    avail_in: int
    next_out: int | None
    avail_out: int
    adler: int


@functools.cache
def library() -> Any:
    """The library. Raises LibraryMissing."""
    # Imported here, since it takes long and most systems need no library.
    from ctypes.util import find_library

    name = find_library("z")
    if name is None:
        raise LibraryMissing("module zlib needs the library libz: install your system's zlib1g")
    found = ctypes.CDLL(name)
    found.zlibVersion.restype = ctypes.c_char_p
    return found


class Codec:
    """A stream of zlib that is either deflating or inflating.

    Its methods return what the functions of zlib.h return. `take` and `give` lay down where the
    next bytes come from and go to.
    """

    __slots__ = ("_input", "_output", "_state", "kind")

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._state = State()
        self._input: Any = None
        self._output: Any = None

    def start(self, *parameters: int) -> int:
        """deflateInit2 or inflateInit2, with its parameters."""
        found = library()
        numbers = map(ctypes.c_int, parameters)
        size = ctypes.c_int(ctypes.sizeof(State))
        code: int = getattr(found, f"{self.kind}Init2_")(
            ctypes.byref(self._state), *numbers, ctypes.c_char_p(found.zlibVersion()), size
        )
        return code

    def call(self, name: str, *arguments: Any) -> int:
        """A function of the stream, by its name behind deflate or inflate."""
        code: int = getattr(library(), self.kind + name)(ctypes.byref(self._state), *arguments)
        return code

    def take(self, data: bytes, first: int, size: int) -> None:
        """The next bytes to read are `size` bytes of the data."""
        self._input = data
        address = ctypes.cast(ctypes.c_char_p(data), ctypes.c_void_p).value
        self._state.next_in = address and address + first
        self._state.avail_in = size

    def take_nothing(self) -> None:
        """There are no bytes to read."""
        self._input = self._state.next_in = None
        self._state.avail_in = 0

    def give(self, size: int) -> None:
        """There is room for so many bytes."""
        self._output = ctypes.create_string_buffer(size)
        self._state.next_out = ctypes.addressof(self._output)
        self._state.avail_out = size

    def output(self) -> bytes:
        """The bytes that were written."""
        written = len(self._output) - self._state.avail_out
        data = ctypes.string_at(self._output, written)
        self._output = self._state.next_out = None
        return data

    @property
    def unread(self) -> int:
        """How many bytes are left to read."""
        return self._state.avail_in

    @property
    def room(self) -> int:
        """How many bytes are left to write to."""
        return self._state.avail_out

    @property
    def adler(self) -> int:
        """The checksum that the stream tells, of data or dictionary."""
        return self._state.adler

    def run(self, flush: int) -> int:
        """deflate or inflate."""
        return self.call("", ctypes.c_int(flush))

    def set_dictionary(self, data: bytes) -> int:
        """deflateSetDictionary or inflateSetDictionary."""
        return self.call("SetDictionary", ctypes.c_char_p(data), ctypes.c_uint(len(data)))

    def dictionary(self) -> tuple[int, bytes]:
        """inflateGetDictionary: what it returns, and the bytes."""
        data = ctypes.create_string_buffer(WINDOW)
        size = ctypes.c_uint()
        code = self.call("GetDictionary", data, ctypes.byref(size))
        return code, ctypes.string_at(data, size.value)
