"""Trials as stored: their terms, when they began and ended."""

from typing import Any, NamedTuple

import msgspec
from psycopg import Connection

from pomona.domain.event import DAY
from pomona.domain.stages import Decision
from pomona.domain.trials import ACCEPTED_WITHIN, Outcome, TrialTerms

LOOKED_BACK = 90 * DAY
FEWEST = 30
"""Of fewer leads no share is read off."""


class TrialRow(NamedTuple):
    """A trial of version `challenger` against version `incumbent` (numbers) of an agreement; None: not begun yet."""

    id: int
    agreement: str
    challenger: int
    incumbent: int | None
    share: float
    needed: int
    started_at: int | None


_COLUMNS = "id, agreement, challenger, incumbent, share, needed, started_at"


def add(
    conn: Connection[Any], agreement: str, challenger: int, terms: TrialTerms, *, needed: int, baseline: float
) -> None:
    """Keep what a version was proposed as."""
    conn.execute(
        "INSERT INTO trial (agreement, challenger, share, outcome, smallest, most_days, needed, baseline) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
        (agreement, challenger, *msgspec.structs.astuple(terms), needed, baseline),
    )


def baseline(conn: Connection[Any], agreement: str, outcome: Outcome, *, now: int) -> float:
    """The share of captured leads of the last 90 days with that outcome; a half, where most leads are needed, of few.

    Leads too young for it are left out.
    """
    decided = [Decision.WON] if outcome == Outcome.WON else [Decision.ACCEPTED, Decision.QUALIFIED, Decision.WON]
    row = conn.execute(
        "SELECT count(*), count(*) FILTER (WHERE EXISTS (SELECT FROM journal WHERE journal.lead = lead.id "
        "AND kind = 'decision' AND journal.name = ANY(%s) AND journal.agreement = %s)) FROM lead "
        "WHERE captured_at >= %s AND captured_at < %s AND merged_into IS NULL "
        "AND EXISTS (SELECT FROM lead_score WHERE lead_score.lead = lead.id AND lead_score.agreement = %s)",
        (decided, agreement, now - LOOKED_BACK, now - ACCEPTED_WITHIN, agreement),
    ).fetchone()
    assert row is not None
    return row[1] / row[0] if row[0] >= FEWEST else 0.5


def of_version(conn: Connection[Any], agreement: str, challenger: int) -> TrialRow | None:
    """The trial that a version was proposed for."""
    return _one(conn, "agreement = %s AND challenger = %s", agreement, challenger)


def running(conn: Connection[Any], agreement: str) -> TrialRow | None:
    """The trial that goes on in an agreement; at most one does."""
    return _one(conn, "agreement = %s AND started_at IS NOT NULL AND ended_at IS NULL", agreement)


def lock(conn: Connection[Any], trial: int) -> TrialRow | None:
    """A trial that goes on, locked until the transaction ends."""
    return _one(conn, "id = %s AND started_at IS NOT NULL AND ended_at IS NULL FOR UPDATE", trial)


def start(conn: Connection[Any], trial: int, *, incumbent: int, now: int) -> None:
    """From now on, later than any lead was captured, leads have their lots. The identity lock must be held alone."""
    conn.execute(
        "UPDATE trial SET incumbent = %s, started_at = (SELECT greatest(%s, max(captured_at) + 1) FROM lead) "
        "WHERE id = %s",
        (incumbent, now, trial),
    )


def end(conn: Connection[Any], trial: int, *, user: int, now: int) -> None:
    """No lead has a lot from now on."""
    conn.execute("UPDATE trial SET ended_at = %s, ended_by_id = %s WHERE id = %s", (now, user, trial))


def all_running(conn: Connection[Any], at: int) -> list[TrialRow]:
    """The trials that go on at that moment."""
    rows = conn.execute(f"SELECT {_COLUMNS} FROM trial WHERE started_at <= %s AND ended_at IS NULL ORDER BY id", (at,))
    return [TrialRow(*row) for row in rows]


def _one(conn: Connection[Any], condition: str, *values: Any) -> TrialRow | None:
    row = conn.execute(f"SELECT {_COLUMNS} FROM trial WHERE {condition}", values).fetchone()
    return None if row is None else TrialRow(*row)
