"""Ask a release what it is, by running it: the only proof that it runs on this machine."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence

from enigma_ref.otp.errors import OtpError
from enigma_ref.otp.release import Release

Answer = tuple[str, str, str]
"""Release ("25"), version of the runtime ("13.1.5"), and ROOTDIR, as the emulator tells them."""

_WHO = (
    'io:format("enigma:~s:~s:~ts~n", [erlang:system_info(otp_release), '
    "erlang:system_info(version), code:root_dir()]), halt()."
)

# Compiles, loads and runs a module made on the spot, then asks the native code of crypto.
_WORKS = (
    "{ok, m, B} = compile:forms([{attribute, 1, module, m}, {attribute, 1, export, [{f, 0}]}, "
    "{function, 1, f, 0, [{clause, 1, [], [], [{atom, 1, ok}]}]}]), "
    '{module, m} = code:load_binary(m, "m", B), ok = m:f(), '
    "16 = byte_size(crypto:hash(md5, <<>>)), "
)


def who_runs(argv: Sequence[str], environment: Mapping[str, str], *, seconds: float = 30) -> Answer:
    """Run an `erl` command line and return what it says about itself.

    Raises `OtpError` with the first telling line of its output when it does not run.
    """
    return _ask(argv, environment, _WHO, seconds)


def check_runs(release: Release, *, seconds: float = 30) -> None:
    """Raise `OtpError` unless `release` starts and is the release that it says it is."""
    argv, environment = release.erl_command()
    number = _ask(argv, environment, _WHO, seconds)[0]
    if number != str(release.number):
        raise OtpError(f"{release.root} says it is {release.number}, but {number} runs")


def check_works(release: Release, *, seconds: float = 120) -> None:
    """Raise `OtpError` unless `release` runs, compiles and loads a module, and has its crypto."""
    argv, environment = release.erl_command()
    _ask(argv, environment, _WORKS + _WHO, seconds)
    check_runs(release, seconds=seconds)


def _ask(
    argv: Sequence[str], environment: Mapping[str, str], expression: str, seconds: float
) -> Answer:
    # Dumps of a crash would be left in the working folder of whoever asked.
    quiet = {**environment, "ERL_CRASH_DUMP": os.devnull, "ERL_CRASH_DUMP_SECONDS": "0"}
    command = [*argv, "-noshell", "-noinput", "-boot", "start_clean", "-eval", expression]
    try:
        with tempfile.TemporaryDirectory() as nowhere:
            done = subprocess.run(
                command,
                env=quiet,
                cwd=nowhere,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=seconds,
                check=False,
            )
    except subprocess.TimeoutExpired:
        raise OtpError(f"{argv[0]} gave no answer within {seconds:g} seconds") from None
    except OSError as problem:
        raise OtpError(f"{argv[0]} does not run: {problem.strerror or problem}") from None
    lines = done.stdout.decode("utf-8", "replace").splitlines()
    for line in lines:
        parts = line.split(":", 3)
        if len(parts) == 4 and parts[0] == "enigma":
            return parts[1], parts[2], parts[3]
    said = next((line.strip() for line in lines if line.strip()), f"exit status {done.returncode}")
    raise OtpError(f"{argv[0]} does not work: {said[:200]}")
