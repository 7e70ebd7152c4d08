"""The stored state of (lead, agreement version), encoded."""

from collections.abc import Collection, Mapping
from typing import Any

from psycopg import Connection

Stored = dict[str, tuple[int, bytes]]
"""Agreement name → (version number, encoded tally)."""


def load(conn: Connection[Any], leads: Collection[int]) -> dict[int, Stored]:
    """The tallies of these leads; every lead asked for is in the result."""
    found: dict[int, Stored] = {lead: {} for lead in leads}
    rows = conn.execute("SELECT lead, agreement, version, tally FROM lead_score WHERE lead = ANY(%s)", (list(leads),))
    for lead, agreement, version, tally in rows:
        found[lead][agreement] = (version, tally)
    return found


def save(conn: Connection[Any], tallies: Mapping[int, Stored]) -> None:
    """Make these the tallies of these leads: others of the same leads are deleted."""
    rows = [(lead, name, *stored) for lead, of_lead in tallies.items() for name, stored in of_lead.items()]
    leads, names, versions, encoded = (list(column) for column in zip(*rows, strict=True)) if rows else ([],) * 4
    conn.execute(
        "DELETE FROM lead_score WHERE lead = ANY(%s) AND NOT EXISTS (SELECT FROM unnest(%s::bigint[], %s::text[]) "
        "AS kept (lead, agreement) WHERE kept.lead = lead_score.lead AND kept.agreement = lead_score.agreement)",
        (list(tallies), leads, names),
    )
    conn.execute(
        "INSERT INTO lead_score (lead, agreement, version, tally) "
        "SELECT * FROM unnest(%s::bigint[], %s::text[], %s::int[], %s::bytea[]) "
        "ON CONFLICT (lead, agreement) DO UPDATE SET version = EXCLUDED.version, tally = EXCLUDED.tally",
        (leads, names, versions, encoded),
    )
