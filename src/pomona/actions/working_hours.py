"""The calendars as the domain reckons with them: hours, days off and public holidays together."""

from datetime import UTC, datetime
from typing import Any

from psycopg import Connection

from pomona.domain.event import SECOND
from pomona.domain.working_time import Calendar, read_calendar
from pomona.formats.holidays_calendar import public_holidays
from pomona.store import sellers


def working_hours(conn: Connection[Any], *, now: int) -> dict[str, Calendar]:
    """All calendars by name, with the holidays around `now`."""
    year = datetime.fromtimestamp(now / SECOND, UTC).year
    return {row.name: _calendar(row, year) for row in sellers.calendar_rows(conn)}


def _calendar(row: sellers.CalendarRow, year: int) -> Calendar:
    free = public_holidays(row.holidays, year - 1, year + 2) if row.holidays else frozenset()
    return read_calendar(row.time_zone, row.hours, [*row.days_off, *free])
