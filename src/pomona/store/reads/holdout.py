"""What the pass mark loses: leads handed over below it by lot, beside those that ripened in the same time."""

from collections.abc import Sequence
from enum import StrEnum

import msgspec
from django.db import connection

from pomona.domain.agreement import Agreement
from pomona.domain.intervals import Difference, Share, difference, needed, share
from pomona.domain.ripeness import won_within
from pomona.domain.stages import Decision
from pomona.store import agreements as stored
from pomona.store.access import Power, demand
from pomona.store.database import connection as plain_connection
from pomona.store.models import User
from pomona.store.reads.agreements import AgreementLine
from pomona.store.reads.passages import PASSAGES, passage_parameters

MARGIN = 0.1
"""A share is known well enough when its bounds lie no farther than this on either side."""


class Outcome(StrEnum):
    """What can become of a lead in the hands of sales."""

    ACCEPTED = "accepted"
    QUALIFIED = "qualified"
    WON = "won"


class Compared(msgspec.Struct, frozen=True):
    """One outcome of both groups. `missing`: how many more must be handed over below the mark to know the share."""

    outcome: Outcome
    held_out: Share
    ripe: Share
    difference: Difference | None
    missing: int


class HoldoutReport(msgspec.Struct, frozen=True, kw_only=True):
    """Leads of one agreement that were passed on in [since, until), µs UTC: long enough ago to be judged.

    `share` is the signed one; `within` how long a lead may take to be won; `young` were handed over below the mark
    too lately. `held_out` says when each of the judged ones was.
    """

    share: float
    since: int
    until: int
    within: int
    young: int
    compared: tuple[Compared, ...]
    held_out: dict[int, int]


def holdout_report(user: User, line: AgreementLine, *, now: int) -> HoldoutReport | None:
    """The report of an agreement; None if no version of it ever held anybody out."""
    demand(user, Power.SEE_FUNNEL)
    started = [each for each in line.versions if each.in_force_from is not None and each.in_force_from <= now]
    read = stored.versions(plain_connection(), {(line.name, each.number) for each in started})
    holding = [(each.in_force_from or 0, read[line.name, each.number]) for each in started]
    holding = [(start, agreement) for start, agreement in holding if agreement.ready.holdout]
    if not holding:
        return None
    newest = holding[0][1]
    since, within = min(start for start, _ in holding), won_within(newest)
    until = max(since, now - within)
    return HoldoutReport(
        share=newest.ready.holdout,
        since=since,
        until=until,
        within=within,
        young=len(_held_out(newest, until, now)),
        compared=_compared(newest, since, until),
        held_out=_held_out(newest, since, until),
    )


def leads_in(user: User, report: HoldoutReport, line: AgreementLine, group: Decision, outcome: Outcome) -> list[int]:
    """The leads of a group of the report that came to this outcome, the newest first."""
    demand(user, Power.SEE_FUNNEL)
    with connection.cursor() as cursor:
        cursor.execute(
            f"{PASSAGES} SELECT DISTINCT lead FROM passage WHERE lead IS NOT NULL AND handed_over_at IS NOT NULL "
            f"AND began_by = %(group)s AND is_{outcome.value} ORDER BY lead DESC",
            passage_parameters(line.name, since=report.since, until=report.until) | {"group": group},
        )
        return [row[0] for row in cursor.fetchall()]


def _compared(agreement: Agreement, since: int, until: int) -> tuple[Compared, ...]:
    counts = ", ".join(f"count(DISTINCT lead) FILTER (WHERE is_{outcome.value})" for outcome in Outcome)
    with connection.cursor() as cursor:
        cursor.execute(
            f"{PASSAGES} SELECT began_by, count(DISTINCT lead), {counts} FROM passage "
            "WHERE handed_over_at IS NOT NULL GROUP BY 1",
            passage_parameters(agreement.campaign, since=since, until=until),
        )
        groups = {began_by: tuple(numbers) for began_by, *numbers in cursor.fetchall()}
    nobody = (0,) * (1 + len(Outcome))
    held_out, ripe = groups.get(Decision.HOLDOUT, nobody), groups.get(Decision.RIPE, nobody)
    return tuple(_compare(outcome, place, held_out, ripe) for place, outcome in enumerate(Outcome, 1))


def _compare(outcome: Outcome, place: int, held_out: Sequence[int], ripe: Sequence[int]) -> Compared:
    below, above = share(held_out[place], held_out[0]), share(ripe[place], ripe[0])
    missing = max(0, needed(below, margin=MARGIN) - below.total)
    return Compared(outcome, below, above, difference(above, below), missing)


def _held_out(agreement: Agreement, since: int, until: int) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"{PASSAGES} SELECT lead, min(began_at) FROM passage WHERE lead IS NOT NULL AND handed_over_at IS NOT NULL "
            "AND began_by = %(group)s GROUP BY lead",
            passage_parameters(agreement.campaign, since=since, until=until) | {"group": Decision.HOLDOUT},
        )
        return dict(cursor.fetchall())
