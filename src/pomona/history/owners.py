"""Whose each subject's facts are now, as a relation: what identity derived, copied out of PostgreSQL."""

from pathlib import Path
from typing import Any, LiteralString

from psycopg import Connection

from pomona.domain.account import MOST_LEADS

_LIVE: LiteralString = "SELECT id, person FROM lead WHERE merged_into IS NULL"
_OWNERS: LiteralString = f"""
    WITH owned AS (
        SELECT person AS key, id FROM ({_LIVE}) AS alone
        UNION SELECT identity_person.key, id FROM identity_person JOIN ({_LIVE}) AS lead USING (person)
    ), span AS (
        SELECT visitor, key, lag(t) OVER visit AS earlier, t, lead(t) OVER visit AS later FROM identity_visit
        WINDOW visit AS (PARTITION BY visitor ORDER BY t, message)
    )
    SELECT encode(key, 'hex'), {-(2**63)}, {2**63 - 1}, id FROM owned
    UNION ALL
    SELECT encode(visitor, 'hex'), CASE WHEN earlier IS NULL THEN {-(2**63)} ELSE t END,
        coalesce(later, {2**63 - 1}), id
    FROM span JOIN owned USING (key)
"""
"""Whose a subject's facts at `t` in [since, until) are, as `domain.identity.owner_key` says of visitors."""

_LEADS: LiteralString = f"""
    SELECT id, captured_at, cycle_from,
        CASE WHEN count(*) OVER (PARTITION BY account) <= {MOST_LEADS} THEN account END,
        CASE WHEN stage = 'won' THEN closed_at END,
        CASE WHEN owner_id IS NOT NULL THEN coalesce(handed_over_at, cycle_from) END
    FROM lead WHERE merged_into IS NULL
"""


def copy_owners(conn: Connection[Any], file: Path) -> None:
    """Write to a CSV file: subject (hexadecimal), since, until, lead."""
    _copy(conn, _OWNERS, file)


def copy_leads(conn: Connection[Any], file: Path) -> None:
    """Write to a CSV file: lead, when it was captured, when its cycle began, its account (none of one that is too
    large), since when it has bought, and since when it has the owner that it has."""
    _copy(conn, _LEADS, file)


def _copy(conn: Connection[Any], query: LiteralString, file: Path) -> None:
    with conn.cursor() as cursor, cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT CSV)") as copy, file.open("wb") as out:
        for block in copy:
            out.write(block)
