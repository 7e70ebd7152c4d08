"""Row ↔ event: the one codec of the journal."""

from collections.abc import Sequence
from typing import Any

import msgspec
from psycopg.types.json import Jsonb

from pomona.domain.event import By, Event, Kind

COLUMNS = (
    "key",
    "t",
    "received_at",
    "kind",
    "name",
    "subject",
    "keys",
    "by",
    "actor",
    "source",
    "campaign",
    "channel",
    "path",
    "answers",
    "lead",
    "seller",
    "agreement",
    "version",
    "body",
)
TYPES = (
    "uuid",
    "int8",
    "int8",
    "text",
    "text",
    "bytea",
    "bytea[]",
    "text",
    "int4",
    "int4",
    "text",
    "text",
    "text",
    "jsonb",
    "int8",
    "int4",
    "text",
    "int4",
    "jsonb",
)
SELECTED = ", ".join(f'journal."{column}"' for column in COLUMNS)
"""The columns of an event, for a SELECT over `journal`."""


def to_row(event: Event) -> tuple[Any, ...]:
    """The journal's columns of an event, in the order of `COLUMNS`."""
    return (
        event.key,
        event.t,
        event.received_at,
        event.kind,
        event.name,
        event.subject,
        list(event.keys),
        event.by,
        event.actor,
        event.source,
        event.campaign,
        event.channel,
        event.path,
        None if event.answers is None else _json(event.answers),
        event.lead,
        event.seller,
        event.agreement,
        event.version,
        _json(event.body),
    )


def from_row(row: Sequence[Any]) -> Event:
    """The event of a row that begins with `COLUMNS`."""
    (key, t, received_at, kind, name, subject, keys, by, *plain, body) = row[: len(COLUMNS)]
    actor, source, campaign, channel, path, answers, lead, seller, agreement, version = plain
    return Event(
        key=key,
        t=t,
        received_at=received_at,
        kind=Kind(kind),
        name=name,
        subject=bytes(subject),
        keys=tuple(bytes(each) for each in keys),
        by=By(by),
        actor=actor,
        source=source,
        campaign=campaign,
        channel=channel,
        path=path,
        answers=answers,
        lead=lead,
        seller=seller,
        agreement=agreement,
        version=version,
        body=body,
    )


def _json(value: dict[str, Any]) -> Jsonb:
    return Jsonb(value, dumps=msgspec.json.encode)
