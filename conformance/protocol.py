"""The messages between the harness and an adapter (docs/protocol.md), version 1.

One JSON object a line; requests on the adapter's standard input, answers on its standard output.
This module knows the shape of messages only: it decodes no terms.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias

VERSION: Final = 1

Json: TypeAlias = Any


class ProtocolError(Exception):
    """A message that does not follow the protocol; the text says what is wrong."""


@dataclass(frozen=True)
class WireTerm:
    """A term on the wire: external term format (empty when it is only known as text) and text.

    The text is what `io_lib:format("~0tp")` prints, or `...` when that would be long; it is for
    people. Only `etf` is ever compared.
    """

    etf: bytes
    text: str = ""

    def to_json(self) -> Json:
        """The JSON object for this term."""
        return {"etf": base64.b64encode(self.etf).decode("ascii"), "text": self.text}

    @classmethod
    def from_json(cls, value: Json) -> WireTerm:
        """Read a term. Raises ProtocolError."""
        if not isinstance(value, Mapping) or not isinstance(value.get("etf"), str):
            raise ProtocolError(
                f"a term must be an object with `etf` and `text`, not {value!r:.80}"
            )
        try:
            etf = base64.b64decode(value["etf"], validate=True)
        except binascii.Error as error:
            raise ProtocolError(f"`etf` is not base64: {error}") from error
        return cls(etf, str(value.get("text", "")))


@dataclass(frozen=True)
class Frame:
    """One entry of a stack trace; `line` is 0 and `file` empty when unknown."""

    module: str
    function: str
    arity: int
    file: str = ""
    line: int = 0

    def to_json(self) -> Json:
        """`[module, function, arity, {file, line}]`, the last object empty when unknown."""
        where = {"file": self.file, "line": self.line} if self.line else {}
        return [self.module, self.function, self.arity, where]

    @classmethod
    def from_json(cls, value: Json) -> Frame:
        """Read a frame. Raises ProtocolError."""
        try:
            module, function, arity, where = value
            return cls(
                str(module),
                str(function),
                int(arity),
                str(where.get("file", "")),
                int(where.get("line", 0)),
            )
        except (TypeError, ValueError, AttributeError) as error:
            raise ProtocolError(f"not a stack frame: {value!r:.80}") from error

    def __str__(self) -> str:
        where = f" ({self.file}:{self.line})" if self.line else ""
        return f"{self.module}:{self.function}/{self.arity}{where}"


@dataclass(frozen=True)
class Call:
    """A call by name: arguments as the external term format of a list, and as text."""

    module: str
    function: str
    args: WireTerm


@dataclass(frozen=True)
class Run:
    """Load `modules` freshly, in order, and make one call in a process of its own."""

    seq: int
    modules: tuple[Path | bytes, ...]
    call: Call
    timeout_ms: int

    def to_json(self) -> Json:
        """The request's JSON object."""
        return {
            "cmd": "run",
            "seq": self.seq,
            "modules": [
                {"data": base64.b64encode(module).decode("ascii")}
                if isinstance(module, bytes)
                else {"path": str(module)}
                for module in self.modules
            ],
            "call": {
                "module": self.call.module,
                "function": self.call.function,
                "args": self.call.args.to_json(),
            },
            "timeout_ms": self.timeout_ms,
        }

    @classmethod
    def from_json(cls, value: Json) -> Run:
        """Read a request. Raises ProtocolError."""
        try:
            modules = tuple(
                Path(module["path"])
                if "path" in module
                else base64.b64decode(module["data"], validate=True)
                for module in value["modules"]
            )
            call = value["call"]
            return cls(
                int(value["seq"]),
                modules,
                Call(str(call["module"]), str(call["function"]), WireTerm.from_json(call["args"])),
                int(value["timeout_ms"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ProtocolError(f"not a `run` request: {error!r}") from error

    def beams(self) -> list[bytes]:
        """The object code of the modules. Raises OSError when a path cannot be read."""
        return [
            module if isinstance(module, bytes) else module.read_bytes() for module in self.modules
        ]


@dataclass(frozen=True)
class Exercised:
    """What an implementation says it executed: opcode names, and BIFs as `m:f/a`."""

    opcodes: frozenset[str] = frozenset()
    bifs: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Result:
    """The call returned."""

    value: WireTerm
    output: str = ""
    exercised: Exercised = Exercised()


@dataclass(frozen=True)
class ErlangException:
    """The call raised, or its process was ended by a signal (class exit, no trace)."""

    cls: str
    reason: WireTerm
    trace: tuple[Frame, ...] = ()
    output: str = ""
    exercised: Exercised = Exercised()


@dataclass(frozen=True)
class Rejected:
    """The implementation refused to load one of the modules."""

    reason: str
    output: str = ""
    exercised: Exercised = Exercised()


@dataclass(frozen=True)
class TimedOut:
    """The call did not end in time."""

    output: str = ""
    exercised: Exercised = Exercised()


@dataclass(frozen=True)
class Skipped:
    """The implementation does not want to run this; `reason` says why."""

    reason: str
    output: str = ""
    exercised: Exercised = Exercised()


@dataclass(frozen=True)
class Crashed:
    """The implementation died or broke the protocol; `context` helps to find out why."""

    context: dict[str, Json] = field(default_factory=dict)
    output: str = ""
    exercised: Exercised = Exercised()


Answer: TypeAlias = Result | ErlangException | Rejected | TimedOut | Skipped | Crashed

CLASSES: Final = ("error", "exit", "throw")


def answer_to_json(seq: int, answer: Answer) -> Json:
    """The JSON object of an answer to request `seq`."""
    message: dict[str, Json] = {"seq": seq, "output": answer.output}
    match answer:
        case Result():
            message |= {"answer": "result", "value": answer.value.to_json()}
        case ErlangException():
            message |= {
                "answer": "exception",
                "class": answer.cls,
                "reason": answer.reason.to_json(),
                "trace": [frame.to_json() for frame in answer.trace],
            }
        case Rejected():
            message |= {"answer": "rejected", "reason": answer.reason}
        case TimedOut():
            message |= {"answer": "timeout"}
        case Skipped():
            message |= {"answer": "skip", "reason": answer.reason}
        case Crashed():
            message |= {"answer": "error", "context": answer.context}
    if answer.exercised.opcodes or answer.exercised.bifs:
        message["exercised"] = {
            "opcodes": sorted(answer.exercised.opcodes),
            "bifs": sorted(answer.exercised.bifs),
        }
    return message


def answer_from_json(message: Json, seq: int) -> Answer:
    """Read the answer to request `seq`. Raises ProtocolError."""
    if not isinstance(message, Mapping):
        raise ProtocolError(f"an answer must be an object, not {message!r:.80}")
    if message.get("seq") != seq:
        raise ProtocolError(f"answer to request {message.get('seq')!r}, expected {seq}")
    output = str(message.get("output", ""))
    exercised = _exercised(message.get("exercised"))
    kind = message.get("answer")
    match kind:
        case "result":
            return Result(WireTerm.from_json(message.get("value")), output, exercised)
        case "exception":
            if message.get("class") not in CLASSES:
                raise ProtocolError(f"unknown exception class {message.get('class')!r}")
            trace = message.get("trace", [])
            if not isinstance(trace, list):
                raise ProtocolError("`trace` must be a list")
            return ErlangException(
                message["class"],
                WireTerm.from_json(message.get("reason")),
                tuple(Frame.from_json(frame) for frame in trace),
                output,
                exercised,
            )
        case "rejected":
            return Rejected(str(message.get("reason", "")), output, exercised)
        case "timeout":
            return TimedOut(output, exercised)
        case "skip":
            return Skipped(str(message.get("reason", "")), output, exercised)
        case "error":
            context = message.get("context", {})
            return Crashed(
                dict(context) if isinstance(context, Mapping) else {"message": context},
                output,
                exercised,
            )
    raise ProtocolError(f"unknown kind of answer {kind!r}")


def _exercised(value: Json) -> Exercised:
    if value is None:
        return Exercised()
    try:
        return Exercised(
            frozenset(map(str, value.get("opcodes", ()))),
            frozenset(map(str, value.get("bifs", ()))),
        )
    except (AttributeError, TypeError) as error:
        raise ProtocolError(f"not an `exercised` object: {value!r:.80}") from error


@dataclass(frozen=True)
class Description:
    """Who an adapter speaks for, from its answer to `start`."""

    name: str
    version: str
    implementation: str
    otp: int
    features: frozenset[str] = frozenset()

    def to_json(self) -> Json:
        """The answer's JSON object."""
        return {
            "answer": "started",
            "protocol": VERSION,
            "name": self.name,
            "version": self.version,
            "implementation": self.implementation,
            "otp": self.otp,
            "features": sorted(self.features),
        }

    @classmethod
    def from_json(cls, message: Json) -> Description:
        """Read the answer to `start`. Raises ProtocolError, also for another version."""
        if not isinstance(message, Mapping) or message.get("answer") != "started":
            raise ProtocolError(f"not an answer to `start`: {message!r:.200}")
        if message.get("protocol") != VERSION:
            raise ProtocolError(
                f"the adapter speaks protocol {message.get('protocol')!r}, the harness {VERSION}"
            )
        try:
            return cls(
                str(message["name"]),
                str(message["version"]),
                str(message["implementation"]),
                int(message["otp"]),
                frozenset(map(str, message.get("features", ()))),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ProtocolError(f"incomplete answer to `start`: {error!r}") from error


def line(message: Json) -> bytes:
    """A message as the line to send."""
    return json.dumps(message, ensure_ascii=True, separators=(",", ":")).encode("ascii") + b"\n"


def parse_line(data: bytes) -> Json:
    """A received line as a message. Raises ProtocolError."""
    try:
        return json.loads(data)
    except ValueError as error:
        raise ProtocolError(f"not a line of JSON: {data[:120]!r}") from error
