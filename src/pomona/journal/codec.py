"""Row ↔ event: the one codec of the journal."""

from collections.abc import Sequence
from functools import lru_cache
from struct import Struct
from typing import Any

import msgspec

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
SELECTED = ", ".join(f'journal."{column}"' for column in COLUMNS)
"""The columns of an event, for a SELECT over `journal`."""

_FIRST = Struct("!hi16siqiq")
"""Number of columns, then key, t and received_at, each after its length in bytes."""

_LENGTH = Struct("!i")
_INT4 = Struct("!ii")
_INT8 = Struct("!iq")
_ARRAY = Struct("!iiiiii")
"""An array's length in bytes, dimensions, whether it has nulls, type of its elements, their number, first index."""

_NULL = b"\xff\xff\xff\xff"
_BYTEA = 17
_JSONB_VERSION = b"\x01"


def to_copy(event: Event) -> bytes:
    """The journal's columns of an event, in the order of `COLUMNS`, as one row of a binary COPY.

    Written by hand: the general adapter takes five times as long, and this is done for every event.
    """
    return b"".join(
        (
            _FIRST.pack(len(COLUMNS), 16, event.key.bytes, 8, event.t, 8, event.received_at),
            _text(event.kind),
            _word(event.name),
            _bytes(event.subject),
            _array(event.keys),
            _text(event.by),
            _int4(event.actor),
            _int4(event.source),
            _word(event.campaign),
            _word(event.channel),
            _word(event.path),
            _NULL if event.answers is None else _json(event.answers),
            _NULL if event.lead is None else _INT8.pack(8, event.lead),
            _int4(event.seller),
            _word(event.agreement),
            _int4(event.version),
            _json(event.body),
        )
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


def _bytes(value: bytes) -> bytes:
    return _LENGTH.pack(len(value)) + value


def _text(value: str | None) -> bytes:
    return _NULL if value is None else _bytes(value.encode())


_word = lru_cache(maxsize=16_384)(_text)
"""`_text` for what comes again and again: names, campaigns, paths."""


def _int4(value: int | None) -> bytes:
    return _NULL if value is None else _INT4.pack(4, value)


def _array(values: Sequence[bytes]) -> bytes:
    elements = b"".join([_bytes(value) for value in values])
    if not elements:
        return _ARRAY.pack(12, 0, 0, _BYTEA, 0, 0)[:16]
    return _ARRAY.pack(20 + len(elements), 1, 0, _BYTEA, len(values), 1) + elements


def _json(value: dict[str, Any]) -> bytes:
    return _bytes(_JSONB_VERSION + _encode(value))


_encode = msgspec.json.Encoder().encode
