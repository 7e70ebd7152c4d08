"""What a lead's response time begins with, and how much working time it took: kept in the decisions themselves."""

from collections.abc import Iterable
from typing import Any

from psycopg import Connection

from pomona.actions.working_hours import working_hours
from pomona.domain.agreement import Agreement
from pomona.domain.deadlines import hand_over_by
from pomona.domain.event import By, Event
from pomona.domain.stages import Lead
from pomona.domain.working_time import ALWAYS_OPEN, Calendar, between
from pomona.store import agreements, sellers


def ripened_by(conn: Connection[Any], agreement: Agreement, facts: Iterable[Event], *, now: int) -> dict[str, Any]:
    """When the lead did what made it ripe (the newest of these new facts), and until when it should be handed over.

    Empty where it did nothing itself: it ripened by what became known of it, or by another version.
    """
    acted_at = max((fact.t for fact in facts if fact.by == By.PERSON), default=None)
    if acted_at is None:
        return {}
    within = agreement.promise.hand_over_within
    in_working_time = within is not None and (within.working or within.days > 0)
    calendar = _house(conn, agreement, now) if in_working_time else ALWAYS_OPEN
    due = hand_over_by(agreement.promise, calendar, acted_at=acted_at)
    return {"acted_at": acted_at} if due is None else {"acted_at": acted_at, "hand_over_by": due}


def worked_since_handover(conn: Connection[Any], lead: Lead, *, now: int) -> int:
    """The working time (µs) for which the lead's owner has had it: by their own hours, else the agreement's."""
    assert lead.owner is not None and lead.handed_over_at is not None
    calendars = working_hours(conn, now=now)
    own = sellers.calendar_of(conn, lead.owner)
    agreement = agreements.version(conn, lead.agreement or "", lead.version or 0)
    house = agreement.respond.calendar if agreement else None
    return between(calendars.get(own or house or "", ALWAYS_OPEN), lead.handed_over_at, now)


def _house(conn: Connection[Any], agreement: Agreement, now: int) -> Calendar:
    return working_hours(conn, now=now).get(agreement.respond.calendar or "", ALWAYS_OPEN)
