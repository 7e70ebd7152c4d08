"""The queue of ripe leads, the router's turn, and the moments at which leads become due."""

from typing import Any

from psycopg import Connection

from pomona.domain.stages import Stage

ROUTER_LOCK = 7_266_004
CHANNEL = "router"
"""The name NOTIFY wakes the router by."""

Place = tuple[str, int, int]
"""Where a lead stands in the queue: (grade, waiting since, lead), ascending: the hottest, then the oldest first."""

FRONT: Place = ("", 0, 0)
LAST_GRADE = "~"
"""Sorts behind every letter: a lead that ripened without a grade."""


def wake_router(conn: Connection[Any]) -> None:
    """Let the router look at once, when this transaction commits."""
    conn.execute(f"NOTIFY {CHANNEL}")


def take_turn(conn: Connection[Any]) -> bool:
    """Whether this transaction is the one router; False while another one routes."""
    row = conn.execute("SELECT pg_try_advisory_xact_lock(%s)", (ROUTER_LOCK,)).fetchone()
    return bool(row and row[0])


def queued(conn: Connection[Any], *, after: Place, fresh_only: bool, limit: int) -> list[Place]:
    """The next ripe leads without a seller; `fresh_only` leaves out those already told why they wait."""
    rows = conn.execute(
        "SELECT coalesce(grade, %s) AS letter, queued_at, id FROM lead "
        "WHERE queued_at IS NOT NULL AND merged_into IS NULL AND (coalesce(grade, %s), queued_at, id) > (%s, %s, %s) "
        "AND (NOT %s OR waiting IS NULL OR waiting ->> 'code' = 'overdue') ORDER BY letter, queued_at, id LIMIT %s",
        (LAST_GRADE, LAST_GRADE, *after, fresh_only, limit),
    )
    return [(letter, queued_at, lead) for letter, queued_at, lead in rows]


def to_remind(conn: Connection[Any], *, now: int, limit: int) -> list[int]:
    """Leads whose moment to remind has come, and whose clock has not run out meanwhile."""
    return _ids(conn, "remind_at <= %(now)s AND due_at > %(now)s", now, limit)


def overdue(conn: Connection[Any], *, now: int, limit: int) -> list[int]:
    """Leads whose response clock has run out."""
    return _ids(conn, "due_at <= %(now)s", now, limit)


def to_recycle(conn: Connection[Any], *, now: int, limit: int) -> list[int]:
    """Leads on nurture whose time to come again has come."""
    return _ids(conn, f"stage = '{Stage.NURTURE}' AND again_at <= %(now)s", now, limit)


def _ids(conn: Connection[Any], condition: str, now: int, limit: int) -> list[int]:
    rows = conn.execute(
        f"SELECT id FROM lead WHERE {condition} AND merged_into IS NULL ORDER BY id LIMIT %(limit)s",
        {"now": now, "limit": limit},
    )
    return [row[0] for row in rows]
