"""Starting a system as the emulator does: its own modules, and the process that runs `init`.

Facts: erl_init.c (`erl_first_process_otp`, `load_preloaded`) and erl_init.erl of OTP's erts.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Final

from enigma_ref.bifs.erlang_modules import preloaded
from enigma_ref.loader.cache import load_module_file
from enigma_ref.loader.errors import LoadError
from enigma_ref.machine.process import Process
from enigma_ref.otp import Release
from enigma_ref.runtime import system_processes
from enigma_ref.runtime.vm import VM
from enigma_ref.terms import Bitstring, Pid, atom, make_list

BINDIR_SINCE: Final = 25
"""Since then `init` is told where the runtime's programs are (not on 23)."""

START: Final = (atom("erl_init"), atom("start"), 2)


def boot_arguments(release: Release, arguments: Sequence[str], home: str | None) -> list[str]:
    """What `init` gets: where things lie, and then these arguments."""
    return [
        *("-root", str(release.root)),
        *(("-bindir", str(release.bindir)) if release.number >= BINDIR_SINCE else ()),
        *("-progname", "erl", "--"),
        *(() if home is None else ("-home", home)),
        *("--", *arguments),
    ]


def boot(vm: VM, release: Release, arguments: Sequence[str]) -> Process:
    """Begin to boot a system: the first process, which is `init`, is ready to run.

    `arguments` are its `boot_arguments`. Raises LoadError when the release lacks a module that
    the emulator brings along, or one of them is broken.
    """
    vm.code.library = release.ebin_dirs
    folder = release.preloaded_dir()
    for name in preloaded(vm.release):
        path = folder / f"{name}.beam"
        if not path.is_file():
            raise LoadError(name, f"is not in {folder}, where the runtime's own modules are")
        vm.install(load_module_file(path, vm.code.cache).as_preloaded())
    process = vm.new_process(Pid(vm.node, 0), vm.export(*START).code)
    words = make_list([Bitstring.of(os.fsencode(word)) for word in arguments])
    process.x = [atom(vm.settings.first_module), words]
    process.initial_call = START
    vm.system_processes[process] = atom("init")
    vm.scheduler.add(process)
    system_processes.start(vm, process)
    vm.ports.begin(process.pid)
    return process
