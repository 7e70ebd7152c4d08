"""Whose facts are whose, for pages: the stretches of the journal that belong to a person, and rows of it."""

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import NamedTuple

from django.db.models import Q

from pomona.domain.event import By, Key, Kind
from pomona.domain.identity import Visit
from pomona.store import identity
from pomona.store.database import connection
from pomona.store.models import JournalRow

EVER = 2**63 - 1
NEVER = -(2**63)


class Stretch(NamedTuple):
    """The facts about `subject` with `start` <= t < `end` belong to `person`."""

    person: Key
    subject: Key
    start: int
    end: int


def stretches(persons: Iterable[Key]) -> list[Stretch]:
    """What belongs to these persons: everything under their own keys, and of each visitor what was them."""
    conn = connection()
    members = identity.members_of(conn, list(persons))
    visitors = identity.visitors_of_keys(conn, list(members))
    own = [Stretch(person, key, NEVER, EVER) for key, person in members.items()]
    visits = identity.visits_of_visitors(conn, visitors)
    return own + [part for of_visitor in visits.values() for part in _of_visitor(of_visitor, members)]


def _of_visitor(visits: Sequence[Visit], members: Mapping[Key, Key]) -> Iterable[Stretch]:
    """A visitor's time, cut at its identifications: what lies before the first belongs to the first."""
    ends = [visit.t for visit in visits[1:]] + [EVER]
    starts = [NEVER] + [visit.t for visit in visits[1:]]
    for visit, start, end in zip(visits, starts, ends, strict=True):
        if visit.key in members and start < end:
            yield Stretch(members[visit.key], visit.visitor, start, end)


def within(parts: Iterable[Stretch]) -> Q:
    """The rows of these stretches, as a condition on `JournalRow`."""
    conditions = (
        Q(subject=part.subject) if part.start == NEVER and part.end == EVER else _bounded(part) for part in parts
    )
    return reduce(or_, conditions, Q(pk__in=())) & ~Q(kind=Kind.DECISION)


def _bounded(part: Stretch) -> Q:
    return Q(subject=part.subject, t__gte=part.start, t__lt=part.end)


def newest_acts(parts: Sequence[Stretch], each: int) -> dict[Key, list[JournalRow]]:
    """The newest acts of each person (at most `each` a stretch), newest first; machines' are no acts."""
    rows = JournalRow.objects.raw(
        "SELECT recent.*, part.person AS of_person FROM unnest(%s::bytea[], %s::bytea[], %s::bigint[], %s::bigint[]) "
        "AS part (person, subject, first, until) CROSS JOIN LATERAL (SELECT * FROM journal j "
        "WHERE j.subject = part.subject AND j.t >= part.first AND j.t < part.until AND j.kind <> %s AND j.by = %s "
        "ORDER BY j.t DESC LIMIT %s) recent ORDER BY recent.t DESC, recent.key DESC",
        [*_columns(parts), Kind.DECISION, By.PERSON, each],
    )
    found: dict[Key, list[JournalRow]] = {}
    for row in rows:
        found.setdefault(bytes(vars(row)["of_person"]), []).append(row)
    return found


def _columns(parts: Sequence[Stretch]) -> list[list[Key | int]]:
    return [[part[place] for part in parts] for place in range(len(Stretch._fields))]
