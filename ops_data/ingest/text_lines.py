"""Text files in blocks of whole lines, whatever their encoding; bytes that break it cost their line, not the file."""

import codecs
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from ops_data.errors import ObservationError
from ops_data.ingest.mapping import Mapping_
from ops_data.ingest.rows import CUT_OFF, TEXT_LETTERS, Refused

BLOCK_BYTES: Final = 4 << 20
LONGEST_LINE: Final = 1 << 20
_HEAD: Final = 1 << 16
_MARKS: Final = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_WIDE: Final = ("utf-16", "utf-32")


@dataclass(frozen=True)
class Block:
    """Whole lines as UTF-8 without their ends, the number of each in the file, and lines that could not be decoded."""

    lines: list[bytes]
    numbers: list[int] | range
    refused: list[Refused]


def encoding_of(path: Path, head: bytes, mapping: Mapping_) -> str:
    """Return the encoding of a text file: by its mark, by the mapping, else UTF-8, or CP932 where nothing else fits.

    Raises
    ------
    ObservationError
        The file is binary.
    """
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    if mapping.encoding:
        return codecs.lookup(mapping.encoding).name
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if even + odd:
        if odd > 0.4 * len(head[1::2]) and even == 0:
            return "utf-16-le"
        if even > 0.4 * len(head[0::2]) and odd == 0:
            return "utf-16-be"
        raise ObservationError(f"{path}: it is binary, not a table in text; name its format in a mapping (--mapping)")
    whole_lines = head[: head.rfind(b"\n") + 1] or head
    try:
        whole_lines.decode("utf-8")
    except UnicodeDecodeError:
        return "cp932" if _is_japanese(whole_lines) else "utf-8"
    return "utf-8"


def _is_japanese(data: bytes) -> bool:
    """Say whether bytes are surely CP932: all of them, and what is not ASCII is kana, kanji or full width."""
    try:
        text = data.decode("cp932")
    except UnicodeDecodeError:
        return False
    names = [unicodedata.name(letter, "") for letter in text if ord(letter) > 0x7F]
    known = ("CJK", "HIRAGANA", "KATAKANA", "IDEOGRAPHIC", "FULLWIDTH", "DEGREE", "GREEK")
    return bool(names) and all(name.startswith(known) for name in names)


def blocks_of(path: Path, mapping: Mapping_) -> Iterator[Block]:
    """Yield the lines of a text file in blocks; the last line, if it does not end, is refused as cut off.

    Raises
    ------
    ObservationError
        It is binary, or a line is longer than `LONGEST_LINE`; OSError if it cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
        encoding = encoding_of(path, head, mapping)
        file.seek(next((len(mark) for mark, _ in _MARKS if head.startswith(mark)), 0))
        if b"\n" not in head and b"\r" in head:
            raise ObservationError(f"{path}: its lines end with a carriage return alone; save it with line feeds")
        number, rest = 1, b""
        for data in _pieces(file, encoding):
            rest += data
            end = rest.rfind(b"\n") + 1
            if not end and len(rest) > LONGEST_LINE:
                raise ObservationError(
                    f"{path}: line {number} has no end within {LONGEST_LINE:,} bytes; it is no table"
                )
            if end:
                block = _block(rest[:end].split(b"\n")[:-1], number, encoding)
                yield block
                number += rest.count(b"\n", 0, end)
                rest = rest[end:]
        if rest.strip():
            yield Block([], [], [Refused(number, CUT_OFF, _shown(rest))])


def _pieces(file: IO[bytes], encoding: str) -> Iterator[bytes]:
    """Yield the bytes of a file; of encodings in which a line feed is not one byte, as UTF-8."""
    decoder = codecs.getincrementaldecoder(encoding)("replace") if encoding.startswith(_WIDE) else None
    while data := file.read(BLOCK_BYTES):
        yield data if decoder is None else decoder.decode(data).encode()


def _block(lines: list[bytes], number: int, encoding: str) -> Block:
    """Return lines as UTF-8; those that are not of the encoding are refused."""
    whole = b"\n".join(lines)
    wide = encoding.startswith(_WIDE)
    try:
        text = whole.decode("utf-8" if wide else encoding)
        if not (wide and "\N{REPLACEMENT CHARACTER}" in text):
            return Block(
                lines if encoding == "utf-8" or wide else text.encode().split(b"\n"),
                range(number, number + len(lines)),
                [],
            )
    except UnicodeDecodeError:
        pass  # some line is not of the encoding: one by one
    kept, numbers, refused = [], [], []
    for at, line in enumerate(lines, number):
        try:
            text = line.decode("utf-8" if wide else encoding)
        except UnicodeDecodeError:
            text = "\N{REPLACEMENT CHARACTER}"
        if "\N{REPLACEMENT CHARACTER}" in text:
            reason = f'bytes of this line are not {encoding}; declare the encoding in a mapping (encoding = "cp932")'
            refused.append(Refused(at, reason, _shown(line)))
        else:
            kept.append(text.encode())
            numbers.append(at)
    return Block(kept, numbers, refused)


def _shown(line: bytes) -> str:
    return line.decode("utf-8", "replace").rstrip("\r\n")[:TEXT_LETTERS]
