"""Code that is loaded: functions, export entries, entries of funs, catch tags, stack traces."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from types import FunctionType
from typing import TYPE_CHECKING, Any

from enigma_ref.terms import Atom
from enigma_ref.terms.atoms import EMPTY

if TYPE_CHECKING:
    from enigma_ref.loader.module import Module

Code = Callable[[list[Any], list[Any], Any], Any]
"""One instruction made ready: takes x registers, stack and process, returns the next one."""


CODE_TYPES: set[type] = {FunctionType}
"""What stands for code on stacks; engines add their own."""


class Function:
    """A function of a loaded module. `code` is where it begins; before the first call, code
    that makes it ready. `first` and `end` are its range in the module's instructions. `funs` are
    the entries of funs that begin here too; `begun` is told where it begins."""

    __slots__ = (
        "arity", "begun", "code", "end", "entry_label", "first", "funs", "module", "name", "ready",
    )  # fmt: skip

    def __init__(
        self,
        module: LoadedModule,
        name: Atom,
        arity: int,
        first: int,
        end: int,
        entry_label: int,
    ) -> None:
        self.entry_label = entry_label
        self.module = module
        self.name = name
        self.arity = arity
        self.first = first
        self.end = end
        self.code: Any = None
        self.ready = False
        self.funs: list[Lambda] = []
        self.begun: Callable[[Code], None] | None = None

    def begin_at(self, code: Code) -> None:
        """Let the function begin at `code`, and with it the funs that are made of it."""
        self.code = code
        for entry in self.funs:
            entry.code = code
        if self.begun is not None:
            self.begun(code)


class Export:
    """The entry of an exported function, one for each name, whether it is loaded or not.

    `bif` is its implementation when it is a built-in function (see `BifCode`), else None. As
    long as it `is_undefined`, its code is `i_undefined`. `number` is its place among all entries.
    """

    __slots__ = ("arity", "bif", "code", "function", "is_undefined", "module", "name", "number")

    def __init__(self, module: Atom, name: Atom, arity: int, number: int = 0) -> None:
        self.number = number
        self.module = module
        self.name = name
        self.arity = arity
        self.code: Any = None
        self.function: Function | None = None
        self.bif: BifCode | None = None
        self.is_undefined = True

    @property
    def mfa(self) -> tuple[Atom, Atom, int]:
        """Module, name and arity."""
        return (self.module, self.name, self.arity)


class BifCode:
    """How to run a built-in function: `shape` tells the engine the form of the call, `call` is
    the Python function with its argument checks (None for a function written in place)."""

    __slots__ = ("call", "shape")

    def __init__(self, shape: tuple[Any, ...], call: Callable[..., Any] | None) -> None:
        self.shape = shape
        self.call = call


class Lambda:
    """An entry of the system's table of funs: what all funs from one place in the source share.

    The entry outlives its module's code: the same code loaded again takes it over, so that funs
    follow (measured). `function` is the loaded function, or None. `code` is where a call of such
    a fun begins; as long as there is none, `elsewhere` says where each call goes. `name` is the
    function's, empty as long as no module that has it was loaded.
    """

    __slots__ = (
        "arity",
        "code",
        "elsewhere",
        "function",
        "index",
        "module",
        "name",
        "num_free",
        "uniq",
        "unique",
    )

    code: Any

    def __init__(
        self, module: Atom, arity: int, index: int, uniq: int, unique: bytes, num_free: int
    ) -> None:
        self.module = module
        self.name = EMPTY
        self.arity = arity
        self.index = index
        self.uniq = uniq
        self.unique = unique
        self.num_free = num_free
        self.function: Function | None = None
        self.elsewhere: Callable[[Lambda], Code] | None = None

    def __getattr__(self, name: str) -> Any:
        # Only comes here without code, so that calls of other funs cost nothing more.
        if name == "code" and self.elsewhere is not None:
            return self.elsewhere(self)
        raise AttributeError(name)

    def lead(self, elsewhere: Callable[[Lambda], Code]) -> None:
        """Take the code away: let calls go where `elsewhere` says."""
        self.elsewhere = elsewhere
        with suppress(AttributeError):
            del self.code


class LoadedModule:
    """A version of a module that is loaded. `on_load` is the function that has to succeed before
    the version can be used, None when there is none. `natives` are those of its functions that
    some of the runtime took the place of (`erlang:load_nif/2`)."""

    __slots__ = (
        "atoms",
        "by_label",
        "decoded",
        "exports",
        "functions",
        "imports",
        "lambdas",
        "literals",
        "locations",
        "name",
        "natives",
        "on_load",
        "records",
    )

    def __init__(self, decoded: Module) -> None:
        self.decoded = decoded
        self.name: Atom = decoded.name
        self.atoms: Any = ()
        self.literals: Any = ()
        self.functions: list[Function] = []
        self.by_label: dict[int, Function] = {}
        self.imports: list[Export] = []
        self.exports: list[Export] = []
        self.lambdas: list[Lambda] = []
        self.records: dict[Any, Any] = {}
        self.on_load: Function | None = None
        self.natives: list[Function] = []
        self.locations: dict[int, Any] = {}
        """Items of stack traces that were told before, by the position of an instruction."""


class CatchTag:
    """What a y register holds while a try or catch is active: where its handler is. One on a
    stack may know what is below it (see `callers`)."""

    __slots__ = ("below", "code")

    def __init__(self) -> None:
        self.code: Any = None
        self.below: Any = None

    def above(self, below: Any) -> CatchTag:
        """A tag of the same handler, for one place of a stack."""
        tag = CatchTag()
        tag.code = self.code
        tag.below = below
        return tag


class RawTrace:
    """A stack trace before anybody looks at it.

    `places` are pairs of a `Function` (or an `Export` that has no instructions) and the
    position of the instruction in the module; `head`, when present, is the first item in full:
    module, name, arity or list of arguments, extra information. `given` is a trace that the
    program supplied itself (`erlang:raise/3`), as an Erlang list, in place of all that.
    """

    __slots__ = ("cls", "given", "head", "places")

    def __init__(
        self,
        cls: Atom,
        head: tuple[Any, ...] | None,
        places: list[Any],
        given: Any = None,
    ) -> None:
        self.cls = cls
        self.head = head
        self.places = places
        self.given = given
