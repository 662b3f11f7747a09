from __future__ import annotations

from pathlib import Path

import pytest

from enigma_ref.otp.apt import Suite, libraries, mirrors, open_suite
from enigma_ref.otp.errors import OtpFetchError
from enigma_ref.otp.tools import complaint, need, run
from tests.otp.conftest import FakeApt, write_program

MIRROR = "http://mirror.test/debian"


def silent(_done: float) -> None:
    pass


def test_mirrors_of_the_own_suite_come_first(apt: FakeApt) -> None:
    apt.sources = [
        ("http://security.test", "bookworm-security"),
        ("http://newer.test/debian", "sid"),
        ("http://others.test/apt", "nodistro"),
        ("cdrom:[disc]", "bookworm"),
        ("http://own.test/debian", "bookworm"),
        ("http://own.test/debian", "bookworm-updates"),
    ]
    apt.save()
    assert mirrors() == ["http://own.test/debian", "http://newer.test/debian"]


def test_no_apt_says_so(alone: Path) -> None:
    with pytest.raises(OtpFetchError, match="needs apt-get"):
        mirrors()


def test_lists_go_into_the_own_folder(apt: FakeApt, tmp_path: Path) -> None:
    done: list[float] = []
    suite = Suite(tmp_path / "work", MIRROR, "bookworm")
    suite.update(done.append, source=True)
    assert done == [0.5, 1.0]
    sources = (tmp_path / "work" / "suite.sources").read_text()
    assert sources.startswith(
        f"Types: deb deb-src\nURIs: {MIRROR}\nSuites: bookworm\nComponents: main\n"
        "Architectures: amd64\n"
    )
    configuration = (tmp_path / "work" / "apt.conf").read_text()
    assert f'Dir::State::Lists "{tmp_path}/work/lists";' in configuration
    assert "#clear APT::Update::Post-Invoke;" in configuration


def test_a_folder_that_would_break_the_configuration_is_refused(
    apt: FakeApt, tmp_path: Path
) -> None:
    with pytest.raises(OtpFetchError, match="folder of this name"):
        Suite(tmp_path / 'a"b', MIRROR, "bookworm").update(silent)


def test_show_leaves_out_what_is_not_there(apt: FakeApt, tmp_path: Path) -> None:
    suite = Suite(tmp_path / "work", MIRROR, "bookworm")
    suite.update(silent)
    found = suite.show(["erlang-base", "no-such-thing"])
    assert list(found) == ["erlang-base"]
    assert found["erlang-base"]["Version"] == "1:25.2.3+dfsg-1"
    assert found["erlang-base"]["Description"] == "one\ntwo: three"
    assert suite.show([]) == {}


def test_download_repeats_what_is_damaged(apt: FakeApt, tmp_path: Path) -> None:
    suite = Suite(tmp_path / "work", MIRROR, "bookworm")
    suite.update(silent)
    stanzas = list(suite.show(["erlang-base", "erlang-dev"]).values())
    into = tmp_path / "packages"
    files = suite.download(stanzas, into, silent)
    assert [file.name for file in files] == [
        "erlang-base_1%3a25.2.3+dfsg-1_amd64.deb",
        "erlang-dev_1%3a25.2.3+dfsg-1_amd64.deb",
    ]
    good = files[0].read_bytes()
    files[0].write_bytes(b"x" * len(good))
    suite.download(stanzas, into, silent)
    assert files[0].read_bytes() == good
    assert apt.log()[1:] == [
        "download erlang-base",
        "download erlang-dev",
        "download erlang-base",
    ]


def test_a_download_that_is_never_right_is_an_error(apt: FakeApt, tmp_path: Path) -> None:
    package = apt.suite(MIRROR, "bookworm")["packages"]["erlang-base"]
    package["broken"] = "x" * len(package["content"])
    apt.save()
    suite = Suite(tmp_path / "work", MIRROR, "bookworm")
    suite.update(silent)
    with pytest.raises(OtpFetchError, match=r"erlang-base.*promises"):
        suite.download(list(suite.show(["erlang-base"]).values()), tmp_path / "packages", silent)
    assert list((tmp_path / "packages").iterdir()) == []


def test_suites_and_mirrors_are_tried_in_order(apt: FakeApt, tmp_path: Path) -> None:
    apt.sources = [("http://one.test", "bookworm"), ("http://two.test", "bookworm")]
    apt.suite("http://one.test", "forky")
    apt.suite("http://two.test", "sid")
    apt.suite("http://two.test", "forky")
    apt.save()
    tried: list[tuple[str, str]] = []

    def wanted(suite: Suite) -> bool:
        tried.append((suite.name, suite.mirror))
        return suite.name == "forky" and suite.mirror == "http://two.test"

    suite = open_suite("it", tmp_path / "work", ("sid", "forky"), wanted, silent)
    assert (suite.name, suite.mirror) == ("forky", "http://two.test")
    assert tried == [
        ("sid", "http://two.test"),
        ("forky", "http://one.test"),
        ("forky", "http://two.test"),
    ]
    with pytest.raises(OtpFetchError) as caught:
        open_suite("it", tmp_path / "work", ("sid",), lambda suite: False, silent)
    assert "it cannot be fetched" in str(caught.value)
    assert "no Release file" not in str(caught.value)
    assert "does not have a Release file" in str(caught.value)
    assert "does not hold it" in str(caught.value)


def test_no_mirror_says_so(apt: FakeApt, tmp_path: Path) -> None:
    apt.sources = [("http://others.test/apt", "nodistro")]
    apt.save()
    with pytest.raises(OtpFetchError, match="no mirror"):
        open_suite("it", tmp_path, ("sid",), lambda suite: True, silent)


def test_libraries_of_a_package() -> None:
    depends = "procps, libc6 (>= 2.38), libx:any | liby, zlib1g (>= 1:1.2), systemd | libsystemd0"
    stanza = {"Depends": depends, "Pre-Depends": "libz (= 1)"}
    assert libraries(stanza) == {"libc6", "libx", "zlib1g", "libz"}
    assert libraries({}) == set()


def test_complaints() -> None:
    assert complaint("Reading\nW: slow\nE: no such thing\nE: more") == "no such thing"
    assert complaint("Reading\nW: slow") == "slow"
    assert complaint("tar: no space\ndpkg: failed") == "tar: no space"
    assert "without a word" in complaint("\n")


def test_programs_fail_with_their_complaint(alone: Path) -> None:
    program = write_program(alone / "program", "#!/bin/sh\necho out; echo E: bad >&2; exit $1\n")
    assert run([str(program), "0"]) == "out\n"
    assert run([str(program), "7"], answers=(7,)) == "out\n"
    with pytest.raises(OtpFetchError, match="program: bad"):
        run([str(program), "1"])
    with pytest.raises(OtpFetchError, match="cannot run"):
        run([str(alone / "absent")])
    assert need("program") == str(program)
