"""Working time counts hours of a calendar exactly, over nights, free days and changes of the clocks."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pomona.domain.event import DAY, HOUR, MINUTE, SECOND
from pomona.domain.working_time import (
    ALWAYS_OPEN,
    Calendar,
    CalendarError,
    add,
    between,
    is_open,
    next_open,
    read_calendar,
)

OFFICE = read_calendar(
    "Europe/Moscow",
    {**{str(day): [["09:00", "13:00"], ["14:00", "18:00"]] for day in range(4)}, "4": [["09:00", "16:00"]]},
    ["2026-03-09"],
)


def moscow(written: str) -> int:
    return at(written, "Europe/Moscow")


def at(written: str, zone: str, fold: int = 0) -> int:
    local = datetime.fromisoformat(written).replace(tzinfo=ZoneInfo(zone), fold=fold)
    return int(local.timestamp()) * SECOND


@pytest.mark.parametrize(
    ("start", "duration", "end"),
    [
        ("2026-03-02T11:30", {"time": 5 * MINUTE}, "2026-03-02T11:35"),
        ("2026-03-02T12:30", {"time": HOUR}, "2026-03-02T14:30"),
        ("2026-03-02T17:00", {"time": HOUR}, "2026-03-02T18:00"),
        ("2026-03-02T17:30", {"time": HOUR}, "2026-03-03T09:30"),
        ("2026-03-02T20:00", {"time": 5 * MINUTE}, "2026-03-03T09:05"),
        ("2026-03-06T15:30", {"time": HOUR}, "2026-03-10T09:30"),
        ("2026-03-02T11:30", {"days": 1}, "2026-03-03T11:30"),
        ("2026-03-05T17:30", {"days": 1}, "2026-03-06T16:00"),
        ("2026-03-06T10:00", {"days": 1}, "2026-03-10T10:00"),
        ("2026-03-02T20:00", {"days": 1}, "2026-03-03T18:00"),
        ("2026-03-02T09:00", {"days": 1}, "2026-03-02T18:00"),
        ("2026-03-07T12:00", {"days": 2}, "2026-03-11T18:00"),
        ("2026-03-02T11:30", {"days": 3, "time": HOUR}, "2026-03-05T12:30"),
        ("2026-03-02T11:30", {}, "2026-03-02T11:30"),
    ],
)
def test_adds_working_time(start: str, duration: dict[str, int], end: str) -> None:
    assert add(OFFICE, moscow(start), **duration) == moscow(end)


def test_counts_only_open_hours() -> None:
    assert between(OFFICE, moscow("2026-03-06T15:00"), moscow("2026-03-10T10:00")) == 2 * HOUR
    assert between(OFFICE, moscow("2026-03-10T10:00"), moscow("2026-03-06T15:00")) == -2 * HOUR


def test_knows_the_next_opening() -> None:
    assert is_open(OFFICE, moscow("2026-03-02T09:00"))
    assert not is_open(OFFICE, moscow("2026-03-02T13:00"))
    assert next_open(OFFICE, moscow("2026-03-02T13:30")) == moscow("2026-03-02T14:00")
    assert next_open(OFFICE, moscow("2026-03-06T16:00")) == moscow("2026-03-10T09:00")
    assert next_open(ALWAYS_OPEN, 0) == 0


def test_an_hour_that_the_clocks_skip_is_not_worked() -> None:
    night = read_calendar("Europe/Berlin", {"5": [["22:00", "06:00"]]})
    assert between(night, at("2026-03-28T22:00", "Europe/Berlin"), at("2026-03-29T12:00", "Europe/Berlin")) == 7 * HOUR


def test_an_hour_that_comes_twice_is_worked_twice() -> None:
    night = read_calendar("Europe/Berlin", {"5": [["22:00", "02:30"]], "6": [["02:30", "06:00"]]})
    start, end = at("2026-10-24T22:00", "Europe/Berlin"), at("2026-10-25T12:00", "Europe/Berlin")
    assert between(night, start, end) == 9 * HOUR


def test_a_start_that_the_clocks_skip_moves_behind_the_jump() -> None:
    early = read_calendar("Europe/Berlin", {"6": [["02:30", "06:00"]]})
    assert next_open(early, at("2026-03-29T00:00", "Europe/Berlin")) == at("2026-03-29T03:30", "Europe/Berlin")


@pytest.mark.parametrize(
    ("zone", "hours", "days_off", "code"),
    [
        ("Moscow", {"0": [["09:00", "18:00"]]}, [], "unknown_time_zone"),
        ("../etc/passwd", {"0": [["09:00", "18:00"]]}, [], "unknown_time_zone"),
        ("Europe/Moscow", {"7": [["09:00", "18:00"]]}, [], "bad_hours"),
        ("Europe/Moscow", {"0": [["9", "25:00"]]}, [], "bad_hours"),
        ("Europe/Moscow", {"0": [["09:00"]]}, [], "bad_hours"),
        ("Europe/Moscow", {"0": [["09:00", "14:00"], ["13:00", "18:00"]]}, [], "overlapping_hours"),
        ("Europe/Moscow", {"0": [["09:00", "18:00"]]}, ["9 May"], "bad_day_off"),
        ("Europe/Moscow", {"0": []}, [], "never_open"),
    ],
)
def test_refuses_hours_that_cannot_be_read(zone: str, hours: dict[str, object], days_off: list[str], code: str) -> None:
    with pytest.raises(CalendarError) as refused:
        read_calendar(zone, hours, days_off)
    assert refused.value.code == code
    assert refused.value.text("ru") != refused.value.text("en")


def test_says_so_when_no_day_is_ever_worked() -> None:
    mondays = frozenset(date(2026, 3, 2) + timedelta(weeks=week) for week in range(-2, 530))
    closed = Calendar(time_zone="UTC", hours=(((540, 1080),), *[()] * 6), free=mondays)
    with pytest.raises(CalendarError, match="no working time"):
        add(closed, moscow("2026-03-02T09:00"), time=HOUR)


minutes = st.integers(0, 1440)
zones = st.sampled_from(
    ["UTC", "Europe/Moscow", "Europe/Berlin", "Asia/Vladivostok", "America/Santiago", "Asia/Beirut"]
)
BEGIN = int(datetime(2025, 1, 1, tzinfo=UTC).timestamp()) * SECOND
moments = st.integers(BEGIN, BEGIN + 730 * DAY)
durations = st.integers(0, 100 * HOUR)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    def day() -> tuple[tuple[int, int], ...]:
        marks = sorted(draw(st.sets(minutes, max_size=6)))
        return tuple(zip(marks[::2], marks[1::2], strict=False))

    week = [day() for _ in range(7)]
    week[draw(st.integers(0, 6))] = ((22 * 60, 30 * 60),)
    free = draw(st.sets(st.dates(date(2025, 1, 1), date(2027, 1, 1)), max_size=5))
    return Calendar(time_zone=draw(zones), hours=tuple(week), free=frozenset(free))


@settings(max_examples=40, deadline=None)
@given(calendars(), moments, durations)
def test_the_time_added_is_the_time_between(calendar: Calendar, start: int, amount: int) -> None:
    assert between(calendar, start, add(calendar, start, time=amount)) == amount


@settings(max_examples=40, deadline=None)
@given(calendars(), moments, moments)
def test_adding_the_time_between_comes_back_to_the_same_working_time(calendar: Calendar, a: int, b: int) -> None:
    a, b = sorted((a, b))
    back = add(calendar, a, time=between(calendar, a, b))
    assert back <= b
    assert between(calendar, back, b) == 0


@settings(max_examples=40, deadline=None)
@given(calendars(), moments, st.integers(0, 3 * DAY), st.integers(0, 10), durations)
def test_who_starts_later_is_never_due_earlier(
    calendar: Calendar, start: int, later: int, days: int, amount: int
) -> None:
    assert add(calendar, start, days=days, time=amount) <= add(calendar, start + later, days=days, time=amount)


@settings(max_examples=40, deadline=None)
@given(calendars(), moments, moments, moments)
def test_working_time_adds_up(calendar: Calendar, a: int, b: int, c: int) -> None:
    assert between(calendar, a, b) + between(calendar, b, c) == between(calendar, a, c)


@settings(max_examples=40, deadline=None)
@given(calendars(), moments)
def test_the_next_opening_is_open_and_nothing_is_worked_before_it(calendar: Calendar, t: int) -> None:
    opening = next_open(calendar, t)
    assert is_open(calendar, opening)
    assert between(calendar, t, opening) == 0


@settings(max_examples=40, deadline=None)
@given(calendars(), moments, st.integers(1, 30))
def test_a_working_day_is_at_most_one_days_hours(calendar: Calendar, start: int, days: int) -> None:
    before = add(calendar, start, days=days - 1)
    after = add(calendar, start, days=days)
    assert before <= after
