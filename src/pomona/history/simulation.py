"""Simulation of routing: ripe leads of the past through a route, with the sellers' real hours and capacity.

The choice is `domain.routing.choose`, which live uses. What is not known of the past is assumed and told on the page:
everybody is present within working hours and not on leave; a lead keeps its seller's hands full for `busy`, the
median of what leads really took; leads of other agreements come to their sellers as they really did.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from heapq import heappop, heappush
from statistics import median, quantiles
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import replace

from pomona.domain import routing
from pomona.domain.agreement import Agreement
from pomona.domain.condition import Situation
from pomona.domain.event import SECOND
from pomona.domain.routing import Handover, Seller
from pomona.domain.working_time import Calendar, CalendarError, next_open


class RipeLead(msgspec.Struct, frozen=True):
    """A lead that ripens at `at` (microseconds UTC), and how it stands then."""

    lead: int
    at: int
    situation: Situation


class Held(msgspec.Struct, frozen=True):
    """A lead that a seller really had: [`start`, `end`), microseconds UTC; None: still."""

    seller: int
    start: int
    end: int | None


class Office(msgspec.Struct, frozen=True):
    """Who works there: sellers with their hours, the hours of whoever has none of their own, leads held anyway."""

    sellers: Sequence[Seller]
    house: Calendar
    held: Sequence[Held] = ()
    busy: int | None = None
    """How long a lead keeps its seller's hands full, microseconds; None: not known, so that nobody's ever are."""


class SellerLoad(msgspec.Struct, frozen=True):
    """What a seller got, the most leads at a time, and the days (ISO) on which the hands were full."""

    seller: int
    leads: int
    most: int
    capacity: int
    full_days: tuple[str, ...]


class RuleFired(msgspec.Struct, frozen=True):
    """How many leads a line of the route handed over; `not_yet`: its target is not carried out by this release."""

    rule: str
    leads: int
    not_yet: bool


class Simulated(msgspec.Struct, frozen=True):
    """How the route would have dealt. Waits are microseconds from ripe to handed over; None where nobody was."""

    leads: int
    handed_over: int
    waits_half: int | None
    waits_tenth: int | None
    """Half of them wait at most that long; one in ten longer than that."""
    sellers: tuple[SellerLoad, ...]
    rules: tuple[RuleFired, ...]
    left: dict[str, int]
    """Who is not handed over at the end, by the code of why."""
    busy: int | None


def simulate(
    agreement: Agreement, leads: Iterable[RipeLead], office: Office, *, until: int, time_zone: str
) -> Simulated:
    """Deal the leads (in the order of their ripeness) by the agreement's route, until that moment."""
    day = _Dealing(agreement, office, ZoneInfo(time_zone))
    day.run(iter(leads), until)
    return day.result()


