"""The promise board: what marketing and sales promised for each week, and what became of that week's ripe leads."""

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

import msgspec
from django.db import connection

from pomona.domain.agreement import Agreement, Promise
from pomona.domain.intervals import share
from pomona.domain.promises import Done, Kept, Week, judge_promises, week_of, weeks
from pomona.domain.stages import Decision
from pomona.store import agreements as stored
from pomona.store.access import Power, demand
from pomona.store.database import connection as plain_connection
from pomona.store.models import User
from pomona.store.reads.agreements import AgreementLine, Version
from pomona.store.reads.passages import PASSAGES, passage_parameters

PERCENTILES = (0.5, 0.9)


class Number(StrEnum):
    """The numbers of a week that lead to their leads."""

    RIPE = "ripe"
    HANDED_OVER = "handed_over"
    WAITING = "waiting"
    ACCEPTED = "accepted"
    GIVEN_BACK = "given_back"
    UNTAKEN = "untaken"
    IN_TIME = "in_time"
    LATE = "late"
    ANSWERED = "answered"
    OVERDUE = "overdue"
    CONTACTED = "contacted"
    UNCONTACTED = "uncontacted"


_WHERE = {
    Number.RIPE: "true",
    Number.HANDED_OVER: "handed_over_at IS NOT NULL",
    Number.WAITING: "handed_over_at IS NULL AND NOT is_over",
    Number.ACCEPTED: "handed_over_at IS NOT NULL AND is_accepted",
    Number.GIVEN_BACK: "handed_over_at IS NOT NULL AND is_given_back AND NOT is_accepted",
    Number.UNTAKEN: "handed_over_at IS NOT NULL AND NOT is_over AND NOT is_accepted",
    Number.IN_TIME: "handed_over_at <= hand_over_by",
    Number.LATE: "hand_over_by < coalesce(handed_over_at, CASE WHEN NOT is_over THEN %(now)s END)",
    Number.ANSWERED: "is_answered AND NOT is_late",
    Number.OVERDUE: "is_late",
    Number.CONTACTED: "contacted_at IS NOT NULL",
    Number.UNCONTACTED: "handed_over_at IS NOT NULL AND contacted_at IS NULL AND NOT is_over",
}


_RIPE = f"began_by = '{Decision.RIPE}'"
"""Promises are about ripe leads: whoever was handed over below the mark by lot says nothing of them."""


class Times(msgspec.Struct, frozen=True):
    """How long one part took: half of the leads at most `median`, nine of ten at most `ninth` (µs; None: no lead)."""

    median: int | None
    ninth: int | None


class Response(msgspec.Struct, frozen=True, kw_only=True):
    """The response time in its parts.

    Marketing and Pomona: from the lead's act to handover, of it `queued` from ripe to handover; elapsed time.
    Sales: from handover to first contact, elapsed and in the working time of whoever held the lead.
    """

    to_handover: Times
    queued: Times
    to_contact: Times
    to_contact_worked: Times


class BoardWeek(msgspec.Struct, frozen=True, kw_only=True):
    """One week: the promises of the version last in force in it, and what became of the leads that ripened.

    `is_running`: the week is not over. `is_whole`: it is, and the agreement was in force all along.
    """

    week: Week
    version: int
    promise: Promise
    counts: dict[Number, int]
    done: Done
    kept: Kept
    response: Response
    is_running: bool
    is_whole: bool


class Passage(msgspec.Struct, frozen=True):
    """One lead behind a number, and how long the parts of its response took (µs; None: not, or not known)."""

    lead: int
    ripe_at: int
    to_handover: int | None
    to_contact: int | None
    worked: int | None


def board(user: User, line: AgreementLine, *, count: int, now: int) -> list[BoardWeek]:
    """The last `count` weeks of an agreement, the newest first; none before it came into force."""
    demand(user, Power.SEE_FUNNEL)
    versions = [each for each in line.versions if each.in_force_from is not None and each.in_force_from <= now]
    if not versions:
        return []
    known = _read(line, versions)
    zone = known[versions[0].number].runs.time_zone
    shown = [
        _InForce(week, known[version.number], is_running=week.end > now, is_covered=_covers(versions, week))
        for week in weeks(zone, count=count, now=now)
        if (version := _last_in_force(versions, week, now)) is not None
    ]
    counted = _counted(line.name, [each.week for each in shown], now)
    return [_week(each, counted.get(number, _NOTHING)) for number, each in enumerate(shown)]


