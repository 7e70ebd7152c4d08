"""Working time: hours per weekday in a time zone, free days left out; interval arithmetic over UTC microseconds.

A working day is what opens on one local date: its intervals belong to that date even where the last one passes
midnight. Where clocks are put back, an interval lasts through both readings of the doubled hour; where they are
put forward, a time that does not exist means the moment as far behind the jump (as in java.time).
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from itertools import islice, pairwise
from typing import Any, ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from pomona.domain.errors import PomonaError
from pomona.domain.event import DAY, MINUTE, SECOND

Interval = tuple[int, int]
"""[start, end): moments in microseconds UTC."""

MINUTES_A_DAY = DAY // MINUTE
HORIZON_DAYS = 3660
"""How many days ahead an opening is looked for: ten years."""


class CalendarError(PomonaError):
    """Working hours that cannot be read, or that never open."""

    texts: ClassVar[dict[str, tuple[str, str]]] = {
        "unknown_time_zone": (
            "Часовой пояс «{value}» неизвестен; напишите, например, Europe/Moscow.",
            "The time zone “{value}” is unknown; write, for example, Europe/Moscow.",
        ),
        "bad_hours": (
            "Часы «{value}» не читаются; день недели — от 0 (понедельник) до 6, время — от 00:00 до 24:00.",
            "The hours “{value}” cannot be read; weekdays go from 0 (Monday) to 6, times from 00:00 to 24:00.",
        ),
        "overlapping_hours": (
            "Часы «{value}» накладываются на другие часы того же дня.",
            "The hours “{value}” overlap with other hours of the same day.",
        ),
        "bad_day_off": (
            "Выходной «{value}» не читается; напишите дату, например, 2026-05-04.",
            "The day off “{value}” cannot be read; write a date, for example 2026-05-04.",
        ),
        "never_open": (
            "В этом календаре нет рабочего времени: укажите часы хотя бы одного дня недели.",
            "This calendar has no working time: give the hours of at least one weekday.",
        ),
    }


class Calendar(msgspec.Struct, frozen=True):
    """Working hours. `hours[weekday]` (0 is Monday) are (start, end) minutes after local midnight, ascending.

    An `end` above 1440 lies on the next date. `free` are the local dates without work: holidays, days off.
    """

    time_zone: str
    hours: tuple[tuple[tuple[int, int], ...], ...]
    free: frozenset[date] = frozenset()


ALWAYS_OPEN = Calendar(time_zone="UTC", hours=(((0, MINUTES_A_DAY),),) * 7)
"""Every moment is working time: for whoever has no calendar."""


def read_calendar(time_zone: str, hours: Mapping[str, Any], days_off: Iterable[str | date] = ()) -> Calendar:
    """The calendar of a plain document: weekday "0" to "6" to `[["09:00", "13:00"], ...]`.

    An interval whose end is not after its start ends on the next date.

    Raises:
        CalendarError: what is wrong, with the value.
    """
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise CalendarError("unknown_time_zone", value=time_zone) from None
    if unknown := set(hours) - set("0123456"):
        raise CalendarError("bad_hours", value=sorted(unknown)[0])
    week = tuple(_read_day(hours.get(str(weekday), ())) for weekday in range(7))
    if not any(week):
        raise CalendarError("never_open")
    return Calendar(time_zone=time_zone, hours=week, free=frozenset(map(_read_date, days_off)))


def is_open(calendar: Calendar, t: int) -> bool:
    """Whether `t` is working time."""
    return next_open(calendar, t) == t


@lru_cache(maxsize=1024)
def next_open(calendar: Calendar, t: int) -> int:
    """The first moment of working time at or after `t`. Kept: routing asks it of each seller at one moment.

    Raises:
        CalendarError: `never_open` if there is none within ten years.
    """
    for opens, closes in _intervals(calendar, t):
        if closes > t:
            return max(opens, t)
    raise CalendarError("never_open")


def between(calendar: Calendar, a: int, b: int) -> int:
    """The working time from `a` to `b` in microseconds; negative when `b` is before `a`."""
    if b < a:
        return -between(calendar, b, a)
    total = 0
    for start, end in _intervals(calendar, a):
        if start >= b:
            break
        total += max(0, min(end, b) - max(start, a))
    return total


def add(calendar: Calendar, start: int, *, days: int = 0, time: int = 0) -> int:
    """The earliest moment at which so many working days and then `time` of working time passed since `start`.

    A working day is over as far into the next working day as `start` is into its own: 1wd from two hours
    after opening is two hours after the next opening, or that day's end if it is shorter. From before
    opening (or a closed moment) it is the end of the day that opens next.

    Raises:
        CalendarError: `never_open` if the calendar has not that much working time within ten years.
    """
    return _add_time(calendar, _add_days(calendar, start, days), time)


def _add_time(calendar: Calendar, start: int, amount: int) -> int:
    if amount <= 0:
        return start
    left = amount
    for opens, closes in _intervals(calendar, start):
        worked = max(0, closes - max(opens, start))
        if worked >= left:
            return closes - worked + left
        left -= worked
    raise CalendarError("never_open")


def _add_days(calendar: Calendar, start: int, days: int) -> int:
    if days <= 0:
        return start
    ahead = (day for day in _working_days(calendar, start) if day[-1][1] > start)
    first = next(ahead, None)
    if first is None:
        raise CalendarError("never_open")
    into = sum(max(0, min(closes, start) - opens) for opens, closes in first)
    further = days if into else days - 1
    last = first if further == 0 else next(islice(ahead, further - 1, None), None)
    if last is None:
        raise CalendarError("never_open")
    return _at(last, into) if into else last[-1][1]


def _at(day: Sequence[Interval], into: int) -> int:
    """The moment `into` the working time of a day, at most its end."""
    left = into
    for opens, closes in day:
        if closes - opens >= left:
            return opens + left
        left -= closes - opens
    return day[-1][1]


def _intervals(calendar: Calendar, t: int) -> Iterator[Interval]:
    """Working time from shortly before `t` on: disjoint, ascending."""
    for day in _working_days(calendar, t):
        yield from day


def _working_days(calendar: Calendar, t: int) -> Iterator[list[Interval]]:
    """The working days from shortly before `t` on, each as its intervals; none of them empty."""
    zone = ZoneInfo(calendar.time_zone)
    # One date may reach into the next, and its own start depends on the one before it.
    first = dt.datetime.fromtimestamp(t // SECOND, zone).date() - timedelta(days=2)
    closed_until: int | None = None
    for offset in range(HORIZON_DAYS):
        day = first + timedelta(days=offset)
        if day in calendar.free:
            continue
        intervals = []
        for opens, closes in calendar.hours[day.weekday()]:
            start, end = _moment(day, opens, zone, fold=0), _closing(day, closes, zone)
            start = start if closed_until is None else max(start, closed_until)
            if end > start:
                intervals.append((start, end))
                closed_until = end
        if intervals:
            yield intervals


def _closing(day: date, minutes: int, zone: ZoneInfo) -> int:
    return max(_moment(day, minutes, zone, fold=0), _moment(day, minutes, zone, fold=1))


def _moment(day: date, minutes: int, zone: ZoneInfo, *, fold: int) -> int:
    """The moment the local clock reads so many minutes after midnight of `day`."""
    local = dt.datetime.combine(day, dt.time()) + timedelta(minutes=minutes)
    return int(local.replace(tzinfo=zone, fold=fold).timestamp()) * SECOND


def _read_day(intervals: Sequence[Sequence[str]]) -> tuple[tuple[int, int], ...]:
    read = sorted((_read_interval(interval), interval) for interval in intervals)
    for (earlier, _), (later, written) in pairwise(read):
        if later[0] < earlier[1]:
            raise CalendarError("overlapping_hours", value="–".join(written))
    return tuple(interval for interval, _ in read)


def _read_interval(written: Sequence[str]) -> tuple[int, int]:
    try:
        start, end = map(_read_time, written)
    except (TypeError, ValueError):
        raise CalendarError("bad_hours", value=written) from None
    return (start, end) if end > start else (start, end + MINUTES_A_DAY)


def _read_time(written: str) -> int:
    if written == "24:00":
        return MINUTES_A_DAY
    read = dt.time.fromisoformat(written)
    return read.hour * 60 + read.minute


def _read_date(written: str | date) -> date:
    try:
        return written if isinstance(written, date) else date.fromisoformat(written)
    except ValueError:
        raise CalendarError("bad_day_off", value=written) from None
