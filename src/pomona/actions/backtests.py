"""Trying a version on the past: asked for, given what it needs to know, kept for who signs."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any, ClassVar

import msgspec
from psycopg import Connection

from pomona.actions.agreements import read_draft
from pomona.actions.jobs import defer
from pomona.actions.persons import facts_of_persons
from pomona.actions.staff import Staff
from pomona.domain.account import Colleague
from pomona.domain.agreement import Agreement
from pomona.domain.condition import Situation
from pomona.domain.errors import PomonaError
from pomona.domain.event import DAY, Event, is_visitor
from pomona.domain.profile import EMPTY_PROFILE, observe
from pomona.domain.ripeness import HOUSE
from pomona.domain.routing import Seller
from pomona.domain.scoring import EMPTY_TALLY, count, situation_of
from pomona.domain.spend import Days, SpendOf, spend_of
from pomona.domain.stages import Lead
from pomona.domain.working_time import Calendar
from pomona.store import accounts, agreements, backtests, leads, spend
from pomona.store.backtests import Handover, TriedRow
from pomona.store.installation import company_time_zone
from pomona.store.jobs import BACKTEST

MOST_DAYS = 365
LOOK_BACK = 180 * DAY
"""How long before the time tried handovers are looked at: for what was in work then, and how long leads take."""

LEADS_AT_ONCE = 500
"""How many leads are folded at a time, so that memory stays flat."""


class RefusedBacktest(PomonaError):
    """This cannot be tried on the past; nothing was begun."""

    texts: ClassVar[dict[str, tuple[str, str]]] = {
        "no_version_to_try": ("Такой версии соглашения нет.", "There is no such version of an agreement."),
        "against_itself": (
            "Версию сравнивают с другой версией, а не с ней самой.",
            "A version is compared with another one, not with itself.",
        ),
        "days_out_of_range": (
            "Проверить можно от 1 до {most} дней, а не {days}.",
            "Between 1 and {most} days can be tried, not {days}.",
        ),
    }


class Asked(msgspec.Struct, frozen=True):
    """What is to be tried: the versions as they read now, and all that were in force meanwhile, from when to when.

    `version` and `against` are rows of versions; None: read from a file, or nothing to compare with.
    """

    version: int | None
    against: int | None
    days: int
    agreement: Agreement
    other: Agreement | None
    content: str
    time_zone: str


def ask(conn: Connection[Any], version: int, *, against: int | None, days: int, user: int, now: int) -> int:
    """Ask for a version (a row's id) to be tried on the last days, against another one; the job's id.

    Raises NotAllowed, RefusedBacktest.
    """
    if not 1 <= days <= MOST_DAYS:
        raise RefusedBacktest("days_out_of_range", days=days, most=MOST_DAYS)
    if against == version:
        raise RefusedBacktest("against_itself")
    if not all(agreements.exists(conn, each) for each in (version, against) if each is not None):
        raise RefusedBacktest("no_version_to_try")
    arguments = {"version": version, "against": against, "days": days}
    return defer(conn, BACKTEST, arguments, key=job_key(version), user=user, now=now)


def in_its_place(conn: Connection[Any], version: int, *, now: int) -> int | None:
    """What is in force now for the leads that a version would take over: of its name, else the house rules."""
    name = agreements.agreement_by_id(conn, version).campaign
    return agreements.in_force_id(conn, name, now) or agreements.in_force_id(conn, HOUSE, now)


def job_key(version: int) -> str:
    """What tells the job that tries a version from others: one at a time of each."""
    return f"{BACKTEST}:{version}"


def asked(conn: Connection[Any], version: int, against: int | None, days: int) -> Asked:
    """A version as it reads now, to be tried."""
    return Asked(
        version=version,
        against=against,
        days=days,
        agreement=agreements.agreement_by_id(conn, version),
        other=None if against is None else agreements.agreement_by_id(conn, against),
        content=backtests.content_of(conn, version),
        time_zone=company_time_zone(conn),
    )


def asked_of_text(conn: Connection[Any], text: str, days: int, *, now: int) -> Asked:
    """An agreement as it would be if it were saved now, to be tried against the version in force: of its name, else
    of the house rules. Raises YamlRefused, FaultyAgreement."""
    agreement, in_force = read_draft(conn, text, now=now), agreements.in_force(conn, now)
    other = in_force.get(agreement.campaign) or in_force.get(HOUSE)
    return Asked(None, None, days, agreement, other, "", company_time_zone(conn))


def in_force_meanwhile(conn: Connection[Any], since: int, until: int) -> list[tuple[Agreement, int, int | None]]:
    """All versions that were in force at some moment of it, with from when to when."""
    return agreements.in_force_between(conn, since, until)


def spend_meanwhile(conn: Connection[Any], what: Asked, since: int, until: int, *, days: Days, today: date) -> SpendOf:
    """What of the campaigns' spend on these days belongs to the agreement; others were in force in [since, until)."""
    spent = spend.spent(conn, days, today=today, time_zone=what.time_zone)
    return spend_of(what.agreement, spent, [each for each, *_ in in_force_meanwhile(conn, since, until)])


def situations_then(
    conn: Connection[Any], agreement: Agreement, moments: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, int, Situation]]:
    """How each lead stood under the agreement at a moment: (lead, moment, situation), in the order given.

    Folded from the journal, colleagues as they are known now; leads that are no more are left out.
    """
    remaining = iter(moments)
    while page := list(islice(remaining, LEADS_AT_ONCE)):
        rows = leads.load(conn, [lead for lead, _ in page], lock=False)
        facts = facts_of_persons(conn, {row.person for row in rows.values()})
        colleagues = accounts.colleagues(conn, {n: row.account for n, row in rows.items() if row.account is not None})
        for lead, at in page:
            if (row := rows.get(lead)) is not None:
                yield lead, at, _situation(agreement, row.lead, facts[row.person], colleagues.get(lead), at)


