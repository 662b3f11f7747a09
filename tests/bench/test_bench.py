"""The runner works, counts what it says it counts, and computes what it prints."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bench.__main__ import main
from bench.boot import measure_boot, one_of_each
from bench.costs import COSTS, MANY, Growth, measure_costs
from bench.here import count_instructions
from bench.kernels import Measured, alternate
from bench.loading import Loading, Once
from bench.memory import measure_memory
from bench.programs import DRIVER, BenchError, Program, compile_programs
from enigma_ref.otp import OtpNotFound, find_release

TINY = Program("tiny", "bench_loop", 10)


class Side:
    """Answers every program with a result of its own and times given in advance."""

    def __init__(self, result: str, times: list[float]) -> None:
        self.result = result
        self.times = times
        self.log: list[str] = []

    def run(self, program: Program) -> tuple[str, float]:
        self.log.append(program.title)
        return self.result, self.times.pop(0)


def test_ratio_and_nanoseconds_come_from_medians() -> None:
    one = Measured(TINY, here=[9.0, 4.0, 5.0], erl=[0.5, 0.1, 90.0], instructions={"a": 7, "b": 3})
    assert one.ratio == 10.0
    assert one.executed == 10
    assert one.nanoseconds == 500_000
    shown = one.to_json()
    assert (shown["ms_here"], shown["ms_erl"], shown["executed"]) == (5.0, 0.5, 10)


def test_rounds_alternate_between_sides() -> None:
    other = Program("other", "bench_loop", 1)
    left, right = Side("1", [1, 2, 3, 4]), Side("1", [10, 20, 30, 40])
    told: list[str] = []
    times = alternate([TINY, other], [left, right], 2, told.append)
    assert times == {TINY: [[1, 3], [10, 30]], other: [[2, 4], [20, 40]]}
    assert left.log == right.log == ["tiny", "other", "tiny", "other"]
    assert len(told) == 4


def test_results_that_differ_are_no_measurement() -> None:
    with pytest.raises(BenchError, match="tiny: the results differ: 1, 2"):
        alternate([TINY], [Side("1", [1]), Side("2", [1])], 1, lambda _: None)


def test_gain_of_the_cache() -> None:
    first = [Once(1000, 0.006, 0.004, 2000), Once(1000, 0.002, 0.004, 4000)]
    second = [Once(1000, 0.001, 0.001, 1000)]
    loading = Loading("m", first, second)
    assert loading.microseconds("first", ready=False) == pytest.approx(4)
    assert loading.gain(ready=False) == pytest.approx(4)
    assert loading.gain(ready=True) == pytest.approx(4)
    assert loading.memory("first") == 3


def test_growth_comes_from_medians() -> None:
    one = Growth(COSTS[0], [10, 11, 90], [44, 1, 45], [1.0], [4.2])
    assert (one.here, one.erl) == (4.0, 4.2)
    shown = one.to_json()
    assert shown["sizes"] == [1 << 20, 4 << 20] and shown["growth_here"] == 4.0


def test_costs_are_measured_on_both_sides(tmp_path: Path) -> None:
    try:
        release = find_release()
    except OtpNotFound as problem:
        pytest.skip(str(problem))
    tiny = [
        replace(
            cost, small=replace(cost.small, argument=800), large=replace(cost.large, argument=1600)
        )
        for cost in (*COSTS, *MANY)
    ]
    compile_programs(release, [DRIVER, *(cost.small.module for cost in tiny)], tmp_path)
    for one in measure_costs(tiny, release, tmp_path, 1, lambda _: None):
        assert one.here > 0 and one.erl > 0
    for memory in measure_memory(tiny[-1:], release, tmp_path, lambda _: None):
        assert min(*memory.here, *memory.erl) > 10_000_000


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a short run of the whole runner wrote."""
    try:
        find_release()
    except OtpNotFound as problem:
        pytest.skip(str(problem))
    out = tmp_path_factory.mktemp("bench")
    assert main(["programs", "--only", "bench_loop", "--rounds", "1", "--out", str(out)]) == 0
    return out


def test_one_program_end_to_end(measured: Path) -> None:
    made = json.loads((measured / "bench.json").read_text(encoding="utf-8"))
    (one,) = made["programs"]
    assert one["program"]["module"] == "bench_loop"
    assert one["ms_here"] > 0
    assert one["ms_erl"] > 0
    assert one["ratio"] == one["ms_here"] / one["ms_erl"]
    assert made["facts"]["erlang"] == find_release().version


def test_counts_are_those_of_the_loop(measured: Path) -> None:
    """Ten rounds more cost ten times the loop's body, which is the same for every round."""
    release = find_release()

    def count(times: int) -> dict[str, int]:
        program = Program("loop", "bench_loop", times)
        return count_instructions(program, release.number, [measured / "programs"])

    few, more, most = count(10), count(20), count(30)
    assert set(few) == set(most)
    assert not {"label", "line", "func_info"} & set(few)
    for name in few:
        assert most[name] - more[name] == more[name] - few[name] in (0, 10, 20), name
    assert most["gc_bif2"] == 60


def test_unknown_parts_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["nonsense"])
    assert "unknown: nonsense" in capsys.readouterr().err


def test_what_was_measured_is_kept_when_another_part_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    try:
        find_release()
    except OtpNotFound as problem:
        pytest.skip(str(problem))
    # As where llvmlite does not serve.
    monkeypatch.setattr("bench.native.native_problem", lambda: "llvmlite is not there")
    words = ["--only", "bench_loop", "--rounds", "1", "--out", str(tmp_path)]
    assert main(["native", *words]) == 1
    assert "the native engine does not run: llvmlite is not there" in capsys.readouterr().err
    assert not (tmp_path / "bench.json").exists()
    assert main(["programs", "native", *words]) == 1
    assert list(json.loads((tmp_path / "bench.json").read_text())) == [
        "facts",
        "rounds",
        "programs",
    ]


def test_a_boot_is_measured_on_both_sides() -> None:
    try:
        release = find_release()
    except OtpNotFound:
        pytest.skip("no Erlang/OTP at hand")
    assert one_of_each([release, release]) == [release]
    (boot,) = measure_boot([release], 1)
    assert boot.release == release.version
    assert len(boot.here) == len(boot.erl) == 1
    assert boot.here[0].memory > 10
    assert boot.ratio > 0
