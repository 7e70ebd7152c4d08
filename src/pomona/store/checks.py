"""What must never be found in the tables."""

from typing import Any
from uuid import UUID

from psycopg import Connection


def keys_not_once(conn: Connection[Any], *, sample: int = 10) -> list[tuple[UUID, int]]:
    """Message keys and how often their event stands in the journal, where that is not exactly once."""
    return conn.execute(
        "SELECT key, coalesce(stored.times, 0) FROM message_key FULL JOIN "
        "(SELECT key, count(*) AS times FROM journal GROUP BY key) AS stored USING (key) "
        "WHERE stored.times IS DISTINCT FROM 1 OR message_key IS NULL ORDER BY key LIMIT %s",
        (sample,),
    ).fetchall()


def ripe_without_owner(conn: Connection[Any], *, before: int, sample: int = 10) -> list[int]:
    """Ripe leads that have neither an owner nor a reason, though the router had time since `before`."""
    rows = conn.execute(
        "SELECT id FROM lead WHERE stage = 'mql' AND merged_into IS NULL AND owner_id IS NULL "
        "AND (queued_at IS NULL OR (waiting IS NULL AND queued_at < %s)) ORDER BY id LIMIT %s",
        (before, sample),
    )
    return [row[0] for row in rows]
