"""`enigma dis`."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from enigma_ref.cli import dis
from tests.loader import assembler as asm


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    dis.add_parser(parser.add_subparsers(required=True))
    args = parser.parse_args(["dis", *arguments])
    status = args.run(args)
    assert type(status) is int
    return status


@pytest.fixture
def small(tmp_path: Path) -> str:
    path = tmp_path / "small.beam"
    path.write_bytes(asm.small_beam())
    return str(path)


def test_the_listing(small: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(small) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "module small"
    assert "  Odd?        20" in lines
    assert "  f/1  label 2" in lines
    assert "  erlang:'+'/2" in lines
    assert "  1  {1,2}" in lines
    assert "function f/1 (exported), entry 2" in lines
    assert "function '-f/1-fun-0-'/2, entry 6" in lines
    assert any("line" in line and line.endswith("% small.erl:7") for line in lines)
    sum_line = next(line for line in lines if "gc_bif2" in line)
    assert "=erlang:'+'/2" in sum_line
    assert "=x0:integer(-1..10)" in sum_line
    assert f"={1 << 70}" in sum_line
    assert any("make_fun3" in line and "='-f/1-fun-0-'/2" in line for line in lines)


def test_only_chunks(small: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(small, "--chunks") == 0
    out = capsys.readouterr().out
    assert "Odd?" in out
    assert "function" not in out


@pytest.mark.parametrize("content", [None, b"nonsense"])
def test_errors_are_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None
) -> None:
    path = tmp_path / "bad.beam"
    if content is not None:
        path.write_bytes(content)
    assert run(str(path)) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(f"enigma: {path}: ")
    assert captured.err.count("\n") == 1
