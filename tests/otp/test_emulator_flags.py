"""Flags of the emulator: refused as `erl` refuses them, followed where a program can see it."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from conformance.releases import releases
from enigma_ref.cli.emulator_flags import Told, read_emulator_flags
from enigma_ref.cli.erl_flags import FlagError, read_command_line
from enigma_ref.machine.settings import Settings
from enigma_ref.otp import Release
from tests.otp.test_robustness import OURS, ours

REFUSED = (
    "+foo", "+S 2:300", "+S x", "+S 1025", "+S -500", "+SP x", "+SP 100000", "+SDcpu x",
    "+SDcpu 2:3", "+SDPcpu x", "+SDio 0", "+SDx 1", "+P 10", "+P x", "+Q 10", "+t 10", "+A 1025",
    "+a 1", "+hms x", "+hms 0", "+hmbs 0", "+hmax -1", "+hmaxk x", "+hmaxel x", "+hmqd x",
    "+hpds 0", "+h 0", "+pc foo", "+pfoo", "+fnx", "+fnuz", "+fx", "+Bx", "+W x", "+cfoo",
    "+C foo", "+sbt foo", "+sbwt x", "+sbwtdcpu x", "+sbwtdio x", "+scl x", "+spp x", "+sss 1",
    "+sssdcpu 1", "+sssdio 1", "+stbt x", "+sub x", "+swct x", "+swt x", "+swtdcpu x",
    "+swtdio x", "+sws x", "+sfwi -1", "+sfoo x", "+sct foo", "+zdbbl 0", "+zdntgc x",
    "+zebwt x", "+zosrl 0", "+zfoo", "+R 1", "+T 10", "+e -1", "+n x", "+dcg x", "+rg x",
    "+IOt 0", "+IOp 0", "+IOPt x", "+Ix", "+JPperf x", "+JDdump x", "+Jfoo x", "+MBas foo",
    "+MBsbct x", "+Mfoo", "+MBfoo x", "+MMmcs x", "+Muycs x", "+Mea foo", "+MBe x", "+S", "+P",
    "+S --", "-no_epmd", "-start_epmd x", "-env", "-args_file", "-args_file no/such/file",
    "-smp disable",
)  # fmt: skip
"""What both refuse, with the same words."""

FOLLOWED = (
    "+P 5000 +Q 2000 +t 20000 +S 4:2 +SDcpu 2:1 +SDio 3 +hms 1000 +hmbs 100000 +hmax 100000 "
    "+hmqd off_heap +C multi_time_warp +c false +e 20000 +T 3 +zdntgc 7 +zdbbl 2000 +zosrl 7 +A 7 "
    "+pc unicode +fnl +W e +Bi +spp true",
    "+P legacy +S -1 +h 3000 +hmax 1000000 +hmaxk false +hmaxel false +C single_time_warp +c +ec +r "
    "+zdntgc infinity +fnu +Wi +B +A 0 +sbt u +K true +rg 3 +MBas bf +IOt 2 +swt low",
    "+SP 200:100 +SDPcpu 50 +cfalse +fna +W w +hmaxk true -emu_flavor smp -start_epmd false +L",
)

ITEMS = (
    "process_limit, port_limit, atom_limit, min_heap_size, min_bin_vheap_size, max_heap_size, "
    "message_queue_data, time_warp_mode, time_correction, time_offset, tolerant_timeofday, "
    "ets_limit, ets_always_compress, ets_realloc_moves, compat_rel, modified_timing_level, "
    "delayed_node_table_gc, thread_pool_size, dist_buf_busy_limit, port_parallelism, break_ignored, "
    "scheduler_bind_type, outstanding_system_requests_limit, garbage_collection, schedulers, "
    "schedulers_online, schedulers_state, dirty_cpu_schedulers, dirty_cpu_schedulers_online, "
    "dirty_io_schedulers, scheduler_bindings"
)
SHOW = (
    f"[io:format(\"~p: ~p~n\", [I, catch erlang:system_info(I)]) || I <- [{ITEMS}]], "
    'io:format("~p~n", [[io:printable_range(), file:native_name_encoding(), '
    "error_logger:warning_map(), process_info(self(), [min_heap_size, message_queue_data]), "
    "catch erlang:system_flag(time_offset, finalize), erlang:system_info(time_offset)]]), halt()."
)  # fmt: skip

ENFORCED = {
    "processes": (
        "+P 1024",
        "logger:set_primary_config(level, none), "
        "F = fun(F) -> try spawn(fun() -> timer:sleep(infinity) end) of _ -> F(F) "
        "catch error:R -> {R, length(processes())} end end, "
        'io:format("~p~n", [F(F)]), halt().',
    ),
    "lines": (
        "+L",
        "X = (catch lists:nth(0, [])), {'EXIT', {_, [{_, _, _, L} | _]}} = X, "
        'io:format("~p~n", [proplists:get_value(line, L)]), halt().',
    ),
    "finding names of files": (
        "+fnue",
        'file:write_file(<<"g", 233>>, ""), io:format("~p~n", [file:list_dir(".")]), halt().',
    ),
    "started module": ("+i none", "halt()."),
    "remarks": ("+v +H", "halt()."),
}


@pytest.fixture(scope="module", params=(25, 27))
def release(request: pytest.FixtureRequest) -> Release:
    found = releases().get(request.param)
    if found is None:
        pytest.skip(f"there is no Erlang/OTP {request.param} here")
    return found


@pytest.mark.parametrize("flags", REFUSED)
def test_refused(
    flags: str, release: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    command, environment = release.erl_command(shlex.split(flags))
    theirs = subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    program = str(release.bindir / "beam.smp")
    with pytest.raises(FlagError) as caught:
        line = read_command_line(shlex.split(flags), {}, release.number)
        read_emulator_flags(line.emulator, release.number, program, "", "utf8")
    lines = str(caught.value).splitlines()
    assert theirs.returncode == 1
    assert theirs.stderr.splitlines()[: len(lines)] == lines


@pytest.mark.parametrize("flags", FOLLOWED)
def test_followed(flags: str, release: Release, tmp_path: Path) -> None:
    theirs, mine = _both(release, f"{flags} -noshell", SHOW, tmp_path)
    assert theirs[0] == 0
    assert mine == theirs


@pytest.mark.parametrize("name", ENFORCED)
def test_enforced(name: str, release: Release, tmp_path: Path) -> None:
    flags, program = ENFORCED[name]
    theirs, mine = _both(release, f"{flags} -noshell", program, tmp_path)
    assert mine == theirs


def _both(release: Release, flags: str, program: str, folder: Path) -> list[tuple[int, str]]:
    """Exit status and output of a program in `erl` and here."""
    told = []
    for side, (command, environment) in {
        "theirs": release.erl_command([]),
        "ours": (ours(release), OURS),
    }.items():
        (folder / side).mkdir()
        done = subprocess.run(
            [*command, *shlex.split(flags), "-eval", program],
            env={**environment, "ERL_CRASH_DUMP_SECONDS": "0"}, cwd=folder / side,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            timeout=120, check=False,
        )  # fmt: skip
        text = re.sub(rb"\(no logger.*\n", b"", done.stdout)
        told.append((done.returncode, os.fsdecode(text).replace("\r", "")))
    return told


def test_versions() -> None:
    with pytest.raises(Told) as caught:
        read_emulator_flags(["-V"], 25, "beam.smp", "the version", "utf8")
    assert caught.value.lines == ("the version",)


def test_nothing_is_what_is_usual() -> None:
    assert read_emulator_flags([], 25, "beam.smp", "", "utf8") == (Settings(), [])
    assert read_emulator_flags([], 25, "beam.smp", "", "latin1")[0].file_names == "latin1"
    assert read_emulator_flags(["-fna"], 25, "beam.smp", "", "latin1")[0].file_names == "latin1"
    assert read_emulator_flags(["-fnu"], 25, "beam.smp", "", "latin1")[0].file_names == "utf8"


def test_flags_of_other_releases() -> None:
    for flag, since in (("-hmaxib", 27), ("-pad", 26), ("-zhft", 27)):
        value = "5" if flag == "-zhft" else "true"
        read_emulator_flags([flag, value], since, "beam.smp", "", "utf8")
        with pytest.raises(FlagError):
            read_emulator_flags([flag, value], 23, "beam.smp", "", "utf8")
