from datetime import date

import pytest

from pomona.formats.holidays_calendar import UnknownCountry, public_holidays


def test_gives_the_holidays_of_each_year() -> None:
    days = public_holidays("RU", 2025, 2026)
    assert {date(2025, 5, 9), date(2026, 1, 1), date(2026, 2, 23)} <= days
    assert date(2027, 1, 1) not in days


def test_knows_days_off_that_were_moved_by_decree() -> None:
    assert date(2025, 5, 8) in public_holidays("RU", 2025, 2025)


def test_refuses_an_unknown_country() -> None:
    with pytest.raises(UnknownCountry, match="RU"):
        public_holidays("QQ", 2026, 2026)
