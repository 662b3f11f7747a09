"""Random terms, and an `erl` that answers questions about many of them at once."""

from __future__ import annotations

import math
import random
import shutil
import struct
import subprocess
from pathlib import Path
from typing import Any

import pytest

from enigma_ref.terms.atoms import Atom, atom
from enigma_ref.terms.bitstrings import Bitstring
from enigma_ref.terms.external import decode, encode
from enigma_ref.terms.floats import Float
from enigma_ref.terms.funs import ExternalFun, Fun
from enigma_ref.terms.identifiers import Pid, Port, Reference
from enigma_ref.terms.lists import NIL, list_items, make_list, make_string
from enigma_ref.terms.maps import Map

NODE = atom("nonode@nohost")
NAMES = (
    "a", "ok", "hello_world", "end", "maybe", "Abc", "é", "ω", "", "a b", "foo@bar", "x'y\\",
    "\n\t\x80\x7f", "a_very_long_atom_name_that_takes_room", "undefined", "true", "'", "日本",
)  # fmt: skip
ALPHABETS = ("abc def XYZ09",) * 3 + ("ab\n\t\"\\'~\x1b\x7f é", "aé\xa0ÿ×ω日😀", "a\0\x7f\x80")


class TermMaker:
    """Terms of all classes, from a seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def name(self) -> Atom:
        return atom(self.random.choice(NAMES))

    def integer(self) -> int:
        choose = self.random
        kind = choose.random()
        if kind < 0.5:
            return choose.randrange(-300, 300)
        if kind < 0.7:
            return choose.randrange(-(2**33), 2**33)
        if kind < 0.95:
            power = choose.choice((27, 31, 32, 59, 60, 63, 64, 128))
            return choose.choice((1, -1)) * (1 << power) + choose.randrange(-2, 2)
        return choose.randrange(-(10**700), 10**700)

    def float(self) -> Float:
        choose = self.random
        if choose.random() < 0.6:
            digits = choose.randrange(-(10 ** choose.randrange(1, 18)), 10**17)
            return Float(float(f"{digits}e{choose.randrange(-30, 30)}"))
        while True:
            value = struct.unpack(">d", choose.randbytes(8))[0]
            if math.isfinite(value):
                return Float(value)

    def text(self) -> str:
        letters = self.random.choice(ALPHABETS)
        size = self.random.choice((0, 1, 3, 8, 20, 30, 60, 90))
        return "".join(self.random.choice(letters) for _ in range(size))

    def bits(self) -> Bitstring:
        choose = self.random
        kind = choose.random()
        if kind < 0.4:
            return Bitstring.of(self.text().encode())
        data = choose.randbytes(choose.choice((0, 1, 2, 5, 20, 21, 40, 90)))
        if kind < 0.6:
            return Bitstring.of(data)
        size = choose.randrange(len(data) * 8 + 1)
        return Bitstring(data, choose.randrange(len(data) * 8 - size + 1), size)

    def fun(self, env: tuple[Any, ...] = ()) -> Fun:
        choose = self.random
        module = atom(choose.choice(("m", "M", "end")))
        identity = (choose.randrange(9), choose.randrange(2**27), choose.randbytes(16))
        return Fun(module, atom(""), choose.randrange(5), *identity, env, Pid(NODE, 9), None)

    def leaf(self) -> Any:
        choose = self.random
        kind = choose.random()
        if kind < 0.3:
            return self.name()
        if kind < 0.55:
            return self.integer()
        if kind < 0.65:
            return self.float()
        if kind < 0.8:
            return self.bits()
        if kind < 0.93:
            return make_string(self.text())
        return choose.choice(
            (
                NIL,
                (),
                Pid(NODE, choose.randrange(1, 100)),
                Port(NODE, choose.randrange(1, 100)),
                Reference(NODE, tuple(choose.randrange(1, 2**18) for _ in range(3))),
                ExternalFun(self.name(), self.name(), choose.randrange(256)),
                self.fun(),
            )
        )

    def term(self, depth: int, maps: bool = True) -> Any:
        """A term of at most `depth` levels; without maps their order cannot matter."""
        choose = self.random
        if depth <= 0 or choose.random() < 0.2:
            return self.leaf()
        count = choose.choice((0, 1, 1, 2, 2, 3, 3, 4, 5, 8, 15))
        items = [self.term(depth - 1, maps) for _ in range(count)]
        kind = choose.random()
        if kind < 0.35:
            return tuple(items)
        if kind < 0.5:
            return (self.name(), *items)
        if kind < 0.75:
            return make_list(items)
        if kind < 0.8:
            return make_list(items, self.leaf()) if items else NIL
        if kind < 0.97 and maps:
            return Map.of((self.term(min(depth - 1, 2), maps), item) for item in items)
        return self.fun(tuple(items[:3]))


class Oracle:
    """The installed `erl`, which runs Erlang functions over lists of terms."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        script = 'io:format("~s", [erlang:system_info(otp_release)]), halt().'
        self.release = int(self.run(["erl", "-noshell", "-noinput", "-eval", script]))

    def run(self, command: list[str]) -> str:
        done = subprocess.run(
            command, cwd=self.folder, capture_output=True, text=True, timeout=250, check=True
        )
        return done.stdout

    def map(self, name: str, function: str, inputs: list[Any]) -> list[Any]:
        """What the Erlang fun of the text `function` gives for each of `inputs`."""
        source = (
            f"-module({name}).\n-export([main/0]).\n"
            f'main() -> {{ok, B}} = file:read_file("{name}.in"), F = {function},\n'
            f'  file:write_file("{name}.out", '
            "term_to_binary([F(X) || X <- binary_to_term(B)])), halt().\n"
        )
        (self.folder / f"{name}.erl").write_text(source)
        (self.folder / f"{name}.in").write_bytes(encode(make_list(inputs), release=self.release))
        self.run(["erlc", f"{name}.erl"])
        self.run(["erl", "-noshell", "-noinput", "-s", name, "main"])
        answers = list_items(decode((self.folder / f"{name}.out").read_bytes()))
        assert answers is not None and len(answers) == len(inputs)
        return answers


@pytest.fixture(scope="session")
def oracle(tmp_path_factory: pytest.TempPathFactory) -> Oracle:
    if shutil.which("erl") is None or shutil.which("erlc") is None:
        pytest.skip("no erl on this machine: texts and bytes are not compared with a real release")
    return Oracle(tmp_path_factory.mktemp("oracle"))
