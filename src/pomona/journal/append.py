"""The ordered append: the only way into the journal."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.errors import UniqueViolation

from pomona.domain.event import Event
from pomona.journal.codec import COLUMNS, TYPES, to_row

APPEND_LOCK = 7_266_001
CHANNEL = "journal"


def append(conn: Connection[Any], events: Sequence[Event]) -> list[Event]:
    """Append the events whose message key is new; return those, in order.

    Must be the last step of the caller's transaction: from here to its commit every other append waits,
    so that the order of `seq` is the order of commits and a cursor `seq > n` can skip nothing.
    """
    fresh = _claim_keys(conn, events)
    if not fresh:
        return []
    conn.execute("SELECT pg_advisory_xact_lock(%s)", (APPEND_LOCK,))
    columns = ", ".join(f'"{column}"' for column in COLUMNS)
    with conn.cursor() as cursor, cursor.copy(f"COPY journal ({columns}) FROM STDIN (FORMAT BINARY)") as copy:
        copy.set_types(TYPES)
        for event in fresh:
            copy.write_row(to_row(event))
    conn.execute(f"NOTIFY {CHANNEL}")
    return fresh


def _claim_keys(conn: Connection[Any], events: Sequence[Event]) -> list[Event]:
    """Claim each message key once; the cheap COPY first, key by key only if some are repeats."""
    first = {event.key: event for event in reversed(events)}
    if not first:
        return []
    try:
        with conn.transaction(), conn.cursor() as cursor, cursor.copy("COPY message_key (key) FROM STDIN") as copy:
            for key in first:
                copy.write_row((key,))
        claimed: set[UUID] = set(first)
    except UniqueViolation:
        rows = conn.execute(
            "INSERT INTO message_key (key) SELECT unnest(%s::uuid[]) ON CONFLICT DO NOTHING RETURNING key",
            (list(first),),
        )
        claimed = {row[0] for row in rows}
    return [event for event in reversed(first.values()) if event.key in claimed]
