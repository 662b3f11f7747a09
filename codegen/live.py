"""Compares the specification with the Erlang/OTP releases that are installed here.

Each release is asked itself: `beam_opcodes:opname/1` and `beam_opcodes:opcode/2` for the
instructions (where it has its compiler), `erlang:is_builtin/3` for the built-in functions, its
modules for the NIFs, and `erl_parse` and `erl_lint` whether types and reasons are Erlang at all.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

from codegen.emit_reference import spec_line
from codegen.facts import Report, file_arity
from codegen.model import BIF_RELEASES, RELEASES, Bif, Spec
from codegen.text import erlang_atom
from enigma_ref.otp import Release

SECONDS = 120

_PROGRAM = r"""
    {ok, Asked} = file:consult(os:getenv("ENIGMA_ASKED")),
    Say = fun(Format, Terms) -> io:format(Format ++ "~n", Terms) end,
    HasOpcodes = code:ensure_loaded(beam_opcodes) =:= {module, beam_opcodes},
    Functions = fun(M) ->
        _ = code:ensure_loaded(M),
        try M:module_info(functions) catch error:undef -> [] end
    end,
    Scanned = fun(Text) -> {ok, Tokens, _} = erl_scan:string(Text), Tokens end,
    Spec = fun(Text) ->
        {ok, Form} = erl_parse:parse_form(Scanned(Text)),
        %% A callback needs no function beside it, but its types must be known.
        Forms = [{attribute, 1, module, m}, setelement(3, Form, callback), {eof, 1}],
        element(1, erl_lint:module(Forms))
    end,
    Reason = fun(Text) -> element(1, erl_parse:parse_exprs(Scanned(Text))) end,
    Tried = fun(Check, Text) -> try Check(Text) catch error:_ -> error end end,
    Answer =
        fun({opcode, N, Name, Arity}) when HasOpcodes ->
                Known = try beam_opcodes:opname(N) catch error:_ -> absent end,
                Writable = try beam_opcodes:opcode(Name, Arity) =:= N catch error:_ -> false end,
                case {Known, Writable} of
                    {absent, _} -> Say("opcode ~w absent", [N]);
                    {{Name, Arity}, true} -> Say("opcode ~w live", [N]);
                    {{Name, Arity}, false} -> Say("opcode ~w obsolete", [N]);
                    {{Other, A}, _} -> Say("opcode ~w ~s/~w", [N, Other, A])
                end;
           ({opcode, _, _, _}) ->
                ok;
           ({bif, I, M, F, A}) ->
                Say("bif ~w ~w", [I, erlang:is_builtin(M, F, A)]);
           %% The loader may put the instruction into a function of the module.
           ({instruction, I, M, F, A}) ->
                There = lists:member({F, A}, M:module_info(exports)),
                Say("instruction ~w ~w", [I, There orelse erlang:is_builtin(M, F, A)]);
           ({nif, I, M, F, A}) ->
                There = lists:member({F, A}, Functions(M)) andalso not erlang:is_builtin(M, F, A),
                Say("nif ~w ~w", [I, There]);
           ({spec, I, Text}) ->
                Say("spec ~w ~w", [I, Tried(Spec, Text)]);
           ({reason, I, Text}) ->
                Say("reason ~w ~w", [I, Tried(Reason, Text)])
        end,
    lists:foreach(Answer, Asked),
    Modules = lists:usort([M || {bif, _, M, _, _} <- Asked]
        ++ erlang:pre_loaded() ++ [M || {M, _} <- code:all_loaded()]),
    [Say("builtin ~w ~w ~w", [M, F, A]) ||
        M <- Modules, {F, A} <- Functions(M), erlang:is_builtin(M, F, A)],
    Say("end", []),
    halt().
