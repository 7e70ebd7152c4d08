"""A second set of the derived tables, to build them anew beside the live ones, compare and take over."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from psycopg import Connection

from pomona.store.leads import COLUMNS


class Table(NamedTuple):
    """A derived table: what identifies a row, and what must be equal in a rebuild."""

    name: str
    identified_by: tuple[str, ...]
    equal: tuple[str, ...]
    stored: tuple[str, ...]


OF_THE_MOMENT = ("score", "score_grade", "scored_at", "ripe_up_to")
"""Columns that are as of the moment they were stored."""


def _table(name: str, identified_by: str, others: str = "") -> Table:
    key = tuple(identified_by.split())
    columns = (*key, *others.split())
    return Table(name, key, tuple(column for column in columns if column not in OF_THE_MOMENT), columns)


TABLES = (
    _table("identity_link", "a b"),
    _table("identity_hand_link", "a b", "joined"),
    _table("identity_person", "key", "person"),
    _table("identity_visit", "visitor t message", "key"),
    _table("lead", "id", " ".join(name for name in COLUMNS if name != "id")),
    _table("lead_score", "lead agreement version", "tally ripe_up_to"),
    _table("account_act", "lead pattern", "t key"),
)

WRITTEN_BESIDE = ("account_due",)
"""What whoever saves leads writes as well: of a build it is thrown away."""


@contextmanager
def tables(conn: Connection[Any]) -> Iterator[None]:
    """Empty tables of the same names that hide the live ones from this connection until the end.

    They are temporary: a kill leaves nothing behind. Prepared statements would still mean the live ones,
    so none are used meanwhile.
    """
    prepare, conn.prepare_threshold = conn.prepare_threshold, None
    names = (*(table.name for table in TABLES), *WRITTEN_BESIDE)
    try:
        for name in names:
            conn.execute(f"CREATE TEMPORARY TABLE {name} (LIKE {name} INCLUDING ALL)")
        yield
    finally:
        conn.execute(f"DROP TABLE IF EXISTS {', '.join(f'pg_temp.{name}' for name in names)}")
        conn.prepare_threshold = prepare


def analyze(conn: Connection[Any]) -> None:
    """Let the planner know how large the fresh tables are; nothing else does it for temporary ones."""
    for table in TABLES:
        conn.execute(f"ANALYZE pg_temp.{table.name}")


def differences(conn: Connection[Any], table: Table, *, sample: int = 10) -> list[tuple[Any, ...]]:
    """What identifies rows that are not the same in the live and the fresh table, at most `sample` of them."""
    key = ", ".join(table.identified_by)
    live, fresh = (f"SELECT {', '.join(table.equal)} FROM {room}.{table.name}" for room in ("public", "pg_temp"))
    return conn.execute(
        f"SELECT DISTINCT {key} FROM (({live} EXCEPT {fresh}) UNION ALL ({fresh} EXCEPT {live})) AS differing "
        f"ORDER BY {key} LIMIT {int(sample)}"
    ).fetchall()


def take_over(conn: Connection[Any]) -> None:
    """Make the live tables equal to the fresh ones; rows that are equal already are not touched."""
    with conn.transaction():
        for table in TABLES:
            columns, key = ", ".join(table.stored), ", ".join(table.identified_by)
            live, fresh = (f"SELECT {columns} FROM {room}.{table.name}" for room in ("public", "pg_temp"))
            conn.execute(
                f"DELETE FROM public.{table.name} WHERE ({key}) IN "
                f"(SELECT {key} FROM ({live} EXCEPT {fresh}) AS differing)"
            )
            conn.execute(f"INSERT INTO public.{table.name} ({columns}) {fresh} ON CONFLICT DO NOTHING")
