"""The external term format: terms as bytes (ERTS User's Guide, External Term Format)."""

from __future__ import annotations

from enigma_ref.terms.external_decode import (
    Reader,
    decode,
    decode_parts,
    decode_unversioned,
    decode_used,
)
from enigma_ref.terms.external_encode import (
    encode,
    encode_iovec,
    encode_local,
    encode_parts,
    encode_unversioned,
    reserved_size,
)
from enigma_ref.terms.external_tags import ExternalFormatError

__all__ = [
    "ExternalFormatError",
    "Reader",
    "decode",
    "decode_parts",
    "decode_unversioned",
    "decode_used",
    "encode",
    "encode_iovec",
    "encode_local",
    "encode_parts",
    "encode_unversioned",
    "reserved_size",
]