"""


def compare_live(spec: Spec, releases: Iterable[Release]) -> Report:
    """Compare with every release that the specification describes; others are passed over."""
    report = Report()
    for release in releases:
        if release.number in BIF_RELEASES:
            _compare(spec, release, report)
    return report


def _compare(spec: Spec, release: Release, report: Report) -> None:
    bifs = list(spec.bifs.values())
    specs = [(bif, spec_line(bif)) for bif in bifs]
    reasons = [(bif, item.reason) for bif in bifs for item in bif.raises]
    name = f"erl {release.version}"
    try:
        answers = _ask(release, _questions(spec, bifs, specs, reasons))
    except _Silent as silence:
        report.problems.append(f"{name}: {silence}")
        report.count(f"{name}, answers", 0)
        return
    _opcodes(spec, release, answers, report)
    _bifs(bifs, release, answers, report)
    for kind, texts in (("spec", specs), ("reason", reasons)):
        for (bif, text), (_, word) in zip(texts, answers.get(kind, ()), strict=True):
            if release.number not in bif.otp:
                continue
            report.count(f"{name}, {kind}s")
            if word != "ok":
                where = f"bifs.yaml:{bif.line}: {bif.mfa}"
                report.problems.append(f"{where}: {name} does not understand the {kind} {text}")


class _Silent(Exception):
    """A release that does not answer."""


def _questions(
    spec: Spec,
    bifs: list[Bif],
    specs: list[tuple[Bif, str]],
    reasons: list[tuple[Bif, str]],
) -> str:
    lines = [
        f"{{opcode, {opcode.code}, {erlang_atom(opcode.name)}, {file_arity(opcode)}}}."
        for opcode in spec.opcodes.values()
    ]
    for index, bif in enumerate(bifs):
        word = "nif" if bif.kind == "nif" else "instruction" if bif.instruction else "bif"
        names = f"{erlang_atom(bif.module)}, {erlang_atom(bif.name)}, {bif.arity}"
        lines.append(f"{{{word}, {index}, {names}}}.")
    lines += [f"{{spec, {i}, {_string(text)}}}." for i, (_, text) in enumerate(specs)]
    lines += [f"{{reason, {i}, {_string(text + '.')}}}." for i, (_, text) in enumerate(reasons)]
    return "\n".join(lines) + "\n"


def _string(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _ask(release: Release, questions: str) -> dict[str, list[tuple[str, ...]]]:
    """The answers by kind, each one as words. Raises _Silent."""
    argv, environment = release.erl_command(["-noshell", "-noinput", "-eval", _PROGRAM])
    with tempfile.TemporaryDirectory() as folder:
        asked = Path(folder) / "asked"
        asked.write_text("%% coding: utf-8\n" + questions, encoding="utf-8")
        environment["ENIGMA_ASKED"] = str(asked)
        try:
            done = subprocess.run(
                argv, env=environment, capture_output=True, text=True, timeout=SECONDS
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise _Silent(str(error)) from error
    lines = [tuple(line.split()) for line in done.stdout.splitlines() if line.strip()]
    if done.returncode != 0 or lines[-1:] != [("end",)]:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:] or ["no word"]
        raise _Silent(f"it ended with status {done.returncode}: {last[0]}")
    answers: dict[str, list[tuple[str, ...]]] = {}
    for line in lines[:-1]:
        answers.setdefault(line[0], []).append(line[1:])
    return answers


def _opcodes(
    spec: Spec, release: Release, answers: dict[str, list[tuple[str, ...]]], report: Report
) -> None:
    name = f"erl {release.version}"
    found = {int(number): word for number, word in answers.get("opcode", ())}
    if release.number not in RELEASES or not found:
        return
    for opcode in spec.opcodes.values():
        report.count(f"{name}, opcodes")
        where = f"opcodes.yaml:{opcode.line}: {opcode.name}"
        known = found[opcode.code]
        report.expect(where, f"its state in {release.version}", opcode.otp[release.number], known)


def _bifs(
    bifs: list[Bif], release: Release, answers: dict[str, list[tuple[str, ...]]], report: Report
) -> None:
    name = f"erl {release.version}"
    for kind in ("bif", "nif", "instruction"):
        for index, word in answers.get(kind, ()):
            bif = bifs[int(index)]
            claimed = release.number in bif.otp
            # A function can be there without being native, so absence of a NIF cannot be seen.
            if kind != "nif" or claimed:
                report.count(f"{name}, {kind}s")
                where = f"bifs.yaml:{bif.line}: {bif.mfa}"
                report.expect(where, f"{kind} of {name}", claimed, word == "true")
    known = {(b.module, b.name, b.arity) for b in bifs}
    for module, function, arity in answers.get("builtin", ()):
        report.count(f"{name}, exported built-in functions")
        mfa = (module.strip("'"), function.strip("'"), int(arity))
        if mfa not in known:
            report.problems.append(f"bifs.yaml: {module}:{function}/{arity}: not there, in {name}")
