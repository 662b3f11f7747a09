"""What a case needs that a single system in a bare sandbox does not have, found by rule in the
abstract code of its suite, from the functions that run for the case."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from conformance.otp_suites.calls import Body, Calls, Function
from conformance.otp_suites.verdicts import PASSES, Case, Result

PEER: Final = "a peer node"
DISTRIBUTION: Final = "distribution"
C_CODE: Final = "C code"
MACHINE: Final = "another machine"
NEEDS: Final = (PEER, DISTRIBUTION, C_CODE, MACHINE)

PEER_CALLS: Final[Mapping[str, tuple[str, ...]]] = {
    "test_server": ("start_node", "start_peer"),
    "peer": ("start", "start_link"),
    "slave": ("start", "start_link"),
    "ct_slave": ("start",),
    "pool": ("start",),
}
"""Functions that start another node, by module."""

DISTRIBUTION_CALLS: Final[Mapping[str, tuple[str, ...]]] = {
    "net_kernel": ("start", "stop", "connect_node", "monitor_nodes"),
    "erl_epmd": ("register_node", "start", "start_link"),
}

NATIVE_CALLS: Final[Mapping[str, tuple[str, ...]]] = {
    "erlang": ("load_nif",),
    "erl_ddll": ("load", "load_driver", "try_load", "reload", "reload_driver"),
    "erl_nif": ("load",),
}

PROGRAM_CALLS: Final[Mapping[str, tuple[str, ...]]] = {
    "erlang": ("open_port",),
    "os": ("cmd",),
}
"""Functions that start a program, which may be one whose C source is beside the suite."""

HERE: Final = Path(__file__).parent
DATA_DIR: Final = "data_dir"
REMOTE_HOST: Final = re.compile(r"test_host_\w+|ts_net_dir")

NOT_DISTRIBUTED: Final = re.compile(
    r"\bnot_?alive\b|\bnodistribution\b|[Nn]ot distributed|distribution is not|not running distrib"
)
"""What suites and OTP say when the node has no name."""


def digest_of_rules() -> str:
    """What is found belongs to: a digest of the modules that find it."""
    rules = b"".join((HERE / name).read_bytes() for name in ("calls.py", "needs.py"))
    return hashlib.sha256(rules).hexdigest()[:12]


class Needs:
    """The needs of the cases of one application's suites; kept in a file beside their folder.
    `known` are needs, by suite and case, for which no code has to be looked at."""

    def __init__(
        self, folder: Path, known: Mapping[tuple[str, Case], list[str]] = MappingProxyType({})
    ) -> None:
        self.folder = folder
        self.calls = Calls(folder)
        self.file = folder.parent / f"needs-{digest_of_rules()}.json"
        self.kept = {_key(suite, case): needs for (suite, case), needs in known.items()}
        self.is_changed = False
        if self.file.is_file():
            self.kept |= json.loads(self.file.read_text(encoding="utf-8"))

    def of(self, suite: str, case: Case, on_erl: Result | None = None) -> list[str]:
        """What a case needs, in the order of NEEDS. `on_erl` is what came of it there: its reason
        may say that it wants distribution."""
        key = _key(suite, case)
        found = set(self.kept.get(key, ()))
        # Nothing is known of a suite that has not been compiled yet.
        if key not in self.kept and self.calls.functions(suite) is not None:
            found = self._in_code(suite, case)
            self.kept[key] = sorted(found)
            self.is_changed = True
        if on_erl and on_erl.verdict != PASSES and NOT_DISTRIBUTED.search(on_erl.reason):
            found.add(DISTRIBUTION)
        return [need for need in NEEDS if need in found]

    def keep(self) -> None:
        """Write what was found, for the next time."""
        if self.is_changed:
            draft = self.file.with_suffix(".new")
            draft.write_text(json.dumps(self.kept, indent=0), encoding="utf-8")
            draft.replace(self.file)

    def _in_code(self, suite: str, case: Case) -> set[str]:
        bodies = list(self.calls.reachable(self._roots(suite, case)))
        calls: set[Function] = set().union(*(body.calls for body in bodies))
        atoms: set[str] = set().union(*(body.atoms for body in bodies))
        found: set[str] = set()
        if _any(calls, PEER_CALLS):
            found.add(PEER)
        if _any(calls, DISTRIBUTION_CALLS):
            found.add(DISTRIBUTION)
        loads = _any(calls, NATIVE_CALLS) or (_any(calls, PROGRAM_CALLS) and DATA_DIR in atoms)
        if loads and self._has_c_sources(suite):
            found.add(C_CODE)
        if any(REMOTE_HOST.fullmatch(name) for name in atoms):
            found.add(MACHINE)
        return found

    def _roots(self, suite: str, case: Case) -> Iterable[Body]:
        clauses = self.calls.clauses
        yield from clauses((suite, case.name, 1))
        yield from clauses((suite, "init_per_testcase", 2), case.name)
        yield from clauses((suite, "init_per_suite", 1))
        for group in case.path:
            yield from clauses((suite, "init_per_group", 2), group)

    def _has_c_sources(self, suite: str) -> bool:
        data = self.folder / f"{suite}_data"
        return any(data.rglob("*.c")) or any(data.rglob("*.cc"))


def _key(suite: str, case: Case) -> str:
    return f"{suite}:{case.label}"


def _any(calls: Iterable[Function], wanted: Mapping[str, tuple[str, ...]]) -> bool:
    return any(name in wanted.get(module, ()) for module, name, _ in calls)
