"""The scores by which lists of leads are sorted; numbers shown are computed at reading."""

from collections.abc import Collection
from typing import Any

from psycopg import Connection


def next_leads(conn: Connection[Any], *, after: int, limit: int) -> list[int]:
    """The next leads with an id above `after` that no other lead absorbed."""
    rows = conn.execute(
        "SELECT id FROM lead WHERE id > %s AND merged_into IS NULL ORDER BY id LIMIT %s", (after, limit)
    )
    return [row[0] for row in rows]


def save(conn: Connection[Any], scores: Collection[tuple[int, int, str | None]], *, now: int) -> None:
    """Store (lead, score in thousandths, grade), computed at `now`, of leads that are locked."""
    numbers, totals, grades = (list(column) for column in zip(*scores, strict=True)) if scores else ([],) * 3
    conn.execute(
        "UPDATE lead SET score = fresh.score, score_grade = fresh.grade, scored_at = %s "
        "FROM unnest(%s::bigint[], %s::int[], %s::text[]) AS fresh (id, score, grade) WHERE lead.id = fresh.id",
        (now, numbers, totals, grades),
    )
