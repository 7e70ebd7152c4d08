"""The ordered append: the only way into the journal."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from psycopg import Connection

from pomona.domain.event import Event
from pomona.journal.codec import COLUMNS, to_copy

APPEND_LOCK = 7_266_001
CHANNEL = "journal"

_CLAIM = f"""
    WITH claimed AS (
        INSERT INTO message_key (key) SELECT unnest(%s::uuid[]) ON CONFLICT DO NOTHING RETURNING key
    ), counted AS (
        SELECT count(*) AS fresh, array_agg(uuid_send(key)) AS keys FROM claimed
    )
    SELECT CASE WHEN fresh < %s THEN keys END, pg_advisory_xact_lock({APPEND_LOCK}), pg_notify('{CHANNEL}', '')
    FROM counted WHERE fresh > 0
"""
"""Claims each key once, then takes the append lock, in one round trip; no row: nothing is new. The keys claimed
are named only where some are repeats."""

COPY = "COPY journal ({}) FROM STDIN (FORMAT BINARY)".format(", ".join(f'"{column}"' for column in COLUMNS))
COPY_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
COPY_END = b"\xff\xff"

Key16 = bytes
"""The 16 bytes of a message key."""


def append(conn: Connection[Any], events: Sequence[Event]) -> list[Event]:
    """Append the events whose message key is new; return those, in order.

    Must be the last step of the caller's transaction: from here to its commit every other append waits,
    so that the order of `seq` is the order of commits and a cursor `seq > n` can skip nothing.
    """
    first = {event.key.bytes: event for event in reversed(events)}
    rows = {key: to_copy(first[key]) for key in reversed(first)}
    return [first[key] for key in append_rows(conn, rows)]


def append_rows(conn: Connection[Any], rows: Mapping[Key16, bytes]) -> Collection[Key16]:
    """`append` for events already encoded by `codec.to_copy`, by message key; returns the keys that were new."""
    fresh = _claim(conn, rows)
    if fresh:
        with conn.cursor() as cursor, cursor.copy(COPY) as copy:
            copy.write(b"".join((COPY_HEADER, *(rows[key] for key in fresh), COPY_END)))
    return fresh


def _claim(conn: Connection[Any], rows: Mapping[Key16, bytes]) -> Collection[Key16]:
    """The keys that nobody has claimed yet. Sorted, so that two who claim the same keys cannot wait for each other."""
    keys = "{" + b"".join(sorted(rows)).hex(",", 16) + "}"
    claimed = conn.execute(_CLAIM, (keys, len(rows)), binary=True).fetchone() if rows else None
    if claimed is None:
        return ()
    if claimed[0] is None:
        return rows.keys()
    fresh = frozenset(claimed[0])
    return [key for key in rows if key in fresh]
