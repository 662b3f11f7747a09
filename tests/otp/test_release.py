from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from enigma_ref.otp import OtpError, OtpNotFound
from enigma_ref.otp.check import check_runs, check_works
from enigma_ref.otp.release import read_release
from tests.otp.conftest import make_release, write_program


def test_reads_number_version_and_folders(tmp_path: Path) -> None:
    root = make_release(tmp_path / "erlang")
    release = read_release(root, "option")
    assert (release.number, release.version) == (25, "25.2.3")
    assert release.root == root
    assert release.bindir == root / "erts-13.1.5" / "bin"
    assert release.origin == "option"


def test_patched_version_loses_its_stars(tmp_path: Path) -> None:
    root = make_release(tmp_path)
    (root / "releases" / "25" / "OTP_VERSION").write_text("25.3.1**\n")
    assert read_release(root, "option").version == "25.3.1"


def test_without_version_file_the_number_is_the_version(tmp_path: Path) -> None:
    root = make_release(tmp_path)
    (root / "releases" / "25" / "OTP_VERSION").unlink()
    assert read_release(root, "option").version == "25"


def test_without_start_data_the_folders_tell(tmp_path: Path) -> None:
    root = make_release(tmp_path)
    make_release(root, 27, "27.3.4", "15.2.7")
    (root / "releases" / "start_erl.data").unlink()
    release = read_release(root, "option")
    assert (release.number, release.bindir.parent.name) == (27, "erts-15.2.7")


@pytest.mark.parametrize("text", ["", "13.1.5", "13.1.5 x", "9.9 25", "13.1.5 " + "9" * 5000])
def test_useless_start_data_is_not_believed(tmp_path: Path, text: str) -> None:
    root = make_release(tmp_path)
    (root / "releases" / "start_erl.data").write_text(text)
    assert read_release(root, "option").number == 25


def test_start_data_chooses_among_several_runtimes(tmp_path: Path) -> None:
    root = make_release(tmp_path, 27, "27.3.4", "15.2.7")
    make_release(root, 25, "25.2.3", "13.1.5")
    release = read_release(root, "option")
    assert (release.number, release.bindir.parent.name) == (25, "erts-13.1.5")
    assert release.ebin_dirs()[-1] == root / "lib" / "erts-13.1.5" / "ebin"


def test_no_release_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(OtpNotFound, match="erts-"):
        read_release(tmp_path, "option")
    write_program(tmp_path / "erts-1" / "bin" / "erlexec", "")
    with pytest.raises(OtpNotFound, match="releases/"):
        read_release(tmp_path, "option")


def test_ebin_dirs_order_and_newest_application(tmp_path: Path) -> None:
    root = make_release(tmp_path)
    for name in ("stdlib-4.10", "stdlib-4.9", "plain"):
        (root / "lib" / name / "ebin").mkdir(parents=True)
    names = [folder.parent.name for folder in read_release(root, "option").ebin_dirs()]
    assert names == ["kernel-8.5.3", "stdlib-4.10", "compiler-8.2.3", "plain", "erts-13.1.5"]


def test_erl_command_without_launcher_brings_its_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROOTDIR", "/another/one")
    monkeypatch.setenv("KEPT", "yes")
    root = make_release(tmp_path)
    argv, environment = read_release(root, "option").erl_command(["-noshell"])
    assert argv == [str(root / "erts-13.1.5/bin/erlexec"), "-noshell"]
    assert environment["ROOTDIR"] == str(root)
    assert environment["BINDIR"] == str(root / "erts-13.1.5/bin")
    assert environment["EMU"] == "beam"
    assert environment["KEPT"] == "yes"


def test_commands_with_launcher_use_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BINDIR", raising=False)
    root = make_release(tmp_path)
    release = read_release(root, "path", root / "bin" / "erl")
    argv, environment = release.erl_command(["-x"])
    assert argv == [str(root / "bin/erl"), "-x"]
    assert "BINDIR" not in environment
    assert release.erlc_command(["a.erl"])[0] == [str(root / "bin/erlc"), "a.erl"]


def test_erlc_runs_the_emulator_of_its_release(tmp_path: Path) -> None:
    root = make_release(tmp_path)
    argv, environment = read_release(root, "option").erlc_command(["a.erl"])
    said = subprocess.run(argv, env=environment, capture_output=True, text=True, check=True).stdout
    assert said == f"erlc {root}/erts-13.1.5/bin/erlexec a.erl\n"


def test_release_without_compiler_has_no_erlc(tmp_path: Path) -> None:
    root = make_release(tmp_path)
    (root / "bin" / "erlc").unlink()
    with pytest.raises(OtpNotFound, match="no erlc"):
        read_release(root, "option").erlc_command()


def test_check_asks_the_emulator(tmp_path: Path) -> None:
    release = read_release(make_release(tmp_path), "option")
    check_runs(release)
    check_works(release)
    write_program(release.bindir / "erlexec", "#!/bin/sh\necho enigma:24:12.0:$ROOTDIR\n")
    with pytest.raises(OtpError, match="24 runs"):
        check_runs(release)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("#!/bin/sh\necho 'no GLIBC_9' >&2; exit 1\n", "no GLIBC_9"),
        ("#!/bin/sh\nexit 3\n", "exit status 3"),
        ("#!/no/such/interpreter\n", "does not run"),
        ("#!/bin/sh\nwhile :; do :; done\n", "no answer"),
    ],
)
def test_check_says_why_it_does_not_run(tmp_path: Path, text: str, message: str) -> None:
    release = read_release(make_release(tmp_path), "option")
    write_program(release.bindir / "erlexec", text)
    with pytest.raises(OtpError, match=message):
        check_runs(release, seconds=1)
