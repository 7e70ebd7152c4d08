"""Taking messages out of the outbox and saying what became of them."""

from typing import Any

from psycopg import Connection

from pomona.domain.event import HOUR, MINUTE
from pomona.store import outbox
from pomona.store.installation import installation
from pomona.store.outbox import CHANNEL, Due, Notice

__all__ = [
    "CHANNEL",
    "Due",
    "end_notices",
    "mail_instead",
    "note_failed",
    "note_sent",
    "show_due",
    "stays_here",
    "take_due",
    "take_notices",
]

RETRY_AFTER = (MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 8 * HOUR, 24 * HOUR)
"""How long to wait after the first, second ... failure; after the last one the message is given up."""
LEASE = 5 * MINUTE
"""Whoever took a message and says nothing for so long has died; the message is due again."""

NOTICE_LASTS = 5 * MINUTE
"""Whoever opens Pomona later sees in the inbox what is new."""


def take_due(conn: Connection[Any], channel: str, *, now: int, limit: int = 20) -> list[Due]:
    """Take messages of the channel that are due, the oldest first; nobody else gets them while the lease lasts."""
    return outbox.take_due(conn, channel, now=now, until=now + LEASE, limit=limit)


def note_sent(conn: Connection[Any], message: Due, *, now: int) -> None:
    """The message left."""
    outbox.mark_sent(conn, message.id, now=now)


def note_failed(conn: Connection[Any], message: Due, *, error: str, permanent: bool, wait: int = 0, now: int) -> None:
    """The attempt failed: the next one follows by the schedule, none after a permanent error or the last one.

    Who was asked to `wait` so long (microseconds) does.
    """
    tries_left = not permanent and message.attempts <= len(RETRY_AFTER)
    again_at = now + max(RETRY_AFTER[message.attempts - 1], wait) if tries_left else None
    outbox.mark_failed(conn, message.id, error=error, again_at=again_at)


def show_due(conn: Connection[Any], *channels: str, now: int) -> int:
    """Where nothing leaves by these channels the outbox page is where messages arrive; returns how many did."""
    return outbox.show_due(conn, channels, now=now)


def mail_instead(conn: Connection[Any], *, everybody: bool) -> int:
    """What waits to go by Telegram to who has no chat there, or to `everybody`, goes by mail; returns how many did."""
    return outbox.mail_instead(conn, everybody=everybody)


def take_notices(conn: Connection[Any], *, user: int, now: int) -> list[Notice]:
    """What a browser of the user is to show, the oldest first. Each browser gets them all, and knows what it showed."""
    return outbox.take_notices(conn, user, since=now - NOTICE_LASTS, now=now)


def end_notices(conn: Connection[Any], *, now: int) -> int:
    """Let notices go that nobody's browser took in time, or all have; returns how many."""
    return outbox.end_notices(conn, until=now - NOTICE_LASTS)


def stays_here(conn: Connection[Any]) -> bool:
    """Whether nothing may leave this installation: it plays the demo company."""
    row = installation(conn)
    return row is not None and row.demo_language is not None
