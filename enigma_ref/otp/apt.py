"""Packages of any suite of Debian, without root and without touching the machine's own apt.

apt is told to keep its lists, its cache and its sources in a folder of ours; the mirror is the one
that the machine's own sources name, asked of apt at run time. apt checks the signatures of the
lists; each package is checked here against the digest in them, because `apt-get download` takes a
file of the right size for the right file.
"""

from __future__ import annotations

import hashlib
import platform
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from enigma_ref.otp.errors import OtpFetchError
from enigma_ref.otp.tools import need, run, run_reporting

Stanza = dict[str, str]
"""The fields of one package in apt's lists."""

_ARCHIVE_KEYS = (
    Path("/usr/share/keyrings/debian-archive-keyring.gpg"),
    Path("/usr/share/keyrings/debian-archive-keyring.pgp"),
)
_SUITES = ("stable", "oldstable", "testing", "unstable", "bullseye", "bookworm", "trixie", "sid")
_INDEX_URI = re.compile(r"'(?P<mirror>[^']+?)/+dists/(?P<suite>[^']+)/InRelease' ")
_SOURCES = """\
Types: deb{source}
URIs: {mirror}
Suites: {suite}
Components: main
Architectures: {architecture}
"""
# Hooks of the machine (an update's clean-up, a notification) are about its own lists, not ours.
_CONFIGURATION = """\
Dir::Etc::SourceList "{folder}/suite.sources";
Dir::Etc::SourceParts "/dev/null";
Dir::Etc::Preferences "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
Dir::State "{folder}/state";
Dir::State::Lists "{folder}/lists";
Dir::State::status "/dev/null";
Dir::Cache "{folder}/cache";
Dir::Cache::Archives "{folder}/cache/archives";
Dir::Log "{folder}/log";
APT::Sandbox::User "root";
APT::Update::Error-Mode "any";
Acquire::Languages "none";
Acquire::PDiffs "false";
Acquire::Retries "3";
Acquire::http::Timeout "30";
Acquire::https::Timeout "30";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
"""


def mirrors() -> list[str]:
    """List the mirrors of Debian that the machine's own apt sources name, likeliest first.

    Needs neither root nor lists that were fetched before. Raises `OtpFetchError` without apt.
    """
    # What `update` would ask for is known before anything was ever updated, in every format of
    # sources; `indextargets` tells nothing in a container whose lists were thrown away.
    asked = run([need("apt-get"), "--print-uris", "-o", "Dir::State::Lists=/dev/null", "update"])
    own = _codename()
    found: dict[str, int] = {}
    for match in _INDEX_URI.finditer(asked):
        mirror, suite = match["mirror"], match["suite"]
        if suite != own and suite not in _SUITES:
            continue
        if urlsplit(mirror).scheme in ("http", "https", "file", "mirror"):
            found.setdefault(mirror, 0 if suite == own else 1)
    return sorted(found, key=lambda mirror: found[mirror])


def _codename() -> str:
    try:
        return platform.freedesktop_os_release().get("VERSION_CODENAME", "")
    except OSError:
        return ""


