"""re: regular expressions, done by PCRE (docs/re.md)."""

from __future__ import annotations

from typing import Final

from enigma_ref.bifs.iodata import iodata_bytes, text_list
from enigma_ref.bifs.re_capture import MATCH, Shape, binaries, index, lists, result, selection
from enigma_ref.bifs.re_engine import CompileFault, distinct_names
from enigma_ref.bifs.re_global import in_erlang, run_all, shape_of, utf8
from enigma_ref.bifs.re_options import (
    CAPTURE,
    INDEX,
    BadOption,
    Options,
    parse_options,
)
from enigma_ref.bifs.re_patterns import (
    exported,
    imported,
    is_pattern,
    pattern_code,
    pattern_tuple,
)
from enigma_ref.bifs.re_search import Search, subject_of
from enigma_ref.bifs.re_versions import PCRE2_SINCE, compiler, version
from enigma_ref.bifs.registry import bif
from enigma_ref.machine.errors import BeamError, badarg
from enigma_ref.machine.process import Process
from enigma_ref.terms import (
    FALSE,
    NIL,
    TRUE,
    Atom,
    Bitstring,
    Cons,
    Map,
    Term,
    atom,
    list_items,
    make_list,
)
from enigma_ref.terms.atoms import BADARG, ERROR, OK

COMPILE: Final = atom("compile")
NAMELIST: Final = atom("namelist")
LIST: Final = atom("list")

ERROR_INFO_SINCE: Final = 24
BAD_OPTION_INFO: Final = make_list(
    [
        (
            atom("error_info"),
            Map.of([(atom("module"), atom("erl_stdlib_errors")), (atom("cause"), atom("badopt"))]),
        )
    ]
)


def _options(process: Process, list_: Term) -> Options:
    try:
        return parse_options(list_, process.vm.release)
    except BadOption:
        raise _bad_option(process) from None


def _bad_option(process: Process) -> BeamError:
    """badarg, with what OTP's error descriptions call the cause (EEP 54)."""
    if process.vm.release < ERROR_INFO_SINCE:
        return badarg()
    return BeamError(ERROR, BADARG, extra=BAD_OPTION_INFO)


@bif("re", "version", 0, process=True)
def version_0(process: Process) -> Bitstring:
    """The version of PCRE in the release of OTP that is imitated."""
    return Bitstring.of(version(process.vm.release).encode())


# ---------------------------------------------------------------- compiling


@bif("re", "compile", 1, process=True)
def compile_1(process: Process, regexp: Term) -> Term:
    """As compile/2 without options."""
    return compile_2(process, regexp, NIL)


@bif("re", "compile", 2, process=True)
def compile_2(process: Process, regexp: Term, options: Term) -> Term:
    """`{ok, Pattern}`, or `{error, {Text, Offset}}` for a faulty expression. Raises badarg."""
    given = _options(process, options)
    if given.unique_run:
        raise _bad_option(process)
    text = regexp
    if "unicode" in given.compiling and type(regexp) is not Bitstring:
        # What of the helper's own call fails counts as the helper's error.
        try:
            text = utf8(regexp)
            return _compile(process, text, options, given)
        except BeamError as failed:
            arguments = [regexp, options]
            raise in_erlang(process, failed, "ucompile", 0, "compile", arguments) from None
    return _compile(process, text, options, given)


def _compile(process: Process, text: Term, options: Term, given: Options) -> Term:
    compiled = compiler(process.vm.release)(iodata_bytes(text), given.compiling)
    if isinstance(compiled, CompileFault):
        return (ERROR, _fault(compiled))
    if given.export:
        return (OK, exported(compiled, options))
    return (OK, pattern_tuple(process, compiled))


def _fault(fault: CompileFault) -> Term:
    return (text_list(fault.text), fault.offset)


@bif("re", "import", 1, process=True)
def import_1(process: Process, pattern: Term) -> Term:
    """The pattern that was exported. Raises badarg."""
    try:
        return pattern_tuple(process, imported(process, pattern))
    except BadOption:
        raise _bad_option(process) from None


@bif("re", "inspect", 2, process=True)
def inspect_2(process: Process, pattern: Term, item: Term) -> Term:
    """`{namelist, Names}`, the names of groups, sorted. Raises badarg."""
    compiled = pattern_code(process, pattern)
    if item is not NAMELIST:
        raise badarg()
    return (NAMELIST, make_list(list(map(Bitstring.of, distinct_names(compiled)))))


# ---------------------------------------------------------------- searching


@bif("re", "run", 2, process=True)
def run_2(process: Process, subject: Term, pattern: Term) -> Term:
    """As run/3 without options."""
    return _run(process, subject, pattern, NIL, True)


@bif("re", "run", 3, process=True)
def run_3(process: Process, subject: Term, pattern: Term, options: Term) -> Term:
    """`{match, Captured}`, `match`, `nomatch`, or `{error, Why}` when errors are asked for.

    Raises badarg.
    """
    return _run(process, subject, pattern, options, True)


