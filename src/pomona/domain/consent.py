"""Mailings: who wants which. Each word is an event; it speaks for the key that gave it, never for another one's."""

from typing import NamedTuple

from pomona.domain.agreement.patterns import property_of
from pomona.domain.event import By, Event

ALL = ""
"""Stands for every mailing: who unsubscribes without naming one wants none."""

_WANTS = {"subscribed": True, "unsubscribed": False}


class Wish(NamedTuple):
    """Whether a mailing (its name in normal form) is wanted."""

    mailing: str
    wants: bool


def wish_of(event: Event) -> Wish | None:
    """What a fact says of the mailing in its property `list`; None for every other fact, and for a machine's."""
    wants = _WANTS.get(event.name)
    if wants is None or event.by == By.MACHINE:
        return None
    mailing = property_of(event, "list")[1]
    if mailing:
        return Wish(mailing, wants)
    return None if wants else Wish(ALL, wants=False)
