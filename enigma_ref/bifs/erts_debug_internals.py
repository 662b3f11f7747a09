"""erts_debug: what OTP's own tests ask of an emulator (erl_bif_info.c and beam_debug.c of erts)."""

from __future__ import annotations

from typing import Final

from enigma_ref.bifs.erlang_output import NEW_LINE
from enigma_ref.bifs.printing import emulator_text
from enigma_ref.bifs.registry import bif
from enigma_ref.bifs.sizes import WORD_BITS
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.link import NAMES
from enigma_ref.machine.process import Process
from enigma_ref.terms import FALSE, Atom, Term, atom, make_list, make_string
from enigma_ref.terms.atoms import ERROR, OK

UNDEF: Final = atom("undef")

FALSE_FOR_ALL_SINCE: Final = 25
"""Not at 23 (measured): a runtime with native code answers so, whatever it is asked."""

# ---------------------------------------------------------------- the emulator


@bif("erts_debug", "display", 1, process=True)
def display_1(process: Process, term: Term) -> Term:
    """Print a term on a line of standard output; the text that was printed."""
    text = emulator_text(term, process.vm.release)
    printed = text.encode("latin1").decode(errors="surrogateescape")
    process.vm.write_output(printed + NEW_LINE)
    return make_string(text + "\n")


@bif("erts_debug", "disassemble", 1, process=True)
def disassemble_1(process: Process, what: Term) -> Atom:
    """The instruction at an address or the first one of a function: false, code here has no
    addresses. Before 25 functions are looked for (`undef`), and badarg tells what names none."""
    if process.vm.release >= FALSE_FOR_ALL_SINCE:
        return FALSE
    if type(what) is int and 0 <= what < 1 << WORD_BITS:
        return FALSE
    if type(what) is not tuple or len(what) != 3:
        raise badarg()
    module, name, arity = what
    if type(module) is not Atom or type(name) is not Atom or type(arity) is not int:
        raise badarg()
    loaded = process.vm.module(module)
    functions = () if loaded is None else loaded.functions
    is_there = any(known.name is name and known.arity == arity for known in functions)
    return FALSE if is_there else UNDEF


@bif("erts_debug", "instructions", 0)
def instructions_0() -> Term:
    """The names of all instructions."""
    return make_list([make_string(name) for name in NAMES if name])


@bif("erts_debug", "interpreter_size", 0)
def interpreter_size_0() -> int:
    """The bytes of the interpreter's loop: 0 for a machine that has none."""
    return 0


# ---------------------------------------------------------------- lock counting


@bif("erts_debug", "lcnt_clear", 0)
def lcnt_clear_0() -> Atom:
    """Forget what was counted about locks: `error`, since nothing is."""
    return ERROR


@bif("erts_debug", "lcnt_collect", 0)
def lcnt_collect_0() -> Atom:
    """What was counted about locks: `error`, since nothing is."""
    return ERROR


@bif("erts_debug", "lcnt_control", 1)
def lcnt_control_1(option: Term) -> Term:
    """An option of lock counting: badarg, without it there are none."""
    raise badarg()


@bif("erts_debug", "lcnt_control", 2)
def lcnt_control_2(option: Term, value: Term) -> Term:
    """Set an option of lock counting: badarg, without it there are none."""
    raise badarg()


@bif("erts_internal", "system_check", 1)
def system_check_1(what: Term) -> Atom:
    """Whether all `schedulers` answer: the only one does, since it makes this call."""
    if type(what) is not Atom or what.name != "schedulers":
        raise badarg()
    return OK
