"""The journal's facts as Parquet files, a folder per day of receipt: incremental by `seq`, exact, rewritten where a
person was erased.

A manifest names the files that count and the `seq` they reach. It is replaced last and at once, so that a kill at
any moment leaves the export as it was; files it does not name are swept up by the next run.
"""

import fcntl
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import duckdb
import msgspec
from psycopg import Connection

from pomona.domain.event import DAY
from pomona.history.database import empty_connection, load_facts
from pomona.history.dialect import DUCKDB
from pomona.history.facts import COLUMNS
from pomona.journal.facts import erased_after, facts_between, head_and_poison

EXPORT_LOCK = 7_266_011
MOST_FILES = 24
"""A day with more files than this is written anew as one."""

_MANIFEST = "manifest.json"
_LOCK = "lock"


class Manifest(msgspec.Struct, frozen=True):
    """What is exported: all facts up to `seq` but those `left_out`, in these files (by day, in the folder), in which
    each fact has these columns."""

    seq: int = 0
    left_out: tuple[int, ...] = ()
    days: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    columns: dict[str, str] = msgspec.field(default_factory=dict)

    @property
    def files(self) -> list[str]:
        """All files that count."""
        return [file for files in self.days.values() for file in files]


def read_manifest(folder: Path) -> Manifest:
    """The manifest of an export; an empty one where nothing was exported yet, or with other columns than now."""
    with suppress(FileNotFoundError):
        manifest = msgspec.json.decode((folder / _MANIFEST).read_bytes(), type=Manifest)
        if manifest.columns == COLUMNS:
            return manifest
    return Manifest()


@contextmanager
def kept(folder: Path) -> Iterator[Manifest]:
    """The manifest of an export whose files no run deletes meanwhile; see `read_manifest`."""
    with _locked(folder, fcntl.LOCK_SH):
        yield read_manifest(folder)


@contextmanager
def _locked(folder: Path, how: int) -> Iterator[None]:
    with (folder / _LOCK).open("w") as lock:
        fcntl.flock(lock, how)
        yield


