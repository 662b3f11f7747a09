"""erlang:decode_packet/3: one packet off the front of a binary."""

from __future__ import annotations

from typing import Final

from enigma_ref.bifs.causes import bad_option
from enigma_ref.bifs.registry import bif
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.process import Process
from enigma_ref.ports.packets import INVALID, NEWLINE, TYPES, UNKNOWN, WORD, Input
from enigma_ref.terms import NIL, Atom, Bitstring, Cons, Term, atom
from enigma_ref.terms.atoms import ERROR, OK, UNDEFINED

PACKET_SIZE = atom("packet_size")
LINE_LENGTH = atom("line_length")
LINE_DELIMITER = atom("line_delimiter")
MORE = atom("more")

WHOLE_BYTES_SINCE: Final = 27
"""Before, the bits after the last whole byte went into the rest."""


def _options(type_: Term, options: Term) -> dict[Atom, int]:
    found = {PACKET_SIZE: 0, LINE_LENGTH: 0, LINE_DELIMITER: NEWLINE}
    while type(options) is Cons:
        option = options.head
        options = options.tail
        if type(option) is not tuple or len(option) != 2:
            raise badarg()
        name, value = option
        if name not in found or type(value) is not int or not 0 <= value < WORD:
            raise badarg()
        if name is LINE_DELIMITER and (type_ is not LINE or value > 255):
            raise badarg()
        found[name] = value
    if options is not NIL:
        raise badarg()
    return found


LINE = atom("line")
INVALID_PACKET: Final = (ERROR, atom("invalid"))


@bif("erlang", "decode_packet", 3, process=True)
def decode_packet_3(process: Process, type_: Term, binary: Term, options: Term) -> Term:
    """`{ok, Packet, Rest}`, `{more, Length | undefined}` or `{error, invalid}`. Raises badarg."""
    found = TYPES.get(type_) if type(type_) in (int, Atom) else None
    if found is None:
        raise bad_option(process)
    if type(binary) is not Bitstring:
        raise badarg()
    given = _options(type_, options)
    if binary.size & 7 and process.vm.release >= WHOLE_BYTES_SINCE:
        raise badarg()
    length, packet = found
    limits = given[PACKET_SIZE], given[LINE_LENGTH], given[LINE_DELIMITER]
    source = Input(binary, *limits, process.vm.release)
    size = length(source)
    if size == INVALID:
        return INVALID_PACKET
    if size == UNKNOWN or size > source.size:
        return (MORE, size or UNDEFINED)
    bits = source.bits
    return (OK, packet(source, size), bits.slice(size * 8, bits.size - size * 8))
