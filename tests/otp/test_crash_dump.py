"""What an abnormal end leaves behind, compared with what it leaves behind in `erl`, and as OTP's
crashdump_viewer reads it."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from conformance.releases import releases
from enigma_ref.otp import Release
from enigma_ref.runtime.crash_dump.terms import Addresses
from enigma_ref.terms import Cons, Map, make_list
from tests.otp.test_robustness import OURS, ours

PROGRAM = (
    "ets:new(a_table, [named_table]), "
    'put(a_key, {1, 2.5, "abc", <<1, 2, 3>>, #{a => 1}, self(), make_ref(), fun() -> 1 end, '
    "1 bsl 80, list_to_binary(lists:duplicate(100, $x))}), "
    "self() ! {hello, [1, 2]}, erlang:send_after(100000, self(), a_timer), "
    "persistent_term:put(a_name, {a, b}), monitor(process, whereis(init)), "
)

VIEWER = r"""
-module(viewer).
-export([look/1]).

look([File]) ->
    {ok, _} = crashdump_viewer:start_link(),
    crashdump_viewer:read_file(File),
    {ok, General, []} = crashdump_viewer:general_info(),
    show(slogan, element(3, General)),
    show(system, element(4, General)),
    {ok, Processes, []} = crashdump_viewer:processes(),
    [process(Process) || Process <- Processes],
    [list(F, A) ||
        {F, A} <- [{ports, []}, {ets_tables, [all]}, {internal_ets_tables, []}, {timers, [all]},
                   {funs, []}, {atoms, []}, {loaded_modules, []}, {memory, []},
                   {persistent_terms, []}, {allocated_areas, []}, {allocator_info, []},
                   {hash_tables, []}, {index_tables, []}, {schedulers, []}]],
    {ok, Module, []} = crashdump_viewer:loaded_mod_details("lists"),
    show(module, element(2, Module)),
    {ok, Timers, []} = crashdump_viewer:timers(all),
    [show(timer, element(3, Timer)) || Timer <- Timers],
    {ok, Tables, []} = crashdump_viewer:ets_tables(all),
    show(tables, lists:member("a_table", [element(5, Table) || Table <- Tables])).

process(Process) ->
    {ok, Details, Warnings} = crashdump_viewer:proc_details(pid_to_list(element(2, Process))),
    [io:format("~s~n", [Warning]) || Warning <- Warnings],
    Fields = tuple_to_list(Details),
    case lists:search(fun is_dictionary/1, Fields) of
        {value, [{a_key, Value}]} -> show(value, setelement(6, setelement(7, Value, r), p));
        false -> ok
    end.

is_dictionary([{a_key, _}]) -> true;
is_dictionary(_) -> false.

list(F, Arguments) ->
    {ok, Found, []} = apply(crashdump_viewer, F, Arguments),
    show(F, is_list(Found) andalso Found =/= [] orelse F =:= internal_ets_tables).

show(What, Value) ->
    io:format("~p: ~p~n", [What, Value]).
