"""The native functions of prim_tty give what they give in `erl`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from conformance.releases import has_compiler, releases
from enigma_ref._generated.bifs import BIFS
from enigma_ref.otp import Release
from tests.otp.test_boot import OURS

PROBE = Path(__file__).with_name("prim_tty_probe.erl")
TYPED = "".join(f"line {number} ÄÖ\n" for number in range(200))
"""What is on standard input: more than is read at once."""

EVERYWHERE = r"""
[prim_tty:isatty(Stream) || Stream <- [stdin, stdout, stderr]]
prim_tty:isatty(other)
prim_tty:isatty(1)
prim_tty:sizeof_wchar()
[prim_tty:isprint(C) || C <- [0, 1, 9, 31, 32, 65, 126, 127, 128, 200, 255, 256, 321, -1, -191]]
prim_tty:isprint(1 bsl 31)
prim_tty:isprint(a)
[prim_tty:wcwidth(C) || C <- [0, 1, 9, 27, 32, 65, 127, 128, 173, 200, 768, 4352, 8203, 8205]]
[prim_tty:wcwidth(C) || C <- [20320, 65281, 55296, 128512, 917505, 1114111, 1114112, -1]]
prim_tty:wcwidth(1 bsl 31)
prim_tty:wcwidth(1.0)
[prim_tty:wcswidth(Text) || Text <- [<<>>, [], <<"ab">>, <<97:32/little, 98:32/little>>]]
prim_tty:wcswidth([<<97:32/little>>, [<<20320:32/little>>]])
prim_tty:wcswidth(<<97:32/little, 9:32/little>>)
prim_tty:wcswidth(<<97:32/little, 0:32, 98:32/little>>)
prim_tty:wcswidth(<<97:32/little, 98:24/little>>)
prim_tty:wcswidth(<<1:3>>)
prim_tty:wcswidth(a)
prim_tty:setlocale(none)
prim_tty:tty_encoding(none)
"""

WITH_ONE = r"""
prim_tty:tty_window_size(T)
prim_tty:tty_window_size(make_ref())
prim_tty:isatty(T)
prim_tty:write_nif(T, [<<"ab">>, <<"c">> | x])
prim_tty:write_nif(T, [<<"ab">>, x])
prim_tty:write_nif(T, <<"def">>)
prim_tty:write_nif(T, [])
prim_tty:write_nif(T, [<<>>])
prim_tty:write_nif(T, [<<>>, <<"x">>, <<>>])
prim_tty:write_nif(T, [<<1:3>>])
prim_tty:write_nif(T, [<<"hi", 1:3>>])
prim_tty:write_nif(T, [[<<"hi">>], <<"x">>])
prim_tty:write_nif(x, [<<"x">>])
R = make_ref(), ok
"""

ON_27 = r"""
{ok, T} = prim_tty:tty_create(), is_reference(T)
prim_tty:tty_init(T, stdout, #{canon => false, echo => false})
prim_tty:tty_init(T, stdin, #{})
prim_tty:tty_init(T, other, #{})
prim_tty:tty_init(T, stdout, [])
prim_tty:tty_set(T)
prim_tty:tty_set(x)
prim_tty:tty_select(x, R, R)
prim_tty:tty_select(T, S = make_ref(), R)
receive M1 -> {element(1, M1), element(2, M1) =:= T, element(3, M1) =:= R, element(4, M1)} end
prim_tty:read_nif(T, R)
receive M2 -> {element(1, M2), element(2, M2) =:= T, element(3, M2) =:= R, element(4, M2)} end
prim_tty:read_nif(T, R)
prim_tty:read_nif(T, R)
prim_tty:read_nif(T, R)
prim_tty:read_nif(x, R)
prim_tty:tty_read_signal(x, R)
prim_tty:tgetnum_nif(["co", 0])
prim_tty:tgetent_nif(x)
prim_tty:tgetent_nif([300])
prim_tty:tgetent_nif(["dumb", 0])
prim_tty:tgetstr_nif(["up", 0])
prim_tty:tgetent_nif(<<"xterm", 0, "xx">>)
[prim_tty:tgetnum_nif([N, 0]) || N <- ["cols", "co", "lines", "colors", "nosuch", "bw", ""]]
[prim_tty:tgetflag_nif([N, 0]) || N <- ["xn", "xenl", "am", "cols", "nosuch", "bw", ""]]
[prim_tty:tgetstr_nif([N, 0]) || N <- ["cup", "up", "cm", "", "clear", "vb", "IC", "ta", "u7"]]
prim_tty:tgetnum_nif(x)
prim_tty:tgetflag_nif([1000])
prim_tty:tgetstr_nif(x)
prim_tty:tgoto_nif(["\e[%i%p1%d;%p2%dH", 0])
prim_tty:tgoto_nif(["\e[%i%p1%d;%p2%dH", 0], 3)
prim_tty:tgoto_nif(["\e[%i%p1%d;%p2%dH", 0], 3, 4)
prim_tty:tgoto_nif(["\e[%i%d;%dH", 0], 3, 4)
prim_tty:tgoto_nif(["\e[C$<5>x", 0])
prim_tty:tgoto_nif([0], 1)
prim_tty:tgoto_nif(["\e[%p1%dC", 0], -3)
prim_tty:tgoto_nif(["\e[%p1%dC", 0], 1 bsl 31)
prim_tty:tgoto_nif(x, 1, 2)
prim_tty:tgoto_nif("\0", 1, 1.0)
"""

ON_29 = r"""
{ok, T} = prim_tty:tty_create(stdout), is_reference(T)
element(1, prim_tty:tty_create(stderr))
prim_tty:tty_create(stdin)
prim_tty:tty_init(T, #{input => raw, output => cooked})
prim_tty:tty_init(T, #{input => cooked, output => cooked})
prim_tty:tty_init(T, #{input => other})
prim_tty:tty_init(T, #{})
prim_tty:tty_init(T, [])
prim_tty:tty_init(x, #{input => cooked})
[prim_tty:tty_is_open(T, Stream) || Stream <- [stdin, stdout, stderr]]
prim_tty:tty_is_open(T, x)
prim_tty:tty_is_open(x, stdin)
prim_tty:tty_select(x, R)
prim_tty:tty_select(T, R)
receive M1 -> {element(1, M1), element(2, M1) =:= T, element(3, M1) =:= R, element(4, M1)} end
prim_tty:read_nif(T, R, 5)
receive M2 -> {element(1, M2), element(2, M2) =:= T, element(3, M2) =:= R, element(4, M2)} end
prim_tty:read_nif(T, R, 0)
prim_tty:read_nif(T, R, -1)
prim_tty:read_nif(T, R, a)
prim_tty:read_nif(T, R, 1 bsl 64)
prim_tty:read_nif(T, R, 1 bsl 20)
prim_tty:read_nif(T, R, 10)
prim_tty:read_nif(x, R, 1)
prim_tty:setupterm_nif()
[prim_tty:tigetnum_nif([N, 0]) || N <- ["cols", "co", "lines", "colors", "nosuch", "bw", ""]]
[prim_tty:tigetflag_nif([N, 0]) || N <- ["xn", "xenl", "am", "cols", "nosuch", "bw", ""]]
[prim_tty:tigetstr_nif([N, 0]) || N <- ["cup", "cuu1", "kcuu1", "clear", "flash", "ip"]]
prim_tty:tigetstr_nif(["up", 0])
prim_tty:tigetstr_nif(x)
prim_tty:tigetnum_nif(x)
prim_tty:tigetflag_nif([1000])
prim_tty:tputs_nif(<<"\e[%i%p1%d;%p2%dH", 0>>, [3, 4])
prim_tty:tputs_nif(<<"\e[%i%p1%d;%p2%dH", 0>>, [])
prim_tty:tputs_nif(<<"\e[%p1%d%p9%dH", 0>>, [1, 2, 3, 4, 5, 6, 7, 8, 9])
prim_tty:tputs_nif(<<"\e[%p1%dH", 0>>, [a])
prim_tty:tputs_nif(<<"\e[%p1%dH", 0>>, [1 | 2])
prim_tty:tputs_nif(<<"\e[%p1%dH", 0>>, [1 bsl 31])
prim_tty:tputs_nif(<<"\e[%p1%dH", 0>>, [1 bsl 64])
prim_tty:tputs_nif(<<"\e[%p1%dH", 0>>, [-5])
prim_tty:tputs_nif(<<"\e[?5h$<100/>\e[?5l", 0>>, [])
prim_tty:tputs_nif(<<0>>, [])
prim_tty:tputs_nif(<<"a", 0, "b">>, [])
prim_tty:tputs_nif(x, [])
maps:map(fun(_, Names) -> length(Names) end, prim_tty:tinfo_nif()) =:= #{bool => 44, num => 39, str => 414}
erlang:phash2(prim_tty:tinfo_nif())
"""


@pytest.fixture(scope="module", params=[27, 29])
def release(request: pytest.FixtureRequest) -> Release:
    found = releases().get(request.param)
    if found is None or not has_compiler(found):
        pytest.skip(f"there is no Erlang/OTP {request.param} with a compiler here")
    return found


@pytest.fixture(scope="module")
def modules(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the probe, and in a folder in it prim_tty with all functions exported."""
    folder = tmp_path_factory.mktemp("modules")
    stand_in = folder / "replaced"
    stand_in.mkdir()
    natives = [
        (name, arity)
        for (module, name, arity), entry in BIFS.items()
        if module == "prim_tty" and release.number in entry.releases
    ]
    names = ", ".join(f"{name}/{arity}" for name, arity in natives)
    lines = [
        "-module(prim_tty).",
        f"-export([{names}]).",
        f"-nifs([{names}]).",
        "-on_load(load/0).",
        'load() -> case erlang:load_nif("prim_tty", #{}) of ok -> ok; {error, {reload, _}} -> ok end.',
    ]
    for name, arity in natives:
        lines.append(f"{name}({', '.join('_' * arity)}) -> erlang:nif_error(undef).")
    source = stand_in / "prim_tty.erl"
    source.write_text("\n".join(lines) + "\n")
    for target, file in ((stand_in, source), (folder, PROBE)):
        command, environment = release.erlc_command(["-o", str(target), str(file)])
        subprocess.run(command, env=environment, cwd=folder, check=True)
    return folder


@pytest.mark.parametrize("language", ["C.UTF-8", "C"])
def test_each_call(release: Release, modules: Path, language: str, tmp_path: Path) -> None:
    first, *rest = (ON_27 if release.number < 28 else ON_29).strip().splitlines()
    calls = [*EVERYWHERE.strip().splitlines(), first, *WITH_ONE.strip().splitlines(), *rest]
    source = tmp_path / "calls"
    source.write_text("\n".join(calls))
    typed = tmp_path / "typed"
    typed.write_text(TYPED)
    flags = [
        "-noinput", "-pa", str(modules),
        "-run", "prim_tty_probe", "run", str(modules / "replaced" / "prim_tty"), str(source),
    ]  # fmt: skip
    command, environment = release.erl_command(flags)
    told: list[list[bytes]] = []
    for words, variables in (
        (command, environment),
        ([sys.executable, "-m", "enigma_ref", "--otp", str(release.root), *flags], OURS),
    ):
        result = tmp_path / f"told{len(told)}"
        with typed.open() as given:
            subprocess.run(
                [*words, str(result)],
                env={**variables, "TERM": "xterm", "LC_ALL": language},
                stdin=given, capture_output=True, timeout=120, check=True, cwd=tmp_path,
            )  # fmt: skip
        told.append(result.read_bytes().splitlines())
    assert dict(zip(calls, told[1], strict=True)) == dict(zip(calls, told[0], strict=True))
