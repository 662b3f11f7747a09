"""zlib: streams that compress and decompress.

A stream keeps what is put in until somebody takes it out, in pieces whose sizes OTP's zlib.erl
chooses. Where one piece ends is that of OTP's zlib_nif.c, so that programs get the same binaries.
"""

from __future__ import annotations

import ctypes
import zlib
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Final

from enigma_ref.bifs.iodata import iodata_bytes
from enigma_ref.bifs.native_arguments import INT_BITS, c_int, resource, some_binaries
from enigma_ref.bifs.registry import bif
from enigma_ref.bifs.zlib_library import (
    Z_BUF_ERROR,
    Z_DATA_ERROR,
    Z_MEM_ERROR,
    Z_NEED_DICT,
    Z_NO_FLUSH,
    Z_OK,
    Z_STREAM_END,
    Z_STREAM_ERROR,
    Codec,
)
from enigma_ref.machine.errors import badarg, error
from enigma_ref.machine.process import Process
from enigma_ref.terms import NIL, Bitstring, Pid, Reference, Term, atom, make_list
from enigma_ref.terms.atoms import ERROR, OK

NOT_ON_CONTROLLING_PROCESS: Final = atom("not_on_controlling_process")
NOT_INITIALIZED: Final = atom("not_initialized")
ALREADY_INITIALIZED: Final = atom("already_initialized")
CONTINUE: Final = atom("continue")
FINISHED: Final = atom("finished")
NEED_DICTIONARY: Final = atom("need_dictionary")
EMPTY: Final = atom("empty")

ANSWERS: Final = {
    Z_OK: OK,
    Z_STREAM_END: atom("stream_end"),
    Z_MEM_ERROR: atom("mem_error"),
    Z_BUF_ERROR: atom("buf_error"),
    -6: atom("version_error"),
}
RAISED: Final = {Z_STREAM_ERROR: atom("stream_error"), Z_DATA_ERROR: atom("data_error")}
UNKNOWN: Final = atom("unknown_error")

NONE: Final = "none"
DEFLATE: Final = "deflate"
INFLATE: Final = "inflate"
CLOSED: Final = "closed"

END_IS_ERROR: Final = 0
END_RESETS: Final = 1
END_CUTS: Final = 2
"""What becomes of input behind the end of the compressed data."""

AT_ONCE: Final = 256
"""How many binaries are put in at once."""

CHUNK: Final = 4000
"""How much inflateChunk decompresses until somebody says otherwise."""

UNSIGNED_SINCE: Final = 27

FLUSHED_SINCE: Final = 25
"""Since then, also without a flush, what did not fit into the output of the call before is put out
when there is no input left (measured on 23 and 25)."""

SLICE: Final = 4000
"""Reductions that a process may run for; a full piece of input costs as many."""


class Stream:
    """What a reference of zlib stands for. `state` says what it does; `codec` does it."""

    __slots__ = (
        "__weakref__",
        "chunk",
        "codec",
        "controller",
        "counts",
        "crc",
        "ended",
        "is_raw",
        "offset",
        "on_end",
        "queue",
        "queued",
        "stash",
        "state",
    )

    def __init__(self, controller: Pid) -> None:
        self.controller = controller
        self.state = NONE
        self.codec: Codec | None = None
        self.queue: deque[bytes] = deque()
        self.offset = 0
        self.queued = 0
        self.stash: Term = None
        self.on_end = END_CUTS
        self.ended = False
        self.is_raw = False
        self.counts = False
        self.crc = 0
        self.chunk = CHUNK

    def __del__(self) -> None:
        self.end()

    def end(self) -> int:
        """Stop compressing or decompressing; what zlib says of it."""
        codec, self.codec = self.codec, None
        return Z_OK if codec is None else codec.call("End")

    def start(self, kind: str, window: int, *parameters: int) -> int:
        """Begin to compress or decompress; what zlib says of it."""
        codec = Codec(kind)
        code = codec.start(*parameters)
        if code == Z_OK:
            self.codec = codec
            self.state = kind
            self.ended = False
            self.is_raw = self.counts = window < 0
            self.crc = 0
        return code

    def forget_input(self) -> None:
        """Drop what was put in, and the stash."""
        self.queue.clear()
        self.offset = self.queued = 0
        self.stash = None

    def put(self, binaries: list[Bitstring]) -> None:
        """Put binaries in."""
        for binary in binaries:
            self.queue.append(binary.to_bytes())
            self.queued += binary.byte_size

    def drop(self, size: int) -> None:
        """Take so many bytes of what was put in away."""
        self.queued -= size
        self.offset += size
        while self.queue and self.offset >= len(self.queue[0]):
            self.offset -= len(self.queue.popleft())

    def count(self, data: bytes | memoryview) -> None:
        """Go on with the checksum of uncompressed data, which only raw streams have."""
        if self.counts:
            self.crc = zlib.crc32(data, self.crc)