def export(
    conn: Connection[Any],
    folder: Path,
    *,
    rows_at_once: int = 200_000,
    progress: Callable[[float], None] = lambda share: None,
) -> Manifest:
    """Bring the export in `folder` up to the journal's newest event; returns what is exported now.

    One at a time: a second one waits for the first. After an erasure the days it touched are written anew, and their
    old files are deleted, when nobody reads them any more. `progress` is told the share done, 0 to 1; what it raises
    leaves the export as it was.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with conn.transaction():
        conn.execute("SELECT pg_advisory_xact_lock(%s)", (EXPORT_LOCK,))
        run = _Run(folder, read_manifest(folder), progress)
        run.sweep()
        head, poison = head_and_poison(conn)
        emptied = erased_after(conn, run.before.seq, head)
        new = facts_between(conn, run.before.seq, head, also=run.before.left_out)
        run.append(new, poison, rows_at_once, most=head - run.before.seq)
        if emptied:
            run.rewrite(facts_between(conn, head, head, emptied_upto=run.before.seq))
        run.merge()
        run.finish(head)
    return run.after


class _Run:
    """One run of the export: the files it adds and replaces."""

    def __init__(self, folder: Path, before: Manifest, progress: Callable[[float], None]) -> None:
        self.folder, self.before, self.after, self.progress = folder, before, before, progress
        self.days = {day: list(files) for day, files in before.days.items()}
        self.left_out: list[int] = []

    def sweep(self) -> None:
        """Delete files that a killed run left behind."""
        named = {self.folder / file for file in self.before.files}
        found = (*self.folder.glob("day=*/*.parquet"), *self.folder.glob(f"{_MANIFEST}.*"))
        self._delete([file for file in found if file not in named])

    def append(self, facts: Iterable[Any], poison: set[int], rows_at_once: int, *, most: int) -> None:
        """Write new facts, `most` at the utmost, into files of their own, so many at a time."""
        with empty_connection() as db:
            portions = load_facts(db, facts, without=poison, rows_at_once=rows_at_once, within=self.folder)
            for number, left_out in enumerate(portions):
                self.progress(min(1.0, number * rows_at_once / max(most, 1)))
                self.left_out.extend(left_out)
                for day in _days(db, "loaded"):
                    self.days.setdefault(day, []).append(self._write(db, day, f"SELECT * FROM loaded WHERE {_of(day)}"))

    def rewrite(self, emptied: Iterable[Any]) -> None:
        """Write anew each day in which the export still holds what was erased from the journal."""
        with empty_connection() as db:
            db.execute("CREATE TABLE emptied AS SELECT * FROM loaded")
            for _ in load_facts(db, emptied, within=self.folder):
                db.execute("INSERT INTO emptied SELECT * FROM loaded")
            for day in _days(db, "emptied"):
                files = self._read(self.days[day]) if day in self.days else ""
                if files and db.execute(_STALE.format(files=files)).fetchone():
                    self._replace(db, day, _CLEANED.format(files=files, day=_of(day)))

    def merge(self) -> None:
        """Make one file of the many of a day."""
        with empty_connection() as db:
            for day in [day for day, files in self.days.items() if len(files) > MOST_FILES]:
                self._replace(db, day, f"SELECT * FROM {self._read(self.days[day])}")

    def finish(self, seq: int) -> None:
        """Let the new files count, then delete those that they replace."""
        days = {day: tuple(files) for day, files in sorted(self.days.items())}
        self.after = Manifest(seq=seq, left_out=tuple(self.left_out), days=days, columns=COLUMNS)
        waiting = self.folder / f"{_MANIFEST}.{uuid4().hex}"
        waiting.write_bytes(msgspec.json.encode(self.after))
        _sync(waiting)
        waiting.replace(self.folder / _MANIFEST)
        _sync(self.folder)
        self._delete([self.folder / file for file in set(self.before.files) - set(self.after.files)])

    def _delete(self, files: Sequence[Path]) -> None:
        if not files:
            return
        with _locked(self.folder, fcntl.LOCK_EX):
            for file in files:
                file.unlink(missing_ok=True)

    def _replace(self, db: duckdb.DuckDBPyConnection, day: str, query: str) -> None:
        self.days[day] = [self._write(db, day, query)]

    def _write(self, db: duckdb.DuckDBPyConnection, day: str, query: str) -> str:
        file = f"day={day}/{uuid4().hex}.parquet"
        path = self.folder / file
        path.parent.mkdir(exist_ok=True)
        db.execute(
            f"COPY ({query} ORDER BY subject, t, key) TO {DUCKDB.text(str(path))} (FORMAT parquet, COMPRESSION zstd)"
        )
        _sync(path)
        return file

    def _read(self, files: Iterable[str]) -> str:
        return parquet(self.folder, files)


_STALE = """
    SELECT 1 FROM {files} AS old JOIN emptied USING (seq)
    WHERE old.subject <> emptied.subject OR old.traits IS NOT NULL OR old.properties IS NOT NULL
        OR old.path IS NOT NULL LIMIT 1
"""
_CLEANED = """
    SELECT * FROM {files} WHERE seq NOT IN (SELECT seq FROM emptied)
    UNION ALL SELECT emptied.* FROM emptied SEMI JOIN {files} AS old USING (seq) WHERE {day}
"""


def parquet(folder: Path, files: Iterable[str]) -> str:
    """The relation of these files, for a FROM; without any, one of no rows."""
    named = DUCKDB.texts([str(folder / file) for file in files])
    columns = ", ".join(f'"{name}"' for name in COLUMNS)
    return f"(SELECT {columns} FROM read_parquet([{named}], hive_partitioning = false))" if named else "loaded"


def _days(db: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    """The days of receipt (UTC) of a table's facts, ascending."""
    rows = db.execute(f"SELECT DISTINCT {_DAY} AS day FROM {table} ORDER BY day").fetchall()
    return [row[0] for row in rows]


_DAY = f"strftime(make_timestamp(received_at - received_at % {DAY}), '%Y-%m-%d')"


def _of(day: str) -> str:
    return f"{_DAY} = '{day}'"


def _sync(path: Path) -> None:
    """Wait until what was written is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
