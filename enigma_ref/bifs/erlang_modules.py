"""erlang and code: modules that are loaded, and what they export."""

from __future__ import annotations

from typing import Any, Final

from enigma_ref.bifs.registry import bif
from enigma_ref.loader.chunks import GZIP_MAGIC, last_of_each, module_md5, read_chunks
from enigma_ref.loader.errors import LoadError, Malformed
from enigma_ref.loader.module import read_module
from enigma_ref.machine.code import LoadedModule
from enigma_ref.machine.errors import badarg, error
from enigma_ref.machine.process import Process
from enigma_ref.terms import FALSE, Atom, Bitstring, Term, atom, make_list, string_of, to_bool_atom
from enigma_ref.terms.atoms import NONE, UNDEFINED
from enigma_ref.terms.external import ExternalFormatError, decode
from enigma_ref.terms.lists import NIL

PRELOADED: Final = (
    "persistent_term", "counters", "atomics", "erts_dirty_process_signal_handler",
    "erts_literal_area_collector", "erl_tracer", "erts_internal", "erlang", "erl_prim_loader",
    "prim_zip", "prim_net", "prim_socket", "socket_registry", "zlib", "prim_file", "prim_inet",
    "prim_eval", "prim_buffer", "init", "erl_init", "erts_code_purger",
)  # fmt: skip
"""The modules that the runtime brings along."""

CLEANER: Final = "erts_trace_cleaner"
CLEANER_SINCE: Final = 27

INFO_ITEMS: Final = ("module", "exports", "attributes", "compile", "md5")
"""What module_info/0 shows."""

_SMALL: Final = 1 << 59


def _atom(term: Term) -> Atom:
    if type(term) is not Atom:
        raise badarg()
    return term


def _mfa(module: Term, function: Term, arity: Term) -> tuple[Atom, Atom, int]:
    if type(module) is not Atom or type(function) is not Atom:
        raise badarg()
    if type(arity) is not int or not -_SMALL <= arity < _SMALL:
        raise badarg()
    # Of an arity 32 bits count (measured).
    return module, function, arity & 0xFFFFFFFF


@bif("erlang", "function_exported", 3, process=True)
def function_exported_3(process: Process, module: Term, function: Term, arity: Term) -> Atom:
    """Whether a loaded module exports a function, or it is built in."""
    module, function, arity = _mfa(module, function, arity)
    if process.vm.is_builtin(module, function, arity):
        return to_bool_atom(True)
    loaded = process.vm.module(module)
    if loaded is None:
        return FALSE
    exports = loaded.exports
    return to_bool_atom(any(item.name is function and item.arity == arity for item in exports))


@bif("erlang", "is_builtin", 3, process=True)
def is_builtin_3(process: Process, module: Term, function: Term, arity: Term) -> Atom:
    """Whether a function is built into the runtime."""
    return to_bool_atom(process.vm.is_builtin(*_mfa(module, function, arity)))


@bif("erlang", "module_loaded", 1, process=True)
def module_loaded_1(process: Process, module: Term) -> Atom:
    """Whether a module is loaded."""
    return to_bool_atom(process.vm.module(_atom(module)) is not None)


@bif("erlang", "loaded", 0, process=True)
def loaded_0(process: Process) -> Term:
    """The names of all loaded modules."""
    return make_list([module.name for module in process.vm.loaded_modules()])


@bif("erlang", "pre_loaded", 0, process=True)
def pre_loaded_0(process: Process) -> Term:
    """The names of the modules that the runtime brings along."""
    return make_list([atom(name) for name in preloaded(process.vm.release)])


def preloaded(release: int) -> list[str]:
    """The names of the modules that the runtime of a release brings along."""
    names = [*PRELOADED]
    if release >= CLEANER_SINCE:
        names.insert(4, CLEANER)
    return names


# ---------------------------------------------------------------- module_info


def _module(process: Process, name: Term) -> LoadedModule:
    found = process.vm.module(_atom(name))
    if found is None:
        raise badarg()
    return found


@bif("erlang", "get_module_info", 1, process=True)
def get_module_info_1(process: Process, name: Term) -> Term:
    """What module_info/0 of a loaded module gives."""
    module = _module(process, name)
    return make_list([(atom(item), _info(process, module, item)) for item in INFO_ITEMS])


@bif("erlang", "get_module_info", 2, process=True)
def get_module_info_2(process: Process, name: Term, item: Term) -> Term:
    """What module_info/1 of a loaded module gives."""
    return _info(process, _module(process, name), _atom(item).name)


def _info(process: Process, module: LoadedModule, item: str) -> Term:
    decoded = module.decoded
    if item == "module":
        return module.name
    if item == "md5":
        return Bitstring.of(decoded.md5)
    if item == "exports":
        # The emulator collects them from its table of entries: those come last that others have
        # mentioned before the module was loaded (exported_from_module in erl_bif_info.c).
        newest = sorted(module.exports, key=lambda export: export.number, reverse=True)
        return make_list([(export.name, export.arity) for export in newest])
    if item == "functions":
        return make_list([(function.name, function.arity) for function in module.functions])
    if item == "attributes":
        return _term(decoded.attributes_data)
    if item == "compile":
        return _term(decoded.compile_info_data)
    if item == "native":
        return FALSE
    if item == "native_addresses":
        return NIL
    if item == "nifs":
        return make_list([(function.name, function.arity) for function in module.natives])
    raise badarg()


