"""What an administrator looks after: poison events and the outbox."""

from typing import Any

import msgspec
from django.db import connection

from pomona.domain.agreement.values import BROWSER, TELEGRAM
from pomona.store.access import Power, demand, may
from pomona.store.models import OutboxMessage, Poison, User

PAGE_SIZE = 50


class PoisonEvent(msgspec.Struct, frozen=True):
    """An event the engine could not fold, and what it said. `body` may hold personal values."""

    seq: int
    kind: str
    name: str
    source: str
    t: int
    received_at: int
    error: str
    at: int
    attempts: int
    resolved_at: int | None
    aside_at: int | None
    body: dict[str, Any]


def poison_events(user: User, *, settled: bool = False) -> list[PoisonEvent]:
    """Poison events that wait for somebody (or those folded since or laid aside), the newest first."""
    demand(user, Power.MANAGE_SOURCES)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT poison.seq, journal.kind, journal.name, coalesce(source.name, ''), journal.t, journal.received_at, "
            "poison.error, poison.at, poison.attempts, poison.resolved_at, poison.aside_at, journal.body FROM poison "
            "JOIN journal USING (seq) LEFT JOIN source ON source.id = journal.source "
            "WHERE (coalesce(poison.resolved_at, poison.aside_at) IS NOT NULL) = %s ORDER BY poison.seq DESC LIMIT %s",
            (settled, PAGE_SIZE),
        )
        columns = PoisonEvent.__struct_fields__
        rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    return [PoisonEvent(**row | {"body": msgspec.json.decode(row["body"])}) for row in rows]


def poison_count(user: User) -> int:
    """How many poison events wait for somebody."""
    demand(user, Power.MANAGE_SOURCES)
    return Poison.objects.filter(resolved_at=None, aside_at=None).count()


class Message(msgspec.Struct, frozen=True):
    """A message of the outbox; `recipient` is a mail address or who it is for. A reader may hear the same `news` by
    several channels. Sent without an attempt, it stayed here. Without `sent_at` and `next_attempt_at` it was given
    up: `error` says why.
    """

    id: int
    news: str
    channel: str
    kind: str
    recipient: str
    subject: str
    text: str
    lead: int | None
    created_at: int
    sent_at: int | None
    next_attempt_at: int | None
    attempts: int
    error: str


def messages(user: User, *, before: int | None = None) -> list[Message]:
    """A page of messages, the newest first: everybody's for an administrator, else only the user's own."""
    rows = OutboxMessage.objects.select_related("user").order_by("-pk")
    if not may(user, Power.SEE_OUTBOX):
        rows = rows.filter(user=user)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return [_message(row) for row in rows[:PAGE_SIZE]]


def message(user: User, message_id: int) -> Message | None:
    """One message, or None if there is none of that id that this user may see."""
    rows = OutboxMessage.objects.select_related("user").filter(pk=message_id)
    if not may(user, Power.SEE_OUTBOX):
        rows = rows.filter(user=user)
    row = rows.first()
    return None if row is None else _message(row)


def _message(row: OutboxMessage) -> Message:
    known = {name: getattr(row, name) for name in Message.__struct_fields__ if name not in ("id", "news")}
    if row.user and (row.channel in (BROWSER, TELEGRAM) or not row.recipient):
        known["recipient"] = row.user.full_name
    return Message(id=row.pk, news=row.key.removesuffix(f".{row.channel}"), **known)
