"""Versions of agreements tried on the past: as a job, by a command, and in the demo company."""

from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from django.conf import settings
from psycopg import Connection

from pomona import clock
from pomona.actions import backtests
from pomona.actions.backtests import Asked
from pomona.actions.jobs import Running
from pomona.history.backtest import (
    Outcome,
    Ripened,
    Side,
    Span,
    Summary,
    TriedLead,
    compare,
    count_groups,
    last_days,
    of_the_same_leads,
    ripen,
    side,
)
from pomona.history.concerned import EVER, InForce
from pomona.history.export import export
from pomona.history.past import past
from pomona.history.simulation import Held, Office, RipeLead, simulate
from pomona.work.steps import Watch


class Tried(NamedTuple):
    """What came of trying a version, and the leads it is about."""

    summary: Summary
    leads: list[TriedLead]


def run_backtest(conn: Connection[Any], running: Running, steps: Watch) -> dict[str, int]:
    """Export what is new, try the version asked for on the past and keep what came of it, for who signs."""
    what = backtests.asked(conn, **running.job.arguments)
    export(conn, settings.EXPORT_DIR, progress=lambda share: steps("export", 0.1 * share))
    now = clock.now()
    found = try_on_past(conn, what, steps, folder=settings.EXPORT_DIR, now=now)
    return {"backtest": keep(conn, what, found, user=running.job.user, job=running.job.id, now=now)}


def try_on_past(conn: Connection[Any], what: Asked, steps: Watch, *, folder: Path, now: int) -> Tried:
    """Try a version on the days before `now`, beside the other one if there is one; `folder` holds the export."""
    span = last_days(what.days, now=now, time_zone=what.time_zone)
    after, before = _ripened(conn, what, span, steps, folder)
    tried = compare(after, before, span)
    steps("outcomes", 0.65)
    outcomes = {lead: Outcome(*reached) for lead, *reached in backtests.outcomes(conn, [each.lead for each in tried])}
    town = _Town(conn, what, span, {each.lead for each in tried}, now)
    summary = Summary(
        span=span,
        after=town.side(after, lambda share: steps("routing", 0.7 + 0.15 * share)),
        before=None if before is None else town.side(before, lambda share: steps("routing", 0.85 + 0.15 * share)),
        groups=count_groups(tried, outcomes),
        spend=backtests.spend_meanwhile(conn, what, span.since, span.until, days=span.period, today=span.day(now)),
    )
    return Tried(summary, tried)


def keep(conn: Connection[Any], what: Asked, found: Tried, *, user: int | None, job: int | None, now: int) -> int:
    """Keep what was found beside the version; returns its id."""
    span = found.summary.span
    return backtests.keep(
        conn,
        what,
        since=span.since,
        until=span.until,
        summary=found.summary,
        tried=((each.lead, each.group, each.after, each.before) for each in found.leads),
        user=user,
        job=job,
        now=now,
    )


def _ripened(
    conn: Connection[Any], what: Asked, span: Span, steps: Watch, folder: Path
) -> tuple[Ripened, Ripened | None]:
    """When each lead ripens under the version and under the other one, which is asked about the same leads."""
    others = [
        InForce(agreement, start, EVER if end is None else end)
        for agreement, start, end in backtests.in_force_meanwhile(conn, span.since, span.until)
    ]
    steps("past", 0.1)
    engine, memory = settings.HISTORY_ENGINE, settings.HISTORY_MEMORY
    with past(conn, folder, engine=engine, memory=memory) as db, steps.interrupting(db.interrupt):
        steps("after", 0.2)
        after = ripen(db, what.agreement, others)
        if what.other is None:
            return after, None
        steps("before", 0.42)
        return after, ripen(db, of_the_same_leads(what.other, what.agreement), others)


class _Town:
    """Whom leads can be handed to, and what they have in hand anyway."""

    def __init__(self, conn: Connection[Any], what: Asked, span: Span, tried: set[int], now: int) -> None:
        self._conn, self._span, self._now = conn, span, now
        real = backtests.handovers(conn, span.since)
        took = [each.end - each.start for each in real if each.closed and each.end is not None]
        self._busy = round(median(took)) if took else None
        self._held = [
            Held(each.seller, each.start, each.end)
            for each in real
            if each.start < span.since or not (each.lead in tried or each.agreement == what.agreement.campaign)
        ]

    def side(self, version: Ripened, progress: Callable[[float], None]) -> Side:
        """What a version would have done: how many ripen on which day, and how its route would have dealt."""
        sellers, house = backtests.at_work(self._conn, version.agreement, now=self._now)
        routing = simulate(
            version.agreement,
            self._ripe_leads(version, progress),
            Office(sellers, house, self._held, self._busy),
            until=self._span.until,
            time_zone=self._span.time_zone,
        )
        return side(version, self._span, routing)

    def _ripe_leads(self, version: Ripened, progress: Callable[[float], None]) -> Iterator[RipeLead]:
        ripe = version.within(self._span)
        for number, then in enumerate(backtests.situations_then(self._conn, version.agreement, ripe)):
            progress(number / len(ripe))
            yield RipeLead(*then)
