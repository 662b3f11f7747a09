"""Files where a real erl cannot answer: several systems in one Python process, what is left open,
and sizes that must not cost memory."""

from __future__ import annotations

import gc
import os
import resource
from collections.abc import Callable
from pathlib import Path

import pytest

from enigma_ref.bifs.prim_file_io import read_some
from enigma_ref.runtime.vm import VM, CallTimeout
from enigma_ref.terms import Bitstring, Reference, Term, atom, make_list, make_string
from enigma_ref.terms.atoms import OK

MakeVm = Callable[..., VM]


def ask(vm: VM, function: str, *arguments: Term) -> Term:
    """The value of a call of prim_file."""
    outcome = vm.call("prim_file", function, list(arguments))
    assert outcome.ok, outcome
    return outcome.value


def name(path: Path) -> Term:
    """A path as Erlang has it."""
    return make_string(str(path))


def descriptors(path: Path) -> list[str]:
    """The descriptors of this process that a file is open with."""
    found = []
    for number in os.listdir("/proc/self/fd"):
        try:
            if os.readlink(f"/proc/self/fd/{number}") == str(path):
                found.append(number)
        except FileNotFoundError:
            continue
    return found


def test_each_system_has_a_current_folder_of_its_own(make_vm: MakeVm, tmp_path: Path) -> None:
    here = os.getcwd()
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "f").write_text(folder)
    one, two, untouched = make_vm(), make_vm(), make_vm()
    assert ask(one, "set_cwd", name(tmp_path / "one")) is OK
    assert ask(two, "set_cwd", name(tmp_path / "two")) is OK
    assert ask(one, "read_file", make_string("f")) == (OK, Bitstring.of(b"one"))
    assert ask(two, "read_file", make_string("f")) == (OK, Bitstring.of(b"two"))
    assert ask(one, "get_cwd") == (OK, name(tmp_path / "one"))
    assert ask(untouched, "get_cwd") == (OK, make_string(here))
    assert os.getcwd() == here
    assert ask(one, "set_cwd", make_string("../two")) is OK
    assert ask(one, "read_file", make_string("f")) == (OK, Bitstring.of(b"two"))


def test_a_folder_that_was_current_is_not_kept_open(make_vm: MakeVm, tmp_path: Path) -> None:
    vm = make_vm()
    (tmp_path / "next").mkdir()
    assert ask(vm, "set_cwd", name(tmp_path)) is OK
    assert len(descriptors(tmp_path)) == 1
    assert ask(vm, "set_cwd", make_string("next")) is OK
    assert descriptors(tmp_path) == []


def test_a_file_of_a_system_that_is_thrown_away_is_closed(make_vm: MakeVm, tmp_path: Path) -> None:
    vm = make_vm()
    path = tmp_path / "f"
    process = vm.start("prim_file", "open", [name(path), make_list([atom("write")])])
    # It has opened the file and not ended yet.
    while not descriptors(path) and vm.run_turn():
        if process.status == "exited":
            break
    del process, vm
    gc.collect()
    assert descriptors(path) == []


def test_the_end_of_its_owner_closes_a_file(make_vm: MakeVm, tmp_path: Path) -> None:
    vm = make_vm()
    path = tmp_path / "f"
    opened = ask(vm, "open", name(path), make_list([atom("write")]))
    while vm.run_turn():
        pass
    assert opened[0] is OK
    assert descriptors(path) == []


def test_a_system_that_took_over_code_closes_files_too(make_vm: MakeVm, tmp_path: Path) -> None:
    first = make_vm()
    assert ask(first, "get_cwd")[0] is OK
    second = make_vm(code_of=first)
    path = tmp_path / "f"
    assert ask(second, "open", name(path), make_list([atom("write")]))[0] is OK
    while second.run_turn():
        pass
    assert descriptors(path) == []


def test_a_descriptor_that_was_open_before_stays_with_its_system(
    make_vm: MakeVm, tmp_path: Path
) -> None:
    descriptor = os.open(tmp_path / "f", os.O_CREAT | os.O_RDWR)
    vm = make_vm()
    process = vm.start("prim_file", "file_desc_to_ref", [descriptor, make_list([])])
    vm.forget(process)
    del process, vm
    gc.collect()
    os.fstat(descriptor)
    os.close(descriptor)


def test_a_large_size_costs_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"few")
    descriptor = os.open(path, os.O_RDONLY)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert read_some(descriptor, 1 << 46) == b"few"
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    os.close(descriptor)
    assert after - before < 100_000


@pytest.mark.parametrize("folder", ["with space", "\u00e5\u4e2d", "\udcff"])
def test_names_are_those_of_python(make_vm: MakeVm, tmp_path: Path, folder: str) -> None:
    (tmp_path / folder).mkdir()
    vm = make_vm()
    found = ask(vm, "list_dir_all", name(tmp_path))
    only = found[1].head
    raw = folder.encode(errors="surrogateescape")
    assert only == (Bitstring.of(raw) if "\udcff" in folder else make_string(folder))


def test_references_to_files_are_magic(make_vm: MakeVm, tmp_path: Path) -> None:
    vm = make_vm()
    found = ask(vm, "open", name(tmp_path / "f"), make_list([atom("write")]))
    handle = found[1][2].get(atom("handle"))
    assert type(handle) is Reference
    assert handle.magic is not None


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    return path


def test_ends_of_a_pipe_wait_for_each_other(make_vm: MakeVm, pipe: Path) -> None:
    outcome = make_vm().call("pipes", "both", [name(pipe)], timeout=20)
    hello, there = Bitstring.of(b"hello"), Bitstring.of(b"there")
    assert outcome.value == ((OK, hello), (OK, there), OK)


def test_whole_files_may_be_pipes(make_vm: MakeVm, pipe: Path) -> None:
    outcome = make_vm().call("pipes", "file", [name(pipe)], timeout=20)
    assert outcome.value == (OK, Bitstring.of(b"all of it"))


def test_a_file_is_closed_when_the_call_of_its_dead_owner_is_done(
    make_vm: MakeVm, pipe: Path
) -> None:
    vm = make_vm()
    outcome = vm.call("pipes", "killed", [name(pipe)], timeout=20)
    assert outcome.ok, outcome
    while vm.run_turn():
        pass
    assert descriptors(pipe) == []


def test_a_system_that_is_given_up_does_not_wait_for_a_pipe(make_vm: MakeVm, pipe: Path) -> None:
    with pytest.raises(CallTimeout):
        make_vm().call("prim_file", "read_file", [name(pipe)], timeout=0.2)
    # Somebody opens the other end, so that the thread ends too.
    os.close(os.open(pipe, os.O_WRONLY))
