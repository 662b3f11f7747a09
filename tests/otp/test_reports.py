"""What a booted system tells about itself is what it tells in `erl` (reports.yaml)."""

from __future__ import annotations

import difflib
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pexpect
import pytest
import yaml

from conformance.releases import compile_tool, releases
from enigma_ref.otp import Release
from tests.otp.test_boot import OURS

HERE: Final = Path(__file__).parent
BOOTED: Final = (23, 25, 27, 29)
LIKE_OURS: Final = ("+S", "1:1", "+SDcpu", "1:1")
"""Flags that let erl have as many schedulers as this machine."""

SECONDS: Final = 240


@dataclass(frozen=True)
class Question:
    """An expression, and what is compared of its value."""

    how: str
    call: str

    def line(self) -> str:
        return f"{self.how}\t{self.call}\n"


@dataclass(frozen=True)
class Difference:
    """Questions that this machine answers in its own way, and why."""

    pattern: re.Pattern[str]
    releases: tuple[int, ...]
    reason: str


DATA: Final = yaml.safe_load((HERE / "reports.yaml").read_text(encoding="utf-8"))


def _expanded(call: str | dict[str, Any]) -> list[str]:
    if isinstance(call, str):
        return [call]
    return [call["call"].replace("@", str(item)) for item in call["of"]]


QUESTIONS: Final = [
    Question(group["how"], call)
    for group in DATA["questions"]
    for item in group["calls"]
    for call in _expanded(item)
]
DIFFERENCES: Final = [
    Difference(re.compile(item["calls"]), tuple(item.get("releases", BOOTED)), item["reason"])
    for item in DATA["differs"]
]
TREE: Final = [Question("tree", "processes")]


@pytest.fixture(params=BOOTED)
def release(request: pytest.FixtureRequest) -> Release:
    found = releases().get(request.param)
    if found is None:
        pytest.skip(f"there is no Erlang/OTP {request.param} here")
    return found


def told(
    release: Release, questions: list[Question], folder: Path, *flags: str, terminal: bool = False
) -> tuple[list[str], list[str]]:
    """What erl and this machine write down about questions."""
    tools = compile_tool(HERE / "reports.erl", release)
    source = folder / "questions"
    source.write_text("".join(question.line() for question in questions), encoding="utf-8")
    command, environment = release.erl_command(LIKE_OURS)
    ours = [sys.executable, "-m", "enigma_ref", "--otp", str(release.root), *LIKE_OURS]
    answers = []
    for name, words, variables in (
        ("theirs", command, {**os.environ, **environment}),
        ("ours", ours, OURS),
    ):
        result = folder / name
        asked = f'reports:run(["{source}", "{result}"]).'
        words = [*words, "-pa", str(tools), "-eval", asked, *flags]
        if terminal:
            _run_in_terminal(words, {**variables, "TERM": "xterm"}, folder)
        else:
            subprocess.run(
                words, cwd=folder, env=variables, stdin=subprocess.DEVNULL, timeout=SECONDS,
                capture_output=True, check=True,
            )  # fmt: skip
        answers.append(result.read_text(encoding="utf-8").splitlines())
    return answers[0], answers[1]


def _run_in_terminal(words: list[str], environment: dict[str, str], folder: Path) -> None:
    program = pexpect.spawn(words[0], words[1:], env=environment, cwd=str(folder), timeout=SECONDS)
    program.expect(pexpect.EOF)
    program.close()
    assert program.exitstatus == 0


def _comparable(question: Question, answer: str) -> str:
    """An answer without sizes, where only the text that is printed counts, and whether or not a
    server has been idle for so long that it has hibernated."""
    answer = answer.replace("loop_hibernate", "loop")
    if question.how not in ("printed", "lines"):
        return answer
    numbers = re.sub(r"<0\.\d+\.0>|\d+(\.\d+)*", "N", answer)
    text = re.sub(r"( |\\t)+", " ", numbers)
    return text if question.how == "printed" else "\\n".join(sorted(text.split("\\n")))


def test_answers(release: Release, tmp_path: Path) -> None:
    theirs, ours = told(release, QUESTIONS, tmp_path, "-noshell", "-extra", "word")
    expected = [item for item in DIFFERENCES if release.number in item.releases]
    met: set[Difference] = set()
    wrong = []
    for question, wanted, given in zip(QUESTIONS, theirs, ours, strict=True):
        if _comparable(question, wanted) == _comparable(question, given):
            continue
        reasons = [item for item in expected if item.pattern.search(question.call)]
        met.update(reasons)
        if not reasons:
            wrong.append(f"{question.how} {question.call}\n  erl    {wanted}\n  enigma {given}")
    assert not wrong, "\n".join(wrong)
    assert met == set(expected), "answers that are listed as different are the same"


@pytest.mark.parametrize("place", ["noshell", "noinput", "terminal"])
def test_processes(release: Release, place: str, tmp_path: Path) -> None:
    """Each living process: its name, what it runs, and whom it is linked to."""
    flags = [] if place == "terminal" else [f"-{place}"]
    theirs, ours = told(release, TREE, tmp_path, *flags, terminal=place == "terminal")
    assert "\n".join(difflib.unified_diff(sorted(theirs), sorted(ours), "erl", "enigma", n=0)) == ""