def _term(data: Any) -> Term:
    """The term in a chunk of the file; [] when there is none."""
    try:
        return decode(data) if data else NIL
    except ExternalFormatError:
        return NIL


# ---------------------------------------------------------------- code


GZIPPED_UNTIL: Final = 24
"""Up to this release these functions unpack files, and tell an empty chunk from none."""


def _contents(process: Process, data: Term) -> dict[str, bytes] | None:
    """The chunks of a .beam file by name; None when it is none. Raises badarg."""
    if type(data) is not Bitstring or data.size & 7:
        raise badarg()
    file = data.to_bytes()
    if file.startswith(GZIP_MAGIC) and process.vm.release > GZIPPED_UNTIL:
        return None
    try:
        return last_of_each(read_chunks(file))
    except Malformed:
        return None


CHECKED_SINCE: Final = 24
"""Before, it was enough that certain chunks were there (measured on 23)."""

_MANDATORY: Final = {"Code", "StrT", "ImpT", "ExpT"}
_ATOMS: Final = {"Atom", "AtU8"}
_HASHED: Final = {*_MANDATORY, *_ATOMS, "FunT", "LitT"}


@bif("code", "module_md5", 1, process=True)
@bif("erts_internal", "beamfile_module_md5", 1, process=True)
def module_md5_1(process: Process, data: Term) -> Term:
    """The MD5 that identifies the code in the contents of a .beam file, or undefined."""
    contents = _contents(process, data)
    if contents is None:
        return UNDEFINED
    if process.vm.release < CHECKED_SINCE:
        if not contents.keys() >= _MANDATORY or not _ATOMS & contents.keys():
            return UNDEFINED
        return Bitstring.of(module_md5({name: contents[name] for name in _HASHED & set(contents)}))
    try:
        return Bitstring.of(read_module(data.to_bytes()).md5)
    except LoadError:
        return UNDEFINED


@bif("code", "get_chunk", 2, process=True)
@bif("erts_internal", "beamfile_chunk", 2, process=True)
def beamfile_chunk_2(process: Process, data: Term, name: Term) -> Term:
    """A chunk of the contents of a .beam file, or undefined."""
    text = string_of(name)
    if text is None or len(text) != NAME_LENGTH or max(text) > "\xff":
        raise badarg()
    found = (_contents(process, data) or {}).get(text)
    if not found and process.vm.release > GZIPPED_UNTIL:
        return UNDEFINED
    return UNDEFINED if found is None else Bitstring.of(found)


NAME_LENGTH: Final = 4


@bif("code", "is_module_native", 1, process=True)
def is_module_native_1(process: Process, module: Term) -> Atom:
    """Whether a module has native code, or undefined when it is not loaded."""
    return UNDEFINED if process.vm.module(_atom(module)) is None else FALSE


@bif("code", "coverage_support", 0)
def coverage_support_0() -> Atom:
    """Whether the runtime counts what is executed by itself."""
    return FALSE


@bif("code", "get_coverage_mode", 0)
def get_coverage_mode_0() -> Atom:
    """What the runtime counts by itself: none."""
    return NONE


@bif("code", "get_coverage_mode", 1, process=True)
def get_coverage_mode_1(process: Process, name: Term) -> Atom:
    """What is counted of a loaded module: nothing."""
    _module(process, name)
    return NONE


@bif("code", "set_coverage_mode", 1)
def set_coverage_mode_1(mode: Term) -> Atom:
    """What to count of modules that are loaded from now on. Raises badarg for all but `none`, as a
    runtime does that cannot count."""
    if _atom(mode) is not NONE:
        raise badarg()
    return NONE


@bif("code", "get_coverage", 2)
def get_coverage_2(level: Term, name: Term) -> Term:
    """What has been counted of a module. Raises badarg, as for any module that was loaded while
    nothing was to be counted."""
    raise badarg()


@bif("code", "reset_coverage", 1)
def reset_coverage_1(name: Term) -> Term:
    """Begin to count from nothing. Raises badarg, as get_coverage/2 does."""
    raise badarg()


@bif("code", "get_debug_info", 1, process=True)
def get_debug_info_1(process: Process, name: Term) -> Term:
    """What a debugger may stop at in a loaded module: `none` when it was compiled without
    beam_debug_info; else nothing, since that is only kept for a runtime that was started for
    debugging (`erl +D`)."""
    module = _module(process, name)
    has_info = any(chunk == DEBUG_CHUNK for chunk, _ in module.decoded.chunks)
    return NIL if has_info else NONE


DEBUG_CHUNK: Final = "DbgB"


@bif("code", "make_stub_module", 3)
def make_stub_module_3(reference: Term, code: Term, info: Term) -> Term:
    """Part of loading native code in runtimes with HiPE. Raises notsup, as others do."""
    raise error(atom("notsup"))
