"""BANT: what a seller found out about budget, authority, need and timeline. Each note is an event."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from pomona.domain.event import By, Event
from pomona.domain.text import normal

CRITERIA = ("budget", "authority", "need", "timeline")
STATES = ("unknown", "denied", "partly", "confirmed")
"""Ascending: `at_least: partly` means partly or confirmed."""
UNKNOWN = STATES[0]

NOTED = "qualification noted"
"""The name of the event. Its properties are `criterion`, `state` and, if told, `evidence` in the seller's words."""

MAY_NOTE = (By.SELLER, By.POMONA)


class Note(NamedTuple):
    """What was noted of one criterion, with the evidence in the seller's words."""

    criterion: str
    state: str = UNKNOWN
    evidence: str = ""


def note_of(event: Event) -> Note | None:
    """What a fact notes; None for every other fact, and where the person claims it of itself."""
    if event.name != NOTED or event.by not in MAY_NOTE:
        return None
    return read_note(event.body.get("properties", {}))


def read_note(told: Mapping[str, Any]) -> Note | None:
    """What the properties of such an event note; None where they make no sense."""
    criterion, state = (normal(str(told.get(name, ""))) for name in ("criterion", "state"))
    if criterion not in CRITERIA or state not in STATES:
        return None
    return Note(criterion, state, str(told.get("evidence", "")))
