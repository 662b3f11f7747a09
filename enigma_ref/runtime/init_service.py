"""What stands in for OTP's `init` while nothing is booted: it knows no arguments.

Library modules ask `init` for flags of the command line (`erl_features`, `code`, `logger`).
Requests are `{From, Question}`, answers `{init, Answer}` (module init of OTP's erts).
"""

from __future__ import annotations

from enigma_ref.terms import NIL, Pid, Term, atom
from enigma_ref.terms.atoms import ERROR

INIT = atom("init")
STARTED = atom("started")


def answer(message: Term) -> tuple[Pid, Term] | None:
    """Whom to answer what; None for what is no question."""
    if type(message) is not tuple or len(message) != 2 or type(message[0]) is not Pid:
        return None
    asker, question = message
    if type(question) is tuple and len(question) == 2 and question[0] is atom("get_argument"):
        return asker, (INIT, ERROR)
    answers = {
        atom("get_arguments"): NIL,
        atom("get_plain_arguments"): NIL,
        atom("get_status"): (STARTED, STARTED),
        atom("script_id"): NIL,
    }
    found = answers.get(question) if type(question) is type(INIT) else None
    return None if found is None else (asker, (INIT, found))
