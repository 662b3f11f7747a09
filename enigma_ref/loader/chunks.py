"""The container of a `.beam` file: an IFF form of named chunks, perhaps gzipped.

Sources: the chunk names and layouts that `beam_lib` documents, and what the compilers of
OTP 23 to 29 write (docs/beam-files.md).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from hashlib import md5
from typing import Final, NamedTuple

from enigma_ref.loader.errors import Malformed

MAX_FORM: Final = 128 << 20
"""The largest form that a gzipped file may hold, in bytes."""

GZIP_MAGIC: Final = b"\x1f\x8b"

MD5_CHUNKS: Final = (
    "Atom", "AtU8", "Code", "StrT", "ImpT", "ExpT", "FunT", "LitT", "Meta", "Recs", "DbgB",
)  # fmt: skip
"""The chunks that make a module's MD5, in order (`beam_lib:md5/1`)."""

FUN_ENTRY_SIZE: Final = 24


class Chunk(NamedTuple):
    """One chunk: its four-character name and its contents, without header and padding."""

    name: str
    data: bytes


def read_chunks(data: bytes) -> list[Chunk]:
    """Every chunk of a `.beam` file, in file order, known or not.

    `data` is the whole file, gzipped or plain. Bytes after the form are passed over, as OTP
    does. Raises `Malformed`.
    """
    form = data
    if data[:2] == GZIP_MAGIC:
        form = _gunzip(data)
    if form[:4] != b"FOR1":
        raise Malformed("not a BEAM file: it does not begin with FOR1")
    if len(form) < 12:
        raise Malformed("truncated: the file ends inside its header")
    if form[8:12] != b"BEAM":
        raise Malformed("not a BEAM file: the form is not called BEAM")
    end = 8 + int.from_bytes(form[4:8], "big")
    if end > len(form):
        raise Malformed(f"truncated: the header promises {end} bytes, the file has {len(form)}")
    return list(_split(form, 12, end))


def _split(form: bytes, position: int, end: int) -> Iterator[Chunk]:
    while position < end:
        if position + 8 > end:
            raise Malformed("truncated: the file ends inside a chunk header")
        name = form[position : position + 4]
        size = int.from_bytes(form[position + 4 : position + 8], "big")
        start = position + 8
        # Chunks are padded to whole words, and OTP insists on the padding of the last one too.
        position = start + (size + 3 & ~3)
        if position > end:
            raise Malformed(f"truncated: chunk {show_name(name)} ends after the file")
        yield Chunk(name.decode("latin-1"), form[start : start + size])


def show_name(name: bytes | str) -> str:
    """A chunk name as text for messages, odd bytes escaped."""
    raw = name.encode("latin-1") if isinstance(name, str) else name
    return raw.decode("ascii", "backslashreplace").encode("unicode_escape").decode("ascii")


def _gunzip(data: bytes) -> bytes:
    decompressor = zlib.decompressobj(wbits=31)
    try:
        form = decompressor.decompress(data, MAX_FORM)
    except zlib.error:
        raise Malformed("the gzip compression is damaged") from None
    if not decompressor.eof:
        if decompressor.unconsumed_tail:
            raise Malformed(f"larger than {MAX_FORM} bytes when decompressed")
        raise Malformed("truncated: the gzip compression ends too early")
    return form


def last_of_each(chunks: Sequence[Chunk]) -> dict[str, bytes]:
    """Contents by chunk name; of equal names the last one counts, as in OTP's loader."""
    return {chunk.name: chunk.data for chunk in chunks}


def module_md5(contents: dict[str, bytes]) -> bytes:
    """The module's MD5 as `beam_lib:md5/1` computes it, from the contents of its chunks.

    The `old_uniq` words of the fun table count as zero, because they are made from the MD5.
    """
    digest = md5(usedforsecurity=False)
    for name in MD5_CHUNKS:
        data = contents.get(name)
        if data is None:
            continue
        if name == "FunT":
            data = _without_uniq(data)
        digest.update(data)
    return digest.digest()


def _without_uniq(table: bytes) -> bytes:
    parts = [table[:4]]
    position = 4
    while position + FUN_ENTRY_SIZE <= len(table):
        parts.append(table[position : position + FUN_ENTRY_SIZE - 4])
        parts.append(b"\0\0\0\0")
        position += FUN_ENTRY_SIZE
    parts.append(table[position:])
    return b"".join(parts)
