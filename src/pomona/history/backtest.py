"""Trying a version of an agreement on the past: which leads it would have made ripe, when, and beside another version.

Both versions are tried as if each had been in force all the time, on identity as it is known now.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from pomona.domain.agreement import Agreement
from pomona.domain.event import DAY, SECOND, VISITOR
from pomona.domain.spend import Days, SpendOf, Spent
from pomona.history import emit
from pomona.history.concerned import InForce, concerned
from pomona.history.past import Past
from pomona.history.simulation import Simulated

WEEK = 7 * DAY

Group = Literal["gained", "lost", "common", "ripe"]
"""Ripe under the version tried only, under the other one only, under both; or tried alone."""


class Span(msgspec.Struct, frozen=True):
    """The past that is looked at: [`since`, `until`), its days beginning in `time_zone`."""

    since: int
    until: int
    time_zone: str

    @property
    def period(self) -> Days:
        """From its first day to its last."""
        return Days(self.day(self.since), self.day(self.until - 1))

    @property
    def days(self) -> list[date]:
        """Its days, the first and the last included."""
        return self.period.each()

    def day(self, moment: int) -> date:
        """The day on which a moment lies."""
        return datetime.fromtimestamp(moment / SECOND, ZoneInfo(self.time_zone)).date()

    def holds(self, moment: int | None) -> bool:
        """Whether a moment lies within."""
        return moment is not None and self.since <= moment < self.until


def last_days(days: int, *, now: int, time_zone: str) -> Span:
    """So many whole days before today, and today up to `now`."""
    zone = ZoneInfo(time_zone)
    today = datetime.fromtimestamp(now / SECOND, zone).date()
    first = datetime.combine(today - timedelta(days=days), datetime.min.time(), zone)
    return Span(int(first.timestamp()) * SECOND, now, time_zone)


class Ripened(msgspec.Struct, frozen=True):
    """A version tried, and when each lead first became ripe under it (microseconds UTC)."""

    agreement: Agreement
    moments: dict[int, int]

    def within(self, span: Span) -> list[tuple[int, int]]:
        """The leads that ripen within the span, and when, in the order of their ripeness."""
        found = ((lead, moment) for lead, moment in self.moments.items() if span.holds(moment))
        return sorted(found, key=lambda each: (each[1], each[0]))


class TriedLead(msgspec.Struct, frozen=True):
    """A lead that ripens within the span; when, under the version tried and under the other one (None: never)."""

    lead: int
    group: Group
    after: int | None
    before: int | None


class Outcome(msgspec.Struct, frozen=True):
    """What really became of a lead."""

    handed_over: bool = False
    accepted: bool = False
    won: bool = False


NOTHING = Outcome()


class GroupCount(msgspec.Struct, frozen=True):
    """How many leads; of them really handed over, accepted and won so far."""

    leads: int
    handed_over: int
    accepted: int
    won: int


class Side(msgspec.Struct, frozen=True):
    """What one version would have done: ripe leads in all and on each day, and how the route would have dealt."""

    ripe: int
    per_day: tuple[int, ...]
    routing: Simulated


class Summary(msgspec.Struct, frozen=True):
    """What came of trying a version (`after`), beside another one (`before`; None: alone).

    `spend` is what the agreement's campaigns cost on these days, as far as it was known then: the same for both.
    """

    span: Span
    after: Side
    before: Side | None
    groups: dict[str, GroupCount]
    spend: SpendOf = SpendOf((), Spent())

    def per_week(self, side: Side) -> float:
        """Ripe leads a week."""
        return side.ripe * WEEK / (self.span.until - self.span.since)

    def price(self, side: Side) -> int | None:
        """What a ripe lead cost, in hundredths of the currency; at least, unless the spend is known for every day."""
        return self.spend.spent.price(side.ripe)


def ripen(past: Past, agreement: Agreement, others: Sequence[InForce]) -> Ripened:
    """The first moment at which each lead that the agreement concerns is ripe under it: the time of an event."""
    judged = emit.at_events(agreement, dialect=past.dialect, leads=_LEADS)
    ripe = f"SELECT lead, moment FROM ({judged}) AS judged WHERE captured AND ripe"
    rows = concerned(agreement, others, ripe, past.dialect)
    found = past.execute(f"SELECT lead, min(moment) FROM ({rows}) AS ever GROUP BY lead")
    return Ripened(agreement, dict(found.fetchall()))


_LEADS = f"""(
    SELECT lead.lead, least(lead.captured_at, coalesce(known.t, lead.captured_at)) AS captured_at,
        lead.account
    FROM lead LEFT JOIN (
        SELECT lead, min(t) AS t FROM fact WHERE subject NOT LIKE '{VISITOR.hex()}%' GROUP BY lead
    ) AS known ON known.lead = lead.lead
)"""
"""A lead counts from the first event about the person: whoever decided so live came to it a little later, or, of an
import, years later."""


def of_the_same_leads(other: Agreement, agreement: Agreement) -> Agreement:
    """Another agreement as if it concerned the leads that `agreement` concerns: those that change over to it."""
    if other.campaign == agreement.campaign:
        return other
    return msgspec.structs.replace(other, campaign=agreement.campaign, covers=agreement.covers)


def compare(after: Ripened, before: Ripened | None, span: Span) -> list[TriedLead]:
    """The leads that ripen within the span under either version, in the order of their first ripeness."""
    one, other = after.moments, {} if before is None else before.moments
    pairs = ((lead, one.get(lead), other.get(lead)) for lead in one.keys() | other.keys())
    tried = [
        TriedLead(lead, _group(after_at, before_at, alone=before is None), after_at, before_at)
        for lead, after_at, before_at in pairs
        if span.holds(after_at) or span.holds(before_at)
    ]
    return sorted(tried, key=lambda each: (_first(each), each.lead))


def _group(after: int | None, before: int | None, *, alone: bool) -> Group:
    if alone:
        return "ripe"
    if before is None:
        return "gained"
    return "lost" if after is None else "common"


def _first(tried: TriedLead) -> int:
    return min(moment for moment in (tried.after, tried.before) if moment is not None)


def side(version: Ripened, span: Span, routing: Simulated) -> Side:
    """What a version would have done: how many ripen, on which days, and how its route would have dealt."""
    counts = Counter(span.day(moment) for _, moment in version.within(span))
    return Side(counts.total(), tuple(counts[day] for day in span.days), routing)


def count_groups(tried: Iterable[TriedLead], outcomes: Mapping[int, Outcome]) -> dict[str, GroupCount]:
    """Each group with what really became of its leads."""
    of_group: dict[str, list[Outcome]] = {}
    for each in tried:
        of_group.setdefault(each.group, []).append(outcomes.get(each.lead, NOTHING))
    return {group: _count(found) for group, found in of_group.items()}


def _count(found: Sequence[Outcome]) -> GroupCount:
    return GroupCount(
        leads=len(found),
        handed_over=sum(each.handed_over for each in found),
        accepted=sum(each.accepted for each in found),
        won=sum(each.won for each in found),
    )