@dataclass(frozen=True, slots=True)
class Suite:
    """One suite of one mirror, with lists and downloads in `folder`.

    `keep_open` are file descriptors that every apt inherits.
    """

    folder: Path
    mirror: str
    name: str
    keep_open: tuple[int, ...] = ()

    def update(self, report: Callable[[float], None], *, source: bool = False) -> None:
        """Fetch the lists of packages, of source packages too if asked.

        Raises `OtpFetchError` when the mirror does not serve the suite, or has no valid signature.
        """
        if '"' in str(self.folder) or "\n" in str(self.folder):
            raise OtpFetchError(f"apt cannot work in a folder of this name: {self.folder}")
        for part in ("state", "lists/partial", "cache/archives/partial", "log"):
            (self.folder / part).mkdir(parents=True, exist_ok=True)
        architecture = run([need("dpkg"), "--print-architecture"]).strip()
        sources = _SOURCES.format(
            source=" deb-src" if source else "",
            mirror=self.mirror,
            suite=self.name,
            architecture=architecture,
        )
        keys = next((file for file in _ARCHIVE_KEYS if file.is_file()), None)
        if keys is not None:
            sources += f"Signed-By: {keys}\n"
        (self.folder / "suite.sources").write_text(sources, encoding="utf-8")
        (self.folder / "apt.conf").write_text(
            _CONFIGURATION.format(folder=self.folder), encoding="utf-8"
        )
        run_reporting(
            self._apt("apt-get", "update"), report, folder=self.folder, keep_open=self.keep_open
        )

    def show(self, packages: Iterable[str]) -> dict[str, Stanza]:
        """Look packages up in the lists; one that is not there is left out."""
        names = sorted(packages)
        if not names:
            return {}
        # 100: some of them are not there.
        text = run(
            self._apt("apt-cache", "show", "--no-all-versions", *names),
            keep_open=self.keep_open,
            answers=(0, 100),
        )
        return {stanza["Package"]: stanza for stanza in _stanzas(text) if "Package" in stanza}

    def show_sources(self, package: str) -> list[Stanza]:
        """Look a source package up in the lists, in all versions that are there."""
        text = run(
            self._apt("apt-cache", "showsrc", "--only-source", package),
            keep_open=self.keep_open,
            answers=(0, 100),
        )
        return [stanza for stanza in _stanzas(text) if "Version" in stanza]

    def download(
        self, packages: Sequence[Stanza], into: Path, report: Callable[[float], None]
    ) -> list[Path]:
        """Download packages into a folder and return their files, in the same order.

        What a download before this one left in the folder is used if its digest is right. Raises
        `OtpFetchError`, also when a file is not what the lists say.
        """
        into.mkdir(parents=True, exist_ok=True)
        for _ in range(2):
            wanted = [f"{stanza['Package']}={stanza['Version']}" for stanza in packages]
            run_reporting(
                self._apt("apt-get", "download", *wanted),
                report,
                folder=into,
                keep_open=self.keep_open,
            )
            files = [_file_of(stanza, into) for stanza in packages]
            wrong = [
                file
                for file, stanza in zip(files, packages, strict=True)
                if not _is_file(file, stanza["SHA256"])
            ]
            if not wrong:
                return files
            for file in wrong:
                file.unlink(missing_ok=True)
        raise OtpFetchError(f"{wrong[0].name} is not what its list promises; try again")

    def download_source(
        self, stanza: Stanza, into: Path, report: Callable[[float], None]
    ) -> list[Path]:
        """Download a source package, packed as it is, and return its files.

        Raises `OtpFetchError`, also when a file is not what the lists say.
        """
        into.mkdir(parents=True, exist_ok=True)
        run_reporting(
            self._apt(
                "apt-get",
                "source",
                "--download-only",
                "--only-source",
                f"{stanza['Package']}={stanza['Version']}",
            ),
            report,
            folder=into,
            keep_open=self.keep_open,
        )
        files: list[Path] = []
        for line in stanza.get("Checksums-Sha256", "").splitlines():
            if len(words := line.split()) == 3:
                files.append(into / words[2])
                if not _is_file(files[-1], words[0]):
                    files[-1].unlink(missing_ok=True)
                    raise OtpFetchError(f"{words[2]} is not what its list promises; try again")
        return files

    def _apt(self, program: str, *words: str) -> list[str]:
        # A file named on the command line is read after the machine's own, and so wins.
        return [need(program), "-q", "-c", str(self.folder / "apt.conf"), *words]


def open_suite(
    what: str,
    folder: Path,
    names: Sequence[str],
    wanted: Callable[[Suite], bool],
    report: Callable[[float], None],
    *,
    source: bool = False,
    keep_open: tuple[int, ...] = (),
) -> Suite:
    """Return the first suite, of the machine's mirrors and of `names`, that holds what is `wanted`.

    Raises `OtpFetchError`, which says of each suite why `what` does not come from it.
    """
    places = mirrors()
    if not places:
        raise OtpFetchError(
            f"{what} cannot be fetched: the apt sources of this machine name no mirror of Debian; "
            "install Erlang/OTP yourself and name its folder in ENIGMA_OTP"
        )
    reasons: dict[str, None] = {}
    for name in names:
        for mirror in places:
            suite = Suite(folder, mirror, name, keep_open)
            try:
                suite.update(report, source=source)
            except OtpFetchError as problem:
                reasons[f"no suite {name} ({problem})"] = None
                continue
            if wanted(suite):
                return suite
            reasons[f"suite {name} does not hold it for this kind of machine"] = None
    raise OtpFetchError(f"{what} cannot be fetched: {'; '.join(reasons)}")


def libraries(stanza: Stanza) -> set[str]:
    """Name the packages of shared libraries that a package says it needs."""
    needed = f"{stanza.get('Depends', '')},{stanza.get('Pre-Depends', '')}"
    # The first of several alternatives is the one that the package was built with.
    names = (clause.split("|")[0].split("(")[0].strip() for clause in needed.split(","))
    plain = (name.partition(":")[0] for name in names)
    return {name for name in plain if name.startswith(("lib", "zlib"))}


def _stanzas(text: str) -> list[Stanza]:
    return [_stanza(block) for block in text.split("\n\n")]


def _stanza(block: str) -> Stanza:
    fields: Stanza = {}
    name = ""
    for line in block.splitlines():
        if line.startswith((" ", "\t")) and name:
            fields[name] += "\n" + line.strip()
        elif ":" in line:
            name, _, value = line.partition(":")
            fields[name] = value.strip()
    return fields


def _file_of(stanza: Stanza, folder: Path) -> Path:
    """Name the file that apt makes of a package: a colon in its version is written %3a."""
    version = stanza["Version"].replace(":", "%3a")
    return folder / f"{stanza['Package']}_{version}_{stanza['Architecture']}.deb"


def _is_file(file: Path, digest: str) -> bool:
    try:
        with file.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest() == digest
    except FileNotFoundError:
        return False
