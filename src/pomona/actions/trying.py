"""Trying one lead, real or invented, under any version of an agreement: nothing is saved, nothing decided."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from psycopg import Connection

from pomona.actions.previewing import standings
from pomona.actions.staff import Staff
from pomona.domain.agreement import Agreement
from pomona.domain.condition import Situation
from pomona.domain.event import Event
from pomona.domain.profile import EMPTY_PROFILE, observe
from pomona.domain.routing import Handover, Waiting
from pomona.domain.scoring import EMPTY_TALLY, count, situation_of
from pomona.domain.walk import Walk, walk


class Trial(NamedTuple):
    """Each step, the facts it rests on, who would get the lead now, and when the response clock would end (None:
    nobody could take it, or no clock fits)."""

    walk: Walk
    facts: Sequence[Event]
    found: Handover | Waiting
    due_at: int | None


def try_real(conn: Connection[Any], lead: int, agreement: Agreement, *, now: int) -> Trial | None:
    """A real lead as of now; None if it is no more. The caller sees to it that the user may see it."""
    standing = next(iter(standings(conn, {lead: now}, [agreement])), None)
    return None if standing is None else _trial(conn, standing.situations[0], standing.facts, now)


def try_invented(conn: Connection[Any], facts: Sequence[Event], agreement: Agreement, *, now: int) -> Trial:
    """Somebody who said and did this, known since the first of these facts."""
    situation = situation_of(
        agreement,
        observe(EMPTY_PROFILE, facts),
        count(agreement, EMPTY_TALLY, facts, cycle_from=0),
        at=now,
        captured_at=min((fact.t for fact in facts), default=now),
    )
    return _trial(conn, situation, facts, now)


def _trial(conn: Connection[Any], situation: Situation, facts: Sequence[Event], now: int) -> Trial:
    staff, walked = Staff(conn, now), walk(situation)
    found = staff.choose(situation, late=None)
    due_at = None
    if isinstance(found, Handover) and any(step.holds for step in walked.clocks):
        due_at = staff.clock(situation, found.seller)["due_at"]
    return Trial(walked, facts, found, due_at)
