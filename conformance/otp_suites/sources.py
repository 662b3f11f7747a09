"""The suites: where their source is, and a folder with all of an application's, compiled."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from filelock import FileLock

from conformance import paths
from conformance.releases import installations
from enigma_ref.loader.chunks import last_of_each, read_chunks
from enigma_ref.loader.errors import Malformed
from enigma_ref.loader.tables import read_atoms, read_triples
from enigma_ref.otp import OtpNotFound, Release

OTP: Final = (23, 25, 27)
"""The releases whose source is to be had."""

APPLICATIONS: Final[Mapping[str, str]] = {
    "emulator": "erts/emulator/test",
    "stdlib": "lib/stdlib/test",
    "kernel": "lib/kernel/test",
    "compiler": "lib/compiler/test",
}
"""Where the suites of each application are in OTP's source."""

TOOLS: Final = "lib/common_test/test_server"
"""Modules that suites name as hooks of common_test."""

HOOK_MODULES: Final = ("ts_install_cth", "ts_lib")

NEEDED: Final = ("common_test", "compiler", "os_mon", "runtime_tools", "tools")
"""What must be installed of a release so that its suites can run."""

PROGRAMS: Final = Path(__file__).parent / "programs"
"""Our own modules, which run a suite and tell what comes out."""

OPTIONS: Final = ("+debug_info", "-W0")

SIGNALLED: Final = 128
"""A shell adds the number of a signal that ended its program to this, for its own status."""


class SuitesError(Exception):
    """The suites cannot be run; the text says why."""


@dataclass(frozen=True)
class Folder:
    """An application's test folder with modules compiled beside their source. `digest` names the
    content, `failed` tells what the compiler said about modules that do not compile."""

    application: str
    path: Path
    digest: str
    failed: Mapping[str, str]

    @property
    def failed_suites(self) -> dict[str, str]:
        """The suites that do not compile, with the first line of what the compiler said."""
        return {
            name: (said.splitlines() or [""])[0]
            for name, said in self.failed.items()
            if _is_suite(name)
        }

    @property
    def suites(self) -> list[str]:
        """The suites, compiled or not yet; without those that do not compile."""
        files = [*self.path.glob("*_SUITE.erl"), *self.path.glob("*_SUITE.core")]
        return sorted({file.stem for file in files} - self.failed.keys())


def folder_of_suites() -> Path:
    """Where everything about suites is kept."""
    return paths.build_folder() / "otp-suites"


def find_release(otp: int) -> Release:
    """An installation that has what running suites takes. Raises OtpNotFound."""
    for release in installations(otp):
        if not missing_applications(release):
            return release
    raise OtpNotFound(
        f"no Erlang/OTP {otp} here has {', '.join(NEEDED)}; get one with: enigma otp fetch {otp}"
    )


def missing_applications(release: Release) -> list[str]:
    """What running suites takes and the release does not have."""
    here = {folder.parent.name.partition("-")[0] for folder in release.ebin_dirs()}
    return [name for name in NEEDED if name not in here]


def compiled(
    release: Release, source: Path, application: str, suites: Collection[str] | None = None
) -> Folder:
    """The test folder of an application with all suites, or some, compiled by the release; kept by
    content.

    `source` is a tree of OTP's source. With the suites come all other modules of the folder, and
    those that they call in the test folder of another application. Raises SuitesError.
    """
    folder = source / APPLICATIONS[application]
    if not folder.is_dir():
        raise SuitesError(f"there is no {APPLICATIONS[application]} in {source}")
    others = _helpers(source, [name for name in APPLICATIONS if name != application])
    digest = _digest([release.version, *OPTIONS], [folder, *others.values()])
    target = folder_of_suites() / "compiled" / f"{release.version}-{application}-{digest}"
    test = target / "test"
    with _lock_of(target):
        _fill(target, lambda place: shutil.copytree(folder, place / "test"))
        record = target / "failed.json"
        failed = _read_failed(record)
        own = {
            file.stem: file for kind in ("erl", "core") for file in sorted(test.glob(f"*.{kind}"))
        }
        wanted = {name for name in own if suites is None or name in suites}
        if wanted:
            wanted |= {name for name in own if not _is_suite(name)}
        includes = [source / "lib", *(source / f"lib/{name}/src" for name in ("kernel", "stdlib"))]
        while missing := sorted(wanted - failed.keys() - _modules(test)):
            for name in missing:
                if name not in own:
                    own[name] = test / f"{name}.erl"
                    shutil.copyfile(others[name], own[name])
            files = [Path(own[name].name) for name in missing]
            failed |= compile_files(release, files, test, includes, inside=test)
            draft = record.with_suffix(".new")
            draft.write_text(json.dumps(failed, indent=1, ensure_ascii=False), encoding="utf-8")
            draft.replace(record)
            wanted |= _called(test, wanted) & (own.keys() | others.keys())
    return Folder(application, test, digest, failed)


