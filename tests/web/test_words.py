"""Moments, durations, points as people write them, in both languages."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from pomona.domain.event import DAY, HOUR, MINUTE, SECOND
from tests.conftest import NOW


@pytest.fixture(autouse=True)
def moscow(database_url: str) -> Iterator[None]:
    with timezone.override(ZoneInfo("Europe/Moscow")):
        yield


@pytest.mark.parametrize(
    ("moment", "russian", "english"),
    [
        (NOW - MINUTE, "сегодня 11:29", "today 11:29"),
        (NOW - DAY, "вчера 11:30", "yesterday 11:30"),
        (NOW + DAY, "завтра 11:30", "tomorrow 11:30"),
        (NOW - 3 * DAY, "пт 11:30", "Fri 11:30"),
        (NOW - 30 * DAY, "31 янв. 11:30", "31 Jan 11:30"),
        (NOW - 100 * DAY, "22 нояб. 2025", "22 Nov 2025"),
    ],
)
def test_a_moment_is_said_beside_now(moment: int, russian: str, english: str) -> None:
    from pomona.web.words import when

    with translation.override("ru"):
        assert when(moment, NOW) == russian
    with translation.override("en"):
        assert when(moment, NOW) == english


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (134 * SECOND, "2:14"),
        (0, "0:00"),
        (-SECOND, "0:00"),
        (3 * HOUR + 20 * MINUTE + 5 * SECOND, "3:20:05"),
        (2 * DAY + 4 * HOUR, "2\u00a0d 4\u00a0h"),
    ],
)
def test_a_running_clock_shows_what_is_left(length: int, text: str) -> None:
    from pomona.web.words import countdown

    with translation.override("en"):
        assert countdown(length) == text


@pytest.mark.parametrize(
    ("thousandths", "russian", "english"),
    [
        (20_000, "20", "20"),
        (27_449, "27,4", "27.4"),
        (-10_000, "−10", "−10"),
        (103_555, "103,6", "103.6"),
        (0, "0", "0"),
    ],
)
def test_points_are_whole_or_have_one_decimal(thousandths: int, russian: str, english: str) -> None:
    from pomona.web.words import points

    with translation.override("ru"):
        assert points(thousandths) == russian
    with translation.override("en"):
        assert points(thousandths) == english


@pytest.mark.parametrize(
    ("back", "russian"),
    [(5 * SECOND, "только что"), (MINUTE, "1 минуту назад"), (2 * HOUR, "2 часа назад"), (5 * DAY, "5 дней назад")],
)
def test_how_long_ago(back: int, russian: str) -> None:
    from pomona.web.words import ago

    with translation.override("ru"):
        assert ago(NOW - back, NOW) == russian


def test_a_day_begins_on_the_companys_wall_clock() -> None:
    from pomona.web.words import day_start

    assert day_start(NOW) == NOW - 11 * HOUR - 30 * MINUTE


@pytest.mark.parametrize(
    ("amount", "currency", "russian", "english"),
    [
        (312_000_00, "RUB", "312\xa0000\xa0₽", "RUB\xa0312,000"),
        (12_50, "RUB", "12,50\xa0₽", "RUB\xa012.50"),
        (1_234_56, "EUR", "1\xa0235\xa0€", "€1,235"),
        (0, "EUR", "0\xa0€", "€0"),
    ],
)
def test_money_is_said_as_people_write_it(amount: int, currency: str, russian: str, english: str) -> None:
    from pomona.web.words import money

    with translation.override("ru"):
        assert money(amount, currency) == russian
    with translation.override("en"):
        assert money(amount, currency) == english


@pytest.mark.parametrize(
    ("share", "russian", "english"),
    [(0.0, "0\u00a0%", "0%"), (0.03, "3\u00a0%", "3%"), (0.0456, "4,6\u00a0%", "4.6%"), (0.5, "50\u00a0%", "50%")],
)
def test_a_small_share_has_one_decimal_unless_it_is_whole(share: float, russian: str, english: str) -> None:
    from pomona.web.words import percent

    with translation.override("ru"):
        assert percent(share) == russian
    with translation.override("en"):
        assert percent(share) == english


def test_how_far_shares_are_apart_has_no_direction() -> None:
    from pomona.web.words import apart, percentage_points

    with translation.override("en"):
        assert (percentage_points(-0.12), apart(-0.12), apart(0.12)) == ("−12 pp", "12 pp", "12 pp")
