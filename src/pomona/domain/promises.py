"""Promises: what both sides of an agreement bound themselves to, held against what became of a week's leads."""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import msgspec

from pomona.domain.agreement import Promise
from pomona.domain.event import SECOND
from pomona.domain.intervals import Share


class Week(msgspec.Struct, frozen=True):
    """Monday to Sunday on the wall clock of a time zone: [start, end), µs UTC."""

    monday: date
    start: int
    end: int


class Verdict(StrEnum):
    """What became of one promise in one week. `OPEN`: the week, or what must be judged, is not over yet."""

    KEPT = "kept"
    BROKEN = "broken"
    OPEN = "open"


class Judged(msgspec.Struct, frozen=True):
    """One promise held against what was done. `few`: so few leads that chance alone may explain the verdict."""

    promised: float
    verdict: Verdict
    few: bool = False


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the leads that ripened in a week.

    `accepted` of those handed over whom a seller took or gave back; `in_time` of those handed over, or waiting for
    longer than promised; `answered` of those whose response clock ended.
    """

    ripe: int
    accepted: Share
    in_time: Share
    answered: Share


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """Every promise of one week; None: not promised."""

    ripe: Judged | None
    accepted: Judged | None
    in_time: Judged | None
    answered: Judged | None


def weeks(time_zone: str, *, count: int, now: int) -> tuple[Week, ...]:
    """The week of `now` and those before it, the newest first."""
    zone = ZoneInfo(time_zone)
    today = datetime.fromtimestamp(now // SECOND, UTC).astimezone(zone).date()
    return tuple(week_of(today - timedelta(weeks=back), time_zone) for back in range(count))


def week_of(day: date, time_zone: str) -> Week:
    """The week that a day lies in."""
    monday, zone = day - timedelta(days=day.weekday()), ZoneInfo(time_zone)
    return Week(monday, _midnight(monday, zone), _midnight(monday + timedelta(weeks=1), zone))


def judge_promises(promise: Promise, done: Done, *, is_whole: bool) -> Kept:
    """Each promise held against what was done; `is_whole`: the week is over and the agreement was in force all along.

    The number of ripe leads can be kept before the week is over, and is broken only by a whole one.
    """
    in_time = None if promise.hand_over_within is None else promise.handed_over_in_time
    return Kept(
        ripe=None if promise.mql_per_week is None else _judge_number(promise.mql_per_week, done.ripe, is_whole),
        accepted=_judge_share(promise.accepted_share, done.accepted),
        in_time=_judge_share(in_time, done.in_time),
        answered=_judge_share(promise.deadlines_kept, done.answered),
    )


def _judge_number(promised: int, done: int, is_whole: bool) -> Judged:
    if done >= promised:
        return Judged(promised, Verdict.KEPT)
    return Judged(promised, Verdict.BROKEN if is_whole else Verdict.OPEN)


def _judge_share(promised: float | None, done: Share) -> Judged | None:
    if promised is None:
        return None
    if done.value is None:
        return Judged(promised, Verdict.OPEN)
    verdict = Verdict.KEPT if done.value >= promised else Verdict.BROKEN
    return Judged(promised, verdict, few=done.low < promised <= done.high)


def _midnight(day: date, zone: ZoneInfo) -> int:
    return int(datetime.combine(day, time(), zone).timestamp()) * SECOND
