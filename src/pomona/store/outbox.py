"""The outbox: messages that leave once each, with the same key at every repeat."""

from collections.abc import Collection, Iterable
from typing import Any

import msgspec
from psycopg import Connection

from pomona.domain.agreement.values import BROWSER, MAIL, TELEGRAM

CHANNEL = "outbox"
"""The name NOTIFY wakes the outbox loop by."""


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A message to be sent; `user` is who gets it, `lead` whom it is about. `recipient` is a mail's address."""

    key: str
    kind: str
    recipient: str
    subject: str
    text: str
    user: int | None = None
    lead: int | None = None
    channel: str = MAIL


class Due(msgspec.Struct, frozen=True):
    """A message taken for sending; `attempts` counts this one too. `chat` is its reader's, if one is linked."""

    id: int
    key: str
    recipient: str
    subject: str
    text: str
    attempts: int
    chat: int | None


class Notice(msgspec.Struct, frozen=True):
    """A message as a browser shows it."""

    id: int
    subject: str
    lead: int


def put(conn: Connection[Any], messages: Iterable[Message], *, now: int) -> None:
    """Lay messages into the outbox, due at once; a key that is there already is left as it is."""
    rows = [{**msgspec.to_builtins(message), "created_at": now, "next_attempt_at": now} for message in messages]
    if not rows:
        return
    conn.execute(
        "INSERT INTO outbox (key, channel, kind, user_id, lead, recipient, subject, text, created_at, "
        "next_attempt_at, attempts, error) "
        "SELECT key, channel, kind, \"user\", lead, recipient, subject, text, created_at, next_attempt_at, 0, '' "
        'FROM json_to_recordset(%s) AS fresh (key text, channel text, kind text, "user" int, lead bigint, recipient '
        "text, subject text, text text, created_at bigint, next_attempt_at bigint) ON CONFLICT (key) DO NOTHING",
        (msgspec.json.encode(rows).decode(),),
    )
    conn.execute(f"NOTIFY {CHANNEL}")


def take_due(conn: Connection[Any], channel: str, *, now: int, until: int, limit: int) -> list[Due]:
    """Take messages of the channel that are due, oldest first; who does not report by `until` leaves them to others."""
    rows = conn.execute(
        "UPDATE outbox SET next_attempt_at = %s, attempts = attempts + 1 WHERE id IN ("
        "SELECT id FROM outbox WHERE channel = %s AND next_attempt_at <= %s ORDER BY next_attempt_at, id LIMIT %s "
        "FOR UPDATE SKIP LOCKED) RETURNING id, key, recipient, subject, text, attempts, "
        '(SELECT telegram_chat FROM "user" WHERE "user".id = user_id)',
        (until, channel, now, limit),
    )
    return sorted((Due(*row) for row in rows), key=lambda due: due.id)


def mark_sent(conn: Connection[Any], message: int, *, now: int) -> None:
    """The message left."""
    conn.execute(
        "UPDATE outbox SET sent_at = %s, next_attempt_at = NULL, error = '' WHERE id = %s AND sent_at IS NULL",
        (now, message),
    )


def mark_failed(conn: Connection[Any], message: int, *, error: str, again_at: int | None) -> None:
    """The attempt failed; the next one is at `again_at`, None: there is none."""
    conn.execute(
        "UPDATE outbox SET next_attempt_at = %s, error = %s WHERE id = %s AND sent_at IS NULL",
        (again_at, error, message),
    )


def show_due(conn: Connection[Any], channels: Collection[str], *, now: int) -> int:
    """Take all that is due as delivered, without an attempt, when it was due, to the outbox page alone; how many."""
    return conn.execute(
        "UPDATE outbox SET sent_at = next_attempt_at, next_attempt_at = NULL "
        "WHERE channel = ANY(%s) AND next_attempt_at <= %s AND sent_at IS NULL",
        (list(channels), now),
    ).rowcount


def mail_instead(conn: Connection[Any], *, everybody: bool) -> int:
    """What waits to go by Telegram to those who have no chat (or to everybody) goes by mail, unless the same goes
    there anyway; returns how many mails that made."""
    made = conn.execute(
        "WITH waiting AS (DELETE FROM outbox WHERE channel = %(from)s AND next_attempt_at IS NOT NULL "
        'AND (%(all)s OR user_id IN (SELECT id FROM "user" WHERE telegram_chat IS NULL)) RETURNING *) '
        "INSERT INTO outbox (key, channel, kind, user_id, lead, recipient, subject, text, created_at, "
        "next_attempt_at, attempts, error) "
        "SELECT replace(key, '.' || channel, '.' || %(to)s), %(to)s, kind, user_id, lead, recipient, subject, text, "
        "created_at, created_at, 0, '' FROM waiting ON CONFLICT (key) DO NOTHING",
        {"from": TELEGRAM, "to": MAIL, "all": everybody},
    ).rowcount
    if made:
        conn.execute(f"NOTIFY {CHANNEL}")
    return made


def take_notices(conn: Connection[Any], user: int, *, since: int, now: int) -> list[Notice]:
    """What the user's browsers are to show: notices after `since`, which count as sent once one took them."""
    rows = conn.execute(
        "UPDATE outbox SET sent_at = coalesce(sent_at, %s), attempts = attempts + 1 "
        "WHERE channel = %s AND user_id = %s AND next_attempt_at > %s RETURNING id, subject, lead",
        (now, BROWSER, user, since),
    )
    return sorted((Notice(*row) for row in rows), key=lambda notice: notice.id)


def end_notices(conn: Connection[Any], *, until: int) -> int:
    """Show notices up to `until` no more, seen or not; returns how many."""
    return conn.execute(
        "UPDATE outbox SET next_attempt_at = NULL WHERE channel = %s AND next_attempt_at <= %s", (BROWSER, until)
    ).rowcount


def forget(conn: Connection[Any], leads: Collection[int]) -> None:
    """Delete every message about these leads, sent or not."""
    conn.execute("DELETE FROM outbox WHERE lead = ANY(%s)", (list(leads),))
