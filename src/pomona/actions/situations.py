"""Leads as they stand at a moment under the agreement version that handed, or will hand, them over."""

from collections.abc import Collection, Mapping
from typing import Any

from msgspec.structs import replace
from psycopg import Connection

from pomona.actions.persons import facts_of_persons
from pomona.domain.account import Colleague
from pomona.domain.agreement import Agreement
from pomona.domain.condition import Situation
from pomona.domain.profile import profile_from_bytes
from pomona.domain.scoring import EMPTY_TALLY, Tally, count, situation_of, tally_from_bytes
from pomona.domain.terms import VersionKey, key_of
from pomona.store import accounts, agreements, tallies
from pomona.store.leads import LeadRow


def situations(conn: Connection[Any], rows: Collection[LeadRow], *, now: int) -> dict[int, Situation]:
    """The situation at `now` of each lead that has a pinned version, by lead.

    Its letter is the one it ripened with: points fade from the first minute on, and a lead that waits, or was
    let lie, must not get a longer clock for it.
    """
    pinned = {row.lead.id: (row.lead.agreement, row.lead.version) for row in rows}
    read = agreements.versions(
        conn, {(name, number) for name, number in pinned.values() if name is not None and number is not None}, at=now
    )
    stored = tallies.load(conn, pinned)
    colleagues = accounts.colleagues(conn, {row.lead.id: row.account for row in rows if row.account is not None})
    found = {}
    for row in rows:
        agreement = read.get((row.lead.agreement or "", row.lead.version or 0))
        if agreement is not None:
            tally = _tally(conn, row, agreement, stored[row.lead.id])
            found[row.lead.id] = _as_ripened(row, agreement, tally, colleagues.get(row.lead.id), now)
    return found


def _as_ripened(
    row: LeadRow, agreement: Agreement, tally: Tally, colleagues: tuple[Colleague, ...] | None, now: int
) -> Situation:
    asked = situation_of(
        agreement,
        profile_from_bytes(row.profile),
        tally,
        at=now,
        captured_at=row.lead.captured_at,
        colleagues=colleagues,
    )
    assert asked.score is not None
    return replace(asked, score=replace(asked.score, grade=row.lead.grade))


def _tally(conn: Connection[Any], row: LeadRow, agreement: Agreement, stored: Mapping[VersionKey, bytes]) -> Tally:
    """The stored tally, or one counted from the facts where a newer version has taken its place."""
    if (encoded := stored.get(key_of(agreement))) is not None:
        return tally_from_bytes(encoded)
    facts = facts_of_persons(conn, [row.person])[row.person]
    return count(agreement, EMPTY_TALLY, facts, cycle_from=row.lead.cycle_from)
