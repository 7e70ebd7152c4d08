"""A CSV file as a stream of rows: finds out encoding and delimiter, keeps nothing in memory."""

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import msgspec
from charset_normalizer import from_bytes

from pomona.capture.importing_errors import ImportProblem, RefusedRow

DELIMITERS = ",;\t"
_SAMPLE = 65_536
_BYTE_ORDER_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_GUESSED = ["cp1251", "utf_16_le", "utf_16_be"]


class Row(msgspec.Struct, frozen=True):
    """One row below the header; `number` counts from 1, `line` is the line of the file in which it ends.

    `refused` says why its cells do not fit the header.
    """

    number: int
    line: int
    cells: list[str]
    refused: RefusedRow | None = None


class CsvFile:
    """An open CSV file. `header` names its columns; `share` is how much of it was read, 0 to 1."""

    def __init__(self, file: Path | BinaryIO, *, encoding: str | None = None, delimiter: str | None = None) -> None:
        self._bytes = _opened(file) if isinstance(file, Path) else file
        self._size = max(self._bytes.seek(0, io.SEEK_END), 1)
        self._bytes.seek(0)
        self.encoding = encoding or find_encoding(self._bytes)
        self._bytes.seek(0)
        text = io.TextIOWrapper(self._bytes, encoding=_known(self.encoding), newline="")
        try:
            self.delimiter = delimiter or find_delimiter(text.read(_SAMPLE))
            text.seek(0)
            self._reader = csv.reader(text, delimiter=self.delimiter, strict=True)
            self.header = _header(next(self._reader, []))
        except UnicodeError as error:
            raise ImportProblem("encoding_wrong", encoding=self.encoding) from error
        except csv.Error as error:
            raise ImportProblem("header_quoting", why=error) from error

    @property
    def share(self) -> float:
        """How much of the file was read, 0 to 1."""
        return self._bytes.tell() / self._size

    def close(self) -> None:
        """Close the file."""
        self._bytes.close()

    def rows(self) -> Iterator[Row]:
        """The rows in their order; blank lines are left out."""
        number = 0
        while True:
            try:
                cells = next(self._reader, None)
            except csv.Error as error:
                number += 1
                yield Row(number, self._reader.line_num, [], RefusedRow("quoting", why=error))
                continue
            except UnicodeError as error:
                raise ImportProblem("encoding_wrong", encoding=self.encoding) from error
            if cells is None:
                return
            if any(cells):
                number += 1
                yield Row(number, self._reader.line_num, cells, self._misfit(cells))

    def _misfit(self, cells: Sequence[str]) -> RefusedRow | None:
        if len(cells) == len(self.header):
            return None
        return RefusedRow("cells", found=len(cells), expected=len(self.header))


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise ImportProblem("no_file", path=path, why=error.strerror) from error


def find_encoding(stream: BinaryIO) -> str:
    """The encoding of a file: by its byte order mark, else UTF-8 if all of it is, else by its letters."""
    sample = stream.read(_SAMPLE)
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if sample.startswith(mark):
            return encoding
    if b"\x00" not in sample and _is_utf8(sample, stream):
        return "utf-8"
    guess = from_bytes(sample[: len(sample) // 2 * 2], cp_isolation=_GUESSED).best()
    if guess is None:
        raise ImportProblem("encoding_unknown")
    return guess.encoding


def find_delimiter(sample: str) -> str:
    """Comma, semicolon or tab: by which most lines have as many cells as the first one, then by which it has most.

    The standard library's sniffer is not asked: it takes hours over some files.
    """
    return max(DELIMITERS, key=lambda delimiter: _parted(sample, delimiter))


def _parted(sample: str, delimiter: str) -> tuple[int, int]:
    """How many lines have as many cells as the first one, and how many these are; (0, 1): it is in one piece."""
    widths: list[int] = []
    with suppress(csv.Error):
        widths.extend(len(cells) for cells in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter) if cells)
    first = widths[0] if widths else 1
    return (widths.count(first), first) if first > 1 else (0, 1)


def _is_utf8(sample: bytes, stream: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while sample:
            decoder.decode(sample)
            sample = stream.read(_SAMPLE)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _known(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError as error:
        raise ImportProblem("encoding_unknown") from error


def _header(cells: Sequence[str]) -> list[str]:
    names = [cell.strip() for cell in cells]
    if not any(names):
        raise ImportProblem("empty")
    for name in names:
        if name and names.count(name) > 1:
            raise ImportProblem("repeated_column", column=name)
    return names