@bif("re", "internal_run", 4, process=True)
def internal_run_4(
    process: Process, subject: Term, pattern: Term, options: Term, first: Term
) -> Term:
    """As run/3; `first` is false when the subject was searched before. Raises badarg."""
    if first is not TRUE and first is not FALSE:
        raise badarg()
    return _run(process, subject, pattern, options, first is TRUE)


def _run(process: Process, subject: Term, pattern: Term, options: Term, first: bool) -> Term:
    given = _options(process, options)
    if given.export:
        raise _bad_option(process)
    as_list = given.capture is not None and given.capture[1] is LIST
    whole = as_list and not given.has("global")
    if type(pattern) is not tuple or len(pattern) != 5:
        if type(pattern) is not Bitstring and type(pattern) is not Cons and pattern is not NIL:
            raise badarg()
        unicode = "unicode" in given.compiling
        both = type(pattern) is Bitstring and type(subject) is Bitstring
        if unicode and (whole or not both):
            return _run_characters(process, subject, pattern, options, first)
        made = compiler(process.vm.release)(iodata_bytes(pattern), given.compiling)
        if isinstance(made, CompileFault):
            if given.has("report_errors"):
                return (ERROR, (COMPILE, _fault(made)))
            raise badarg()
        search = Search(made, made.groups, given.matching, given.limits)
        if given.has("global"):
            numbers = (None, None, int(unicode), int(made.ends_crlf), None)
            try:
                return run_all(process, subject, numbers, search, options, given.offset)
            except BeamError as failed:
                arguments = [subject, pattern, options]
                raise in_erlang(process, failed, "grun", 1, "run", arguments) from None
        return _search(process, subject, search, given, first)
    if given.unique_compile or not is_pattern(process, pattern):
        raise badarg()
    if process.vm.release >= PCRE2_SINCE:
        # Earlier releases look into the code only when they are about to use it.
        pattern_code(process, pattern)
    if pattern[2] and (whole or type(subject) is not Bitstring):
        return _run_characters(process, subject, pattern, options, first)
    if given.has("global"):
        try:
            search = _compiled_search(process, pattern, given)
            return run_all(process, subject, pattern, search, options, given.offset)
        except BeamError as failed:
            arguments = [subject, pattern, options]
            raise in_erlang(process, failed, "grun", 0, "run", arguments) from None
    return _search(process, subject, _compiled_search(process, pattern, given), given, first)


def _compiled_search(process: Process, pattern: tuple[Term, ...], given: Options) -> Search:
    """A search with a compiled expression. Raises badarg when the options do not fit it."""
    compiled = pattern_code(process, pattern)
    if compiled.lines is not None and not given.lines <= compiled.lines:
        raise badarg()
    return Search(compiled, pattern[1], given.matching, given.limits)


def _search(process: Process, subject: Term, search: Search, given: Options, first: bool) -> Term:
    """Search once and give back what is asked for."""
    wanted = None
    shape_name = "index"
    if given.capture is not None:
        values, kind = given.capture
        shape_name = kind.name if type(kind) is Atom else ""
        if shape_name not in SHAPES:
            raise badarg()
        wanted = selection(values, search.compiled)
    if type(subject) is not Bitstring:
        subject = Bitstring.of(iodata_bytes(subject))
    elif subject.size & 7:
        raise badarg()
    found = search.run(process, subject_of(subject), given.offset, not first)
    if type(found) is not list:
        return found
    if wanted is None:
        return result(
            [(found[at], found[at + 1] - found[at]) for at in range(0, len(found), 2)], index
        )
    if wanted.nothing:
        return MATCH
    return result(wanted.spans(found), _shape(shape_name, subject))


SHAPES: Final = ("index", "binary", "list")


def _shape(name: str, subject: Bitstring) -> Shape:
    if name == "index":
        return index
    return binaries(subject) if name == "binary" else lists(subject)


def _run_characters(
    process: Process, subject: Term, pattern: Term, options: Term, first: bool
) -> Term:
    """What OTP does in re:urun/3: make UTF-8 of everything, search, and convert what was found."""
    try:
        list_, kind = _without_types(options)
        flat = utf8(subject)
        text = pattern
        if type(pattern) is not Bitstring and not _is_compiled(pattern):
            text = utf8(pattern)
        found = _run(process, flat, text, list_, first)
        if type(found) is not tuple or found[0] is not MATCH:
            return found
        if kind is None or type(flat) is not Bitstring:
            return found
        shape = shape_of(kind, flat, True) or index
        return result(list_items(found[1]) or [], shape)
    except BeamError as failed:
        arguments = [subject, pattern, options]
        raise in_erlang(process, failed, "urun", 0, "run", arguments) from None


def _is_compiled(pattern: Term) -> bool:
    return type(pattern) is tuple and len(pattern) == 5


def _without_types(options: Term) -> tuple[Term, Term | None]:
    """The options with places in the text as what is captured, and what they shall become; the
    options as they are when all matches are wanted."""
    kind: Term = INDEX
    items: list[Term] = []
    for item in list_items(options) or []:
        if item is atom("global"):
            return options, None
        if type(item) is tuple and item[0].name == CAPTURE and len(item) == 3:
            kind = item[2]
            item = item[:2]
        items.append(item)
    return make_list(items), kind
