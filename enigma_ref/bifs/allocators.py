"""erlang:system_info/1: the allocators of memory, laid out as in erts.

This machine leaves memory to Python. What terms take is told in one block of the allocator that
they would be in, and of settings only that an allocator is in use.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from enigma_ref.bifs import memory
from enigma_ref.machine.errors import BeamError
from enigma_ref.machine.process import Process
from enigma_ref.machine.system import System
from enigma_ref.terms import NIL, TRUE, Atom, Term, atom, list_items, make_list, make_string
from enigma_ref.terms.atoms import BADARG, ERROR, UNDEFINED

FEATURES: Final = ("sys_aligned_alloc", "literal_mmap")
NAMES: Final = ("sys_alloc", *memory.ALLOCATORS, "mseg_alloc")

TRIM_THRESHOLD: Final = 131_072
"""Bytes behind which glibc gives memory back (mallopt(3), M_TRIM_THRESHOLD)."""

INSTANCE: Final = atom("instance")
CALLS: Final = (
    "mseg_alloc", "mseg_dealloc", "mseg_realloc", "sys_alloc", "sys_free", "sys_realloc",
)  # fmt: skip

SEGMENT_CALLS: Final = (
    "alloc", "dealloc", "realloc", "create_resize", "create", "destroy", "recreate",
    "clear_cache", "check_cache",
)  # fmt: skip


def _pairs(**items: Term) -> Term:
    return make_list([(atom(name), value) for name, value in items.items()])


def _settings(name: str) -> Term:
    if name != "sys_alloc":
        return _pairs(e=TRUE)
    return _pairs(e=TRUE, m=atom("libc"), tt=TRIM_THRESHOLD, tp=0)


def all_allocators() -> Term:
    """The C library, its version, the allocators and features that are in use, settings."""
    import platform  # takes a while, and few ask

    library, version = platform.libc_ver()
    numbers = [int(part) for part in version.split(".") if part.isdigit()]
    names = [atom(name) for name in (*NAMES, *FEATURES)]
    settings = [(atom(name), _settings(name)) for name in NAMES]
    kind = atom(library) if library else UNDEFINED
    return (kind, make_list(numbers), make_list(names), make_list(settings))


def _thrice(name: str, value: int) -> Term:
    """A size now, at most since it was asked for, and ever."""
    return (atom(name), value, value, value)


def _blocks(name: str, size: int | None, counted: bool) -> Term:
    if size is None:
        return (atom("blocks"), NIL)
    items = [_thrice("count", 1)] * counted + [_thrice("size", size)]
    return (atom("blocks"), make_list([(atom(name), make_list(items))]))


def _carriers(name: str, held: int | None, detailed: bool) -> Term:
    """What an allocator has of the operating system; nothing at all when `held` is None."""
    size = held or 0
    if not detailed:
        return make_list([_blocks(name, held, False), _thrice("carriers_size", size)])
    return make_list(
        [
            _blocks(name, held, True),
            _thrice("carriers", int(size > 0)),
            (atom("mseg_alloc_carriers"), 0),
            (atom("sys_alloc_carriers"), int(size > 0)),
            _thrice("carriers_size", size),
            (atom("mseg_alloc_carriers_size"), 0),
            (atom("sys_alloc_carriers_size"), size),
        ]
    )


def _sizes(name: str, size: int) -> Term:
    if name == "sys_alloc":
        return NIL
    if name == "mseg_alloc":
        return make_list([_thrice("segments_size", 0)])
    return _pairs(mbcs=_carriers(name, size, False), sbcs=_carriers(name, None, False))


def _segments() -> Term:
    """What is told of segments of memory that the emulator has got itself: there are none."""
    status = [
        (atom("cached_segments"), 0),
        (atom("cache_hits"), 0),
        _thrice("segments", 0),
        (atom("segments_watermark"), 0),
        _thrice("segments_size", 0),
    ]
    calls = [(atom(f"mseg_{call}"), 0, 0) for call in SEGMENT_CALLS]
    return _pairs(name=make_string("all memory"), status=make_list(status), calls=make_list(calls))


def _details(name: str, size: int) -> Term:
    options = _settings(name)
    if name == "sys_alloc":
        return _pairs(options=options)
    if name == "mseg_alloc":
        return make_list(
            [
                (atom("version"), make_string("")),
                (atom("options"), options),
                (atom("memkind"), _segments()),
            ]
        )
    own = name.removesuffix("_alloc")
    calls = [(atom(call), 0, 0) for call in (name, f"{own}_free", f"{own}_realloc", *CALLS)]
    versions = (atom("versions"), make_string(""), make_string(""))
    parts = {
        "options": options,
        "mbcs": _carriers(name, size, True),
        "sbcs": _carriers(name, None, True),
        "calls": make_list(calls),
    }
    return make_list([versions, *((atom(part), value) for part, value in parts.items())])


SYSTEM_INFO: Final = (atom("erlang"), atom("system_info"), 1)
GET_ALLOC_INFO: Final = (atom("erlang"), atom("get_alloc_info"), 2)

KINDS: Final[dict[str, Callable[[str, int], Term]]] = {
    "allocator": _details,
    "allocator_sizes": _sizes,
}
"""What can be asked about an allocator."""


def about(process: Process, kind: str, which: Term) -> Term:
    """The instances of an allocator with what they hold, or `{Name, Instances}` of each in a list.

    Raises badarg when there is none of a name, on behalf of the caller, with a reference for the
    answers that OTP's own code would get.
    """
    names = [which] if type(which) is Atom else list_items(which)
    if names is None:
        # OTP's own function that asks for it takes nothing else.
        raise BeamError(
            ERROR, atom("function_clause"), mfa=GET_ALLOC_INFO, arguments=(atom(kind), which)
        )
    if any(type(name) is not Atom or name.name not in NAMES for name in names):
        raise _refused(process, kind, make_list(names))
    found = [(name, _instances(process.vm, kind, name.name)) for name in names]
    return found[0][1] if type(which) is Atom else make_list(found)


def _refused(process: Process, kind: str, names: Term) -> BeamError:
    asked = (atom(kind), process.vm.make_ref(), names)
    return BeamError(ERROR, BADARG, mfa=SYSTEM_INFO, arguments=(asked,))


def _instances(vm: System, kind: str, name: str) -> Term:
    size = memory.sizes(vm).get(name, 0)
    return make_list([(INSTANCE, 0, KINDS[kind](name, size))])
