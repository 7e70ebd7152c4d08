"""What the demo company's campaigns cost: a program of marketing's tells it at midnight for the day that ends."""

from datetime import UTC, date, datetime
from functools import partial
from itertools import accumulate, pairwise
from typing import Any

from psycopg import Connection

from pomona.actions.spend import record_spend
from pomona.demo import exhibition
from pomona.demo.diary import CALLS, EBOOK, EXHIBITION, SEARCH, WEBINAR, Campaign
from pomona.demo.journeys import MOSCOW, WEEKDAY_WEIGHTS, Span
from pomona.demo.simulation import Simulation
from pomona.domain.event import DAY, SECOND
from pomona.domain.spend import CampaignDay, Days, spread

EVERY_DAY, THURSDAYS = WEEKDAY_WEIGHTS, (0, 0, 0, 1, 0, 0, 0)
COSTS: dict[Campaign, tuple[int, tuple[int, ...]]] = {
    SEARCH: (312_000, EVERY_DAY),
    EBOOK: (164_000, EVERY_DAY),
    CALLS: (88_000, EVERY_DAY),
    WEBINAR: (60_000, THURSDAYS),
}
"""Roubles in all that time, and how they fall on the days of a week."""
STAND = 380_000
"""What the stand cost, for the days of the exhibition."""


def tell_costs(conn: Connection[Any], simulation: Simulation, span: Span, *, user: int) -> None:
    """Plan that the costs of each day are told when it is over, those of a day without any, too."""
    costs = {campaign.name: _on_days(span, *cost) for campaign, cost in COSTS.items()}
    stand = spread(100 * STAND, Days(*(_date(at(span)) for at in (exhibition.opens_at, exhibition.closes_at))))
    for number in range(span.days):
        day = _date(span.start + number * DAY)
        told = {CampaignDay(name, day): cost[number] for name, cost in costs.items()}
        told[CampaignDay(EXHIBITION.name, day)] = stand.get(day, 0)
        simulation.plan(span.start + (number + 1) * DAY, partial(_tell, conn, user, told))


def _tell(conn: Connection[Any], user: int, told: dict[CampaignDay, int], now: int) -> None:
    record_spend(conn, told, user=user, now=now)


def _on_days(span: Span, total: int, week: tuple[int, ...]) -> list[int]:
    """The total (roubles) on the days of the span: whole roubles, in hundredths; nothing on its first day, which is
    not among the last ninety any more."""
    weights = list(accumulate((week[span.weekday(day)] for day in range(1, span.days)), initial=0))
    sums = [0, *(100 * (total * weight // (weights[-1] or 1)) for weight in weights)]
    return [after - before for before, after in pairwise(sums)]


def _date(moment: int) -> date:
    return datetime.fromtimestamp((moment + MOSCOW) / SECOND, UTC).date()