def leads_behind(user: User, line: AgreementLine, monday: date, number: Number, *, now: int) -> list[Passage]:
    """The leads behind one number of the week that begins on that day, whoever waited longest first."""
    demand(user, Power.SEE_FUNNEL)
    week = week_of(monday, _read(line, line.versions[:1])[line.versions[0].number].runs.time_zone)
    with connection.cursor() as cursor:
        cursor.execute(
            f"{PASSAGES} SELECT DISTINCT ON (lead) lead, began_at, handed_over_at - coalesce(acted_at, began_at), "
            f"contacted_at - handed_over_at, worked FROM passage WHERE {_RIPE} AND lead IS NOT NULL "
            f"AND {_WHERE[number]} ORDER BY lead, began_at",
            passage_parameters(line.name, since=week.start, until=week.end) | {"now": now},
        )
        found = [Passage(*row) for row in cursor.fetchall()]
    return sorted(found, key=lambda each: (-(each.to_handover or 0) - (each.to_contact or 0), -each.lead))


def _read(line: AgreementLine, versions: Iterable[Version]) -> dict[int, Agreement]:
    found = stored.versions(plain_connection(), {(line.name, each.number) for each in versions})
    return {number: agreement for (_, number), agreement in found.items()}


class _InForce(msgspec.Struct, frozen=True):
    """A week with the version last in force in it. `is_covered`: one was in force all along."""

    week: Week
    agreement: Agreement
    is_running: bool
    is_covered: bool


class _Counted(msgspec.Struct, frozen=True):
    """The leads of one week, counted; four pairs of percentiles."""

    counts: dict[Number, int]
    times: tuple[Times, ...]


_NOTHING = _Counted(dict.fromkeys(Number, 0), (Times(None, None),) * 4)
_LENGTHS = (
    "handed_over_at - coalesce(acted_at, began_at)",
    "handed_over_at - began_at",
    "contacted_at - handed_over_at",
    "worked",
)


def _counted(agreement: str, asked: Sequence[Week], now: int) -> dict[int, _Counted]:
    """What became of the leads of each week, by its place among those asked for (the newest first)."""
    if not asked:
        return {}
    counts = ", ".join(f"count(DISTINCT lead) FILTER (WHERE {_WHERE[number]})" for number in Number)
    lengths = ", ".join(f"percentile_disc(%(percentiles)s) WITHIN GROUP (ORDER BY {each})" for each in _LENGTHS)
    starts = sorted(week.start for week in asked)
    with connection.cursor() as cursor:
        cursor.execute(
            f"{PASSAGES} SELECT width_bucket(began_at, %(starts)s::bigint[]), {counts}, {lengths} "
            f"FROM passage WHERE {_RIPE} GROUP BY 1",
            passage_parameters(agreement, since=starts[0], until=asked[0].end)
            | {"now": now, "starts": starts, "percentiles": list(PERCENTILES)},
        )
        return {len(starts) - row[0]: _of_row(row[1:]) for row in cursor.fetchall()}


def _of_row(row: tuple[Any, ...]) -> _Counted:
    counts = dict(zip(Number, row, strict=False))
    return _Counted(counts, tuple(Times(*(pair or (None, None))) for pair in row[len(counts) :]))


def _week(asked: _InForce, counted: _Counted) -> BoardWeek:
    counts, agreement = counted.counts, asked.agreement
    done = Done(
        ripe=counts[Number.RIPE],
        accepted=share(counts[Number.ACCEPTED], counts[Number.ACCEPTED] + counts[Number.GIVEN_BACK]),
        in_time=share(counts[Number.IN_TIME], counts[Number.IN_TIME] + counts[Number.LATE]),
        answered=share(counts[Number.ANSWERED], counts[Number.ANSWERED] + counts[Number.OVERDUE]),
    )
    is_whole = asked.is_covered and not asked.is_running
    return BoardWeek(
        week=asked.week,
        version=agreement.version,
        promise=agreement.promise,
        counts=counts,
        done=done,
        kept=judge_promises(agreement.promise, done, is_whole=is_whole),
        response=Response(**dict(zip(Response.__struct_fields__, counted.times, strict=True))),
        is_running=asked.is_running,
        is_whole=is_whole,
    )


def _last_in_force(versions: Sequence[Version], week: Week, now: int) -> Version | None:
    """The version in force as the week ended, or now; else the last one in force in it."""
    in_week = [each for each in versions if _start(each) < min(week.end, now + 1) and _end(each) > week.start]
    return max(in_week, key=_start, default=None)


def _covers(versions: Sequence[Version], week: Week) -> bool:
    """Whether some version was in force at every moment of the week."""
    at = week.start
    for each in sorted(versions, key=_start):
        if _start(each) <= at < _end(each):
            at = _end(each)
    return at >= week.end


def _start(version: Version) -> int:
    assert version.in_force_from is not None
    return version.in_force_from


def _end(version: Version) -> int:
    return _FOREVER if version.in_force_until is None else version.in_force_until


_FOREVER = 2**62
