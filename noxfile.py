"""Everything that is done to this repository, as sessions: `nox -l` lists them."""

from __future__ import annotations

import argparse

import nox

nox.options.sessions = ["lint", "types", "fresh", "tests"]
nox.options.reuse_existing_virtualenvs = True

RELEASES = ("23", "25", "27", "29")
"""The OTP releases that the conformance suite judges by."""

SUITES_OF = ("23", "25", "27")
"""Those whose source, with OTP's own test suites, is to be had."""


def install(session: nox.Session, *extras: str) -> None:
    session.install("-e", f".[{','.join(extras)}]" if extras else ".")


@nox.session
def tests(session: nox.Session) -> None:
    """The project's own tests, in parallel; differential ones when there is an erl."""
    install(session, "spec", "conformance", "bench", "dev", "native")
    session.run(
        "pytest", "-n", "auto", "--dist", "loadgroup", *(session.posargs or ["tests"]),
        env={"HYPOTHESIS_PROFILE": "ci"},
    )  # fmt: skip


@nox.session
def lint(session: nox.Session) -> None:
    """Style, and imports that only go downwards."""
    install(session, "spec", "conformance", "bench", "dev")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("lint-imports")


@nox.session
def types(session: nox.Session) -> None:
    """mypy, strict."""
    install(session, "spec", "conformance", "bench", "dev")
    session.run("mypy")


@nox.session
def regen(session: nox.Session) -> None:
    """Write everything that is made from spec/."""
    install(session, "spec")
    session.run("python", "-m", "codegen", "regen")


@nox.session
def fresh(session: nox.Session) -> None:
    """Fail when something made from spec/ is stale, or the spec contradicts the facts."""
    install(session, "spec")
    session.run("python", "-m", "codegen", "fresh")
    session.run("python", "-m", "codegen", "facts")


@nox.session
def conformance(session: nox.Session) -> None:
    """Judge the VM by every release of Erlang/OTP; fetches those that are missing. With
    `-- --engine=both` the engines are compared instruction by instruction."""
    native = [word for word in session.posargs if word.startswith("--engine")]
    install(session, "spec", "conformance", "bench", *(["native"] if native else []))
    session.run("enigma", "otp", "fetch", *RELEASES)
    session.run("enigma", "otp", "fetch", "--source", "25")
    session.run("python", "-m", "conformance", "run", *session.posargs)
    if not session.posargs:
        rows = ("--engine", "reference", "--otp", "25", "--filter", "*otp25-compiled25-plain*")
        session.run("python", "-m", "conformance", "run", "--output", "build/rows", *rows)
        random = ("--count", "400", "--seed", "5", "--otp", "25")
        session.run("python", "-m", "conformance.random_programs", *random)
        session.run("python", "-m", "conformance.random_programs", "--concurrent", *random)


@nox.session
def generated(session: nox.Session) -> None:
    """Put generated calls of built-in functions to the VM and to every release at hand."""
    install(session, "spec", "conformance", "bench")
    session.run(
        "python", "-m", "conformance.generated_calls", *(session.posargs or ["--per-bif", "200"])
    )


@nox.session
def soak(session: nox.Session) -> None:
    """Run random programs on the native engine for an hour, and watch memory."""
    install(session, "spec", "conformance", "bench", "native")
    session.run("enigma", "otp", "fetch", "25")
    session.run("python", "-m", "conformance.soak", *(session.posargs or ["--engine", "native"]))


@nox.session
def otp_re(session: nox.Session) -> None:
    """Run OTP's own tests of regular expressions on the VM and on every release."""
    install(session, "spec", "conformance", "bench")
    session.run("enigma", "otp", "fetch", *RELEASES)
    session.run("enigma", "otp", "fetch", "--source", "25")
    session.run("python", "-m", "conformance.otp_re", *session.posargs)


@nox.session
def otp_tasks(session: nox.Session) -> None:
    """Let OTP's own applications and its compiler work on the VM and on every release."""
    install(session, "spec", "conformance", "bench")
    session.run("enigma", "otp", "fetch", *RELEASES)
    session.run("python", "-m", "conformance.otp_tasks", *session.posargs)


@nox.session(name="otp-suites")
def otp_suites(session: nox.Session) -> None:
    """Run OTP's own test suites on the VM and on the releases whose source is to be had."""
    install(session, "spec", "conformance", "bench", "native")
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    parser.add_argument("--otp", action="append")
    parser.add_argument("--help", "-h", action="store_true")
    try:
        asked, _ = parser.parse_known_args(session.posargs)
        wanted = [] if asked.help else asked.otp or list(SUITES_OF)
    except argparse.ArgumentError:
        wanted = []  # the command says what is wrong
    if releases := [release for release in wanted if release in SUITES_OF]:
        session.run("enigma", "otp", "fetch", *releases)
        session.run("enigma", "otp", "fetch", "--source", *releases)
    session.run("python", "-m", "conformance.otp_suites", *session.posargs)


@nox.session
def otp(session: nox.Session) -> None:
    """Fetch a release of Erlang/OTP to compare with, unless there is one."""
    install(session)
    session.run("enigma", "otp", "fetch", *(session.posargs or ["25"]))


@nox.session
def report(session: nox.Session) -> None:
    """Write the reports of the last conformance run again."""
    install(session, "spec", "conformance", "bench")
    session.run("python", "-m", "conformance", "report", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Compare speed with erl in one run."""
    install(session, "spec", "conformance", "bench", "native")
    session.run("python", "-m", "bench", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """Build the documentation into build/docs."""
    install(session, "spec", "docs")
    session.run("mkdocs", "build", "--strict", "--site-dir", "build/docs")


@nox.session
def shell(session: nox.Session) -> None:
    """A Python prompt with everything installed."""
    install(session, "spec", "conformance", "bench", "dev")
    session.run("python", *session.posargs)
