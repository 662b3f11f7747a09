"""Fake releases and a fake apt, so that nothing here needs Erlang/OTP or a network."""

from __future__ import annotations

import hashlib
import io
import json
import os
import stat
import sys
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

# What the fake emulator prints is what `enigma_ref.otp.check` asks a real one for.
EMULATOR = '#!/bin/sh\necho "enigma:{number}:{erts}:$ROOTDIR"\n'
LOADER = "/lib64/ld-linux-x86-64.so.2"


def write_program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    return path


def release_files(number: int, version: str, erts: str) -> dict[str, str]:
    """The files of a small release, by their path below ROOTDIR."""
    return {
        "releases/start_erl.data": f"{erts} {number}\n",
        f"releases/{number}/OTP_VERSION": f"{version}\n",
        f"erts-{erts}/bin/erlexec": EMULATOR.format(number=number, erts=erts),
        f"erts-{erts}/bin/erl": "#!/bin/sh\nROOTDIR=/where/it/was/built\n",
        "bin/erl": "#!/bin/sh\nROOTDIR=/where/it/was/built\n",
        "bin/erlc": '#!/bin/sh\necho "erlc $ERLC_EMULATOR $*"\n',
        f"lib/erts-{erts}/ebin/init.beam": "",
        "lib/stdlib-4.2/ebin/lists.beam": "",
        "lib/kernel-8.5.3/ebin/code.beam": "",
        "lib/compiler-8.2.3/ebin/compile.beam": "",
        "lib/asn1-5.0/include/asn1.hrl": "",
    }


def make_release(
    root: Path, number: int = 25, version: str = "25.2.3", erts: str = "13.1.5"
) -> Path:
    for name, text in release_files(number, version, erts).items():
        write_program(root / name, text)
    return root


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No release in sight: an empty cache, no ENIGMA_OTP, a search path of one empty folder."""
    programs = tmp_path / "programs"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("ENIGMA_OTP", raising=False)
    return programs


FAKE_APT = """#!{python} -SE
import hashlib, json, os, sys, tarfile
state = {state!r}
repo = json.load(open(os.path.join(state, "repo.json")))
STATUS = b"dlstatus:1:50.0000:Retrieving\\nnonsense\\ndlstatus:1:100.0000:Retrieving\\n"
def tell():
    for word in words:
        if word.startswith("APT::Status-Fd="):
            os.write(int(word.split("=")[1]), STATUS)
def log(line):
    with open(os.path.join(state, "log"), "a") as file:
        file.write(line + "\\n")
words = sys.argv[1:]
if "--print-uris" in words:
    for mirror, suite in repo["sources"]:
        print(f"'{{mirror}}/dists/{{suite}}/InRelease' some_file 0 ")
    sys.exit(0)
configuration = words[words.index("-c") + 1]
sources = open(os.path.join(os.path.dirname(configuration), "suite.sources")).read()
fields = dict(line.split(": ", 1) for line in sources.splitlines())
here = repo["mirrors"].get(fields["URIs"], {{}}).get(fields["Suites"])
program = os.path.basename(sys.argv[0])
if "update" in words:
    names = [os.path.realpath("/proc/self/fd/" + fd) for fd in os.listdir("/proc/self/fd")]
    locked = any(os.path.basename(name) == "lock" for name in names)
    log("update " + fields["URIs"] + " " + fields["Suites"] + " locked" * locked)
    if here is None:
        print("E: The repository does not have a Release file.", file=sys.stderr)
        sys.exit(100)
    tell()
elif "show" in words:
    for name, package in here["packages"].items():
        if name in words:
            digest = hashlib.sha256(package["content"].encode()).hexdigest()
            print(f"Package: {{name}}\\nVersion: {{package['version']}}\\nArchitecture: amd64")
            print(f"Depends: {{package['depends']}}\\nDescription: one\\n two: three")
            print(f"SHA256: {{digest}}\\n")
elif "download" in words:
    tell()
    for word in words[words.index("download") + 1:]:
        name, version = word.split("=")
        package = here["packages"][name]
        assert package["version"] == version
        file = name + "_" + version.replace(":", "%3a") + "_amd64.deb"
        content = package.get("broken", package["content"])
        # As apt does, take a file of the right size for the right one.
        if os.path.exists(file) and os.path.getsize(file) == len(content):
            continue
        log("download " + name)
        open(file, "w").write(content)
elif "showsrc" in words:
    for source in here["sources"]:
        print(f"Package: erlang\\nVersion: {{source['version']}}\\nChecksums-Sha256:")
        print(f" {{source['digest']}} 1 {{source['file']}}\\n")