class _Dealing:
    """The sellers and the queue while time goes on."""

    def __init__(self, agreement: Agreement, office: Office, zone: ZoneInfo) -> None:
        self.agreement, self.house, self.busy, self.zone = agreement, office.house, office.busy, zone
        self.sellers = {
            each.id: replace(each, present=True, away_until=None, open_leads=0, last_handover_at=None)
            for each in office.sellers
        }
        self.load = {seller: _Load() for seller in self.sellers}
        self.held = sorted((each for each in office.held if each.seller in self.sellers), key=lambda each: each.start)
        self.ends: list[tuple[int, int]] = []
        self.queue: list[RipeLead] = []
        self.waits: list[int] = []
        self.fired: dict[str, int] = {}
        self.count = 0
        self.now = 0

    def run(self, leads: Iterator[RipeLead], until: int) -> None:
        """Go from moment to moment at which something changes."""
        coming, held = next(leads, None), iter(self.held)
        begins = next(held, None)
        while True:
            self.now = min(self._moments(coming, begins))
            if self.now >= until:
                self.now = until
                return
            while self.ends and self.ends[0][0] <= self.now:
                self._free(heappop(self.ends)[1])
            while begins is not None and begins.start <= self.now:
                self._take(begins.seller, begins.end)
                begins = next(held, None)
            while coming is not None and coming.at <= self.now:
                self.count += 1
                self.queue.append(coming)
                coming = next(leads, None)
            self._hand_over()

    def _moments(self, coming: RipeLead | None, begins: Held | None) -> Iterator[int]:
        """The moments at which something changes next; the end of time is always among them."""
        yield 2**63 - 1
        if coming is not None:
            yield coming.at
        if begins is not None:
            yield begins.start
        if self.ends:
            yield self.ends[0][0]
        if self.queue:
            yield from self._openings()

    def _openings(self) -> Iterator[int]:
        """When whoever is not at work, and could take one more, comes next."""
        for seller in self.sellers.values():
            if seller.open_leads < seller.capacity:
                try:
                    opens = next_open(seller.calendar or self.house, self.now)
                except CalendarError:
                    continue
                if opens > self.now:
                    yield opens

    def _hand_over(self) -> None:
        """Empty the queue as far as it goes, the hottest first, then the oldest."""
        if not self._anybody_free():
            return
        waiting = sorted(self.queue, key=lambda each: (each.situation.grade or "~", each.at, each.lead))
        self.queue = []
        for number, each in enumerate(waiting):
            if not self._anybody_free():
                self.queue.extend(waiting[number:])
                return
            found = self._choose(each)
            if isinstance(found, Handover):
                self.fired[found.rule] = self.fired.get(found.rule, 0) + 1
                self.waits.append(self.now - each.at)
                self.load[found.seller.id].leads += 1
                self._take(found.seller.id, None if self.busy is None else self.now + self.busy)
            else:
                self.queue.append(each)

    def _anybody_free(self) -> bool:
        return any(routing.obstacle(seller, house=self.house, now=self.now) is None for seller in self.sellers.values())

    def _choose(self, lead: RipeLead) -> Handover | routing.Waiting:
        situation = replace(lead.situation, at=self.now)
        return routing.choose(self.agreement.route, situation, self.sellers.values(), house=self.house, now=self.now)

    def _take(self, seller: int, end: int | None) -> None:
        before = self.sellers[seller]
        counted = self.busy is not None
        after = replace(before, open_leads=before.open_leads + counted, last_handover_at=self.now)
        self.sellers[seller] = after
        self.load[seller].grown(after, self.now)
        if counted and end is not None:
            heappush(self.ends, (max(end, self.now), seller))

    def _free(self, seller: int) -> None:
        after = replace(self.sellers[seller], open_leads=self.sellers[seller].open_leads - 1)
        self.sellers[seller] = after
        self.load[seller].shrunk(after, self.now, self.zone)

    def result(self) -> Simulated:
        """What came of it."""
        for load in self.load.values():
            load.closed(self.now, self.zone)
        return Simulated(
            leads=self.count,
            handed_over=len(self.waits),
            waits_half=round(median(self.waits)) if self.waits else None,
            waits_tenth=_tenth(self.waits),
            sellers=tuple(self.load[seller.id].told(seller) for seller in self.sellers.values()),
            rules=tuple(self._rules()),
            left=self._left(),
            busy=self.busy,
        )

    def _rules(self) -> Iterator[RuleFired]:
        for rule in self.agreement.route:
            yield RuleFired(rule.name, self.fired.get(rule.name, 0), rule.to.kind not in ("team", "seller"))

    def _left(self) -> dict[str, int]:
        left: dict[str, int] = {}
        for each in self.queue:
            found = self._choose(each)
            code = found.reason["code"] if isinstance(found, routing.Waiting) else "nobody_free"
            left[code] = left.get(code, 0) + 1
        return left


class _Load:
    """One seller's load while time goes on."""

    def __init__(self) -> None:
        self.leads = self.most = 0
        self.full_since: int | None = None
        self.full_days: set[date] = set()

    def grown(self, seller: Seller, now: int) -> None:
        self.most = max(self.most, seller.open_leads)
        if seller.open_leads >= seller.capacity and self.full_since is None:
            self.full_since = now

    def shrunk(self, seller: Seller, now: int, zone: ZoneInfo) -> None:
        if seller.open_leads < seller.capacity:
            self.closed(now, zone)

    def closed(self, now: int, zone: ZoneInfo) -> None:
        """The hands are full no more: note the days on which they were."""
        if self.full_since is not None:
            first, last = (datetime.fromtimestamp(t / SECOND, zone).date() for t in (self.full_since, now))
            self.full_days.update(date.fromordinal(day) for day in range(first.toordinal(), last.toordinal() + 1))
            self.full_since = None

    def told(self, seller: Seller) -> SellerLoad:
        days = tuple(day.isoformat() for day in sorted(self.full_days))
        return SellerLoad(seller.id, self.leads, self.most, seller.capacity, days)


def _tenth(waits: Sequence[int]) -> int | None:
    """What nine in ten do not exceed."""
    if len(waits) < 2:
        return waits[0] if waits else None
    return round(quantiles(waits, n=10, method="inclusive")[-1])
