"""Proving that an adapter works, before anything is judged with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from conformance.commands import for_release
from conformance.compiling import compile_all, job
from conformance.protocol import (
    Answer,
    Call,
    Crashed,
    ErlangException,
    Rejected,
    Result,
    TimedOut,
)
from conformance.releases import find_release, has_compiler, releases
from conformance.session import AdapterFailed, Session
from conformance.terms import call_of, term_of
from conformance.variants import VARIANTS
from enigma_ref.terms import Term
from enigma_ref.terms.deep import identical
from enigma_ref.terms.external import decode

SOURCE: Final = Path(__file__).with_name("enigma_smoke.erl")
TIMEOUT_MS: Final = 20_000
_ECHOED: Final = (
    "{1, -1, 340282366920938463463374607431768211456, 1.5, -0.0, atom, 'odd atom', \"text\", [], "
    '[a | b], {}, {x}, <<"bytes">>, <<1:3>>, #{}, #{a => 1, 1 => a, "k" => #{}}}'
)


@dataclass(frozen=True)
class Check:
    """One thing that an adapter must do, and whether it did; `problem` is empty when it did."""

    name: str
    problem: str


def smoke_module(otp: int) -> Path:
    """The smoke program, compiled by the newest compiler that is not newer than the release."""
    compilers = [number for number, one in releases().items() if has_compiler(one)]
    usable = [number for number in compilers if number <= otp]
    if not usable:
        raise AdapterFailed(f"no compiler here for OTP {otp} (found: {compilers or 'none'})")
    one = job(SOURCE, find_release(usable[-1]), VARIANTS["plain"], ())
    errors = compile_all([one])
    if errors:
        raise AdapterFailed(f"{SOURCE.name} does not compile: {errors[one.target]}")
    return one.target


def smoke(template: Sequence[str], otp: int) -> Iterator[Check]:
    """Try everything; yields a check at a time. Raises AdapterFailed when it does not start."""
    module = smoke_module(otp)
    with Session(for_release(template, otp), grace_ms=3_000) as session:
        description = session.description
        yield Check(
            "start",
            "" if description.otp == otp else f"says OTP {description.otp}, asked for {otp}",
        )

        def answer(call: str, timeout_ms: int = TIMEOUT_MS) -> Answer:
            return session.run([module], call_of(call), timeout_ms)

        yield Check("known value", _value(answer("enigma_smoke:answer()"), term_of("{answer, 42}")))
        echoed = term_of(_ECHOED)
        yield Check("terms of every kind", _value(answer(f"enigma_smoke:echo({_ECHOED})"), echoed))
        for cls in ("error", "exit", "throw"):
            raised = answer(f"enigma_smoke:raise({cls}, {{why, 1}})")
            yield Check(f"exception of class {cls}", _exception(raised, cls, "{why, 1}"))
        yield Check(
            "exception of the machine",
            _exception(answer("enigma_smoke:bad_match({ok})"), "error", "{badmatch, {ok}}"),
        )
        if "trace" in description.features:
            yield Check("stack trace", _trace(answer("enigma_smoke:bad_match({ok})")))
        yield Check(
            "undefined function",
            _exception(answer("enigma_smoke:no_such(1)"), "error", "undef"),
        )
        if "output" in description.features:
            yield Check("output", _output(answer("enigma_smoke:print()"), "{shown,1}\n"))
            quiet = _output(answer("enigma_smoke:answer()"), "")
            yield Check("output belongs to one call", quiet)
        for call, text in (
            ("enigma_smoke:leave(1)", "undefined"),
            ("enigma_smoke:leave(2)", "undefined"),
        ):
            yield Check(f"a fresh process ({call})", _value(answer(call), term_of(text)))
        yield Check("time-out", _is(answer("enigma_smoke:spin()", 500), TimedOut))
        yield Check("time-out of a waiting call", _is(answer("enigma_smoke:wait()", 500), TimedOut))
        yield Check(
            "alive after a time-out",
            _value(answer("enigma_smoke:answer()"), term_of("{answer, 42}")),
        )
        big = answer("enigma_smoke:binary(3000000)")
        yield Check("big term", _size(big, 3_000_000))
        broken = session.run(
            [module.read_bytes()[:200]], call_of("enigma_smoke:answer()"), TIMEOUT_MS
        )
        yield Check("refuses a broken module", _is(broken, Rejected))
        yield Check("crash and restart", _crash(session, module))


def _crash(session: Session, module: Path) -> str:
    call: Call = call_of("enigma_smoke:answer()")
    session.break_process()
    died = session.run([module], call, TIMEOUT_MS)
    if not isinstance(died, Crashed):
        return f"killing the adapter gave {died!r:.200}"
    return _value(session.run([module], call, TIMEOUT_MS), term_of("{answer, 42}"))


def _value(answer: Answer, expected: Term) -> str:
    if not isinstance(answer, Result):
        return f"not a result: {answer!r:.300}"
    if not identical(decode(answer.value.etf), expected):
        return f"wrong value {answer.value.text:.300}"
    return ""


def _exception(answer: Answer, cls: str, reason: str) -> str:
    if not isinstance(answer, ErlangException) or answer.cls != cls:
        return f"not an exception of class {cls}: {answer!r:.300}"
    if not identical(decode(answer.reason.etf), term_of(reason)):
        return f"wrong reason {answer.reason.text:.300}"
    return ""


def _trace(answer: Answer) -> str:
    if not isinstance(answer, ErlangException) or not answer.trace:
        return f"no trace: {answer!r:.300}"
    first = answer.trace[0]
    if (first.module, first.function, first.arity) != ("enigma_smoke", "bad_match", 1):
        return f"the trace starts at {first}"
    return "" if first.line else "the first entry has no line"


def _output(answer: Answer, expected: str) -> str:
    # Releases differ in how erlang:display ends a line.
    return (
        "" if answer.output.replace("\r\n", "\n") == expected else f"output {answer.output!r:.200}"
    )


def _size(answer: Answer, size: int) -> str:
    if not isinstance(answer, Result):
        return f"not a result: {answer!r:.300}"
    found = decode(answer.value.etf).byte_size
    return "" if found == size else f"{found} bytes"


def _is(answer: Answer, kind: type[object]) -> str:
    return "" if isinstance(answer, kind) else f"not {kind.__name__}: {answer!r:.300}"
