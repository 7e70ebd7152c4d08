"""How far each reader of the journal has come, and the events it could not fold."""

from typing import Any

from psycopg import Connection

from pomona.domain.event import Event


def claim(conn: Connection[Any], name: str) -> int | None:
    """Lock the cursor until the transaction ends; its `seq`, or None while somebody else holds it.

    A cursor that is not there yet begins before the first event.
    """
    conn.execute("INSERT INTO work_cursor (name, seq) VALUES (%s, 0) ON CONFLICT DO NOTHING", (name,))
    row = conn.execute("SELECT seq FROM work_cursor WHERE name = %s FOR UPDATE SKIP LOCKED", (name,)).fetchone()
    return None if row is None else int(row[0])


def hold_engines(conn: Connection[Any]) -> None:
    """Lock the cursor of every shard until the transaction ends, after waiting for the batches that run."""
    conn.execute("SELECT FROM work_cursor WHERE name LIKE 'engine:%' ORDER BY name FOR UPDATE")


def advance(conn: Connection[Any], name: str, seq: int) -> None:
    """Everything up to `seq` is done."""
    conn.execute("UPDATE work_cursor SET seq = %s WHERE name = %s", (seq, name))


def add_poison(conn: Connection[Any], seq: int, event: Event, *, error: str, now: int) -> None:
    """Keep an event that could not be folded, with an error that names no personal value."""
    conn.execute(
        "INSERT INTO poison (seq, key, error, at, attempts) VALUES (%s, %s, %s, %s, 1) ON CONFLICT (seq) "
        "DO UPDATE SET error = EXCLUDED.error, at = EXCLUDED.at, attempts = poison.attempts + 1, "
        "resolved_at = NULL, resolved_by = NULL",
        (seq, event.key, error, now),
    )


def settle_poison(conn: Connection[Any], seq: int, *, user: int, now: int) -> None:
    """The event can be folded again."""
    conn.execute("UPDATE poison SET resolved_at = %s, resolved_by = %s WHERE seq = %s", (now, user, seq))


def shards(conn: Connection[Any]) -> int:
    """Into how many shards the facts are divided; fixed at installation."""
    row = conn.execute("SELECT shards FROM installation").fetchone()
    assert row is not None
    return int(row[0])