def _read_failed(record: Path) -> dict[str, str]:
    try:
        failed: dict[str, str] = json.loads(record.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError as problem:
        raise SuitesError(
            f"{record}: it cannot be read ({problem}); remove it, and it is made again"
        ) from problem
    return failed


def _helpers(source: Path, applications: Iterable[str]) -> dict[str, Path]:
    """The modules in test folders that are no suites."""
    return {
        file.stem: file
        for name in applications
        for file in sorted((source / APPLICATIONS[name]).glob("*.erl"))
        if not _is_suite(file.stem)
    }


def _is_suite(module: str) -> bool:
    return module.endswith("_SUITE")


def compiled_tools(release: Release, source: Path | None) -> Path:
    """A folder with our own modules, and from a tree of OTP's source the hooks that suites name,
    compiled by the release. Raises SuitesError."""
    files = sorted(PROGRAMS.glob("*.erl"))
    hooks = [source / TOOLS / f"{name}.erl" for name in HOOK_MODULES] if source else []
    digest = _digest([release.version], [*files, *hooks])
    target = folder_of_suites() / "compiled" / f"{release.version}-tools-{digest}"

    def make(place: Path) -> None:
        failed = compile_files(release, [*files, *hooks], place, [hook.parent for hook in hooks])
        if failed:
            raise SuitesError("; ".join(failed.values()))

    with _lock_of(target):
        _fill(target, make)
    return target


def _lock_of(target: Path) -> FileLock:
    """What somebody holds who puts something into a folder of modules: another run may be at it,
    and two compilers at the same file stumble over each other."""
    target.parent.mkdir(parents=True, exist_ok=True)
    return FileLock(f"{target}.lock")


def _fill(target: Path, make: Callable[[Path], object]) -> None:
    """Let somebody fill a folder, unless that was done. It is made in its place, since modules
    know where they were compiled; a file tells that it is whole."""
    whole = target / "whole"
    if whole.is_file():
        return
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    make(target)
    whole.touch()


def compile_files(
    release: Release,
    files: Sequence[Path],
    target: Path,
    includes: Iterable[Path],
    inside: Path | None = None,
) -> dict[str, str]:
    """Compile with the release's `erlc`; what it says of each file that does not compile, by the
    name of the module. Raises SuitesError when it was killed, which tells nothing about a file."""
    failed: dict[str, str] = {}
    todo = list(files)
    options = [*OPTIONS, *(word for folder in includes for word in ("-I", str(folder)))]
    while todo:
        core = todo[0].suffix == ".core"
        batch = [file for file in todo if (file.suffix == ".core") == core]
        words = [*options, *(("+from_core",) if core else ()), "-o", str(target)]
        command, environment = release.erlc_command([*words, *map(str, batch)])
        # As OTP's own makefiles do: a function of the language that some suites are about.
        environment["ERL_FLAGS"] = "-enable-feature maybe_expr"
        done = subprocess.run(
            command, env=environment, cwd=inside or target, capture_output=True, check=False
        )
        if done.returncode < 0 or done.returncode > SIGNALLED:
            number = done.returncode % SIGNALLED if done.returncode > 0 else -done.returncode
            raise SuitesError(
                f"erlc was ended by signal {number} while it compiled "
                f"{', '.join(file.name for file in batch[:3])}{' and more' * (len(batch) > 3)}; "
                "the same command goes on from here"
            )
        missing = [file for file in batch if not (target / f"{file.stem}.beam").is_file()]
        if missing:
            # The compiler stops at the first file that it cannot compile.
            said = (done.stdout + done.stderr).decode("utf-8", "replace").strip()
            failed[missing[0].stem] = said[-2000:] or f"erlc ended with {done.returncode}"
            todo = [file for file in todo if file not in batch] + missing[1:]
        else:
            todo = [file for file in todo if file not in batch]
    return failed


def _modules(folder: Path) -> set[str]:
    return {file.stem for file in folder.glob("*.beam")}


def _called(folder: Path, modules: Iterable[str]) -> set[str]:
    """The modules that some in a folder call."""
    return set().union(*(imported_modules(folder / f"{name}.beam") for name in modules))


def imported_modules(file: Path) -> set[str]:
    """The modules whose functions a module file calls."""
    try:
        chunks = last_of_each(read_chunks(file.read_bytes()))
        atoms = read_atoms(chunks["AtU8"], "utf-8")
        return {atoms[module - 1] for module, _, _ in read_triples(chunks["ImpT"])}
    except (OSError, Malformed, KeyError, IndexError):
        return set()


def _digest(words: Iterable[str], roots: Iterable[Path]) -> str:
    digest = hashlib.sha256("\0".join(words).encode())
    for root in roots:
        files = [root] if root.is_file() else sorted(root.rglob("*"))
        for file in files:
            if file.is_file():
                name = file.relative_to(root.parent).as_posix()
                digest.update(os.fsencode(name) + b"\0")
                digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:12]
