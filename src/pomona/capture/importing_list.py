"""The items of a list from a CSV file, with or without a header line."""

from collections.abc import Sequence
from io import BytesIO

import msgspec

from pomona.capture.importing_file import CsvFile
from pomona.domain.lists import Kind
from pomona.formats.list_item import read_items

SAMPLE = 100
"""Lines that are looked at to find out which column is meant."""


class ListFile(msgspec.Struct, frozen=True):
    """A file's lines. `broken` counts those whose quotes are not closed: they have no cells."""

    first: tuple[str, ...]
    rest: tuple[tuple[str, ...], ...]
    broken: int

    def texts(self, column: int, *, has_header: bool) -> list[str]:
        """The cells of a column (from 0); "" where a line is too short for it."""
        lines = self.rest if has_header else (self.first, *self.rest)
        return [line[column] if column < len(line) else "" for line in lines]

    def likely_column(self, kind: Kind) -> int:
        """The column in which most cells can be read as items of the kind, the first of equal ones."""
        return max(range(len(self.first)), key=lambda column: (self._readable(column, kind), -column))

    def likely_header(self, kind: Kind) -> bool:
        """Whether the first line names the columns: it is no item itself; among words only a table's first line."""
        if kind == "text":
            return len(self.first) > 1
        (item,) = read_items(kind, [self.first[self.likely_column(kind)] or "-"])
        return item.normal is None

    def _readable(self, column: int, kind: Kind) -> int:
        sample: Sequence[str] = self.texts(column, has_header=True)[:SAMPLE] or [self.first[column]]
        return sum(item.normal is not None for item in read_items(kind, sample))


def read_list_file(content: bytes) -> ListFile:
    """The lines of a CSV file; encoding and delimiter are found out. Raises `ImportProblem`."""
    file = CsvFile(BytesIO(content))
    rows = list(file.rows())
    return ListFile(
        first=tuple(file.header),
        rest=tuple(tuple(row.cells) for row in rows if row.cells),
        broken=sum(not row.cells for row in rows),
    )
