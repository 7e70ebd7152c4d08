"""Periods: whole days on the company's wall clock."""

from datetime import UTC, date, datetime

import pytest
from django.test import RequestFactory
from django.utils import timezone

pytestmark = pytest.mark.usefixtures("database_url")
NOW = 1_772_440_200_000_000
"""Monday 2026-03-02 11:30 in Moscow."""


@pytest.mark.parametrize(
    ("preset", "first", "last"),
    [
        ("30d", date(2026, 2, 1), date(2026, 3, 2)),
        ("90d", date(2025, 12, 3), date(2026, 3, 2)),
        ("month", date(2026, 3, 1), date(2026, 3, 2)),
        ("last_month", date(2026, 2, 1), date(2026, 2, 28)),
        ("year", date(2026, 1, 1), date(2026, 3, 2)),
        ("no such", date(2025, 12, 3), date(2026, 3, 2)),
    ],
)
def test_a_preset_names_whole_days_up_to_today(preset: str, first: date, last: date) -> None:
    from pomona.web.period import asked_period

    period = asked_period({"period": preset}, NOW)
    assert (period.first, period.last) == (first, last)


def test_a_day_begins_at_the_companys_midnight() -> None:
    from pomona.web.period import asked_period

    with timezone.override("Asia/Vladivostok"):
        period = asked_period({"period": "days", "first": "2026-03-01", "last": "2026-03-01"}, NOW)
        assert datetime.fromtimestamp(period.since / 1_000_000, UTC) == datetime(2026, 2, 28, 14, tzinfo=UTC)
        assert period.until - period.since == 24 * 3600 * 1_000_000


def test_a_period_names_itself_again() -> None:
    from pomona.web.period import asked_period

    for query in ({"period": "month"}, {"period": "days", "first": "2026-01-02", "last": "2026-02-03"}):
        assert asked_period(query, NOW).query() == query


@pytest.mark.parametrize("first", ["", "2026-02-30", "2026-03-05", "0001-01-01", "tomorrow"])
def test_days_that_cannot_be_become_the_last_90(first: str) -> None:
    from pomona.web.period import asked_period

    asked = RequestFactory().get("/", {"period": "days", "first": first, "last": "2026-03-02"}).GET
    assert asked_period(asked, NOW).first == date(2025, 12, 3)
