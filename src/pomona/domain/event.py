"""An event: one immutable fact or decision that happened at a time."""

from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

import msgspec

Key = bytes
"""Keyed 16-byte hash of (kind, normal value): e-mail, phone, external id or visitor. The kind's first
letter is prepended, so that a visitor's key can be told from a person's: `b"v" + 16 bytes`."""

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

NAMESPACE = UUID("b8f0c3d2-5a1e-4c57-9d2b-0e6f6f6d6f61")


class Kind(StrEnum):
    """What an event says: the Segment calls for facts, `decision` for what Pomona or its users decided."""

    TRACK = "track"
    PAGE = "page"
    SCREEN = "screen"
    IDENTIFY = "identify"
    ALIAS = "alias"
    GROUP = "group"
    DECISION = "decision"


class By(StrEnum):
    """Who did it. Only acts of a person earn interest points."""

    PERSON = "person"
    MACHINE = "machine"
    SELLER = "seller"
    POMONA = "pomona"


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One fact (what somebody did) or decision (what was decided), as it stands in the journal.

    Times are integer microseconds UTC; `t` is never after `received_at`. `subject` is the key the event
    is about, `keys` all keys it names (subject included, decisions may have none). Everything personal
    stands in `body` only. A fact's body holds `user_id`, `traits`, `properties` and `context` (plain JSON),
    `found` (what libraries found out about a trait: `{"email": {"kind": "free_mail"}}`) and `normal`
    (the normal form of each text in traits and properties that differs from it). A decision's body
    holds all its results, so that replaying it decides nothing anew.
    """

    key: UUID
    t: int
    received_at: int
    kind: Kind
    name: str
    subject: Key = b""
    keys: tuple[Key, ...] = ()
    by: By = By.PERSON
    actor: int | None = None
    source: int | None = None
    campaign: str | None = None
    channel: str | None = None
    path: str | None = None
    answers: dict[str, Any] | None = None
    lead: int | None = None
    seller: int | None = None
    agreement: str | None = None
    version: int | None = None
    body: dict[str, Any] = msgspec.field(default_factory=dict)

    @property
    def order(self) -> tuple[int, bytes]:
        """The only order of events: own time, then message key; never the order of arrival."""
        return (self.t, self.key.bytes)


def message_key(source: int | str, message_id: str) -> UUID:
    """The idempotency key of a message: UUIDv5 of its source and message id."""
    return uuid5(NAMESPACE, f"{source}\n{message_id}")


VISITOR = b"v"
"""What a visitor's key begins with."""


def is_visitor(key: Key) -> bool:
    """Whether the key names a visitor (a browser) and not a person."""
    return key[:1] == VISITOR
