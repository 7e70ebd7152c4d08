"""Points fade and versions change: once a night every lead's stored scores are brought up to the day.

A lead that other agreements or versions concern now is folded anew from the journal; nothing is decided.
"""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from psycopg import Connection

from pomona.actions.ledger import Ledger
from pomona.domain.event import SECOND
from pomona.store import cursors, identity, leads
from pomona.store.database import work_transaction
from pomona.store.installation import company_time_zone

PAGE = 500
NIGHT_BEGINS = timedelta(hours=3)
"""On the company's clock: when the pages are least looked at."""

NIGHT, LEAD = "nightly:night", "nightly:lead"
"""Cursors: the last night that is done, and how far this one has come; so a kill repeats at most one page."""


def refresh_once_a_night(conn: Connection[Any], /, *, now: int, page: int = PAGE) -> int:
    """Refresh the next page of leads if this night's pass is not over; returns how many leads it were.

    0 also while another process is at it.
    """
    with work_transaction(conn):
        done = cursors.claim(conn, NIGHT)
        tonight = _night(conn, now)
        if done is None or done >= tonight:
            return 0
        numbers = _refresh_page(conn, cursors.claim(conn, LEAD) or 0, now, page)
        cursors.advance(conn, LEAD, numbers[-1] if numbers else 0)
        if not numbers:
            cursors.advance(conn, NIGHT, tonight)
        return len(numbers)


def _night(conn: Connection[Any], now: int) -> int:
    """The night that began last, counted in days."""
    zone = ZoneInfo(company_time_zone(conn))
    return (datetime.fromtimestamp(now // SECOND, UTC).astimezone(zone) - NIGHT_BEGINS).toordinal()


def _refresh_page(conn: Connection[Any], after: int, now: int, page: int) -> list[int]:
    identity.lock(conn, exclusive=False)
    ledger = Ledger(conn, now=now)
    numbers = ledger.load(leads.live_after(conn, after=after, limit=page))
    ledger.refresh(numbers)
    ledger.save()
    return numbers
