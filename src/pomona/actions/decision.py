"""Writing a decision down as an event."""

from typing import Any
from uuid import uuid4

from pomona.domain.event import By, Event, Key, Kind
from pomona.domain.stages import Decision


def decision(
    name: Decision,
    lead: int | None,
    *,
    now: int,
    user: int | None = None,
    seller: int | None = None,
    agreement: str | None = None,
    version: int | None = None,
    keys: tuple[Key, ...] = (),
    campaign: str | None = None,
    channel: str | None = None,
    body: dict[str, Any] | None = None,
) -> Event:
    """A decision taken at `now`: by `user`, or by Pomona itself if there is none; about `lead`, or none in particular.

    `keys` are the identity keys it speaks of, the first of them its subject. `campaign` and `channel` stand in
    their columns, where reports find them even after an erasure.
    """
    return Event(
        key=uuid4(),
        t=now,
        received_at=now,
        kind=Kind.DECISION,
        name=name,
        subject=keys[0] if keys else b"",
        keys=keys,
        by=By.POMONA if user is None else By.SELLER,
        actor=user,
        campaign=campaign,
        channel=channel,
        lead=lead,
        seller=seller,
        agreement=agreement,
        version=version,
        body=body or {},
    )
