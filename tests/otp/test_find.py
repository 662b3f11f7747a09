from __future__ import annotations

from pathlib import Path

import pytest

from enigma_ref.otp import OtpNotFound, all_releases, find_release
from enigma_ref.otp.cache import Manifest, digests, root_in, shelf_of, write_manifest
from tests.otp.conftest import make_release, write_program


def put_in_cache(number: int, version: str, erts: str) -> Path:
    tree = shelf_of(number) / "tree-1"
    make_release(root_in(tree), number, version, erts)
    write_manifest(shelf_of(number), Manifest(number, version, str(tree), {}, digests(tree)))
    return root_in(tree)


def put_on_path(programs: Path, root: Path) -> None:
    (programs / "erl").symlink_to(root / "bin" / "erl")


def test_nothing_here_says_what_to_do(alone: Path) -> None:
    assert all_releases() == []
    with pytest.raises(OtpNotFound, match="enigma otp fetch"):
        find_release()


def test_order_is_option_environment_path_cache(
    alone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_in_cache(23, "23.2.6", "11.1.8")
    cached = put_in_cache(29, "29.1.2", "17.1.1")
    assert (find_release().root, find_release().origin) == (cached, "cache")
    on_path = make_release(tmp_path / "a", 25)
    put_on_path(alone, on_path)
    assert (find_release().root, find_release().origin) == (on_path, "path")
    assert find_release().launcher == alone / "erl"
    in_environment = make_release(tmp_path / "b", 27, "27.3.4", "15.2.7")
    monkeypatch.setenv("ENIGMA_OTP", str(in_environment))
    assert (find_release().root, find_release().origin) == (in_environment, "env")
    option = make_release(tmp_path / "c", 26, "26.0", "14.0")
    assert (find_release(str(option)).root, find_release(str(option)).origin) == (option, "option")
    assert [release.number for release in all_releases()] == [27, 25, 29, 23]


def test_numbers_and_versions(alone: Path, tmp_path: Path) -> None:
    put_on_path(alone, make_release(tmp_path / "a", 25, "25.2.3"))
    put_in_cache(27, "27.3.4.1", "15.2.7")
    assert find_release("27").number == 27
    assert find_release("27.3").number == 27
    assert find_release("25.2.3").number == 25
    for spec in ("2", "25.2.30", "27.3.4.1.0"):
        with pytest.raises(OtpNotFound, match=r"found: 25\.2\.3, 27\.3\.4\.1"):
            find_release(spec)


def test_missing_number_advises_a_fetch_only_where_one_works(alone: Path) -> None:
    with pytest.raises(OtpNotFound, match="enigma otp fetch 29"):
        find_release("29")
    with pytest.raises(OtpNotFound) as caught:
        find_release("28")
    assert "fetch" not in str(caught.value)
    with pytest.raises(OtpNotFound):
        find_release("9" * 5000)


def test_environment_may_name_a_number(
    alone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_on_path(alone, make_release(tmp_path / "a", 25))
    put_in_cache(27, "27.3.4.1", "15.2.7")
    monkeypatch.setenv("ENIGMA_OTP", "27")
    assert find_release().number == 27
    monkeypatch.setenv("ENIGMA_OTP", "23")
    with pytest.raises(OtpNotFound, match="ENIGMA_OTP=23"):
        find_release()


def test_bad_folder_in_environment_is_an_error_only_when_it_decides(
    alone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_on_path(alone, make_release(tmp_path / "a", 25))
    monkeypatch.setenv("ENIGMA_OTP", str(tmp_path / "nowhere"))
    with pytest.raises(OtpNotFound, match="nowhere"):
        find_release()
    assert [release.number for release in all_releases()] == [25]


@pytest.mark.parametrize("inside", ["", "lib/erlang", "usr/lib/erlang", "bin/erl"])
def test_a_path_may_be_a_root_a_folder_above_or_a_program(
    alone: Path, tmp_path: Path, inside: str
) -> None:
    given = tmp_path / "given"
    root = make_release(given if inside in ("", "bin/erl") else given / inside)
    spec = given / inside if inside == "bin/erl" else given
    release = find_release(str(spec))
    assert release.root == root
    assert release.launcher == (spec if inside == "bin/erl" else None)


def test_a_wrapper_is_asked_where_its_release_is(alone: Path, tmp_path: Path) -> None:
    root = make_release(tmp_path / "far" / "away", 27, "27.1", "15.1")
    write_program(alone / "erl", f"#!/bin/sh\necho starting\necho enigma:27:15.1:{root}\n")
    release = find_release()
    assert (release.root, release.launcher) == (root, alone / "erl")


def test_a_program_that_does_not_run_is_no_release(alone: Path) -> None:
    write_program(alone / "erl", "#!/bin/sh\necho broken; exit 1\n")
    assert all_releases() == []
    with pytest.raises(OtpNotFound, match="broken"):
        find_release(str(alone / "erl"))


def test_the_same_release_is_listed_once(
    alone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = make_release(tmp_path / "a")
    put_on_path(alone, root)
    monkeypatch.setenv("ENIGMA_OTP", str(root))
    assert [release.origin for release in all_releases()] == ["env"]
