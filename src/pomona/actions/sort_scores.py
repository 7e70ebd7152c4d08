"""Points fade: once a night the stored scores by which lists are sorted are brought up to the day."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from psycopg import Connection

from pomona.actions.folding import sort_score
from pomona.domain.agreement import Agreement
from pomona.domain.condition import Situation
from pomona.domain.event import SECOND
from pomona.domain.profile import profile_from_bytes
from pomona.domain.scoring import situation_of
from pomona.domain.tally import tally_from_bytes
from pomona.store import agreements, cursors, leads, sort_scores, tallies
from pomona.store.database import work_transaction
from pomona.store.installation import installation
from pomona.store.leads import LeadRow

PAGE = 500
NIGHT_BEGINS = timedelta(hours=3)
"""On the company's clock: when the pages are least looked at."""

NIGHT, LEAD = "nightly:night", "nightly:lead"
"""Cursors: the last night that is done, and how far this one has come; so a kill repeats at most one page."""


def refresh_all(conn: Connection[Any], *, now: int) -> int:
    """Refresh every lead's sort score as of `now`; returns how many leads there are."""
    refreshed, after = 0, 0
    while True:
        with work_transaction(conn):
            numbers = _refresh_page(conn, after, now, PAGE)
        if not numbers:
            return refreshed
        refreshed, after = refreshed + len(numbers), numbers[-1]


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
    row = installation(conn)
    zone = ZoneInfo(row.time_zone if row else "UTC")
    return (datetime.fromtimestamp(now // SECOND, UTC).astimezone(zone) - NIGHT_BEGINS).toordinal()


def _refresh_page(conn: Connection[Any], after: int, now: int, page: int) -> list[int]:
    numbers = sort_scores.next_leads(conn, after=after, limit=page)
    rows = leads.load(conn, numbers)
    stored = tallies.load(conn, rows)
    read = agreements.versions(
        conn, {(name, number) for of_lead in stored.values() for name, (number, _) in of_lead.items()}
    )
    scores = []
    for number, row in rows.items():
        best = sort_score(_situations(row, stored[number], read, now))
        scores.append((number, best.total if best else 0, best.grade if best else None))
    sort_scores.save(conn, scores, now=now)
    return numbers


def _situations(
    row: LeadRow, stored: tallies.Stored, read: dict[tuple[str, int], Agreement], now: int
) -> Iterator[Situation]:
    profile = profile_from_bytes(row.profile)
    for name, (number, encoded) in stored.items():
        if agreement := read.get((name, number)):
            tally = tally_from_bytes(encoded)
            yield situation_of(agreement, profile, tally, at=now, captured_at=row.lead.captured_at)
