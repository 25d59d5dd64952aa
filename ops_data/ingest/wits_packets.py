"""WITS level 0 from bytes to packets, fed in any pieces.

A packet is a line ``&&``, lines of four digits (two for the record, two for the item) with a value right behind them,
and a line ``!!``. The parser holds one packet. What does not fit is told as `Broken` and the parser goes on at the next
``&&``; a packet that another one interrupts is not trusted at all.
"""

import re
from dataclasses import dataclass
from typing import Final, TypeAlias

from ops_data.ingest.rows import TEXT_LETTERS

BEGIN: Final = "&&"
END: Final = "!!"
LINE_BYTES: Final = 1_024  # longer lines are noise
PACKET_LINES: Final = 2_000  # a hundred records of a hundred items would be more than any sender packs together
_ITEM: Final = re.compile(r"(\d{4})(.*)", re.ASCII | re.DOTALL)
_LINES: Final = re.compile(rb"\r\n|\n|\r")


@dataclass(frozen=True)
class Item:
    """One line of a packet: line of the stream from 1, record and item as four digits, the value as found."""

    line: int
    item: str
    text: str


@dataclass(frozen=True)
class Packet:
    """A whole packet: the line of its ``&&`` and its items in order."""

    line: int
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Broken:
    """A line or a packet that does not fit: its (first) line, why, and its text."""

    line: int
    reason: str
    text: str


Found: TypeAlias = Packet | Broken


class PacketParser:
    r"""Turns a stream of bytes into packets; how the stream is cut into pieces changes nothing.

    Examples
    --------
    >>> parser = PacketParser()
    >>> parser.feed(b"&&\r\n01083650.4")
    []
    >>> parser.feed(b"0\r\n!!\r\n")
    [Packet(line=1, items=(Item(line=2, item='0108', text='3650.40'),))]
    """

    def __init__(self) -> None:
        self._rest = b""  # a line that has not ended, at most one byte longer than a line may be
        self._return = False  # the last byte was a carriage return: a line feed behind it belongs to it
        self._line = 0
        self._begun: int | None = None  # line of the && that is open
        self._items: list[Item] = []

    def feed(self, data: bytes) -> list[Found]:
        """Return what became whole with these bytes."""
        if not data:
            return []
        data = b"\r" + data if self._return else data
        self._return = data.endswith(b"\r")
        *lines, rest = _LINES.split(data[:-1] if self._return else data)
        found: list[Found] = []
        for line in lines:
            found += self._taken(self._rest + line)
            self._rest = b""
        self._rest = (self._rest + rest)[: LINE_BYTES + 1]
        return found

    def close(self) -> list[Found]:
        """Return what the end of the stream makes of the rest."""
        found = self._taken(self._rest) if self._rest or self._return else []
        self._rest, self._return = b"", False
        return found + self._unclosed("the stream ends within this packet")

    def _taken(self, raw: bytes) -> list[Found]:
        self._line += 1
        if len(raw) > LINE_BYTES:
            text = raw.decode("latin-1")[:TEXT_LETTERS]
            return [Broken(self._line, f"a line of more than {LINE_BYTES} bytes; none of WITS is so long", text)]
        text = "".join(letter for letter in raw.decode("latin-1") if letter.isprintable()).strip()
        if text.endswith(BEGIN):
            found = self._unclosed("the next packet begins before this one was closed with !!")
            found += self._outside(text[: -len(BEGIN)])
            self._begun = self._line
            return found
        if text.endswith(END):
            return self._closed(text)
        if self._begun is None:
            return self._outside(text)
        return self._inside(text)

    def _closed(self, text: str) -> list[Found]:
        cut = text[: -len(END)].strip()
        if self._begun is None:
            return [Broken(self._line, "!! without && before it", text[:TEXT_LETTERS])]
        found: list[Found] = [Packet(self._begun, tuple(self._items))]
        self._begun, self._items = None, []
        if cut:
            found.append(Broken(self._line, "!! stands behind other text, which may be cut off", text[:TEXT_LETTERS]))
        return found

    def _inside(self, text: str) -> list[Found]:
        match = _ITEM.fullmatch(text)
        if not text:
            return []
        if match is None:
            reason = "four digits for record and item are missing at the beginning of the line"
            return [Broken(self._line, reason, text[:TEXT_LETTERS])]
        self._items.append(Item(self._line, match[1], match[2].strip()))
        if len(self._items) > PACKET_LINES:
            return self._unclosed(f"more than {PACKET_LINES} lines without !!")
        return []

    def _outside(self, text: str) -> list[Found]:
        text = text.strip()
        return [Broken(self._line, "text outside of && and !!", text[:TEXT_LETTERS])] if text else []

    def _unclosed(self, reason: str) -> list[Found]:
        if self._begun is None:
            return []
        text = " ".join(item.item + item.text for item in self._items)
        found: list[Found] = [Broken(self._begun, f"{reason}; none of its values is taken", text[:TEXT_LETTERS])]
        self._begun, self._items = None, []
        return found
