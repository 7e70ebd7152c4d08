"""The whole past, ready to be asked: exported facts, the newest ones from the journal, and whose they are now."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
from psycopg import Connection

from pomona.history.database import empty_connection, load_facts
from pomona.history.export import parquet, read_manifest
from pomona.history.owners import copy_leads, copy_owners
from pomona.journal.facts import erased_after, facts_between, head_and_poison

_FACT = """
    CREATE VIEW fact AS
    SELECT owner.lead, past.t >= lead.cycle_from AS this_cycle, past.* FROM (
        SELECT * FROM {exported} WHERE seq NOT IN (SELECT seq FROM newest) AND seq NOT IN (SELECT seq FROM poison)
        UNION ALL SELECT * FROM newest
    ) AS past
    JOIN owner ON owner.subject = past.subject AND owner.since <= past.t AND past.t < owner.until
    JOIN lead ON lead.lead = owner.lead
"""


@contextmanager
def past(conn: Connection[Any], folder: Path, *, memory: str | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB connection with the relations `fact` and `lead` that `emit` reads, as the journal is now.

    Reads the export in `folder` and whatever of the journal is not in it yet; identity as known now. `memory` limits
    what DuckDB takes, as `4GiB`. Begins a transaction of its own on `conn`. Asked while an export replaces files that
    it reads, DuckDB raises its IOException: ask again.
    """
    with TemporaryDirectory() as work, empty_connection(memory=memory) as db:
        with conn.transaction():
            conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            manifest = read_manifest(folder)
            _load_newest(conn, db, manifest.seq, manifest.left_out, Path(work))
            _load_identity(conn, db, Path(work))
        db.execute(_FACT.format(exported=parquet(folder, manifest.files)))
        yield db


def _load_newest(
    conn: Connection[Any], db: duckdb.DuckDBPyConnection, seq: int, left_out: tuple[int, ...], work: Path
) -> None:
    """Facts not exported yet; after an erasure not exported yet, all emptied ones, too."""
    head, poison = head_and_poison(conn)
    upto = seq if erased_after(conn, seq, head) else None
    db.execute("CREATE TABLE newest AS SELECT * FROM loaded")
    for _ in load_facts(
        db, facts_between(conn, seq, head, also=left_out, emptied_upto=upto), without=poison, work_folder=work
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
        ("lead", leads, "{'lead': 'BIGINT', 'captured_at': 'BIGINT', 'cycle_from': 'BIGINT'}"),
    ):
        path = str(file).replace("'", "''")
        db.execute(f"CREATE TABLE {table} AS SELECT * FROM read_csv('{path}', header = false, columns = {columns})")
