"""DuckDB as history uses it: nothing fetched from the network, rows loaded from the journal in portions."""

from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from pathlib import Path

import duckdb

from pomona.domain.event import Event
from pomona.history.dialect import DUCKDB
from pomona.history.errors import UnknownMemory
from pomona.history.facts import COLUMNS, flat
from pomona.history.work_folder import work_folder

_OFFLINE = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
_TYPES = ", ".join(f"'{name}': '{kind}'" for name, kind in COLUMNS.items())


def empty_connection(*, memory: str | None = None) -> duckdb.DuckDBPyConnection:
    """A database in memory with the empty table `loaded` of facts; `memory` limits it, as `4GiB`. Raises
    `UnknownMemory`."""
    try:
        db = duckdb.connect(config={**_OFFLINE, **({"memory_limit": memory} if memory else {})})
    except duckdb.ParserException as error:
        raise UnknownMemory("unknown_history_memory", memory=memory) from error
    columns = ", ".join(f'"{name}" {kind}' for name, kind in COLUMNS.items())
    db.execute(f"CREATE TABLE loaded ({columns})")
    return db


def load_facts(
    db: duckdb.DuckDBPyConnection,
    facts: Iterable[tuple[int, Event]],
    *,
    without: Collection[int] = (),
    rows_at_once: int = 200_000,
    within: Path | None = None,
) -> Iterator[list[int]]:
    """Put the next facts into the table `loaded`, in place of what it held, portion by portion.

    Yields the `seq` of those left out of each: those of `without`, and those no profile can be made of. The portions
    pass through a file in a folder `within`.
    """
    remaining = iter(facts)
    with work_folder(within) as folder:
        lines = folder / "facts.json"
        while portion := list(islice(remaining, rows_at_once)):
            left_out = _write_lines(lines, portion, without)
            db.execute("TRUNCATE loaded")
            db.execute(f"INSERT INTO loaded SELECT * FROM {_json(lines)}")
            yield left_out


def _json(lines: Path) -> str:
    """The facts of a file of JSON lines, in the columns' types."""
    return f"read_json({DUCKDB.text(str(lines))}, format = 'newline_delimited', columns = {{{_TYPES}}})"


def _write_lines(path: Path, facts: Iterable[tuple[int, Event]], without: Collection[int]) -> list[int]:
    left_out = []
    with path.open("wb") as file:
        for seq, event in facts:
            line = None if seq in without else _line(seq, event)
            if line is None:
                left_out.append(seq)
            else:
                file.write(line + b"\n")
    return left_out


def _line(seq: int, event: Event) -> bytes | None:
    """The fact as a line; None for one whose body is not of the kind that capture makes."""
    try:
        return flat(seq, event)
    except (AttributeError, TypeError, ValueError):
        return None