def _situation(
    agreement: Agreement, lead: Lead, facts: Iterable[Event], colleagues: tuple[Colleague, ...] | None, at: int
) -> Situation:
    known = [fact for fact in facts if fact.t <= at]
    tally = count(agreement, EMPTY_TALLY, known, cycle_from=lead.cycle_from)
    captured_at = min([lead.captured_at, *(fact.t for fact in known if not is_visitor(fact.subject))])
    profile = observe(EMPTY_PROFILE, known)
    return situation_of(agreement, profile, tally, at=at, captured_at=captured_at, colleagues=colleagues)


def at_work(conn: Connection[Any], agreement: Agreement, *, now: int) -> tuple[tuple[Seller, ...], Calendar]:
    """The sellers with their hours, and the hours of whoever has none of their own under the agreement."""
    staff = Staff(conn, now)
    return staff.sellers, staff.house(agreement)


def handovers(conn: Connection[Any], since: int) -> list[Handover]:
    """The handovers that may still matter at `since`, each until what ended it."""
    return backtests.handovers(conn, since - LOOK_BACK)


def outcomes(conn: Connection[Any], numbers: Collection[int]) -> list[tuple[int, bool, bool, bool]]:
    """What really became of leads: (lead, handed over, accepted, won) of each that has come so far."""
    return backtests.outcomes(conn, numbers)


def keep(
    conn: Connection[Any],
    what: Asked,
    *,
    since: int,
    until: int,
    summary: Any,
    tried: Iterable[tuple[int, str, int | None, int | None]],
    user: int | None,
    job: int | None,
    now: int,
) -> int:
    """Keep what was found beside the version, once for each job; returns its id. `tried` are (lead, group, when it
    ripens, when it would have under the other version)."""
    assert what.version is not None
    with conn.transaction():
        return backtests.keep(
            conn,
            what.version,
            against=what.against,
            content=what.content,
            days=what.days,
            since=since,
            until=until,
            summary=summary,
            leads=(TriedRow(*each) for each in tried),
            user=user,
            job=job,
            now=now,
        )