elif "source" in words:
    version = words[-1].split("=")[1]
    source = [s for s in here["sources"] if s["version"] == version][0]
    if source.get("absent"):
        print("E: Failed to fetch it  404  Not Found", file=sys.stderr)
        sys.exit(100)
    log("source " + version)
    content = open(os.path.join(state, source["file"]), "rb").read()
    open(source["file"], "wb").write(content)
"""

FAKE_DPKG = """#!{python} -SE
import json, os, sys
if sys.argv[1] == "--print-architecture":
    print("amd64")
else:
    for name, text in json.load(open(sys.argv[2])).items():
        path = os.path.join(sys.argv[3], name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(text.encode("latin-1"))
        os.chmod(path, 0o755)
"""

# A program is "too new" for the machine when it says so.
FAKE_LDD = """#!/bin/sh
read -r line < "$1"
case "$line" in *TOO-NEW*) echo "libc.so.6: version GLIBC_9 not found"; exit 1;; esac
"""

FAKE_PATCHELF = """#!/bin/sh
case "$1" in
--print-interpreter) echo {loader};;
*) echo "patchelf $*" >> {log};;
esac
"""


@dataclass
class FakeApt:
    """A mirror of packages; `state` holds what it serves, and a log of what was asked of it."""

    state: Path
    mirrors: dict[str, dict[str, Any]] = field(default_factory=dict)
    sources: list[tuple[str, str]] = field(default_factory=list)

    def save(self) -> None:
        (self.state / "repo.json").write_text(
            json.dumps({"mirrors": self.mirrors, "sources": self.sources}), encoding="utf-8"
        )

    def suite(self, mirror: str, name: str) -> dict[str, Any]:
        suites = self.mirrors.setdefault(mirror, {})
        found: dict[str, Any] = suites.setdefault(name, {"packages": {}, "sources": []})
        return found

    def add(
        self,
        mirror: str,
        suite: str,
        package: str,
        version: str,
        files: Mapping[str, str],
        depends: str = "",
    ) -> dict[str, Any]:
        entry = {"version": version, "depends": depends, "content": json.dumps(files)}
        self.suite(mirror, suite)["packages"][package] = entry
        return entry

    def log(self) -> list[str]:
        file = self.state / "log"
        return file.read_text(encoding="utf-8").splitlines() if file.exists() else []

    def add_source(self, mirror: str, suite: str, version: str, files: Mapping[str, str]) -> None:
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w:xz") as archive:
            for name, text in files.items():
                member = tarfile.TarInfo(f"otp-OTP/{name}")
                member.size = len(text.encode())
                archive.addfile(member, io.BytesIO(text.encode()))
        name = f"erlang_{version.partition(':')[2]}.orig.tar.xz"
        (self.state / name).write_bytes(packed.getvalue())
        self.suite(mirror, suite)["sources"].append(
            {
                "version": version,
                "file": name,
                "digest": hashlib.sha256(packed.getvalue()).hexdigest(),
            }
        )


@pytest.fixture
def apt(alone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeApt:
    """The programs of apt, dpkg and their like, as scripts on the search path."""
    from enigma_ref.otp import libraries
    from enigma_ref.otp.fetch import PACKAGES

    state = tmp_path / "apt"
    state.mkdir()
    for name in ("apt-get", "apt-cache"):
        write_program(alone / name, FAKE_APT.format(python=sys.executable, state=str(state)))
    write_program(alone / "dpkg", FAKE_DPKG.format(python=sys.executable))
    write_program(alone / "ldd", FAKE_LDD)
    patchelf = FAKE_PATCHELF.format(loader=LOADER, log=state / "log")
    write_program(alone / "patchelf", patchelf)
    monkeypatch.setattr(libraries, "_patchelf", lambda: str(alone / "patchelf"))
    # Which the machine of the tests may have or not.
    monkeypatch.delitem(libraries.OPENED, "libsctp.so.1")
    fake = FakeApt(state, sources=[("http://mirror.test/debian", "bookworm")])
    monkeypatch.setattr("enigma_ref.otp.apt._codename", lambda: "bookworm")
    for package in PACKAGES:
        files = {f"usr/share/doc/{package}/copyright": "whose", "usr/share/man/x": "how"}
        if package == "erlang-base":
            beam = "usr/lib/erlang/erts-13.1.5/bin/beam.smp"
            small = release_files(25, "25.2.3", "13.1.5").items()
            files |= {f"usr/lib/erlang/{name}": text for name, text in small}
            files[beam] = "\x7fELF fits\n"
        fake.add("http://mirror.test/debian", "bookworm", package, "1:25.2.3+dfsg-1", files)
    fake.save()
    return fake


@pytest.fixture(autouse=True)
def no_color(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "NO_COLOR", "1")
