"""What became of leads that were handed over below the pass mark by lot: nothing is saved, nothing decided."""

from collections.abc import Mapping
from typing import Any

from psycopg import Connection

from pomona.actions.persons import facts_of_persons
from pomona.domain.ripeness import ripens_after
from pomona.store import agreements, leads

MOST_REFOLDED = 300
"""Of so many leads, the newest, it is found out whether they reached the mark later: each is folded again."""


def count_reached_later(conn: Connection[Any], agreement: str, held_out: Mapping[int, int]) -> tuple[int, int]:
    """Of how many of these leads it was found out whether they were ripe after all, and how many of them were."""
    asked = dict(sorted(held_out.items(), reverse=True)[:MOST_REFOLDED])
    return len(asked), len(reached_later(conn, agreement, asked))


def reached_later(conn: Connection[Any], agreement: str, held_out: Mapping[int, int]) -> set[int]:
    """Which of these leads were ripe after all later on, each under the version that handed it over.

    `held_out` says when (µs UTC) each was handed over; whoever is no more, or is another lead by now, is left out.
    """
    rows = leads.load(conn, held_out, lock=False)
    read = agreements.versions(conn, {row.lead.pinned for row in rows.values() if row.lead.pinned})
    facts = facts_of_persons(conn, {row.person for row in rows.values()})
    return {
        number
        for number, row in rows.items()
        if row.lead.pinned in read
        and row.lead.pinned[0] == agreement
        and ripens_after(
            read[row.lead.pinned], facts[row.person], captured_at=row.lead.captured_at, after=held_out[number]
        )
    }
