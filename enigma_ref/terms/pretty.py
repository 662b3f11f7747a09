"""`~p`: terms laid out on lines, the way `io_lib_pretty` breaks and indents them.

Two steps: `_Measure` makes a tree of nodes that know their width on one line, `_Layout` breaks
the nodes that do not fit. Neither recurses. A tuple or map that nests deeply is indented once
more at each level, so the text of n levels may take n * n / 2 characters, as in OTP.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from typing import Any, Final, Literal, TypeAlias

from enigma_ref.terms.atoms import Atom
from enigma_ref.terms.bitstrings import Bitstring
from enigma_ref.terms.lists import NIL, Cons
from enigma_ref.terms.maps import Map
from enigma_ref.terms.records import Record
from enigma_ref.terms.scalar_text import (
    Encoding,
    atom_text,
    bytes_text,
    scalar_text,
    string_text,
)

Range: TypeAlias = Literal["latin1", "unicode"]
"""Which characters count as printable: the `+pc` flag of `erl`, `io:printable_range/0`."""

MAX_INDENTATION: Final = 1 << 28
"""The most indentation, in characters, that a text may have."""

_LATIN1: Final = frozenset((*range(8, 14), 27, *range(32, 127), *range(160, 256)))
_not_latin1_byte: Final = re.compile(b"[^\b-\r\x1b -~\xa0-\xff]")
_not_latin1: Final = re.compile("[^\b-\r\x1b -~\xa0-\xff]")
# Said the other way round, it takes milliseconds to compile.
_not_unicode: Final = re.compile("[\0-\7\x0e-\x1a\x1c-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def format_p(
    term: Any,
    column: int = 1,
    width: int = 80,
    depth: int = -1,
    encoding: Encoding = "latin1",
    *,
    strings: bool = True,
    printable_range: Range = "latin1",
    release: int = 25,
) -> str:
    """`term` as `io_lib:format("~p", [term])` of that release writes it, without a new line.

    `column` (from 1) is where the text starts, `width` how long a line may be, `depth` that of
    `~P` (negative: everything). `unicode` as `encoding` is `~tp`; `strings=False` is `~lp`.
    Raises OverflowError when indentation alone would take more than `MAX_INDENTATION`.
    """
    if depth == 0:
        return "..."
    column = max(column, 1)
    node = _Measure(encoding, strings, printable_range, release).tree(term, depth)
    if width and node.width >= width - column and node.kind != _TEXT:
        return _Layout(width, node.width).text(node, column)
    out: list[str] = []
    _write(node, out)
    return "".join(out)


_TEXT: Final = 0
_LIST: Final = 1
_TUPLE: Final = 2
_TAGGED: Final = 3
_MAP: Final = 4
_PAIR: Final = 5
_BYTES: Final = 6
_RECORD: Final = 7
_FIELD: Final = 8


class _Node:
    """A term to be laid out.

    `width` is its length on one line. `plain` nodes may share a line with their neighbours
    when they fit; others start a line of their own. `text` is a text's text, a record's or a
    field's name. `items` are the parts; a list's last tail, and the dots of what the depth
    hides, are in `rest`.
    """

    __slots__ = ("items", "kind", "plain", "rest", "text", "width")

    def __init__(
        self,
        kind: int,
        width: int,
        text: str = "",
        items: list[Any] | None = None,
        rest: _Node | None = None,
        plain: bool = False,
    ) -> None:
        self.kind = kind
        self.width = width
        self.text = text
        self.items: list[Any] = [] if items is None else items
        self.rest = rest
        self.plain = plain


def _text_node(text: str) -> _Node:
    return _Node(_TEXT, len(text), text, plain=True)


_DOTS: Final = _text_node("...")


class _Frame:
    """A compound term whose parts are being measured."""

    __slots__ = ("limited", "parts", "results", "tailed", "term")

    def __init__(self, term: Any, depth: int) -> None:
        self.term = term
        self.results: list[_Node] = []
        self.limited = False
        self.tailed = False
        self.parts = self._parts(term, depth)

    def _parts(self, term: Any, depth: int) -> Iterator[tuple[Any, int]]:
        """The terms inside, with the depth left for each."""
        kind = type(term)
        if kind is Cons:
            while type(term) is Cons:
                if depth == 1:
                    self.limited = True
                    return
                depth -= 1
                yield term.head, depth
                term = term.tail
            if term is not NIL:
                if depth == 1:
                    self.limited = True
                    return
                self.tailed = True
                yield term, depth - 1
        elif kind is Map:
            inner = depth - 1
            for key, value in term.items():
                if depth == 1:
                    self.limited = True
                    return
                depth -= 1
                yield key, inner
                yield value, inner
        else:
            if kind is Record:
                term = term.values
                depth -= 1
            for item in term:
                if depth == 1:
                    self.limited = True
                    return
                depth -= 1
                yield item, depth


class _Measure:
    """Terms to trees of nodes."""

    def __init__(self, encoding: Encoding, strings: bool, range_: Range, release: int) -> None:
        self.encoding = encoding
        self.strings = strings
        # Without `t`, only Latin-1 characters make a string, whatever the range.
        self.unicode = encoding == "unicode" and range_ == "unicode"
        self.release = release

    def tree(self, term: Any, depth: int) -> _Node:
        """The node of `term`."""
        leaf = self.leaf(term, depth)
        if leaf is not None:
            return leaf
        stack = [_Frame(term, depth)]
        while True:
            frame = stack[-1]
            results = frame.results
            for part, depth in frame.parts:
                leaf = self.leaf(part, depth)
                if leaf is None:
                    stack.append(_Frame(part, depth))
                    break
                results.append(leaf)
            else:
                node = self.compound(frame)
                stack.pop()
                if not stack:
                    return node
                stack[-1].results.append(node)

    def leaf(self, term: Any, depth: int) -> _Node | None:
        """The node of a term whose parts need not be looked at; None for other ones."""
        text = scalar_text(term, self.encoding, self.release)
        if text is not None:
            return _text_node(text)
        kind = type(term)
        if kind is Bitstring:
            return self.bitstring(term, depth)
        if kind is Cons:
            # Hidden lists are no strings, and unlike hidden tuples they are not plain.
            if depth != 1 and self.strings:
                text = self.printable(term)
                if text is not None:
                    return _text_node(string_text(text))
            return None
        if kind is tuple:
            if term and depth != 1:
                return None
            return _text_node("{...}" if term else "{}")
        if kind is Map:
            if len(term) and depth != 1:
                return None
            return _text_node("#{...}" if len(term) else "#{}")
        if kind is Record:
            if depth != 1:
                return None
            return _text_node(f"{self.record_name(term)}{{{'...' if term.fields else ''}}}")
        raise TypeError(f"no Erlang term: {term!r}")

    def printable(self, term: Cons) -> str | None:
        """The characters of a list that is shown as a string, else None."""
        codes: list[int] = []
        rest: Any = term
        while type(rest) is Cons:
            head = rest.head
            if type(head) is not int:
                return None
            if head not in _LATIN1 and not (
                self.unicode and 255 < head < 0x110000 and not _not_unicode.match(chr(head))
            ):
                return None
            codes.append(head)
            rest = rest.tail
        return "".join(map(chr, codes)) if rest is NIL else None

    def record_name(self, term: Record) -> str:
        """`#Module:Name`."""
        module = atom_text(term.module.name, self.encoding, self.release)
        return f"#{module}:{atom_text(term.name.name, self.encoding, self.release)}"

    def bitstring(self, term: Bitstring, depth: int) -> _Node:
        """The node of a binary or bitstring: a string if it is printable, else numbers."""
        if not term.size:
            return _text_node("<<>>")
        if depth == 1:
            return _text_node("<<...>>")
        if self.strings and term.is_binary:
            text = self.printable_bytes(term.to_bytes(), depth - 1)
            if text is not None:
                return _text_node(text)
        segments = bytes_text(term, depth)
        size = sum(map(len, segments)) + len(segments) + 3
        return _Node(_BYTES, size, items=segments)

    def printable_bytes(self, data: bytes, depth: int) -> str | None:
        """A binary as `<<"...">>`, None when it is not printable.

        With a positive `depth` at most `4 * depth` characters are shown, and no fewer than
        `depth` of them are enough.
        """
        size = len(data)
        limit = min(4 * depth, size) if depth >= 0 else size
        if self.encoding == "unicode":
            unprintable = _not_unicode if self.unicode else _not_latin1
            if self.release >= 28:
                decoded = _utf8_before(data, limit, unprintable)
            else:
                decoded = _utf8_prefix(data, limit)
            if decoded is not None:
                bad = unprintable.search(decoded)
                shown = decoded[: bad.start()] if bad else decoded
                used = len(shown.encode())
                kind = "" if used == len(shown) else "/utf8"
                if used == size:
                    return f"<<{string_text(shown)}{kind}>>"
                if 0 < depth <= len(shown):
                    return f"<<{string_text(shown)}{kind}...>>"
                return None
        found = _not_latin1_byte.search(data, 0, limit)
        count = found.start() if found else limit
        shown = data[:count].decode("latin1")
        if count == size:
            return f"<<{string_text(shown)}>>"
        # The first twenty bytes are looked at first; good ones that reach the limit are enough.
        if count == limit <= 20 or 0 < depth <= count:
            return f"<<{string_text(shown)}...>>"
        return None

    def compound(self, frame: _Frame) -> _Node:
        """The node of a compound term, from those of its parts."""
        term = frame.term
        items = frame.results
        rest = _DOTS if frame.limited else None
        kind = type(term)
        if kind is Cons:
            if frame.tailed:
                rest = items.pop()
            return _Node(_LIST, 2 + _inner_width(items, rest), "", items, rest)
        if kind is tuple:
            tagged = len(term) > 1 and type(term[0]) is Atom
            size = 2 + _inner_width(items, rest)
            return _Node(_TAGGED if tagged else _TUPLE, size, "", items, rest)
        if kind is Map:
            pairs = [
                _Node(
                    _PAIR,
                    key.width + 4 + value.width,
                    items=[key, value],
                    plain=key.kind == _TEXT and value.kind == _TEXT,
                )
                for key, value in zip(items[::2], items[1::2], strict=True)
            ]
            return _Node(_MAP, 3 + _inner_width(pairs, rest), "", pairs, rest)
        fields = []
        for name, value in zip(term.fields, items, strict=False):
            text = atom_text(name.name, self.encoding, self.release)
            fields.append(
                _Node(_FIELD, len(text) + 3 + value.width, text, [value], plain=value.plain)
            )
        name = self.record_name(term)
        return _Node(_RECORD, len(name) + 2 + _inner_width(fields, rest), name, fields, rest)


def _inner_width(items: list[_Node], rest: _Node | None) -> int:
    width = len(items) - 1 if rest is None else len(items) + rest.width
    for item in items:
        width += item.width
    return max(width, 0)


def _utf8_prefix(data: bytes, limit: int) -> str | None:
    """The first `limit` characters of `data`, or None when something else is among them."""
    window = data[: 4 * limit]
    try:
        text, used = codecs.utf_8_decode(window, "strict", False)
    except UnicodeDecodeError as error:
        text, used = window[: error.start].decode(), error.start
    if len(text) < limit and used < len(data):
        return None
    return text[:limit]


def _utf8_before(data: bytes, limit: int, unprintable: re.Pattern[str]) -> str | None:
    """As `_utf8_prefix`, but what follows an unprintable character is not looked at.

    The character behind the last one is, however (OTP 28 and later, measured).
    """
    window = data[: 4 * (limit + 1)]
    try:
        text, used = codecs.utf_8_decode(window, "strict", False)
    except UnicodeDecodeError as error:
        text, used = window[: error.start].decode(), error.start
    if len(text) <= limit and used < len(data) and not unprintable.search(text):
        return None
    return text[:limit]


_OPEN: Final = {_LIST: "[", _TUPLE: "{", _TAGGED: "{", _MAP: "#{", _BYTES: "<<"}
_CLOSE: Final = {_LIST: "]", _TUPLE: "}", _TAGGED: "}", _MAP: "}", _BYTES: ">>", _RECORD: "}"}


def _write(node: _Node, out: list[str]) -> None:
    """Append the text of `node` on one line."""
    stack: list[_Node | str] = [node]
    while stack:
        item = stack.pop()
        if type(item) is str:
            out.append(item)
            continue
        assert type(item) is _Node
        kind = item.kind
        if kind == _TEXT:
            out.append(item.text)
        elif kind == _PAIR:
            stack += (item.items[1], " => ", item.items[0])
        elif kind == _FIELD:
            out.append(f"{item.text} = ")
            stack.append(item.items[0])
        elif kind == _BYTES:
            out.append(f"<<{','.join(item.items)}>>")
        else:
            out.append(f"{item.text}{{" if kind == _RECORD else _OPEN[kind])
            stack.append(_CLOSE[kind])
            rest = item.rest
            if rest is not None:
                stack.append(rest)
                if item.items:
                    stack.append("|" if kind == _LIST else ",")
            separate = False
            for part in reversed(item.items):
                if separate:
                    stack.append(",")
                stack.append(part)
                separate = True


_Task: TypeAlias = "str | tuple[Callable[..., None], tuple[Any, ...]]"


class _Trial:
    """Finds out whether a way to indent tagged tuples keeps them away from the right margin.

    Walks the way `_Layout` does and writes nothing; counts a little differently where OTP does.
    """

    def __init__(self, width: int, longest: int, tag_indent: int) -> None:
        self.width = width
        self.longest = longest
        self.tag_indent = tag_indent
        self.stack: list[tuple[_Node, int, int, int]] = []

    def succeeds(self, node: _Node, column: int) -> bool:
        """Whether `node` can be laid out like this."""
        stack = self.stack
        stack.append((node, column, 0, 0))
        while stack:
            node, column, closing, used = stack.pop()
            if not self.fits(node, column, closing, used) and not self.node(
                node, column, closing, used
            ):
                return False
        return True

    def fits(self, node: _Node, column: int, closing: int, used: int) -> bool:
        width = node.width
        return width < self.width - column - closing and width + used + closing <= self.longest

    def node(self, node: _Node, column: int, closing: int, used: int) -> bool:
        kind = node.kind
        if kind == _TAGGED:
            return self.tagged(node, column, closing, used + 1)
        if kind == _PAIR:
            key, value = node.items
            self.stack.append((key, column, closing, used))
            self.stack.append((value, column + _value_indent(self.tag_indent), closing, 0))
        elif kind == _FIELD:
            offset = len(node.text) + 3
            left, broken = self.below(offset, column)
            if not self.allowed(left):
                return False
            self.stack.append((node.items[0], left, closing, 0 if broken else used + offset))
        elif kind == _RECORD:
            if node.items:
                offset = len(node.text) + 1
                left, broken = self.below(offset, column)
                if not self.allowed(left):
                    return False
                self.parts(node, left, closing, 0 if broken else used + offset)
        elif kind == _MAP:
            self.parts(node, column + 2, closing, used + 2)
        elif kind in (_LIST, _TUPLE):
            self.parts(node, column + 1, closing, used + 1)
        return True

    def allowed(self, column: int) -> bool:
        return self.longest + column <= self.width or column <= self.width // 2

    def below(self, offset: int, column: int) -> tuple[int, bool]:
        if 0 < self.tag_indent < offset:
            return column + self.tag_indent, True
        return column + offset, False

    def tagged(self, node: _Node, column: int, closing: int, used: int) -> bool:
        tag = node.items[0]
        indent = tag.width + 2
        behind = column + indent
        if 0 < self.tag_indent < indent:
            left = column + self.tag_indent
            if not self.allowed(left):
                return False
            self.more(node, 1, left, behind, closing, used + tag.width)
            return True
        if self.longest + behind >= self.width and behind >= self.width // 2:
            return False
        self.parts(node, behind, closing, used + tag.width + 1, 1)
        return True

    def parts(self, node: _Node, left: int, closing: int, used: int, index: int = 0) -> None:
        items = node.items
        if index >= len(items):
            return
        item = items[index]
        width = self.part(item, left, 0 if index + 1 < len(items) else closing + 1, used)
        self.more(node, index + 1, left, left + width, closing, used + width)

    def part(self, item: _Node, left: int, closing: int, used: int) -> int:
        """What the part takes of its line; a whole line unless it is plain and fits."""
        if item.plain and self.fits(item, left, closing, used):
            return item.width
        self.stack.append((item, left, closing, used))
        return self.width

    def more(
        self, node: _Node, index: int, left: int, column: int, closing: int, used: int
    ) -> None:
        items = node.items
        for number in range(index, len(items)):
            item = items[number]
            closing_here = 0 if number + 1 < len(items) else closing + 1
            width = item.width + 1
            room = closing_here or 1
            if (
                item.plain
                and width + room < self.width - column
                and used + width + room <= self.longest
            ):
                column += width
                used += width
            else:
                used = self.part(item, left, closing_here, 0)
                column = used + (column if item.kind == _FIELD else left)
        rest = node.rest
        if (
            rest is not None
            and rest is not _DOTS
            and not (
                rest.kind == _TEXT
                and rest.width + 1 < self.width - column - closing - 1
                and rest.width + 1 + used + closing + 1 <= self.longest
            )
        ):
            self.stack.append((rest, column, closing + 1, 0))


class _Layout:
    """Breaks nodes into lines of at most `width` characters.

    `longest` bounds what a line may hold without its indentation. In the methods, `column` is
    where a node starts, `closing` how many brackets must fit behind it, and `used` how many
    characters other than indentation are on its line already.
    """

    def __init__(self, width: int, longest: int) -> None:
        self.width = width
        self.longest = longest
        self.tag_indent = 1
        self.indented = 0
        self.out: list[str] = []
        self.stack: list[_Task] = []

    def text(self, node: _Node, column: int) -> str:
        """The laid out text of `node`."""
        # Below a tag, then four columns, then one: the first that keeps away from the margin.
        for indent in (-1, 4):
            if _Trial(self.width, self.longest, indent).succeeds(node, column):
                self.tag_indent = indent
                break
        stack = self.stack
        stack.append((self.node, (node, column, 0, 0)))
        while stack:
            task = stack.pop()
            if isinstance(task, str):
                self.out.append(task)
            else:
                task[0](*task[1])
        return "".join(self.out)

    def line(self, column: int) -> str:
        """A new line, indented so that text goes on at `column`."""
        self.indented += column
        if self.indented > MAX_INDENTATION:
            raise OverflowError("the term is too deep to be laid out: give a depth")
        return f"\n{' ' * (column - 1)}"

    def fits(self, node: _Node, column: int, closing: int, used: int) -> bool:
        """Whether `node` can stay on its line."""
        width = node.width
        return width < self.width - column - closing and width + used + closing <= self.longest

    def node(self, node: _Node, column: int, closing: int, used: int) -> None:
        """Lay out one node."""
        kind = node.kind
        out = self.out
        if kind == _TEXT:
            out.append(node.text)
        elif self.fits(node, column, closing, used):
            _write(node, out)
        elif kind == _PAIR:
            self.pair(node, column, closing, used)
        elif kind == _FIELD:
            self.field(node, column, closing, used)
        elif kind == _BYTES:
            self.segments(node.items, column + 2, closing, used)
        elif kind == _RECORD:
            out.append(f"{node.text}{{")
            self.stack.append("}")
            self.record(node, column, closing, used + len(node.text) + 1)
        else:
            out.append(_OPEN[kind])
            self.stack.append(_CLOSE[kind])
            if kind == _TAGGED:
                self.tagged(node, column, closing, used + 1)
            else:
                self.parts(node, column + len(_OPEN[kind]), closing, used + 1)

    def tagged(self, node: _Node, column: int, closing: int, used: int) -> None:
        """Lay out the inside of a tuple that starts with an atom."""
        tag = node.items[0]
        indent = tag.width + 2
        self.out.append(tag.text)
        if 0 < self.tag_indent < indent:
            left = column + self.tag_indent
            self.more(node, 1, left, column + indent, closing, used + tag.width)
        else:
            self.out.append(",")
            self.parts(node, column + indent, closing, used + tag.width + 1, 1)

    def parts(self, node: _Node, left: int, closing: int, used: int, index: int = 0) -> None:
        """Lay out the parts from number `index` on; the first one goes where we are."""
        items = node.items
        if index >= len(items):
            if node.rest is not None:
                self.out.append(node.rest.text)
            return
        item = items[index]
        closing_here = 0 if index + 1 < len(items) else closing + 1
        if item.plain and self.fits(item, left, closing_here, used):
            width = item.width
        else:
            width = self.width
        # In a map, what the first pair takes replaces what was there, as OTP counts it.
        used_then = width if node.kind == _MAP else used + width
        self.stack.append((self.more, (node, index + 1, left, left + width, closing, used_then)))
        self.stack.append((self.node, (item, left, closing_here, used)))

    def more(
        self, node: _Node, index: int, left: int, column: int, closing: int, used: int
    ) -> None:
        """Lay out the parts from number `index` on, each behind a separator."""
        items = node.items
        count = len(items)
        out = self.out
        while index < count:
            item = items[index]
            index += 1
            closing_here = 0 if index < count else closing + 1
            width = item.width + 1
            # The last part has closing brackets behind it, any other one a comma.
            room = closing_here or 1
            if (
                item.plain
                and width + room < self.width - column
                and used + width + room <= self.longest
            ):
                out.append(",")
                _write(item, out)
                column += width
                used += width
                continue
            out.append(f",{self.line(left)}")
            if item.plain and self.fits(item, left, closing_here, 0):
                _write(item, out)
                column = left + item.width
                used = item.width
                continue
            column = left + self.width
            self.stack.append((self.more, (node, index, left, column, closing, self.width)))
            self.stack.append((self.node, (item, left, closing_here, 0)))
            return
        rest = node.rest
        if rest is None:
            return
        out.append("|" if node.kind == _LIST else ",")
        if rest is _DOTS:
            out.append("...")
        elif (
            rest.kind == _TEXT
            and rest.width + 1 < self.width - column - closing - 1
            and rest.width + 1 + used + closing + 1 <= self.longest
        ):
            out.append(rest.text)
        else:
            out.append(self.line(left))
            self.stack.append((self.node, (rest, left, closing + 1, 0)))

    def pair(self, node: _Node, column: int, closing: int, used: int) -> None:
        """Lay out `Key => Value` on two or more lines."""
        key, value = node.items
        left = column + _value_indent(self.tag_indent)
        self.stack.append((self.node, (value, left, closing, 0)))
        self.stack.append(f" =>{self.line(left)}")
        self.stack.append((self.node, (key, column, closing, used)))

    def record(self, node: _Node, column: int, closing: int, used: int) -> None:
        """Lay out the fields of a record."""
        if node.items:
            column, broken = self.below(len(node.text) + 1, column)
            if broken:
                self.out.append(self.line(column))
                used = 0
        self.parts(node, column, closing, used)

    def field(self, node: _Node, column: int, closing: int, used: int) -> None:
        """Lay out `Name = Value` whose value does not fit behind it."""
        offset = len(node.text) + 3
        column, broken = self.below(offset, column)
        if broken:
            self.out.append(f"{node.text} ={self.line(column)}")
            used = 0
        else:
            self.out.append(f"{node.text} = ")
            used += offset
        self.stack.append((self.node, (node.items[0], column, closing, used)))

    def below(self, offset: int, column: int) -> tuple[int, bool]:
        """Where something `offset` behind `column` starts, and whether on a line of its own."""
        if 0 < self.tag_indent < offset:
            return column + self.tag_indent, True
        return column + offset, False

    def segments(self, segments: list[str], column: int, closing: int, used: int) -> None:
        """Lay out the numbers of a binary."""
        whole = max(8, min(self.width - column, self.longest - 4 - used) - closing)
        room = whole
        out = self.out
        out.append("<<")
        last = len(segments) - 1
        for index, segment in enumerate(segments):
            if index < last:
                segment += ","
            if len(segment) > room:
                out.append(self.line(column))
                room = whole
            room -= len(segment)
            out.append(segment)
        out.append(">>")


def _value_indent(tag_indent: int) -> int:
    return tag_indent if tag_indent > 0 else 4
