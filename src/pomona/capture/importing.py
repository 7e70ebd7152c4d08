"""Import of leads with their history from a CSV file.

Every message is keyed by what it says, so the same file twice changes nothing, and an import that was killed
midway is completed by running it again. Rows are committed in groups; memory stays flat.
"""

import csv
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

import msgspec
from psycopg import Connection

from pomona.capture.errors import RefusedEvent
from pomona.capture.importing_errors import RefusedRow
from pomona.capture.importing_file import CsvFile, Row
from pomona.capture.importing_mapping import ROW, ColumnMap
from pomona.capture.importing_row import RowReader
from pomona.capture.segment import read_message
from pomona.domain.errors import Language, PomonaError
from pomona.domain.event import Event, is_visitor
from pomona.journal.append import append

GROUP = 500
"""Rows a transaction."""
REASON = "reason"
"""The column that says why a row was refused."""

Progress = Callable[[int, float], None]
"""Told after each group: rows read so far, and the share of the file that they are (0 to 1)."""


class ImportReport(msgspec.Struct, frozen=True):
    """What became of the rows. `repeated`: all that they tell was known already."""

    rows: int = 0
    imported: int = 0
    repeated: int = 0
    refused: int = 0


def import_file(
    conn: Connection[Any],
    path: Path,
    mapping: ColumnMap,
    *,
    source: int,
    secret: bytes,
    now: int,
    language: Language = "en",
    progress: Progress | None = None,
    refused_path: Path | None = None,
) -> ImportReport:
    """Append what the rows of a file tell as events of `source`; what has no time of its own happened `now`.

    `secret` is the installation's, for identity hashes. Refused rows go to `refused_path` (written only if there
    are any), each with its reason in `language`; corrected, that file can be imported again. Raises
    `ImportProblem` if the file or its mapping cannot be used at all.
    """
    file = CsvFile(path, encoding=mapping.encoding, delimiter=mapping.delimiter)
    refused = _RefusedRows(refused_path, file, language)
    try:
        mapping.check(file.header)
        teller = _Teller(file.header, RowReader(mapping), source, secret, now)
        report, rows = ImportReport(), file.rows()
        while group := list(islice(rows, GROUP)):
            report = _import_group(conn, group, teller, refused, report)
            if progress is not None:
                progress(report.rows, file.share)
        return report
    finally:
        refused.close()
        file.close()


class _Teller:
    """What a row tells, as events."""

    def __init__(self, header: Sequence[str], reader: RowReader, source: int, secret: bytes, now: int) -> None:
        self._header, self._reader = header, reader
        self._source, self._secret, self._now = source, secret, now

    def events(self, row: Row) -> list[Event]:
        """Raises `RefusedRow` or `RefusedEvent`; then nothing of the row is kept."""
        if row.refused is not None:
            raise row.refused
        cells = dict(zip(self._header, row.cells, strict=True))
        events = [self._event(message) for message in self._reader.messages({**cells, ROW: str(row.number)})]
        if all(is_visitor(key) for key in events[0].keys):
            raise RefusedRow("no_identity")
        return events

    def _event(self, message: dict[str, Any]) -> Event:
        return read_message(
            message, call=None, source=self._source, secret=self._secret, received_at=self._now, sent_at=None
        )


class _RefusedRows:
    """The file of refused rows, made when the first one comes; Excel opens it (UTF-8 with its mark)."""

    def __init__(self, path: Path | None, file: CsvFile, language: Language) -> None:
        self._path, self._file, self._language = path, file, language
        self._text: TextIO | None = None
        self._writer: Any = None

    def add(self, row: Row, error: PomonaError) -> None:
        if self._path is None:
            return
        if self._text is None:
            self._text = self._path.open("w", encoding="utf-8-sig", newline="")
            self._writer = csv.writer(self._text, delimiter=self._file.delimiter)
            self._writer.writerow([*self._file.header, REASON])
        width = len(self._file.header)
        cells = [*row.cells, *[""] * (width - len(row.cells))]
        self._writer.writerow([*cells[:width], error.text(self._language), *cells[width:]])

    def close(self) -> None:
        if self._text is not None:
            self._text.close()


def _import_group(
    conn: Connection[Any], rows: Sequence[Row], teller: _Teller, refused: _RefusedRows, report: ImportReport
) -> ImportReport:
    told: list[list[Event]] = []
    for row in rows:
        try:
            told.append(teller.events(row))
        except (RefusedRow, RefusedEvent) as error:
            refused.add(row, error)
    with conn.transaction():
        fresh = {event.key for event in append(conn, [event for events in told for event in events])}
    imported = sum(any(event.key in fresh for event in events) for events in told)
    return ImportReport(
        rows=report.rows + len(rows),
        imported=report.imported + imported,
        repeated=report.repeated + len(told) - imported,
        refused=report.refused + len(rows) - len(told),
    )
