"""Lines of HTTP as terms: what becomes of packets of the types http and httph.

Numbers are kept in 32 bits, as ERTS does (packet_parser.c).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from enigma_ref.terms import Bitstring, Term, atom, make_list
from enigma_ref.terms.atoms import UNDEFINED

HTTP_RESPONSE = atom("http_response")
HTTP_REQUEST = atom("http_request")
HTTP_HEADER = atom("http_header")
HTTP_ERROR = atom("http_error")
HTTP_EOH = atom("http_eoh")
ABS_PATH = atom("abs_path")
ABSOLUTE_URI = atom("absoluteURI")
SCHEME = atom("scheme")
STAR = atom("*")

METHODS: Final = {
    name.encode(): atom(name)
    for name in ("OPTIONS", "GET", "HEAD", "POST", "PUT", "DELETE", "TRACE")
}
"""The methods that become atoms."""

HEADERS: Final = {
    name.encode(): (number, atom(name))
    for number, name in enumerate(
        (
            "Cache-Control", "Connection", "Date", "Pragma", "Transfer-Encoding", "Upgrade",
            "Via", "Accept", "Accept-Charset", "Accept-Encoding", "Accept-Language",
            "Authorization", "From", "Host", "If-Modified-Since", "If-Match", "If-None-Match",
            "If-Range", "If-Unmodified-Since", "Max-Forwards", "Proxy-Authorization", "Range",
            "Referer", "User-Agent", "Age", "Location", "Proxy-Authenticate", "Public",
            "Retry-After", "Server", "Vary", "Warning", "Www-Authenticate", "Allow",
            "Content-Base", "Content-Encoding", "Content-Language", "Content-Length",
            "Content-Location", "Content-Md5", "Content-Range", "Content-Type", "Etag",
            "Expires", "Last-Modified", "Accept-Ranges", "Set-Cookie", "Set-Cookie2",
            "X-Forwarded-For", "Cookie", "Keep-Alive", "Proxy-Connection",
        ),
        1,
    )
}  # fmt: skip
"""The header fields that become atoms, with their numbers."""

BRACKETS_SINCE: Final = 27
"""From when on a host may be an IPv6 address in brackets."""

MAX_NAME: Final = 50
"""Longer names of header fields stay as they are written."""

Text = Callable[[bytes], Term]

_status = re.compile(rb"HTTP/(\d+)\.(\d+)[ \t]+(\d*)([ \t]*)").match
_request = re.compile(rb"([^\x00- \x80-\xff()<>@,;:\\\"/\[\]?={}]+)[ \t]+([^ \t]+)[ \t]*").match
_version = re.compile(rb"HTTP/(\d+)\.(\d+)").match
_name = re.compile(rb"[^\x00- \x80-\xff()<>@,;:\\\"/\[\]?={}]*").match
_word = re.compile(rb".[^-]*-?").sub
"""One to write with a capital letter; of two hyphens in a row, the second one begins a word."""
_address = re.compile(rb"\[[^]]*\]").match
_port = re.compile(rb"\d+").fullmatch


def _string(text: bytes) -> Term:
    return make_list(list(text))


def _text(as_binary: bool) -> Text:
    return Bitstring.of if as_binary else _string


def _int(digits: bytes) -> int:
    """A number of any length in 32 bits, signed."""
    return ((int(digits or b"0") + (1 << 31)) & 0xFFFFFFFF) - (1 << 31)


def _content(line: bytes) -> bytes:
    """The line without its end. A CR before the last byte counts, whatever that byte is."""
    if line[-2:-1] == b"\r":
        return line[:-2]
    return line[:-1] if line[-1:] == b"\n" else line


def start_line(line: bytes, as_binary: bool, release: int) -> Term:
    """`{http_request, Method, Uri, Version}`, `{http_response, Version, Status, Phrase}` or
    `{http_error, Line}`; texts are binaries or strings."""
    text = _text(as_binary)
    content = _content(line)
    if content.startswith(b"HTTP/"):
        found = _response(content, text)
    else:
        found = _request_line(content, text, release >= BRACKETS_SINCE)
    return (HTTP_ERROR, text(line)) if found is None else found


def _response(content: bytes, text: Text) -> Term | None:
    found = _status(content)
    if found is None:
        return None
    major, minor, status, space = found.groups()
    phrase = content[found.end() :]
    if phrase and not space:
        return None
    return (HTTP_RESPONSE, (_int(major), _int(minor)), _int(status), text(phrase))


def _request_line(content: bytes, text: Text, brackets: bool) -> Term | None:
    found = _request(content)
    if found is None:
        return None
    method, uri = found.groups()
    rest = content[found.end() :]
    version = (0, 9)
    if rest:
        numbers = _version(rest)
        if len(rest) < 8 or numbers is None:
            return None
        version = (_int(numbers[1]), _int(numbers[2]))
    return (HTTP_REQUEST, METHODS.get(method) or text(method), _uri(uri, text, brackets), version)


def _uri(uri: bytes, text: Text, brackets: bool) -> Term:
    if uri == b"*":
        return STAR
    if len(uri) <= 1 or uri.startswith(b"/"):
        return (ABS_PATH, text(uri))
    lower = uri[:8].lower()
    for scheme in ("http", "https"):
        prefix = f"{scheme}://".encode()
        if lower.startswith(prefix):
            return _absolute(atom(scheme), uri[len(prefix) :], text, brackets)
    scheme_, colon, rest = uri.partition(b":")
    return (SCHEME, text(scheme_), text(rest)) if colon else text(uri)


def _absolute(scheme: Term, uri: bytes, text: Text, brackets: bool) -> Term:
    """`{absoluteURI, Scheme, Host, Port | undefined, Path}`; colons between `brackets` belong to
    the host."""
    place, slash, path = uri.partition(b"/")
    address = _address(place) if brackets else None
    if address is None:
        host, _, digits = place.partition(b":")
    else:
        host, rest = address[0], place[address.end() :]
        digits = rest[1:] if rest.startswith(b":") else b""
    port = _int(digits) if _port(digits) else 0
    return (ABSOLUTE_URI, scheme, text(host), port or UNDEFINED, text(slash + path or b"/"))


def header(line: bytes, as_binary: bool) -> Term:
    """`{http_header, Number, Field, OriginalField, Value}`, http_eoh for the empty line that
    ends headers, or `{http_error, Line}`; texts are binaries or strings."""
    text = _text(as_binary)
    content = _content(line)
    if not content:
        return HTTP_EOH
    found = _name(content)
    assert found is not None
    name = found[0]
    if content[len(name) : len(name) + 1] != b":":
        return (HTTP_ERROR, text(line))
    written = name
    if len(name) <= MAX_NAME:
        name = _word(lambda word: word[0].capitalize(), name)
    number, field = HEADERS.get(name, (0, None))
    value = content[len(written) + 1 :].lstrip(b" \t")
    return (HTTP_HEADER, number, field or text(name), text(written), text(value))