def _codec(stream: Stream) -> Codec:
    assert stream.codec is not None
    return stream.codec


def _answer(code: int) -> Term:
    """What a function returns, or raises, for what zlib returned."""
    if code in RAISED:
        raise error(RAISED[code])
    return ANSWERS.get(code, UNKNOWN)


def on_stream(
    name: str, *states: str, arguments: Sequence[Callable[[Term], Any]] = ()
) -> Callable[[Callable[..., Term]], Callable[..., Term]]:
    """Register a function of a stream that the running process controls. With `states`, it must
    be in one of these. `arguments` make of the other arguments what the function gets, or raise;
    that comes first."""

    def register(function: Callable[..., Term]) -> Callable[..., Term]:
        def call(process: Process, ref: Term, *terms: Term) -> Term:
            stream: Stream = resource(process, ref, Stream)
            values = [make(term) for make, term in zip(arguments, terms, strict=True)]
            if stream.controller != process.pid:
                raise error(NOT_ON_CONTROLLING_PROCESS)
            if states and stream.state not in states:
                raise error(ALREADY_INITIALIZED if states == (NONE,) else NOT_INITIALIZED)
            return function(process, stream, *values)

        call.__doc__ = function.__doc__
        bif("zlib", name, 1 + len(arguments), process=True)(call)
        return function

    return register


def _any(term: Term) -> Term:
    """Takes an argument as it is."""
    return term


def _pid(term: Term) -> Pid:
    if type(term) is not Pid:
        raise badarg()
    return term


@bif("zlib", "open_nif", 0, process=True)
def open_nif_0(process: Process) -> Reference:
    """A new stream, which the running process controls."""
    return process.vm.make_magic_ref(Stream(process.pid))


@on_stream("close_nif", NONE, DEFLATE, INFLATE)
def close_nif(process: Process, stream: Stream) -> Term:
    """Close a stream."""
    stream.end()
    stream.state = CLOSED
    stream.stash = None
    return OK


@on_stream("set_controller_nif", arguments=(_pid,))
def set_controller_nif(process: Process, stream: Stream, pid: Pid) -> Term:
    """Let another process control a stream. Raises badarg for one of another node."""
    if pid.node is not process.vm.node:
        raise badarg()
    stream.controller = pid
    return OK


# ---------------------------------------------------------------- beginning and end


@on_stream("deflateInit_nif", NONE, arguments=(c_int,) * 5)
def deflate_init_nif(process: Process, stream: Stream, *parameters: int) -> Term:
    """Begin to compress, with level, method, window, memory and strategy."""
    return _answer(stream.start(DEFLATE, parameters[2], *parameters))


@on_stream("inflateInit_nif", NONE, arguments=(c_int, c_int))
def inflate_init_nif(process: Process, stream: Stream, window: int, on_end: int) -> Term:
    """Begin to decompress."""
    code = stream.start(INFLATE, window, window)
    if code == Z_OK:
        stream.on_end = on_end
    return _answer(code)