"""


@pytest.fixture(scope="module", params=(25, 27))
def release(request: pytest.FixtureRequest) -> Release:
    found = releases().get(request.param)
    if found is None:
        pytest.skip(f"there is no Erlang/OTP {request.param} here")
    return found


def leave(
    release: Release,
    folder: Path,
    program: str,
    before: str = "",
    flags: str = "-noshell",
    **more: str,
) -> list[subprocess.CompletedProcess[str]]:
    """Run a program in `erl` and here, in folders named `theirs` and `ours`."""
    done = []
    for name, (command, environment) in {
        "theirs": release.erl_command([]),
        "ours": (ours(release), OURS),
    }.items():
        (folder / name).mkdir(parents=True)
        run = f"{before} exec {shlex.join(command)} {flags} -eval {shlex.quote(program)}"
        done.append(
            subprocess.run(
                ["sh", "-c", run],
                cwd=folder / name,
                env={**environment, **more},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
        )
    return done


def sections(dump: Path) -> dict[str, set[str]]:
    """What kinds of sections a dump has, each with the names of its lines."""
    found: dict[str, set[str]] = {}
    kind = ""
    for line in dump.read_text(errors="replace").splitlines():
        if line.startswith("="):
            kind = line[1:].partition(":")[0]
            found.setdefault(kind, set())
        elif kind not in FREE:
            found[kind].add(re.split(": ?| = ", line, maxsplit=1)[0])
    return found


FREE = (
    "proc_stack", "proc_heap", "proc_messages", "proc_dictionary", "persistent_terms", "literals",
    "binary", "atoms", "allocator", "erl_crash_dump",
)  # fmt: skip
"""Sections whose lines have no names, or other ones each time."""

NOT_HERE = {
    # What this machine has no parts for: threads of its own, and ports of the runtime itself.
    "scheduler": {"0x"},
    "port": {"Port controls forker process"},
    "proc": {"Current call"},
}


def test_a_dump_has_the_parts_that_erl_writes(release: Release, tmp_path: Path) -> None:
    theirs, mine = leave(release, tmp_path, PROGRAM + 'halt("a slogan").')
    assert (mine.returncode, mine.stdout, mine.stderr) == (1, "", theirs.stderr)
    expected = sections(tmp_path / "theirs" / "erl_crash.dump")
    found = sections(tmp_path / "ours" / "erl_crash.dump")
    assert found.keys() == expected.keys()
    for kind, lines in expected.items():
        missing = {line for line in lines - found[kind] if not line.startswith("0x")}
        assert not missing - NOT_HERE.get(kind, set()), kind
        more = {line for line in found[kind] - lines if not line.startswith("0x")}
        assert not more - ALSO.get(kind, set()), kind
    mode = [(tmp_path / side / "erl_crash.dump").stat().st_mode for side in ("theirs", "ours")]
    assert mode[0] == mode[1]


ALSO = {
    "ets": {"Ordered set (AVL tree), Elements"},
    "proc": {"Current call"},
    "allocated_areas": {"bits_bufs_size"},
    "port": {"Port controls linked-in driver"},
}
"""Lines that only depend on what there is in a system."""


def test_the_viewer_reads_it(release: Release, tmp_path: Path) -> None:
    """All of a dump, without a warning, as it reads one of `erl`."""
    viewers = [
        found for found in releases().values()
        if list(found.root.glob("lib/observer-*/ebin/crashdump_viewer.beam"))
    ]  # fmt: skip
    if not viewers:
        pytest.skip("no release here has the application observer")
    viewer = max(viewers, key=lambda found: found.number)
    leave(release, tmp_path, PROGRAM + 'halt("a slogan").')
    (tmp_path / "viewer.erl").write_text(VIEWER)
    command, environment = viewer.erlc_command(["viewer.erl"])
    subprocess.run(command, env=environment, cwd=tmp_path, check=True, capture_output=True)
    told = []
    for side in ("theirs", "ours"):
        command, environment = viewer.erl_command(
            ["-noshell", "-run", "viewer", "look", f"{side}/erl_crash.dump", "-run", "init", "stop"]
        )
        done = subprocess.run(
            command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=120,
            check=False,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, ""), done
        # OTP 25 loses parts of binaries in its own dumps.
        assert side == "theirs" or "WARNING" not in done.stdout
        told.append(done.stdout)
    plain = [re.sub(r"\[smp:.*|WARNING.*\n|value:(?s:.*?)\n(?=\w)", "", text) for text in told]
    assert plain[1] == plain[0]
    assert 'slogan: "a slogan"' in told[1]
    value = re.search(r"value: ((?s:.*?))\n(?=\w)", told[1])
    assert value is not None
    assert re.sub(r"\s+", "", value[1]).startswith('{1,2.5,"abc",<<1,2,3>>,#{a=>1},p,r,#Fun<')
    assert "1208925819614629174706176" in value[1]


@pytest.mark.parametrize(
    ("before", "variables"),
    [
        ("", {"ERL_CRASH_DUMP": "elsewhere"}),
        ("", {"ERL_CRASH_DUMP": "no/such/folder"}),
        ("", {"ERL_CRASH_DUMP": "/dev/full"}),
        ("", {"ERL_CRASH_DUMP_SECONDS": "0"}),
        ("", {"ERL_CRASH_DUMP_SECONDS": "-1"}),
        ("", {"ERL_CRASH_DUMP_SECONDS": "60"}),
        ("", {"ERL_CRASH_DUMP_BYTES": "0"}),
        ("", {"ERL_CRASH_DUMP_BYTES": "2000"}),
        ("", {"ERL_CRASH_DUMP_BYTES": "strange"}),
        ("mkdir erl_crash.dump;", {}),
    ],
)
def test_whether_and_where(
    before: str, variables: dict[str, str], release: Release, tmp_path: Path
) -> None:
    theirs, mine = leave(release, tmp_path, 'halt("a slogan").', before, **variables)
    assert (mine.returncode, mine.stdout, mine.stderr) == (1, "", theirs.stderr)
    limited = variables.get("ERL_CRASH_DUMP_BYTES", "").isdigit()
    files = [
        {
            file.name: file.stat().st_size if limited else file.is_file()
            for file in (tmp_path / side).iterdir()
        }
        for side in ("theirs", "ours")
    ]
    assert files[1] == files[0]


@pytest.mark.parametrize(
    ("flags", "program"),
    [
        ("-noshell +t 20000", '[list_to_atom("a" ++ integer_to_list(I)) || I <- lists:seq(1, 20000)].'),
        ("-noshell", "exit(whereis(init), kill), timer:sleep(5000)."),
        ("-noshell", "exit(whereis(erts_code_purger), kill), timer:sleep(5000)."),
        ("-noshell", "exit(whereis(application_controller), kill), timer:sleep(5000)."),
        ("-noshell -s none", "ok."),
        ("-noshell", "error(oops)."),
        ("-noshell +d", 'halt("a slogan").'),
        ("-noshell", 'halt(lists:duplicate(2000, $x)).'),
        ("-noshell", 'halt("two\nlines").'),
    ],
)  # fmt: skip
def test_other_ends(flags: str, program: str, release: Release, tmp_path: Path) -> None:
    theirs, mine = leave(release, tmp_path, program, flags=flags)
    last = [done.stderr.replace("\r", "")[-300:] for done in (theirs, mine)]
    assert (mine.returncode, last[1]) == (theirs.returncode, last[0])
    slogans = [
        re.search(r"^Slogan: (.*?)^System version", file.read_text(errors="replace"), re.S | re.M)
        for side in ("theirs", "ours")
        for file in (tmp_path / side).glob("erl_crash.dump")
    ]
    assert len(slogans) in (0, 2)
    told = [slogan and slogan[1] for slogan in slogans]
    assert told[:1] == told[1:]


def test_terms_of_any_depth() -> None:
    addresses = Addresses(25)
    deep = make_list([])
    for _ in range(100_000):
        deep = (deep, 1)
    lines = list(addresses.heap([deep, deep]))
    assert len(lines) == 100_000
    assert lines[-1].endswith(":t2:N,I1\n")


def test_terms_that_are_shared_are_written_once() -> None:
    shared = (1 << 70,)
    term = Cons(shared, Cons(shared, Map.of([(shared, shared)])))
    lines = list(Addresses(25).heap([term]))
    assert sum(line.partition(":")[2].startswith("t1:H") for line in lines) == 2  # and the keys
    assert sum(line.partition(":")[2] == f"B{1 << 70}\n" for line in lines) == 1
