"""Last week's overload: prices are to rise, everybody looks at them at once, the pass mark goes up for four days."""

from collections.abc import Iterator
from functools import partial
from random import Random
from typing import Any

from psycopg import Connection

from pomona.actions.pass_mark import move_pass_mark
from pomona.demo.diary import Diary
from pomona.demo.journeys import Journey, Span
from pomona.demo.people import Market
from pomona.demo.simulation import Simulation
from pomona.demo.vocabulary import Word
from pomona.domain.event import DAY, HOUR, MINUTE, SECOND
from pomona.domain.ripeness import HOUSE

FIRST_NUMBER = 700_000
"""Numbers of people who read of the new prices begin here."""
SHARE = 0.04
"""Such people a lead of the whole demo."""
TOLD_AT, MOST_COME_WITHIN = 9 * HOUR, 3 * HOUR
"""The newsletter leaves on Monday of last week at that hour in Moscow; the longer ago, the fewer come."""
RAISED_AT, RAISED_FOR, RAISED_TO = 15 * HOUR, 4 * DAY, 65_000
REASON = Word(
    "Рассылка о новых ценах: созревает втрое больше обычного, менеджеры не успевают звонить",
    "Newsletter on the new prices: three times as many ripen as usual, sellers cannot keep up with the calls",
)


def plan_overload(
    conn: Connection[Any],
    simulation: Simulation,
    market: Market,
    span: Span,
    *,
    seed: int,
    leads: int,
    reason: str,
    user: int,
) -> None:
    """Expect the rush; `user` raises the pass mark of the house rules, which comes down by itself."""
    monday = span.start + (span.days - span.weekday(span.days) - 7) * DAY
    if monday < span.start:
        return
    for journey in _rush(seed, market, monday, leads):
        simulation.expect(journey)
    simulation.plan(monday + RAISED_AT, partial(_raise, conn, simulation, reason, user))
    simulation.plan(monday + RAISED_AT + RAISED_FOR + SECOND, simulation.follow_agreements)


def _raise(conn: Connection[Any], simulation: Simulation, reason: str, user: int, now: int) -> None:
    move_pass_mark(conn, HOUSE, RAISED_TO, until=now + RAISED_FOR, user=user, now=now, reason=reason)
    simulation.follow_agreements(now)


def _rush(seed: int, market: Market, monday: int, leads: int) -> Iterator[Journey]:
    for each in range(round(SHARE * leads)):
        rng = Random(f"{seed} rush {each}")
        diary = Diary(market.person(FIRST_NUMBER + each, rng))
        at = monday + TOLD_AT + round(rng.expovariate(1 / MOST_COME_WITHIN))
        diary.visit(at, "/news/prices")
        for look in range(rng.randint(2, 3)):
            diary.visit(at + (1 + 4 * look) * MINUTE, "/pricing")
        diary.fill_form(at + 15 * MINUTE, "contact")
        yield Journey(diary)