@on_stream("deflateEnd_nif", DEFLATE)
def deflate_end_nif(process: Process, stream: Stream) -> Term:
    """End compressing. Raises data_error when something was left."""
    return _ended(stream, True)


@on_stream("inflateEnd_nif", INFLATE)
def inflate_end_nif(process: Process, stream: Stream) -> Term:
    """End decompressing. Raises data_error when the end of the data was not reached, or more
    came behind it."""
    return _ended(stream, stream.ended)


def _ended(stream: Stream, complete: bool) -> Term:
    code = stream.end()
    if code == Z_OK and (not complete or stream.queued):
        code = Z_DATA_ERROR
    stream.forget_input()
    stream.state = NONE
    return _answer(code)


@on_stream("deflateReset_nif", DEFLATE)
def deflate_reset_nif(process: Process, stream: Stream) -> Term:
    """Begin to compress anew, with the same parameters."""
    return _reset(stream)


@on_stream("inflateReset_nif", INFLATE)
def inflate_reset_nif(process: Process, stream: Stream) -> Term:
    """Begin to decompress anew."""
    return _reset(stream)


def _reset(stream: Stream) -> Term:
    code = _codec(stream).call("Reset")
    stream.crc = 0
    stream.ended = False
    stream.forget_input()
    return _answer(code)


# ---------------------------------------------------------------- parameters


@on_stream("deflateParams_nif", DEFLATE, arguments=(c_int, c_int))
def deflate_params_nif(process: Process, stream: Stream, level: int, strategy: int) -> Term:
    """Go on with another level and strategy. Everything was flushed before."""
    codec = _codec(stream)
    codec.give(1)
    code = codec.call("Params", ctypes.c_int(level), ctypes.c_int(strategy))
    return _answer(code if codec.room else Z_STREAM_ERROR)


@on_stream("deflateSetDictionary_nif", DEFLATE, arguments=(iodata_bytes,))
def deflate_set_dictionary_nif(process: Process, stream: Stream, data: bytes) -> Term:
    """Tell what the data will be like; the dictionary's checksum."""
    codec = _codec(stream)
    code = codec.set_dictionary(data)
    if code != Z_OK:
        return _answer(code)
    return _told(process, zlib.adler32(data, 0) if stream.is_raw else codec.adler)


@on_stream("inflateSetDictionary_nif", INFLATE, arguments=(iodata_bytes,))
def inflate_set_dictionary_nif(process: Process, stream: Stream, data: bytes) -> Term:
    """Give the dictionary that the data was compressed with."""
    return _answer(_codec(stream).set_dictionary(data))


@on_stream("inflateGetDictionary_nif", INFLATE)
def inflate_get_dictionary_nif(process: Process, stream: Stream) -> Term:
    """What was decompressed last, which serves as a dictionary."""
    code, data = _codec(stream).dictionary()
    return _answer(code) if code < 0 else Bitstring.of(data)


def _told(process: Process, checksum: int) -> int:
    """A checksum of a dictionary: until 26 as a C int, whose highest bit is a sign (measured)."""
    if process.vm.release >= UNSIGNED_SINCE or not checksum >> (INT_BITS - 1):
        return checksum
    return checksum - (1 << INT_BITS)


# ---------------------------------------------------------------- data


@on_stream("enqueue_nif", DEFLATE, INFLATE, arguments=(_any,))
def enqueue_nif(process: Process, stream: Stream, binaries: Term) -> Term:
    """Put binaries in; `{continue, Rest}` when there are many."""
    some, rest = some_binaries(binaries, AT_ONCE)
    stream.put(some)
    return OK if rest is NIL else (CONTINUE, rest)


@on_stream("deflate_nif", DEFLATE, arguments=(c_int,) * 3)
def deflate_nif(process: Process, stream: Stream, limit: int, size: int, flush: int) -> Term:
    """Compress a piece of what was put in."""
    return _piece(process, stream, limit, size, flush)


