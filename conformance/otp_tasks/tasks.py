"""The tasks: what is run, what it needs of a release, and what of it varies from run to run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from conformance import paths
from enigma_ref.otp import Release

PROGRAMS: Final = paths.PACKAGE / "otp_tasks" / "programs"
"""A folder for each task: modules, and in `data/` what they find in the folder they run in."""

ERLC: Final = "erlc"
"""The task that compiles modules of stdlib; each module counts by itself."""

SAMPLE: Final = (
    "dets_sup", "digraph_utils", "erl_anno", "erl_bits", "error_logger_file_h", "log_mf_h",
    "math", "orddict", "ordsets", "random",
)  # fmt: skip
"""The modules of stdlib that are compiled when nobody names others: small ones."""


@dataclass(frozen=True)
class Task:
    """What both sides do: run `enigma_NAME:main()`, or compile a module of stdlib.

    `applications` must be in the release. `files` are files of applications, as
    "stdlib/src/erl_parse.yrl", that are put into the folder of the task. `masks` name what varies
    (masks.py).
    """

    name: str
    about: str
    applications: tuple[str, ...]
    files: tuple[str, ...] = ()
    masks: tuple[str, ...] = ()
    releases: tuple[int, ...] = ()
    module: str = ""

    @property
    def label(self) -> str:
        """The name in tables and results."""
        return f"{self.name} {self.module}".rstrip()

    @property
    def programs(self) -> Path:
        """The folder with the modules of the task."""
        return PROGRAMS / self.name

    @property
    def start(self) -> str:
        """The module whose `main/0` does the task."""
        return f"enigma_{self.name}"


TASKS: Final = (
    Task(
        "sasl",
        "reports of crashing supervisors, boot scripts, upgrades, the report browser",
        ("sasl",),
        masks=("identities", "dates", "use"),
    ),
    Task(
        "inets",
        "addresses, answers of HTTP in pieces, headers, cookies, types of files",
        ("inets",),
    ),
    Task(
        "xmerl",
        "documents with DTD and namespaces, schemas, paths, events, exports",
        ("xmerl",),
    ),
    Task(
        "asn1",
        "grammars compiled for BER, PER, UPER and JER, and what is generated used",
        ("asn1", "compiler"),
        files=("eldap/asn1/ELDAPv3.asn1",),
    ),
    Task(
        "syntax_tools",
        "code read with its remarks, analysed, changed, printed; templates of merl",
        ("syntax_tools", "compiler"),
        files=("stdlib/src/ordsets.erl",),
    ),
    Task(
        "parsetools",
        "scanners and parsers for sums and JSON, made, compiled and used",
        ("parsetools", "compiler"),
    ),
    Task(
        "yecc",
        "the parser of Erlang made from its grammar, compiled, and used",
        ("parsetools", "compiler"),
        files=("stdlib/src/erl_parse.yrl", "stdlib/src/ordsets.erl"),
    ),
    Task(
        "eunit",
        "tests that pass, fail, take too long; fixtures and generators; files for other tools",
        ("eunit",),
        masks=("durations",),
    ),
    Task(
        "edoc",
        "pages and chunks from the remarks in modules",
        ("edoc", "syntax_tools", "xmerl"),
        files=("syntax_tools/src/prettypr.erl",),
        masks=("dates",),
    ),
)
"""All tasks but those of the compiler."""


def compile_tasks(modules: Sequence[str]) -> list[Task]:
    """A task for each module of stdlib."""
    return [Task(ERLC, "stdlib's source compiled", ("compiler",), module=name) for name in modules]


def application_folder(release: Release, application: str) -> Path | None:
    """The folder of an application, in the version that counts; None when it is not there."""
    for ebin in release.ebin_dirs():
        if ebin.parent.name.partition("-")[0] == application:
            return ebin.parent
    return None


def missing(task: Task, release: Release) -> list[str]:
    """What the task needs and the release does not have."""
    wanting = [name for name in task.applications if application_folder(release, name) is None]
    for file in (*task.files, *([stdlib_source(task.module)] if task.module else ())):
        if installed_file(release, file) is None:
            wanting.append(file)
    return wanting


def stdlib_source(module: str) -> str:
    """Where the source of a module of stdlib is, below the applications."""
    return f"stdlib/src/{module}.erl"


def installed_file(release: Release, file: str) -> Path | None:
    """A file of an application, as "stdlib/src/lists.erl"; None when it is not there."""
    application, _, rest = file.partition("/")
    # The source of an application may be there without its code.
    folder = application_folder(release, application)
    folders = [folder] if folder else sorted(release.root.glob(f"lib/{application}-[0-9]*"))
    return next((path for one in folders if (path := one / rest).is_file()), None)


def stdlib_modules(release: Release) -> list[str]:
    """All modules of stdlib whose source is there."""
    folder = application_folder(release, "stdlib")
    return [] if folder is None else sorted(path.stem for path in folder.glob("src/*.erl"))
