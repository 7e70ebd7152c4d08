"""Taking messages out of the outbox and saying what became of them."""

from typing import Any

from psycopg import Connection

from pomona.domain.event import HOUR, MINUTE
from pomona.store import outbox
from pomona.store.installation import installation
from pomona.store.outbox import CHANNEL, Due

__all__ = ["CHANNEL", "Due", "note_failed", "note_sent", "show_due", "stays_here", "take_due"]

RETRY_AFTER = (MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 8 * HOUR, 24 * HOUR)
"""How long to wait after the first, second ... failure; after the last one the message is given up."""
LEASE = 5 * MINUTE
"""Whoever took a message and says nothing for so long has died; the message is due again."""


def take_due(conn: Connection[Any], *, now: int, limit: int = 20) -> list[Due]:
    """Take messages that are due, the oldest first; nobody else gets them while the lease lasts."""
    return outbox.take_due(conn, now=now, until=now + LEASE, limit=limit)


def note_sent(conn: Connection[Any], message: Due, *, now: int) -> None:
    """The message left."""
    outbox.mark_sent(conn, message.id, now=now)


def note_failed(conn: Connection[Any], message: Due, *, error: str, permanent: bool, now: int) -> None:
    """The attempt failed: the next one follows by the schedule, none after a permanent error or the last one."""
    tries_left = not permanent and message.attempts <= len(RETRY_AFTER)
    again_at = now + RETRY_AFTER[message.attempts - 1] if tries_left else None
    outbox.mark_failed(conn, message.id, error=error, again_at=again_at)


def show_due(conn: Connection[Any], *, now: int) -> int:
    """Without a mail server the outbox page is where messages arrive; returns how many did."""
    return outbox.show_due(conn, now=now)


def stays_here(conn: Connection[Any]) -> bool:
    """Whether nothing may leave this installation: it plays the demo company."""
    row = installation(conn)
    return row is not None and row.demo_language is not None
