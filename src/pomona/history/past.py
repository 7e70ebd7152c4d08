"""The whole past, ready to be asked: exported facts, the newest ones from the journal, and whose they are now."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import duckdb
from psycopg import Connection

from pomona.history.database import empty_connection, load_facts
from pomona.history.dialect import DUCKDB, Dialect
from pomona.history.errors import UnknownEngine
from pomona.history.export import Manifest, kept, parquet
from pomona.history.owners import copy_leads, copy_owners
from pomona.history.spark import on_spark
from pomona.history.work_folder import work_folder
from pomona.journal.facts import erased_after, facts_between, head_and_poison

FACT = """
    CREATE TEMPORARY VIEW fact AS
    SELECT owner.lead, past.t >= lead.cycle_from AS this_cycle, past.* FROM (
        SELECT * FROM {exported} AS exported
        WHERE NOT EXISTS (SELECT 1 FROM newest WHERE newest.seq = exported.seq)
            AND NOT EXISTS (SELECT 1 FROM poison WHERE poison.seq = exported.seq)
        UNION ALL SELECT * FROM newest
    ) AS past
    JOIN owner ON owner.subject = past.subject AND owner.since <= past.t AND past.t < owner.until
    JOIN lead ON lead.lead = owner.lead
"""


_LEAD = (
    "{'lead': 'BIGINT', 'captured_at': 'BIGINT', 'cycle_from': 'BIGINT', "
    "'account': 'VARCHAR', 'client_since': 'BIGINT', 'owned_since': 'BIGINT'}"
)


class Answer(Protocol):
    """What a query found."""

    def fetchall(self) -> list[Any]:
        """All rows, as tuples."""


class Past(Protocol):
    """An engine with the relations `fact` and `lead` that `emit` reads; `dialect` is what it must be asked in."""

    @property
    def dialect(self) -> Dialect:
        """The engine's SQL."""

    def execute(self, query: str) -> Answer:
        """Ask one query."""

    def interrupt(self) -> None:
        """End what is being asked, from another thread: it raises."""


class OnDuckDB:
    """A DuckDB database that holds the relations `fact` and `lead`."""

    dialect = DUCKDB

    def __init__(self, db: duckdb.DuckDBPyConnection) -> None:
        self.execute = db.execute
        self.interrupt = db.interrupt


@contextmanager
def past(conn: Connection[Any], folder: Path, *, engine: str = "duckdb", memory: str | None = None) -> Iterator[Past]:
    """The past as the journal is now, in the engine that `engine` names: `duckdb`, or a Spark master's address.

    Reads the export in `folder` and whatever of the journal is not in it yet; identity as known now. `memory` limits
    what DuckDB takes, as `4GiB`. Begins a transaction of its own on `conn`. Raises `UnknownEngine`, `UnknownMemory`,
    `NoSpark`.
    """
    if engine != "duckdb" and not engine.startswith("spark://"):
        raise UnknownEngine("unknown_history_engine", engine=engine)
    folder.mkdir(parents=True, exist_ok=True)
    with work_folder(folder) as work, kept(folder) as manifest, empty_connection(memory=memory) as db:
        # What does not fit into memory holds people's data, too.
        db.execute(f"SET temp_directory = {DUCKDB.text(str(work))}")
        _load(conn, db, manifest, work)
        if engine == "duckdb":
            db.execute(FACT.format(exported=parquet(folder, manifest.files)))
            yield OnDuckDB(db)
        else:
            with on_spark(engine, db, work, [folder / file for file in manifest.files], fact=FACT) as spark:
                yield spark


def _load(conn: Connection[Any], db: duckdb.DuckDBPyConnection, manifest: Manifest, work: Path) -> None:
    """Everything but the exported facts, as tables of `db`."""
    with conn.transaction():
        conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        _load_newest(conn, db, manifest.seq, manifest.left_out, work)
        _load_identity(conn, db, work)


def _load_newest(
    conn: Connection[Any], db: duckdb.DuckDBPyConnection, seq: int, left_out: tuple[int, ...], work: Path
) -> None:
    """Facts not exported yet; after an erasure not exported yet, all emptied ones, too."""
    head, poison = head_and_poison(conn)
    upto = seq if erased_after(conn, seq, head) else None
    db.execute("CREATE TABLE newest AS SELECT * FROM loaded")
    for _ in load_facts(
        db, facts_between(conn, seq, head, also=left_out, emptied_upto=upto), without=poison, within=work
    ):
        db.execute("INSERT INTO newest SELECT * FROM loaded")
    db.execute("TRUNCATE loaded")
    db.execute("CREATE TABLE poison AS SELECT unnest(CAST(? AS BIGINT[])) AS seq", [sorted(poison)])


def _load_identity(conn: Connection[Any], db: duckdb.DuckDBPyConnection, work: Path) -> None:
    owners, leads = work / "owners.csv", work / "leads.csv"
    copy_owners(conn, owners)
    copy_leads(conn, leads)
    for table, file, columns in (
        ("owner", owners, "{'subject': 'VARCHAR', 'since': 'BIGINT', 'until': 'BIGINT', 'lead': 'BIGINT'}"),
        ("lead", leads, _LEAD),
    ):
        rows = f"read_csv({DUCKDB.text(str(file))}, auto_detect = false, delim = ',', columns = {columns})"
        db.execute(f"CREATE TABLE {table} AS SELECT * FROM {rows}")