@on_stream("inflate_nif", INFLATE, arguments=(c_int,) * 3)
def inflate_nif(process: Process, stream: Stream, limit: int, size: int, flush: int) -> Term:
    """Decompress a piece of what was put in."""
    if stream.ended and stream.queued:
        if stream.on_end == END_IS_ERROR:
            return _answer(Z_DATA_ERROR)
        if stream.on_end == END_RESETS:
            code = _codec(stream).call("Reset")
            if code != Z_OK:
                return _answer(code)
            stream.ended = False
        elif stream.on_end == END_CUTS:
            stream.forget_input()
    return _piece(process, stream, limit, size, flush)


def _piece(process: Process, stream: Stream, limit: int, size: int, flush: int) -> Term:
    """The next piece of output: `{finished | continue, List}`, of at most `size` bytes, out of
    about `limit` bytes of input. Or `{need_dictionary, Checksum, List}`."""
    codec = _codec(stream)
    if size < 0:
        return _answer(Z_MEM_ERROR)
    codec.give(size)
    code, consumed = _consume(process, stream, limit)
    stream.drop(consumed)
    flushes = flush != Z_NO_FLUSH or process.vm.release >= FLUSHED_SINCE
    if code == Z_OK and not stream.queued and codec.room and flushes:
        codec.take_nothing()
        code = codec.run(flush)
    data = codec.output()
    if code < 0 and code != Z_BUF_ERROR:
        return _answer(code)
    if code == Z_STREAM_END:
        stream.ended = True
    if stream.state == INFLATE:
        stream.count(data)
    if not consumed and not data and stream.queued:
        return _answer(Z_DATA_ERROR)
    output = make_list([Bitstring.of(data)] if data else [])
    if not stream.queued and len(data) < size:
        return (FINISHED, output)
    if code == Z_NEED_DICT:
        return (NEED_DICTIONARY, _told(process, codec.adler), output)
    return (CONTINUE, output)


def _consume(process: Process, stream: Stream, limit: int) -> tuple[int, int]:
    """Let a codec read input; what it says in the end, and how many bytes it has read."""
    codec = _codec(stream)
    code, consumed, first = Z_OK, 0, stream.offset
    for block in list(stream.queue):
        if code != Z_OK or consumed >= limit:
            break
        size = min(len(block) - first, limit)
        codec.take(block, first, size)
        code = codec.run(Z_NO_FLUSH)
        read = size - codec.unread
        if stream.state == DEFLATE:
            stream.count(memoryview(block)[first : first + read])
        consumed += read
        first = 0
        # The share of a turn that the work took, as erl_nif's enif_consume_timeslice has it.
        process.reductions -= max(1, 100 * read // limit) * SLICE // 100
        if process.reductions <= 0:
            break
    return code, consumed


@on_stream("crc32_nif", DEFLATE, INFLATE)
def crc32_nif(process: Process, stream: Stream) -> Term:
    """The checksum of the uncompressed data of a raw stream so far."""
    return stream.crc


# ---------------------------------------------------------------- what zlib.erl puts by


@on_stream("getStash_nif")
def get_stash_nif(process: Process, stream: Stream) -> Term:
    """`{ok, Term}`, or empty."""
    return EMPTY if stream.stash is None else (OK, stream.stash)


@on_stream("clearStash_nif")
def clear_stash_nif(process: Process, stream: Stream) -> Term:
    """Forget the term."""
    if stream.stash is None:
        raise error(ERROR)
    stream.stash = None
    return OK


@on_stream("setStash_nif", arguments=(_any,))
def set_stash_nif(process: Process, stream: Stream, term: Term) -> Term:
    """Put a term by."""
    if stream.stash is not None:
        raise error(ERROR)
    stream.stash = term
    return OK


@on_stream("getBufSize_nif")
def get_buf_size_nif(process: Process, stream: Stream) -> Term:
    """How much inflateChunk decompresses."""
    return stream.chunk


@on_stream("setBufSize_nif", arguments=(_any,))
def set_buf_size_nif(process: Process, stream: Stream, size: Term) -> Term:
    """Change how much inflateChunk decompresses."""
    stream.chunk = c_int(size)
    return OK
